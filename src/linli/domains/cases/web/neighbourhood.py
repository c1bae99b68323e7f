"""Choosing one's own committee, and the outlines drawn on residents' maps."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.cases.queries import community
from linli.domains.cases.web import boxes, frame
from linli.kernel.errors import Refused
from linli.web.rates import Rate, use_by_request

BROWSER_VIEWS = Rate("outlines by browser", 600, 600)
ADDRESS_VIEWS = Rate("outlines by address", 6000, 600)


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Which committee is mine: by position or from the list."""
    refusal = ""
    if request.method == "POST":
        try:
            committee = _chosen(request)
        except Refused as refused:
            committee, refusal = None, str(refused)
        if committee is not None:
            response = redirect(reverse("resident:home"))
            frame.choose(response, committee)
            messages.success(request, _("已记住您的居委会。"))
            return response
        refusal = refusal or _("没有找到对应的居委会，请从列表里选。")
    return frame.resident_page(
        request, "cases/resident/committee.html", status=422 if refusal else 200, refusal=refusal,
        streets=community.by_street(), start=frame.map_start(request), areas_url=reverse("resident:outlines"),
    )  # fmt: skip


def _chosen(request: HttpRequest) -> int | None:
    given = request.POST
    if given.get("lon") and given.get("lat"):
        try:
            lon, lat = float(given["lon"]), float(given["lat"])
        except ValueError:
            return None
        return community.committee_at(lon, lat, crs=given.get("crs") or "wgs84")
    number = given.get("committee", "")
    found = community.community(int(number)) if number.isascii() and number.isdigit() and len(number) < 18 else None
    return found.id if found else None


@require_GET
@cache_control(max_age=3600)
def outlines(request: HttpRequest) -> JsonResponse:
    """Boundaries for the part of the map that is shown."""
    use_by_request(request, browser=BROWSER_VIEWS, address=ADDRESS_VIEWS)
    return JsonResponse(community.outlines(boxes.box_of(request), zoom=boxes.zoom_of(request)))
