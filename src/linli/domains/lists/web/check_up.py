"""The check-up: what was found, by rule; setting aside, proposing the change that puts it right, runs."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.lists.commands import checking, mending
from linli.domains.lists.queries import check_rules, check_sheet, corrections, findings, standpoint
from linli.domains.lists.queries.findings import Asked
from linli.domains.lists.queries.reach import ListNotFound, may
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import act, blame, with_right
from linli.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_ONCE = 1500
"""Items up to which a check-up is waited for; a longer one goes on in the background."""


class AsideForm(forms.Form):
    """Why it may stay so, and until when."""

    reason = forms.CharField(label=gettext_lazy("搁置理由"), max_length=200, widget=forms.Textarea({"rows": 2}))
    until = forms.DateField(
        label=gettext_lazy("搁置到"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("到这一天仍未改正的会重新列出，最长一年。"),
    )  # fmt: skip


def _asked(request: ActorRequest) -> Asked:
    unit = standpoint.get_unit(request.GET.get("unit", ""), request.actor, request.post)
    rule, given = request.GET.get("rule", ""), request.GET
    return Asked(
        unit, timezone.localdate(), rule if rule in check_rules.RULES else "", given.get("kind", "")[:20],
        given.get("q", "")[:60], given.get("aside") == "1",
    )  # fmt: skip


@require_GET
@with_right(checking.RIGHT)
def show(request: ActorRequest) -> HttpResponse:
    """Findings of a unit's lists, narrowed as the address says, with the trend of runs."""
    asked = _asked(request)
    found = findings.listed(asked, actor=request.actor, after=request.GET.get("after", ""))
    counts, past = findings.counts(asked), findings.runs(asked.unit)
    rules = [(rule, findings.label_of(rule), count) for rule, count in counts.items()]
    return page(
        request, "lists/check/list.html", asked=asked, keyset=lists.Keyset(found.rows, found.after, total=found.total),
        rules=lists.chips(request, "rule", rules, label=_("规则"), everything=_("全部")),
        kinds=lists.chips(request, "kind", findings.kinds(asked.unit), label=_("清单"), everything=_("全部")),
        aside=lists.chips(request, "aside", [("1", _("只看已搁置"))]), why=findings.WHY.get(asked.rule, ""),
        runs=past, last=next(iter(past), None), all_rules=len(check_rules.RULES), trend=findings.trend(past),
        units=standpoint.offered(asked.unit, request.actor), unit_key=str(asked.unit.pk),
        may_check=may(request.actor, checking.RIGHT, asked.unit), query=request.GET.urlencode(),
    )  # fmt: skip


@require_GET
@with_right(checking.RIGHT)
def sheet(request: ActorRequest) -> HttpResponse:
    """The findings as the address describes them, for a spreadsheet program."""
    headers = {"Content-Disposition": 'attachment; filename="check-up.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(check_sheet.write(_asked(request), actor=request.actor), content_type=XLSX, headers=headers)


@require_POST
@with_right(checking.RIGHT)
def run(request: ActorRequest) -> HttpResponse:
    """Check now; lists too long to wait for are checked in the background."""
    unit = standpoint.get_unit(request.POST.get("unit", ""), request.actor, request.post)
    to, now = f"{reverse('lists:check_up')}?unit={unit.pk}", timezone.now()
    try:
        begun = checking.begin_check(unit, at=now, actor=request.actor)
        if begun.items > AT_ONCE:
            checking.go_on_later(begun)
            messages.success(request, _("体检已开始，%(items)d 个事项，完成后这里会更新。") % {"items": begun.items})
        else:
            done = checking.carry_out(begun, at=now)
            messages.success(
                request,
                _("体检完成：%(items)d 个事项，%(found)d 处问题。") % {"items": done.items, "found": done.found},
            )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(to)


@require_http_methods(["GET", "POST"])
@with_right(checking.RIGHT)
def aside(request: ActorRequest, key: int) -> HttpResponse:
    """Set one finding aside, with a reason and a day."""
    finding = findings.get_finding(key, actor=request.actor)
    form = AsideForm(request.POST or None)
    if form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        try:
            checking.set_aside(
                finding, reason=given["reason"], until=given["until"], actor=request.actor, at=timezone.now()
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已搁置。"))
            return redirect(f"{reverse('lists:check_up')}?unit={finding.worklist.unit_id}&rule={finding.rule}")
    return page(
        request, "lists/check/aside.html", status=422 if form.errors else 200, form=form, finding=finding,
        rule=findings.label_of(finding.rule), why=findings.WHY[finding.rule],
    )  # fmt: skip


@require_POST
@with_right(checking.RIGHT)
def unaside(request: ActorRequest, key: int) -> HttpResponse:
    """It counts again."""
    finding = findings.get_finding(key, actor=request.actor)

    def command() -> None:
        checking.take_back_aside(finding, actor=request.actor)

    return act(request, _("已重新列出。"), command, "lists:check_up")


@require_http_methods(["GET", "POST"])
@with_right("edit_lists")
def mend(request: ActorRequest, key: int) -> HttpResponse:
    """What would put it right, part by part; pressed, it is drafted as a change for somebody else to approve."""
    finding = findings.get_finding(key, actor=request.actor)
    said = corrections.said_now(finding.item_id)
    if said is None or not may(request.actor, "edit_lists", finding.worklist.unit):
        raise ListNotFound
    if request.method == "POST":
        try:
            proposal = mending.mend(finding, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已起草变更，核对后报批。"))
            return redirect("lists:proposal", number=proposal.matter.number)
    made = corrections.correction(finding, said, today=timezone.localdate())
    return page(
        request, "lists/check/mend.html", finding=finding, rule=findings.label_of(finding.rule), made=made,
        why=findings.WHY[finding.rule], differences=corrections.differences(said, made),
    )  # fmt: skip
