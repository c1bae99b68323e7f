"""Pages of phones: one's own, those of a territory, what came late, and the limits of clocks."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.field.commands import phones as commands
from linli.domains.field.queries import clock_limits, late, naming, phones
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.devices import commands as devices
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import blame, for_staff, go, with_right
from linli.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class StopForm(forms.Form):
    """Why a phone is stopped, and whether it is to delete what it holds."""

    reason = forms.CharField(
        label=gettext_lazy("停用的原因"), max_length=200,
        help_text=gettext_lazy("例如：手机遗失；换了新手机。会记入变更记录。"),
    )  # fmt: skip
    forgets = forms.BooleanField(
        label=gettext_lazy("清空这部手机上的数据"), required=False, initial=True,
        help_text=gettext_lazy("手机下次联网时自动删除；没有上传的内容也会一起删除，无法找回。"),
    )  # fmt: skip


@for_staff
@require_GET
def mine(request: ActorRequest) -> HttpResponse:
    """My phones."""
    found = phones.mine(request.actor, timezone.now())
    return page(request, "field/mine.html", phones=found)


@for_staff
@require_http_methods(["GET", "POST"])
def stop_own(request: ActorRequest, key: UUID) -> HttpResponse:
    """Stop a phone of one's own."""
    one = phones.own(key, actor=request.actor, at=timezone.now())
    return _stop(request, one, commands.stop_own, back="phones:mine")


@for_staff
@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    """Phones of the territory."""
    _ask_for(request, phones.IN_CHARGE)
    text, state, now = request.GET.get("q", "").strip()[:40], request.GET.get("state", ""), timezone.now()
    rows, after = phones.in_charge(request.actor, at=now, text=text, state=state, after=request.GET.get("after", ""))
    return page(
        request, "field/phones.html", keyset=lists.Keyset(rows, after=after), text=text,
        left=phones.count_left(request.actor, at=now) if state != "left" else 0,
        states=lists.chips(request, "state", list(phones.STATES.items()), label=_("状态"), everything=_("全部")),
    )  # fmt: skip


@for_staff
@require_http_methods(["GET", "POST"])
def stop(request: ActorRequest, key: UUID) -> HttpResponse:
    """Stop a phone of somebody one looks after."""
    one = phones.one(key, actor=request.actor, at=timezone.now())
    return _stop(request, one, commands.stop, back="phones:listed")


def _stop(request: ActorRequest, one: phones.PhoneLine, command: Any, *, back: str) -> HttpResponse:
    form = StopForm(request.POST or None)
    if form.is_valid():
        try:
            command(one.id, **form.cleaned_data, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("“%(name)s”已停用。") % {"name": one.name})
            return go(request, reverse(back))
    return page(request, "field/stop.html", status=422 if form.errors else 200, form=form, phone=one, back=back)


def _ask_for(request: ActorRequest, rights: frozenset[str]) -> None:
    if not phones.right_over(request.actor, rights, timezone.now()):
        raise NotFound


class LateForm(forms.Form):
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)


@for_staff
@require_GET
def told_late(request: ActorRequest) -> HttpResponse:
    """What was filed after the fact."""
    _ask_for(request, late.READERS)
    asked, now = _wanted(request), timezone.now()
    rows, after = late.page(request.actor, asked, at=now, after=request.GET.get("after", ""))
    kept = request.GET.copy()
    kept.pop("after", None)
    return page(
        request, "field/late.html", keyset=lists.Keyset(rows, after=after), asked=asked, query=kept.urlencode(),
        kinds=lists.chips(request, "kind", list(naming.KINDS.items()), label=_("情形"), everything=_("全部")),
    )  # fmt: skip


@for_staff
@require_GET
def late_sheet(request: ActorRequest) -> HttpResponse:
    """The ledger for a spreadsheet program."""
    _ask_for(request, late.READERS)
    heads = [
        _("人员"), _("事项"), _("编号"), _("实际时间"), _("手机时间"), _("收到时间"), _("迟到(秒)"),
        _("时钟误差(秒)"), _("超过时限"), _("结果"), _("说明"),
    ]  # fmt: skip
    lines = (
        [
            row.person, str(row.what), row.number, _moment(row.taken_at), _moment(row.claimed_at),
            _moment(row.recorded_at), round(row.delay_s), round(-row.drift_s), _("是") if row.is_late else _("否"),
            str(row.state_label), row.message,
        ]
        for row in late.everything(request.actor, _wanted(request), at=timezone.now())
    )  # fmt: skip
    content = write_rows(heads, lines, kind="xlsx", title=_("补传台账"))
    headers = {"Content-Disposition": 'attachment; filename="late.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _moment(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")


def _wanted(request: ActorRequest) -> late.Wanted:
    form = LateForm(request.GET)
    form.is_valid()
    days = form.cleaned_data
    return late.wanted(
        days.get("since"), days.get("until"), request.GET.get("kind", ""), request.GET.get("q", ""), at=timezone.now()
    )


class LimitForm(forms.Form):
    name = forms.ChoiceField(label=gettext_lazy("适用于"), required=False)
    drift_s = forms.IntegerField(
        label=gettext_lazy("时钟误差(秒)"), min_value=1, max_value=3600,
        help_text=gettext_lazy("手机时钟与服务器相差超过这么多秒，以收到的时间为准。"),
    )  # fmt: skip
    delay_h = forms.FloatField(
        label=gettext_lazy("补传时限(小时)"), min_value=0.02, max_value=720,
        help_text=gettext_lazy("做了以后超过这么久才传到，以收到的时间为准。"),
    )  # fmt: skip
    valid_from = forms.DateField(label=gettext_lazy("从哪天起"), widget=forms.DateInput({"type": "date"}))
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200)


@with_right("edit_lists")
@require_http_methods(["GET", "POST"])
def limits(request: ActorRequest) -> HttpResponse:
    """How far phones' clocks are believed."""
    today = timezone.localdate()
    form = LimitForm(request.POST or None, initial={"drift_s": 120, "delay_h": 24, "valid_from": today.isoformat()})
    form.fields["name"].choices = [("", _("全部操作")), *clock_limits.choices()]  # type: ignore[attr-defined]  # a ChoiceField
    if form.is_valid():
        given = form.cleaned_data
        try:
            devices.set_limit(
                name=given["name"], drift_s=given["drift_s"], delay_s=round(given["delay_h"] * 3600),
                valid_from=given["valid_from"], source=given["source"], actor=request.actor, at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("时限已登记。"))
            return go(request, reverse("phones:limits"))
    return page(
        request, "field/limits.html", status=422 if form.errors else 200, form=form,
        lines=clock_limits.limit_lines(today),
    )  # fmt: skip
