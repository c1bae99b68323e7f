"""Residents report: home, the form, what is nearby, and the receipt. One form; scripts show it question by question."""

import re
from typing import TYPE_CHECKING
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.cases.commands import Taken, residents
from linli.domains.cases.queries import community, nearby, suggesting, tracking
from linli.domains.cases.web import frame, remembered
from linli.domains.cases.web.frame import resident_page
from linli.domains.cases.web.proving import proved
from linli.domains.cases.web.reporting_form import ReportForm, kept_in, photos_in
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.kernel.org.keys import new_key
from linli.web import shell
from linli.web.neighbourhood import COOKIE
from linli.web.rates import Rate, TooManyRefused, use_by_request

if TYPE_CHECKING:
    from linli.kernel.org.models import Actor

SHOWN_BESIDE = ("text", "address", "phone", "name")
"""Fields beside which a refusal is shown; all else stands at the top of the form."""
BROWSER_REPORTS = Rate("report by browser", 10, 600)
ADDRESS_REPORTS = Rate("report by address", 60, 600)
"""A whole estate may stand behind one address *(default)*."""
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,8})?")
BROWSER_LOOKS = Rate("look nearby by browser", 60, 600)
ADDRESS_LOOKS = Rate("look nearby by address", 600, 600)


def front(request: ActorRequest) -> HttpResponse:
    """``/``: the first page of work in their menu for staff, the residents' home for everybody else."""
    if request.actor is not None and request.post is not None:
        urls = [line.url for block in shell.shell_for(request).blocks for line in block.lines]
        news = shell.link("bell")
        if urls:
            return redirect(next((url for url in urls if url != news), urls[0]))
    return home(request)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return resident_page(request, "cases/resident/home.html", has_reports=bool(remembered.reports(request)))


@never_cache
@require_http_methods(["GET", "POST"])
def report(request: ActorRequest) -> HttpResponse:
    """The form; sent again with the same id it leads to the same receipt."""
    if request.method == "GET":
        return _form(request, ReportForm(initial={"id": new_key(), "wants_answer": True, **_where(request)}))
    form = ReportForm(request.POST)
    try:
        use_by_request(request, browser=BROWSER_REPORTS, address=ADDRESS_REPORTS)
    except TooManyRefused as refusal:
        return _not_yet(request, form, refusal)
    photos = _received(request, form)
    if not form.is_valid():
        return _form(request, form, photos=photos, status=422)
    try:
        near = [] if request.POST.get("seen") or request.POST.get("join") else _near(form)
        if near:
            return _form(request, form, photos=photos, near=near)
        taken = _take(request, form, photos)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in SHOWN_BESIDE else None, str(refusal))
        return _form(request, form, photos=photos, status=422)
    response = redirect(_address("resident:received", taken))
    remembered.remember(request, response, form.cleaned_data["id"])
    _remember_committee(request, response, form)
    return response


def _where(request: HttpRequest) -> dict[str, str]:
    """The place a link brought along (a sign on the spot), unless it is no place at all."""
    lon, lat = request.GET.get("lon", ""), request.GET.get("lat", "")
    if not (_DEGREES.fullmatch(lon) and _DEGREES.fullmatch(lat)):
        return {}
    return {"lon": lon, "lat": lat, "crs": "wgs84", "address": request.GET.get("address", "")[:100]}


def _not_yet(request: HttpRequest, form: ReportForm, refusal: TooManyRefused) -> HttpResponse:
    """Everything typed is kept on the page until it may be sent again."""
    form.add_error(None, str(refusal))
    response = _form(request, form, photos=kept_in(request), status=429)
    response.headers["Retry-After"] = str(refusal.wait_seconds)
    return response


