"""Figures on hazards, each leading to the hazards behind it; the quarterly and annual report."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.domains.safety.queries import hazard_figures
from linli.domains.safety.web.hazards import spreadsheet
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.pages import page

SPANS = {"30": 30, "90": 90, "365": 365}


@require_GET
def show(request: ActorRequest) -> HttpResponse:
    """The last days, a quarter of a year unless said otherwise."""
    now = timezone.now()
    span = request.GET.get("span", "90")
    days = SPANS.get(span, 90)
    until = timezone.localdate(now) + timedelta(days=1)
    found = hazard_figures.figures(request.actor, request.post, since=until - timedelta(days=days), until=until, at=now)
    spans = lists.chips(
        request, "span", [("30", _("30 天")), ("90", _("90 天")), ("365", _("一年"))], label=_("发现时间")
    )
    return page(request, "safety/hazards/figures.html", found=found, spans=spans, tables=_tables(found))


def _tables(found: hazard_figures.Figures) -> list[tuple[str, str, tuple[hazard_figures.Line, ...]]]:
    """(what it is grouped by, the filter of the desk, lines)."""
    return [(_("按单位"), "unit", found.units), (_("按类别"), "category", found.categories),
            (_("按月份"), "month", found.months)]  # fmt: skip


@require_GET
def report(request: ActorRequest) -> HttpResponse:
    """The figures of a quarter or a year with the day they are to be reported by."""
    now = timezone.now()
    today = timezone.localdate(now)
    chosen = hazard_figures.period(request.GET.get("period", ""), today)
    found = _of(request, chosen)
    choices = [(one.code, one.label) for one in hazard_figures.periods(today)]
    periods = lists.chips(request, "period", choices, label=_("统计期"))
    left = (chosen.report_by - today).days
    return page(
        request, "safety/hazards/report.html", found=found, period=chosen, periods=periods, left=left,
        tables=_tables(found), is_open=chosen.until > today,
    )  # fmt: skip


def _of(request: ActorRequest, chosen: hazard_figures.Period) -> hazard_figures.Figures:
    return hazard_figures.figures(
        request.actor, request.post, since=chosen.since, until=chosen.until, at=timezone.now()
    )


@require_GET
def report_sheet(request: ActorRequest) -> HttpResponse:
    chosen = hazard_figures.period(request.GET.get("period", ""), _today())
    found = _of(request, chosen)
    lines = [found.whole, *found.units, *found.categories, *found.months]
    content = write_rows(hazard_figures.heads(), hazard_figures.rows_of(lines), kind="xlsx", title=chosen.label)
    return spreadsheet(content, f"hazards-{chosen.code}.xlsx")


def _today() -> date:
    return timezone.localdate()
