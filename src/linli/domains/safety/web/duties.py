"""The duty calendar, what is mine, what was missed, figures; one time of a duty."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.domains.safety.queries import duties as queries
from linli.domains.safety.queries import duties_sheet as sheets
from linli.domains.safety.web.duties_forms import key_in
from linli.kernel.duties import kinds
from linli.kernel.duties import queries as kernel
from linli.kernel.duties.queries import Narrow
from linli.kernel.duties.queries.figures import BY
from linli.kernel.duties.queries.lines import STATES
from linli.kernel.duties.queries.mine import feed_since
from linli.kernel.duties.queries.swaps import waiting_for
from linli.kernel.evidence.queries import open_served
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VIEWS = ("agenda", "week", "month")
AGENDA_DAYS = 30
BACK_DAYS = 30
KEPT = ("view", "on", "kind", "state", "sync", "by")
"""What of the address a form that narrows by unit and person keeps."""


def asked_day(request: ActorRequest, name: str, otherwise: date) -> date:
    """A day out of the address, within reason."""
    try:
        found = parse_date(request.GET.get(name, "")) or otherwise
    except ValueError:
        return otherwise
    return found if date(2000, 1, 8) <= found <= date(2098, 12, 1) else otherwise


def _narrow(request: ActorRequest, first: date, until: date) -> Narrow:
    """What the address asks for, in [first, until)."""
    asked = request.GET
    unit = queries.reached_unit(whole(asked.get("unit", "")), actor=request.actor, at=timezone.now())
    return Narrow(
        first, until, kind=asked.get("kind", "") if asked.get("kind") in kinds.BY_CODE else "",
        states=tuple(state for state in asked.getlist("state") if state in dict(STATES)),
        holder_id=key_in(asked.get("who", "")), unit_path=unit.path if unit else "",
        late_sync="late" in asked.getlist("sync"),
    )  # fmt: skip


def _filters(request: ActorRequest, *, with_states: bool = True) -> dict[str, Any]:
    """Chips and selects that narrow a list of occurrences."""
    now = timezone.now()
    return {
        "kinds": lists.chips(request, "kind", [(one.code, one.label) for one in kinds.KINDS], everything=_("全部类别")),
        "states": lists.chips(request, "state", STATES, is_many=True) if with_states else None,
        "units": queries.units_reached(request.actor, at=now),
        "people": queries.people_reached(request.actor, at=now),
        "kept": [(name, value) for name in request.GET if name in KEPT for value in request.GET.getlist(name)],
        "is_narrow": bool(request.GET.get("kind") or request.GET.getlist("state")),
        "unit": request.GET.get("unit", ""),
        "who": request.GET.get("who", ""),
    }


@require_GET
def calendar(request: ActorRequest) -> HttpResponse:
    """Duties by week, by month, or one after the other."""
    now = timezone.now()
    today = timezone.localdate(now)
    day = asked_day(request, "on", today)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "week"
    names = {"week": _("周"), "month": _("月"), "agenda": _("日程")}
    shown = {"agenda": _agenda, "week": _week, "month": _month}[view](request, day, now)
    return page(
        request, f"safety/duties/{view}.html", view=view, day=day, today=today,
        views=[(code, names[code], _address(request, view=code)) for code in ("week", "month", "agenda")],
        may_plan=queries.may_plan_somewhere(request.actor, at=now), weekdays=queries.weekdays(),
        query=request.GET.urlencode(), waiting=len(waiting_for(request.actor, at=now)), **shown, **_filters(request),
    )  # fmt: skip


def _agenda(request: ActorRequest, day: date, now: datetime) -> dict[str, Any]:
    until = day + timedelta(days=AGENDA_DAYS)
    asked = request.GET
    found = kernel.listed(
        request.actor, _narrow(request, day, until), at=now, after=asked.get("after", ""),
        before=asked.get("before", ""),
    )  # fmt: skip
    return {
        "keyset": lists.Keyset(found.rows, found.after, found.before), "first": day, "last": until - timedelta(days=1),
        "earlier": _address(request, on=day - timedelta(days=AGENDA_DAYS)), "later": _address(request, on=until),
        "now": _address(request, on=None),
    }  # fmt: skip


def _week(request: ActorRequest, day: date, now: datetime) -> dict[str, Any]:
    weeks = queries.week(request.actor, _narrow(request, day, day), day, at=now)
    return {
        "weeks": weeks, "first": weeks[0][0].on, "last": weeks[0][-1].on,
        "earlier": _address(request, on=day - timedelta(days=7)),
        "later": _address(request, on=day + timedelta(days=7)), "now": _address(request, on=None),
    }  # fmt: skip


def _month(request: ActorRequest, day: date, now: datetime) -> dict[str, Any]:
    weeks = queries.month(request.actor, _narrow(request, day, day), day, at=now)
    begin = day.replace(day=1)
    following = (begin + timedelta(days=31)).replace(day=1)
    return {
        "weeks": weeks, "first": begin, "last": following - timedelta(days=1),
        "earlier": _address(request, on=(begin - timedelta(days=1)).replace(day=1)),
        "later": _address(request, on=following), "now": _address(request, on=None),
    }  # fmt: skip


def _address(request: ActorRequest, **changed: object) -> str:
    """This page with some of its address changed; None takes a part away."""
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    for name, value in changed.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return "?" + query.urlencode()


@require_GET
def mine(request: ActorRequest) -> HttpResponse:
    """What is for me to do: now, today, the next two weeks, what I missed; and my calendar feed."""
    now = timezone.now()
    today = timezone.localdate(now)
    return page(
        request, "safety/duties/mine.html", today=today, **queries.my_page(request.actor, at=now),
        feed_since=feed_since(request.actor),
        feed_url=request.session.pop("duty_feed", ""),
    )  # fmt: skip


@require_GET
def missed(request: ActorRequest) -> HttpResponse:
    """What nobody did in time, newest first."""
    narrow = _missed(request)
    found = kernel.listed(
        request.actor, narrow, at=timezone.now(), newest_first=True, after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    return page(
        request, "safety/duties/missed.html", keyset=lists.Keyset(found.rows, found.after, found.before),
        first=narrow.first, last=narrow.until - timedelta(days=1), query=request.GET.urlencode(),
        **_filters(request, with_states=False),
    )  # fmt: skip


@require_GET
def missed_sheet(request: ActorRequest) -> HttpResponse:
    return sheet_of(sheets.occurrences(request.actor, _missed(request), at=timezone.now(), title=_("漏办")), "missed")


@require_GET
def sheet(request: ActorRequest) -> HttpResponse:
    """The span that the calendar shows, for a spreadsheet program."""
    day = asked_day(request, "on", timezone.localdate())
    begin = day.replace(day=1)
    narrow = _narrow(request, begin, (begin + timedelta(days=31)).replace(day=1))
    return sheet_of(sheets.occurrences(request.actor, narrow, at=timezone.now(), title=_("值守与巡查")), "duties")


def _missed(request: ActorRequest) -> Narrow:
    first, until = _span(request)
    return replace(_narrow(request, first, until), states=("missed",))


def _span(request: ActorRequest) -> tuple[date, date]:
    """The days asked for; the last thirty when none are."""
    today = timezone.localdate()
    first = asked_day(request, "from", today - timedelta(days=BACK_DAYS))
    last = asked_day(request, "to", today)
    return first, max(first, last) + timedelta(days=1)


@require_GET
def figures(request: ActorRequest) -> HttpResponse:
    """Shares of done, late and missed, told apart as asked."""
    first, until = _span(request)
    by = request.GET.get("by", "unit")
    by = by if by in BY else "unit"
    total, rows = kernel.figures(request.actor, _narrow(request, first, until), by=by, at=timezone.now())
    names = {"unit": _("按单位"), "kind": _("按类别"), "person": _("按人"), "duty": _("按计划"), "month": _("按月")}
    return page(
        request, "safety/duties/figures.html", total=total, rows=[queries.shown(one) for one in rows],
        whole=queries.shown(total), by=by, ways=[(code, names[code], _address(request, by=code)) for code in names],
        chart=queries.chart(rows), first=first, last=until - timedelta(days=1), query=request.GET.urlencode(),
        **_filters(request, with_states=False),
    )  # fmt: skip


@require_GET
def figures_sheet(request: ActorRequest) -> HttpResponse:
    first, until = _span(request)
    by = request.GET.get("by", "unit")
    _total, rows = kernel.figures(
        request.actor, _narrow(request, first, until), by=by if by in BY else "unit", at=timezone.now()
    )
    return sheet_of(sheets.figures(rows, title=_("完成情况")), "duty-figures")


def sheet_of(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@require_GET
def photo(request: ActorRequest, key: UUID, file_id: UUID, variant: str) -> FileResponse:
    """A photo of an occurrence, for those who may see it."""
    served = open_served(queries.photo_of(key, file_id, actor=request.actor, at=timezone.now()), variant=variant)
    answer = FileResponse(served.stream, content_type=served.content_type)
    for header, value in served.headers.items():
        answer[header] = value
    return answer