def _remember_committee(request: HttpRequest, response: HttpResponse, form: ReportForm) -> None:
    """Who reported somewhere most likely lives there; they may choose another."""
    given = form.cleaned_data
    if given["lon"] is None or given["lat"] is None or COOKIE in request.COOKIES:
        return
    found = community.committee_at(given["lon"], given["lat"], crs=given["crs"] or "wgs84")
    if found is not None:
        frame.choose(response, found)


def _take(request: ActorRequest, form: ReportForm, photos: list[UUID]) -> Taken:
    own = frame.own_community(request)
    sent, actor, at = form.sent(photos, area_unit=own.id if own else None), _resident(request), timezone.now()
    if joined := request.POST.get("join"):
        return residents.join(_key(joined), sent, actor=actor, at=at)
    return residents.send(sent, actor=actor, at=at)


def _received(request: ActorRequest, form: ReportForm) -> list[UUID]:
    """Ids of the photos of this report, those of an earlier try included; a refused one is said on the form."""
    kept = kept_in(request)
    key = form.data.get("id", "")
    form.is_valid()
    if "id" in form.errors:
        return []
    for photo in photos_in(request):
        try:
            at = timezone.now()
            kept.append(residents.keep_photo(UUID(key), photo, actor=_resident(request), at=at))
        except Refused as refusal:
            form.add_error(None, f"{photo.name}: {refusal}")
    return list(dict.fromkeys(kept))


def _near(form: ReportForm) -> list[nearby.Near]:
    given = form.cleaned_data
    return nearby.joinable(
        given["text"], lon=given["lon"], lat=given["lat"], crs=given["crs"] or "wgs84", at=timezone.now(),
        but=given.get("id"),
    )  # fmt: skip


def _form(
    request: HttpRequest,
    form: ReportForm,
    *,
    photos: list[UUID] | None = None,
    near: list[nearby.Near] | None = None,
    status: int = 200,
) -> HttpResponse:
    text = str(form.data.get("text", "")) if form.is_bound else ""
    return resident_page(
        request,
        "cases/resident/report.html",
        status=status,
        form=form,
        photos=photos or [],
        photos_most=residents.PHOTOS_AT_MOST,
        near=near or [],
        categories=suggesting.for_residents(text),
        areas_url=reverse("resident:outlines"),
        start=frame.map_start(request),
    )


@require_POST
def look_around(request: HttpRequest) -> HttpResponse:
    """A piece of the form: likely categories, and cases nearby that are probably the same."""
    use_by_request(request, browser=BROWSER_LOOKS, address=ADDRESS_LOOKS)
    form = ReportForm(request.POST)
    form.is_valid()
    text = str(form.cleaned_data.get("text", ""))
    near = _near(form) if text and {"lon", "lat", "crs"} <= set(form.cleaned_data) else []
    return resident_page(
        request, "cases/resident/_around.html", near=near, categories=suggesting.for_residents(text), form=form
    )


@never_cache
@require_GET
def received(request: HttpRequest) -> HttpResponse:
    """The receipt: number, code, a link to follow and its QR code."""
    found = proved(request, request.GET)
    query = f"?number={found.case.matter.number}&code={found.code}"
    link = request.build_absolute_uri(reverse("resident:follow") + query)
    track = tracking.track(found)
    return resident_page(request, "cases/resident/received.html", track=track, link=link, qr=qr_of(link))


def qr_of(link: str) -> SafeString:
    """A QR code as an SVG in the page's own colours; drawn by attributes alone, as the content policy asks."""
    code = segno.make(link, error="m", micro=False)
    drawn = code.svg_inline(scale=1, border=2, dark="#000", light="#fff", svgclass="ll-qr", omitsize=True)
    return mark_safe(drawn)


def _resident(request: ActorRequest) -> "Actor | None":
    """The signed-in resident; staff who report from the public page do so as anybody."""
    return request.actor if request.actor is not None and request.actor.kind == "resident" else None


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _address(name: str, taken: Taken) -> str:
    return f"{reverse(name)}?number={taken.number}&code={taken.code}"
