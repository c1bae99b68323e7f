"""The lists of a unit at a glance, and the money under them."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.domains.lists.queries import executions, money, overview, standpoint
from linli.domains.lists.queries.reach import may
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def show(request: ActorRequest) -> HttpResponse:
    """The four qualities of the lists, list by list; every figure leads to what it counts."""
    unit = standpoint.get_unit(request.GET.get("unit", ""), request.actor, request.post)
    today = timezone.localdate()
    worklists = overview.lists_below(unit, actor=request.actor)
    glance = overview.glance(unit, worklists, today=today, since=executions.year_of(today.year)[0])
    return page(
        request, "lists/overview/glance.html", unit=unit, unit_key=str(unit.pk), glance=glance, year=today.year,
        units=standpoint.offered(unit, request.actor), may_check=may(request.actor, "check_lists", unit),
    )  # fmt: skip


@require_GET
def spending(request: ActorRequest) -> HttpResponse:
    """Budget, paid, use rate and cost of one execution by item; what stands out first of all as filters."""
    unit = standpoint.get_unit(request.GET.get("unit", ""), request.actor, request.post)
    today, only = timezone.localdate(), request.GET.get("only", "")
    keys = [one.pk for one in overview.lists_below(unit, actor=request.actor)]
    found = money.lines(keys, today=today, only=only, after=request.GET.get("after", "")[:32])
    counts = money.counts(keys, today=today)
    choices = [(code, label, counts[code]) for code, label in money.EXCEPTIONS.items()]
    return page(
        request, "lists/overview/money.html", unit=unit, unit_key=str(unit.pk),
        keyset=lists.Keyset(found.rows, found.after), units=standpoint.offered(unit, request.actor),
        only=lists.chips(request, "only", choices, label=_("异常"), everything=_("全部")),
        query=request.GET.urlencode(),
    )  # fmt: skip


@require_GET
def spending_sheet(request: ActorRequest) -> HttpResponse:
    """The same for a spreadsheet program."""
    unit = standpoint.get_unit(request.GET.get("unit", ""), request.actor, request.post)
    keys = [one.pk for one in overview.lists_below(unit, actor=request.actor)]
    content = money.sheet(keys, today=timezone.localdate(), only=request.GET.get("only", ""))
    headers = {"Content-Disposition": 'attachment; filename="money.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)
