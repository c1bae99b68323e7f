"""Routes of the tests: each does one thing that the frame has to answer to."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.http import ActorRequest
from linli.kernel.org.models import Unit
from linli.web.pages import page


def whoami(request: ActorRequest) -> HttpResponse:
    return JsonResponse({"actor": request.actor.name, "post": request.post.role if request.post else None})


def missing(request: HttpRequest) -> HttpResponse:
    raise NotFound


def refusing(request: HttpRequest) -> HttpResponse:
    raise Refused("已经由别人办理")


def lazy(request: HttpRequest) -> HttpResponse:
    """Hands a template something that still asks the database."""
    return page(request, "web/_toast.html", text=_Asking())


def loaded(request: HttpRequest) -> HttpResponse:
    return page(request, "web/_chips.html", groups=Unit.objects.all())


class _Asking:
    def __str__(self) -> str:
        return str(Unit.objects.count())


app_name = "routes"
_own = (
    [
        path("whoami", whoami, name="whoami"),
        path("missing", missing, name="missing"),
        path("refusing", refusing, name="refusing"),
        path("lazy", lazy, name="lazy"),
        path("loaded", loaded, name="loaded"),
        path("open311/refusing", refusing, name="bare"),
    ],
    "routes",
)
handler404 = "linli.web.web.not_found"
urlpatterns = [path("", include(_own)), path("", include("linli.web.urls"))]
