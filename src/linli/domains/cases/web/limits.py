"""Time limits: listed, reckoned, overridden for one area, taken in from a city's workbook."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.cases.commands import limits as commands
from linli.domains.cases.queries import decision_table, limit_list, rule_sheets
from linli.domains.cases.web.duty_forms import UnitField
from linli.domains.cases.web.table_pages import KEEPERS, download, only_readers
from linli.kernel.errors import Refused
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import blame
from linli.web.pages import page

ONLY = (
    ("local", gettext_lazy("本地调整")), ("unchecked", gettext_lazy("待本地核定")), ("ended", gettext_lazy("已截止")),
)  # fmt: skip


class ReckonForm(forms.Form):
    code = forms.CharField(label=gettext_lazy("分类代码"), max_length=20)
    condition = forms.CharField(label=gettext_lazy("立案条件"), max_length=200, required=False)
    unit = UnitField(label=gettext_lazy("区域单位"))
    start = forms.DateTimeField(
        label=gettext_lazy("开始时间"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )


class OverrideForm(forms.Form):
    code = forms.CharField(label=gettext_lazy("分类代码"), max_length=20, required=False)
    unit = UnitField(label=gettext_lazy("区域单位"))
    condition = forms.CharField(label=gettext_lazy("立案条件"), max_length=200, required=False)
    amount = forms.IntegerField(label=gettext_lazy("处置时限"), min_value=1)
    base = forms.ChoiceField(label=gettext_lazy("计时方式"), choices=tuple(rule_sheets.BASES.items()))
    close_condition = forms.CharField(label=gettext_lazy("结案条件"), max_length=200, required=False)
    valid_from = forms.DateField(
        label=gettext_lazy("自"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)


class WorkbookForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("立案结案标准（九列）"))
    numbers_of = forms.ChoiceField(label=gettext_lazy("编号所属清单"), choices=limit_list.numbered_lists)
    valid_from = forms.DateField(
        label=gettext_lazy("自"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


@require_GET
def show(request: ActorRequest) -> HttpResponse:
    """The limits in force, narrowed; the calculator answers beside them."""
    only_readers(request)
    find, only = request.GET.get("find", ""), request.GET.get("only", "")
    found = limit_list.listed(
        find=find, only=only, after=request.GET.get("after", ""), on=timezone.localdate()
    )  # fmt: skip
    district = decision_table.district_of(request.post).id
    form = ReckonForm(request.GET if "start" in request.GET else None, initial={"unit": ""})
    return page(
        request, "cases/tables/limits.html", keyset=lists.Keyset(found.lines, found.after, total=found.total),
        find=find, chips=lists.chips(request, "only", ONLY, everything=_("现行")), form=form,
        reckoned=_reckoned(form, district), units=decision_table.units_offered(district),
        proposals=limit_list.proposals(), may_edit=org.holds_right(request.actor, commands.RIGHT) is not None,
    )  # fmt: skip


def _reckoned(form: ReckonForm, district: int) -> limit_list.Reckoned | None:
    if not form.is_bound or not form.is_valid():
        return None
    given = form.cleaned_data
    try:
        unit = decision_table.unit_named(given["unit"], district_id=district) if given["unit"] else district
        return limit_list.reckon(given["code"], given["condition"], unit, given["start"])
    except Refused as refusal:
        form.add_error("unit", str(refusal))
        return None


@require_http_methods(["GET", "POST"])
def override(request: ActorRequest) -> HttpResponse:
    """A limit of one area's own, from a day on, with its reason."""
    only_readers(request, KEEPERS)
    district = decision_table.district_of(request.post).id
    form = OverrideForm(request.POST or None, initial={"valid_from": timezone.localdate(), **_asked(request)})
    if form.is_valid():
        values: dict[str, Any] = form.cleaned_data
        try:
            unit = decision_table.unit_named(values.pop("unit"), district_id=district)
            given = commands.GivenLimit(unit=unit, **values)
            commands.override(given, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("本地时限已设定。"))
            return redirect("cases:limits")
    status, units = 422 if form.errors else 200, decision_table.units_offered(district)
    return page(request, "cases/tables/limit.html", status=status, form=form, units=units, title=_("调整本地时限"))


def _asked(request: ActorRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ("code", "condition") if name in request.GET}


@require_POST
def end(request: ActorRequest, key: int) -> HttpResponse:
    commands.end(key, on=timezone.localdate() + timedelta(days=1), actor=request.actor, at=timezone.now())
    messages.success(request, _("本地时限自明天起不再适用。"))
    return redirect("cases:limits")


@require_GET
def export(request: ActorRequest) -> HttpResponse:
    only_readers(request)
    kind = "csv" if request.GET.get("kind") == "csv" else "xlsx"
    return download(limit_list.sheet(kind=kind, on=timezone.localdate()), name=f"limits.{kind}")  # type: ignore[arg-type]  # one of the two


@require_http_methods(["GET", "POST"])
def read_workbook(request: ActorRequest) -> HttpResponse:
    """A city's workbook: looked at with its errors, then proposed for somebody else to publish."""
    only_readers(request, KEEPERS)
    form = WorkbookForm(request.POST or None, request.FILES or None, initial={"valid_from": timezone.localdate()})
    seen = None
    if form.is_valid():
        content, values = form.cleaned_data["file"].read(), form.cleaned_data
        try:
            seen = commands.look_at_workbook(content, numbers_of=values["numbers_of"])
            if "take" in request.POST:
                version = commands.propose_workbook(
                    content, numbers_of=values["numbers_of"], file_name=values["file"].name,
                    valid_from=values["valid_from"], actor=request.actor, at=timezone.now(),
                )  # fmt: skip
                messages.success(request, _("已提出第%(no)s版，等待另一人发布。") % {"no": version.no})
                return redirect("cases:limits")
        except Refused as refusal:
            blame(form, refusal)
    status = 422 if form.errors else 200
    return page(request, "cases/tables/workbook.html", status=status, form=form, seen=seen)


@require_POST
def publish(request: ActorRequest, key: int) -> HttpResponse:
    version = commands.publish(key, actor=request.actor, at=timezone.now())
    messages.success(request, _("第%(no)s版已发布。") % {"no": version.no})
    return redirect("cases:limits")
