"""Pages of the audit administrator: readings of personal data, changes, exports, the journal."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.organisation.commands import exporting
from linli.domains.organisation.queries import auditing
from linli.domains.organisation.queries.change_lines import VERBS
from linli.domains.organisation.web.desk import ReasonForm, download
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.pages import page


@require_GET
def readings(request: ActorRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:40]
    rows = auditing.readings(actor=request.actor, at=timezone.now(), reader=text, before=_mark(request))
    return page(
        request, "organisation/audit/readings.html", text=text,
        keyset=lists.Keyset(rows, after=str(rows[-1].id) if len(rows) == auditing.PAGE else ""),
    )  # fmt: skip


@require_GET
def changes(request: ActorRequest) -> HttpResponse:
    """The change log; ``?verb=export`` shows what was taken out."""
    text, verb = request.GET.get("q", "")[:40], request.GET.get("verb", "")
    rows = auditing.changes(actor=request.actor, at=timezone.now(), verb=verb, by=text, before=_mark(request))
    return page(
        request, "organisation/audit/changes.html", text=text,
        keyset=lists.Keyset(rows, after=str(rows[-1].id) if len(rows) == auditing.PAGE else ""),
        verbs=lists.chips(request, "verb", list(VERBS.items()), label=_("操作"), everything=_("全部")),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def journal(request: ActorRequest) -> HttpResponse:
    """The last signed states; posted, the journal is verified now."""
    now = timezone.now()
    found = auditing.verify(actor=request.actor, at=now) if request.method == "POST" else None
    return page(
        request, "organisation/audit/journal.html", anchors=auditing.anchors(actor=request.actor, at=now), found=found
    )


@require_http_methods(["GET", "POST"])
def export(request: ActorRequest) -> HttpResponse:
    """The newest readings as a CSV, with a reason that is kept."""
    now = timezone.now()
    rows = auditing.readings(actor=request.actor, at=now)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        exporting.keep_export("readings", len(rows), reason=reason, actor=request.actor, at=now)
        lines = [
            (row.reader, row.whose, row.field, row.purpose, timezone.localtime(row.at).isoformat()) for row in rows
        ]
        heads = (_("查阅人"), _("对象"), _("字段"), _("目的"), _("时间"))
        return download("readings", heads, [*lines, exporting.watermark(request.actor, now, reason)])
    return page(
        request, "organisation/form.html", form=form, heading=_("导出查阅记录"), back="organisation:readings",
        status=422 if form.errors else 200,
    )  # fmt: skip


def _mark(request: HttpRequest) -> int | None:
    after = request.GET.get("after", "")
    return int(after) if after.isdigit() else None
