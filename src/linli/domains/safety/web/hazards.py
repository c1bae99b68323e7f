"""The hazard desk, one hazard and its steps, taking one down, its notice on paper."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import FileResponse, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.commands import hazard_steps
from linli.domains.safety.commands import hazards as commands
from linli.domains.safety.commands.hazards import RIGHTS, Found
from linli.domains.safety.queries import hazard_bulk, hazard_desk, hazard_page, hazard_paper, hazard_sheet, hazards
from linli.domains.safety.queries.hazards import GRADES, SIDES, TABS, Narrow
from linli.domains.safety.web.hazard_forms import FILES, FINDS, FindForm, given_from, step_form
from linli.kernel.errors import Refused
from linli.kernel.evidence.queries import open_served
from linli.kernel.flow.given import GivenFile
from linli.kernel.org import coordinates
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import blame, go
from linli.web.pages import page
from linli.web.steps import step_page
from linli.web.uploads import Received, files_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def narrow_of(request: ActorRequest) -> Narrow:
    """The filters of the address."""
    asked = request.GET
    tab, side = asked.get("tab", "open"), asked.get("side", "area")
    return Narrow(
        tab=tab if tab in TABS or tab == "all" else "open", side=side if side in SIDES else "area",
        grade=asked.get("grade", "")[:10], category=asked.get("category", "")[:40], source=asked.get("source", "")[:12],
        late="late" in asked.getlist("due"), repeat="yes" in asked.getlist("repeat"),
        unit=whole(asked.get("unit", "")), since=_day(asked.get("since", "")), until=_day(asked.get("until", "")),
        part=asked.get("part", "")[:10], text=asked.get("q", "")[:60],
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def stay_at(request: ActorRequest, name: str, value: str) -> None:
    """Put what is shown into the address, so that its chip is on and chips and pager write on from it."""
    address = request.GET.copy()
    address[name] = value
    request.GET = address  # type: ignore[assignment]  # its setter takes any QueryDict


@require_GET
def desk(request: ActorRequest) -> HttpResponse:
    """The hazards as the address says."""
    now, narrow = timezone.now(), narrow_of(request)
    stay_at(request, "tab", narrow.tab)
    stay_at(request, "side", narrow.side)
    found = hazards.desk(
        request.actor, request.post, narrow, at=now, after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    counted = hazards.tallies(request.actor, request.post, narrow, at=now)
    tabs = lists.chips(request, "tab", [(code, label, counted[code]) for code, (_s, label) in TABS.items()])
    sides = lists.chips(request, "side", list(SIDES.items()))
    more = [
        lists.chips(request, "grade", GRADES, everything=_("全部等级")),
        lists.chips(request, "due", [("late", _("只看逾期"))]),
        lists.chips(request, "repeat", [("yes", _("重复隐患"))]),
    ]
    return page(
        request, "safety/hazards/desk.html", keyset=lists.Keyset(found.rows, found.after, found.before), tabs=tabs,
        sides=sides, more=more, narrow=narrow, query=request.GET.urlencode(), may_find=may_find(request),
        figures=hazards.figures(request.actor, request.post, at=now), pickers=hazard_desk.pickers(narrow),
        may_issue=hazard_bulk.may_issue(request.post) and any(row.may_be_issued for row in found.rows),
    )  # fmt: skip


def may_find(request: ActorRequest) -> bool:
    return any(org.holds_right(request.actor, right) for right in RIGHTS)


@require_GET
def sheet(request: ActorRequest) -> HttpResponse:
    """The list as the address describes it, for a spreadsheet program."""
    content = hazard_sheet.write(request.actor, request.post, narrow_of(request), at=timezone.now())
    return spreadsheet(content, "hazards.xlsx")


def spreadsheet(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )  # fmt: skip


@require_GET
def map_page(request: ActorRequest) -> HttpResponse:
    """The same list on a map."""
    narrow = narrow_of(request)
    stay_at(request, "tab", narrow.tab)
    return page(request, "safety/hazards/map.html", narrow=narrow, query=request.GET.urlencode())


@require_GET
def map_points(request: ActorRequest) -> JsonResponse:
    """GeoJSON of the list, whatever part of the map is shown."""
    found = hazard_desk.points(request.actor, request.post, narrow_of(request), at=timezone.now())
    return JsonResponse(found, content_type="application/geo+json")


@require_GET
def show(request: ActorRequest, number: str) -> HttpResponse:
    return page(request, "safety/hazards/hazard.html", hazard=hazard_page.hazard_page(number, actor=request.actor))


@require_GET
def notice(request: ActorRequest, number: str) -> HttpResponse:
    """The notice to put right (整改通知书), to be printed and handed over."""
    found = hazard_paper.paper(number, actor=request.actor)
    return page(request, "safety/hazards/notice.html", paper=found, printed_at=timezone.now())


@require_GET
def notice_pdf(request: ActorRequest, number: str) -> HttpResponse:
    """The notice as a file."""
    return pdf(hazard_paper.as_pdf(hazard_paper.paper(number, actor=request.actor), at=timezone.now()), number)


def pdf(content: bytes, name: str) -> HttpResponse:
    """A paper to be read in the browser, kept nowhere on the way."""
    return HttpResponse(
        content, content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"},
    )  # fmt: skip


@require_GET
def file(request: ActorRequest, number: str, file_id: UUID, variant: str) -> FileResponse:
    """A file of a hazard, for those who may see the hazard."""
    served = open_served(hazard_page.file_on(number, file_id, actor=request.actor), variant=variant)
    answer = FileResponse(served.stream, content_type=served.content_type)
    for header, value in served.headers.items():
        answer[header] = value
    return answer


@require_http_methods(["GET", "POST"])
def step(request: ActorRequest, number: str, name: str) -> HttpResponse:
    """The form of one step; posted, the step is taken and the hazard shown again."""
    found = hazard_page.stepping(number, name, actor=request.actor)

    def take(values: dict[str, Any], files: list[GivenFile]) -> None:
        given = given_from(values, files=files, command=request.POST.get("command", ""))
        hazard_steps.act(found.hazard, name, given, actor=request.actor, at=timezone.now())

    form = step_form(found, request.POST if request.method == "POST" else None)
    to, kinds = reverse("safety:hazard", args=[number]), FILES.get(name, ())
    return step_page(request, "safety/hazards/step.html", found, form, take, kinds=kinds, to=to)


@require_http_methods(["GET", "POST"])
def find(request: ActorRequest) -> HttpResponse:
    """Take a hazard down."""
    now, received = timezone.now(), list[Received]()
    code = request.POST.get("site", request.GET.get("site", ""))[:40]
    offered = hazard_desk.offered(code, actor=request.actor, at=now)
    initial = {"site": code, "source": "patrol", "category": request.GET.get("category", "")}
    form = FindForm(offered.items, offered.groups, request.POST or None, initial=initial)
    if form.is_valid():
        try:
            files, received = files_of(request, [kind for kind, _label in FINDS], at=now)
            given = _found(form.cleaned_data, offered, position_of(request), files)
            made = commands.find(given, key=key_of(request), actor=request.actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已上报隐患，等待定级。"))
            return go(request, reverse("safety:hazard", args=[made.matter.number]))
    return page(
        request, "safety/hazards/find.html", status=422 if form.is_bound else 200, form=form, offered=offered,
        received=received, kinds=FINDS, key=request.POST.get("command") or uuid4(),
    )  # fmt: skip


def _found(values: dict[str, Any], offered: hazard_desk.Offered, at: dict[str, Any], files: list[GivenFile]) -> Found:
    return Found(
        text=values["text"], category=values["category"], source=values["source"], site=offered.site,
        item=hazard_desk.item_of(values["item"]), address=values["address"], files=files,
        proposed_major=values["proposed_major"], on_spot=values["on_spot"], outcome=values["outcome"], **at,
    )  # fmt: skip


def position_of(request: ActorRequest) -> dict[str, Any]:
    """Where the place picker stood, if it was used. Raises PositionRefused."""
    given = request.POST
    try:
        lon, lat = float(given.get("lon", "")), float(given.get("lat", ""))
    except ValueError:
        return {}
    coordinates.checked(lon, lat)
    return {"lon": lon, "lat": lat, "crs": given.get("crs", "") or "wgs84"}


def key_of(request: ActorRequest) -> UUID:
    """The key the form was drawn with, so that sending it twice makes one."""
    try:
        return UUID(request.POST.get("command", ""))
    except ValueError:
        return uuid4()
