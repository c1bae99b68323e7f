"""The map of cases for staff: its page, and what the map itself asks for."""

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import condition, require_GET

from linli.domains.cases.queries import areas, filtering, map
from linli.domains.cases.queries.workbench import tab_named, tabs_for
from linli.domains.cases.web.chips import narrowing
from linli.kernel.org.http import ActorRequest
from linli.web.desk import address_of
from linli.web.pages import page


@require_GET
def show(request: ActorRequest) -> HttpResponse:
    asked = filtering.read(address_of(request))
    tab = tab_named(request.GET.get("tab", "area"), request.post)
    return page(
        request, "cases/staff/map.html", asked=asked, tab=tab, tabs=tabs_for(request.post),
        narrow=narrowing(request, asked), counted_at=map.counted_at(), bounds=areas.bounds(request.actor, request.post),
    )  # fmt: skip


@require_GET
def cases(request: ActorRequest) -> HttpResponse:
    """GeoJSON of the cases in view."""
    view = map.view_of(request.GET.get("bbox", ""), request.GET.get("zoom", ""))
    asked = filtering.read(address_of(request))
    tab = request.GET.get("tab", "area")
    found = map.cases_in(view, request.actor, request.post, asked, tab=tab, at=timezone.now())
    return JsonResponse(found, content_type="application/geo+json")


def _etag(request: ActorRequest) -> str:
    return areas.version(request.actor, request.post, _box(request))


def _box(request: ActorRequest) -> str:
    return f"{request.GET.get('bbox', '')}|{request.GET.get('zoom', '')}"


@require_GET
@condition(etag_func=_etag)
def boundaries(request: ActorRequest) -> HttpResponse:
    """GeoJSON of the areas in view that the post reaches; the same as before when the tag says so."""
    view = map.view_of(request.GET.get("bbox", ""), request.GET.get("zoom", ""))
    answer = JsonResponse(areas.areas_in(view, request.actor, request.post), content_type="application/geo+json")
    answer["Cache-Control"] = "private, max-age=300"
    return answer
