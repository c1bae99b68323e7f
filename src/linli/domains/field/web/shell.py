"""The frame of the field app: a small page without personal data, its list of files, its worker."""

import hashlib
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from linli.web import built
from linli.web.pages import page

ICONS = (
    ("linli-192.png", "192x192", "image/png", "any"), ("linli-512.png", "512x512", "image/png", "any"),
    ("linli-maskable-512.png", "512x512", "image/png", "maskable"), ("linli.svg", "any", "image/svg+xml", "any"),
)  # fmt: skip
"""File, size, kind and use of the picture on the home screen. The drawings are ``linli.svg`` in pixels: many phones
install with nothing else; the one to be masked keeps its drawing inside the circle that is never cut off."""
TOUCH_ICON = "linli-180.png"
"""For phones that know no manifest: without transparency, for they would fill it with black."""


@require_GET
@ensure_csrf_cookie
def shell(request: HttpRequest) -> HttpResponse:
    """The page that opens without network. The same for everybody: who it is, the phone knows."""
    theme = built.entry("theme")[1]
    return page(
        request, "field/shell.html", theme_script=theme, base_map=settings.BASE_MAP, shell=None,
        touch_icon=static(TOUCH_ICON),
    )  # fmt: skip


@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the app on its home screen."""
    content = {
        "id": reverse("field:shell"),
        "name": _("邻里现场"),
        "short_name": _("邻里现场"),
        "lang": request.LANGUAGE_CODE if hasattr(request, "LANGUAGE_CODE") else "zh-hans",
        "start_url": reverse("field:shell"),
        "scope": reverse("field:shell"),
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#f3f6f6",
        "theme_color": "#17707a",
        "icons": [
            {"src": static(name), "sizes": sizes, "type": kind, "purpose": purpose}
            for name, sizes, kind, purpose in ICONS
        ],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_GET
def files(request: HttpRequest) -> JsonResponse:
    """Built files to be kept on the phone: ``first`` for the first screen, ``later`` for map and reading of codes."""
    answer = JsonResponse(_files())
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Its first line changes with the files, so that phones notice a new version."""
    version = hashlib.sha256(json.dumps(_files()).encode()).hexdigest()[:16]
    script = f'self.LINLI_VERSION = "{version}";\n{built.text("worker")}'
    headers = {"Service-Worker-Allowed": reverse("field:shell"), "Cache-Control": "no-cache"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)


@require_GET
def map_worker(request: HttpRequest) -> HttpResponse:
    """The map's own worker, at an address within the scope of the service worker: from elsewhere it would not be
    asked for it, and the map would not open without network."""
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(built.asset("maplibre-gl-worker"), content_type="text/javascript", headers=headers)


def _files() -> dict[str, list[str]]:
    first, later = built.shipped("field")
    theme = built.entry("theme")[1]
    icons = [static(name) for name, *_rest in ICONS if name != "linli.svg"]
    return {
        "first": [*first, theme, static("linli.svg")],
        "later": [*later, reverse("field:map_worker"), *icons, static(TOUCH_ICON)],
    }
