"""Pages of the audit administrator: readings of personal data, changes, exports, the journal."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.organisation.commands import exporting
from linli.domains.organisation.queries import auditing
from linli.domains.organisation.queries.auditing import Wanted
from linli.domains.organisation.queries.change_lines import VERBS
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import ReasonForm, blame, download
from linli.web.pages import page


class Period(forms.Form):
    """What the list of readings is narrowed to; what cannot be read narrows nothing."""

    q = forms.CharField(required=False, max_length=40)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)

    def wanted(self) -> Wanted:
        self.is_valid()
        given = self.cleaned_data
        return Wanted(given.get("q", ""), given.get("since"), given.get("until"))


@require_GET
def readings(request: ActorRequest) -> HttpResponse:
    wanted = Period(request.GET).wanted()
    rows = auditing.readings(actor=request.actor, at=timezone.now(), wanted=wanted, before=_mark(request))
    return page(
        request, "organisation/audit/readings.html", wanted=wanted, query=_period(request),
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
    """Every reading the list was narrowed to as a CSV, with a reason that is kept."""
    now, wanted = timezone.now(), Period(request.GET).wanted()
    count = auditing.count_readings(actor=request.actor, at=now, wanted=wanted)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _readings_file(request, wanted, form.cleaned_data["reason"])
        except Refused as refusal:
            blame(form, refusal)
    return page(
        request, "organisation/form.html", form=form, heading=_("导出查阅记录"), back="organisation:readings",
        lead=_("按当前筛选导出全部%(n)s条。") % {"n": count}, status=422 if form.errors else 200,
    )  # fmt: skip


def _readings_file(request: ActorRequest, wanted: Wanted, reason: str) -> HttpResponse:
    now = timezone.now()
    rows = auditing.all_readings(actor=request.actor, at=now, wanted=wanted)
    exporting.keep_export("readings", len(rows), reason=reason, actor=request.actor, at=now)
    lines = [(row.reader, row.whose, row.field, row.purpose, timezone.localtime(row.at).isoformat()) for row in rows]
    heads = (_("查阅人"), _("对象"), _("字段"), _("目的"), _("时间"))
    return download("readings", heads, [*lines, exporting.watermark(request.actor, now, reason)])


def _period(request: HttpRequest) -> str:
    """The filter as it stands in the address, without the page."""
    kept = request.GET.copy()
    kept.pop("after", None)
    return kept.urlencode()


def _mark(request: HttpRequest) -> int | None:
    after = request.GET.get("after", "")
    return whole(after)
