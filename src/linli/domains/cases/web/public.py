"""What everybody may see: public cases as a list, on a map, and one by one."""

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from linli.domains.cases.queries import community, open_cases
from linli.domains.cases.queries.open_cases import Asked
from linli.domains.cases.web import boxes
from linli.domains.cases.web.frame import map_start, resident_page
from linli.domains.cases.web.sending_files import answer
from linli.web import lists
from linli.web.rates import Rate, use_by_request

BROWSER_VIEWS = Rate("public view by browser", 600, 600)
ADDRESS_VIEWS = Rate("public view by address", 3000, 600)


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The list and the map of the same cases."""
    use_by_request(request, browser=BROWSER_VIEWS, address=ADDRESS_VIEWS)
    asked = _asked(request)
    districts = community.districts()
    rows, after, before = open_cases.page_of(
        asked, after=request.GET.get("after", "")[:40], before=request.GET.get("before", "")[:40]
    )
    return resident_page(
        request,
        "cases/resident/public.html",
        keyset=lists.Keyset(rows, after=after, before=before),
        classes=lists.chips(request, "category", open_cases.classes(), label=_("类别"), everything=_("全部")),
        progress=lists.chips(
            request, "progress", [("open", _("办理中")), ("done", _("已办结"))], label=_("进展"), everything=_("全部")
        ),
        places=lists.chips(request, "district", districts, label=_("地区"), everything=_("全部"))
        if len(districts) > 1
        else None,
        map_url=reverse("resident:public_map") + "?" + request.GET.urlencode(),
        areas_url=reverse("resident:outlines"),
        start=map_start(request, district=_district(request) if asked.homes else ""),
    )


def _asked(request: HttpRequest) -> Asked:
    district = _district(request)
    return Asked(
        category=request.GET.get("category", "")[:20],
        progress=request.GET.get("progress", "")[:10],
        homes=community.homes_in(district) if district else None,
    )


def _district(request: HttpRequest) -> str:
    return request.GET.get("district", "")[:12]


@require_GET
@cache_control(max_age=30)
def on_map(request: HttpRequest) -> JsonResponse:
    """Public cases of the part of the map that is shown."""
    use_by_request(request, browser=BROWSER_VIEWS, address=ADDRESS_VIEWS)
    found = open_cases.on_map(_asked(request), box=boxes.box_of(request))
    return JsonResponse(open_cases.as_geojson(found, reverse("resident:public") + "/"))


@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One public case."""
    found = open_cases.get_case(number)
    return resident_page(request, "cases/resident/public_case.html", case=found, stages=open_cases.way_of(number))


@require_GET
def photo(request: HttpRequest, number: str, photo_id: UUID, variant: str) -> FileResponse:
    """A photo cleared for the public."""
    served = open_cases.open_photo(number, photo_id, variant=variant)
    return answer(served)
