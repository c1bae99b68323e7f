"""The load of committees: side by side, one by itself with chart and drill-down, and as spreadsheets."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.domains.lists.queries import load_records, loads
from linli.domains.lists.queries.load_records import Narrow
from linli.domains.lists.web.tabs import on_at_first
from linli.domains.lists.web.tasks import stay_at
from linli.kernel.catalog.terms import LOAD_KINDS
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _year(request: ActorRequest) -> int:
    return loads.year_named(request.GET.get("year", ""), timezone.localdate())


def _sheet(content: bytes, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}.xlsx"'
    return HttpResponse(
        content, content_type=XLSX, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"}
    )


@require_GET
def compare(request: ActorRequest) -> HttpResponse:
    """Committees side by side."""
    year, streets = _year(request), loads.streets_of(request.actor)
    street = whole(request.GET.get("street", ""))
    known = {key for key, _name, _count in streets}
    if street not in known:
        street = loads.street_shown_first(request.actor, year=year)
        if street is not None:
            stay_at(request, "street", str(street))
    lines = loads.compare(request.actor, street=street, year=year, at=timezone.now())
    choices = [(str(key), name, count) for key, name, count in streets]
    years = [(str(one), str(one)) for one in (timezone.localdate().year, timezone.localdate().year - 1)]
    chart = {
        "kind": "bar", "unit": _("小时"), "labels": [line.name for line in lines[:30]],
        "series": [
            {"name": str(year), "values": [line.now.hours for line in lines[:30]]},
            {"name": str(year - 1), "values": [line.before.hours for line in lines[:30]]},
        ],
    }  # fmt: skip
    return page(
        request, "lists/loads/compare.html", lines=lines, year=year, street=street, chart=chart,
        streets=lists.chips(request, "street", choices) if len(streets) > 1 else None,
        has_chart=len(lines) > 1 and any(line.now.minutes or line.before.minutes for line in lines),
        years=on_at_first(lists.chips(request, "year", years)), query=request.GET.urlencode(),
    )  # fmt: skip


@require_GET
def compare_sheet(request: ActorRequest) -> HttpResponse:
    year = _year(request)
    street = whole(request.GET.get("street", ""))
    content = load_records.compare_sheet(request.actor, street=street, year=year, at=timezone.now())
    return _sheet(content, f"load-{year}")


@require_GET
def one(request: ActorRequest, unit_id: int) -> HttpResponse:
    """One committee's year."""
    shown = loads.load_page(request.actor, unit_id, year=_year(request), at=timezone.now())
    years = [(str(year), str(year)) for year in (timezone.localdate().year, timezone.localdate().year - 1)]
    return page(request, "lists/loads/one.html", shown=shown, years=on_at_first(lists.chips(request, "year", years)))


def _narrow(request: ActorRequest) -> Narrow:
    month = whole(request.GET.get("month", "")) or 0
    kind, only = request.GET.get("kind", ""), request.GET.get("only", "")
    return Narrow(
        _year(request), month if 1 <= month <= 12 else 0, whole(request.GET.get("asker", "")),
        kind if kind in LOAD_KINDS else "", only if only in ("exempt", "scrutiny", "asked") else "",
    )  # fmt: skip


@require_GET
def records(request: ActorRequest, unit_id: int) -> HttpResponse:
    """What a figure is made of."""
    narrow = _narrow(request)
    found, more = load_records.page_of(request.actor, unit_id, narrow, after=request.GET.get("after", ""))
    kinds = lists.chips(request, "kind", list(LOAD_KINDS.items()), everything=_("全部类别"))
    only = lists.chips(
        request, "only", [("asked", _("计入负担")), ("scrutiny", _("检查考核材料")), ("exempt", _("不计入负担"))]
    )
    months = lists.chips(
        request, "month", [(str(no), _("%(no)s月") % {"no": no}) for no in range(1, 13)], everything=_("全年")
    )
    return page(
        request, "lists/loads/records.html", keyset=lists.Keyset(found, more), kinds=kinds, only=only, months=months,
        narrow=narrow, unit=load_records.name_of(unit_id), unit_id=unit_id, query=request.GET.urlencode(),
    )  # fmt: skip


@require_GET
def records_sheet(request: ActorRequest, unit_id: int) -> HttpResponse:
    narrow = _narrow(request)
    return _sheet(load_records.records_sheet(request.actor, unit_id, narrow), f"load-{unit_id}-{narrow.year}")
