"""Every route of the platform."""

from django.urls import URLPattern, URLResolver, include, path

from linli.config import health
from linli.config.api import api
from linli.web import live

handler404 = "linli.web.web.not_found"
handler403 = "linli.web.web.forbidden"
handler500 = "linli.web.web.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("api/v1/field/", include("linli.domains.field.urls.api")),
    path("api/v1/", api.urls),
    path("open311/v2/", include("linli.domains.cases.urls.open311")),
    path("live/ticket", live.ticket, name="live_ticket"),
    path("", include("linli.web.urls")),
    path("", include("linli.domains.cases.urls")),
    path("", include("linli.domains.cases.urls.resident")),
    path("desk/lists/", include("linli.domains.lists.urls")),
    path("desk/safety/", include("linli.domains.safety.urls")),
    path("safety/", include("linli.domains.safety.urls.public")),
    path("s/", include("linli.domains.safety.urls.signs")),
    path("desk/phones/", include("linli.domains.field.urls.desk")),
    path("field/", include("linli.domains.field.urls")),
    path("lists/", include("linli.domains.lists.urls.resident")),
    path("", include("linli.domains.organisation.urls.account")),
    path("", include("linli.domains.organisation.urls.pages")),
]
