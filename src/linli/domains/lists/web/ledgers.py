"""Electronic ledgers of committees: chosen, read, printed, taken away; nothing is typed here."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.domains.lists.queries import ledgers
from linli.domains.lists.queries.ledgers import MOST_ROWS, SORTS, Chosen
from linli.domains.lists.queries.task_sheet import moment
from linli.domains.lists.web.tasks import stay_at
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = timedelta(days=366)


def _chosen(request: ActorRequest) -> Chosen:
    """What the address asks for; without days the running quarter."""
    asked, today = request.GET, timezone.localdate()
    until = _day(asked.get("until", "")) or today
    since = _day(asked.get("since", "")) or date(until.year, (until.month - 1) // 3 * 3 + 1, 1)
    if since > until:
        since, until = until, since
    sort = asked.get("sort", "")
    return Chosen(
        whole(asked.get("unit", "")), sort if sort in SORTS else "heading", asked.get("value", "")[:60],
        max(since, until - LONGEST), until,
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_GET
def show(request: ActorRequest) -> HttpResponse:
    """One ledger of one committee, in a period."""
    chosen = _chosen(request)
    stay_at(request, "sort", chosen.sort)
    found = ledgers.ledger(request.actor, request.post, chosen, after=request.GET.get("after", "")[:80])
    sorts = lists.chips(request, "sort", list(SORTS.items()))
    return page(
        request, "lists/tasks/ledgers.html", found=found, chosen=chosen, sorts=sorts,
        keyset=lists.Keyset(found.rows, found.after), query=request.GET.urlencode(),
    )  # fmt: skip


@require_GET
def sheet(request: ActorRequest) -> HttpResponse:
    """The ledger for a spreadsheet program."""
    chosen = _chosen(request)
    found = ledgers.ledger(request.actor, request.post, chosen, limit=MOST_ROWS)
    heads = [_("日期"), _("编号"), _("事项"), _("做了什么"), _("谁做的"), _("佐证"), _("结果"), _("状态")]
    lines = (
        [moment(row.at), row.number, row.item, row.what, row.who, row.evidence, row.result, row.state]
        for row in found.rows
    )
    content = write_rows(heads, lines, kind="xlsx", title=found.title or _("电子台账"))
    headers = {"Content-Disposition": 'attachment; filename="ledger.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)
