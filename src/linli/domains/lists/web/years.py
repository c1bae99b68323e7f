"""Years: closed, compared, with their honours."""

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

from linli.domains.lists.commands import archiving
from linli.domains.lists.commands.archiving import Awarded
from linli.domains.lists.queries import reach, standpoint, years
from linli.domains.lists.queries.reach import ListNotFound, may
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import blame, day_field
from linli.web.pages import page
from linli.web.uploads import files_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BY = (("heading", gettext_lazy("按类别")), ("item", gettext_lazy("按事项")))


class CloseForm(forms.Form):
    """Which year, why, and that it may be before its end."""

    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2000, max_value=2099)
    reason = forms.CharField(label=gettext_lazy("说明"), max_length=400, widget=forms.Textarea({"rows": 2}))
    is_early = forms.BooleanField(
        label=gettext_lazy("年度未结束，提前封存"), required=False, help_text=gettext_lazy("封存后不能再改。")
    )


class HonourForm(forms.Form):
    """What was awarded, by whom and when."""

    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2000, max_value=2099)
    title = forms.CharField(label=gettext_lazy("荣誉名称"), max_length=120)
    awarded_by = forms.CharField(label=gettext_lazy("授予单位"), max_length=120)
    awarded_on = day_field(gettext_lazy("授予日期"))
    item = forms.CharField(
        label=gettext_lazy("对应事项编号"), max_length=32, required=False,
        help_text=gettext_lazy("因哪个清单事项获得，可不填。"),
    )  # fmt: skip


@require_GET
def show(request: ActorRequest) -> HttpResponse:
    """The years of a unit, their honours, and the closing."""
    unit = standpoint.get_unit(request.GET.get("unit", ""), request.actor, request.post)
    found = years.years_of(unit, today=timezone.localdate())
    return page(
        request, "lists/years/list.html", unit=unit, unit_key=str(unit.pk), years=found, chart=years.chart(found),
        honours=years.honours_of(unit), units=standpoint.offered(unit, request.actor),
        may_close=may(request.actor, archiving.RIGHT, unit),
    )  # fmt: skip


@require_GET
def compare(request: ActorRequest) -> HttpResponse:
    """Years beside each other, by heading or by item."""
    unit = standpoint.get_unit(request.GET.get("unit", ""), request.actor, request.post)
    chosen, by = _chosen(request, unit), request.GET.get("by", "heading")
    by = by if by in dict(BY) else "heading"
    found = years.compare(
        unit, chosen, by=by, heading=request.GET.get("heading", "")[:60], after=request.GET.get("after", "")[:60]
    )
    return page(
        request, "lists/years/compare.html", unit=unit, found=found, by=by,
        keyset=lists.Keyset(found.rows, found.after), ways=lists.chips(request, "by", BY, label=_("方式")),
        chips=lists.chips(
            request, "years", [(str(year), str(year)) for year in years.closed_years(unit)], label=_("年度"),
            is_many=True,
        ),
        query=request.GET.urlencode(),
    )  # fmt: skip


def _chosen(request: ActorRequest, unit: Any) -> list[int]:
    closed = years.closed_years(unit)
    asked = [year for year in map(whole, request.GET.getlist("years")) if year in closed]
    return [year for year in asked if year is not None] or closed[:2]


@require_GET
def sheet(request: ActorRequest) -> HttpResponse:
    """The comparison for a spreadsheet program."""
    unit = standpoint.get_unit(request.GET.get("unit", ""), request.actor, request.post)
    by = "item" if request.GET.get("by") == "item" else "heading"
    headers = {"Content-Disposition": 'attachment; filename="years.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(years.sheet(unit, _chosen(request, unit), by=by), content_type=XLSX, headers=headers)


@require_http_methods(["GET", "POST"])
def close(request: ActorRequest) -> HttpResponse:
    """Close a year for good."""
    unit = standpoint.get_unit(request.GET.get("unit", ""), request.actor, request.post)
    if not may(request.actor, archiving.RIGHT, unit):
        raise ListNotFound
    form = CloseForm(request.POST or None, initial={"year": timezone.localdate().year - 1})
    if form.is_valid():
        try:
            count = archiving.close_year(unit, actor=request.actor, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            said = _("已封存 %(count)d 个事项的年度成绩。") % {"count": count}
            messages.success(request, said if count else _("这一年已经封存过了。"))
            return redirect(f"{reverse('lists:years')}?unit={unit.pk}")
    status = 422 if form.errors else 200
    return page(request, "lists/years/form.html", status=status, form=form, unit=unit, title=_("封存年度"))


@require_http_methods(["GET", "POST"])
def honour(request: ActorRequest) -> HttpResponse:
    """Register an honour, with a picture of the plaque if there is one."""
    unit = standpoint.get_unit(request.GET.get("unit", ""), request.actor, request.post)
    if not may(request.actor, archiving.RIGHT, unit):
        raise ListNotFound
    form = HonourForm(request.POST or None, initial={"year": timezone.localdate().year})
    if form.is_valid():
        try:
            _register(request, unit, form.cleaned_data)
        except (Refused, ListNotFound) as refusal:
            if isinstance(refusal, ListNotFound):
                form.add_error("item", _("没有这个编号。"))
            else:
                blame(form, refusal)
        else:
            messages.success(request, _("荣誉已登记。"))
            return redirect(f"{reverse('lists:years')}?unit={unit.pk}")
    status = 422 if form.errors else 200
    return page(
        request, "lists/years/form.html", status=status, form=form, unit=unit, title=_("登记荣誉"), has_file=True
    )


def _register(request: ActorRequest, unit: Any, given: dict[str, Any]) -> None:
    now, code = timezone.now(), given.pop("item").strip()
    item = reach.get_item(code, actor=request.actor) if code else None
    files, _kept = files_of(request, ("plaque",), at=now)
    awarded = Awarded(**given, item=item, file=files[0].file_id if files else None)
    archiving.register_honour(unit, awarded, actor=request.actor, at=now)


@require_POST
def take_back(request: ActorRequest, key: int) -> HttpResponse:
    """It was registered wrongly, or withdrawn."""
    found = years.get_honour(key, actor=request.actor)
    try:
        archiving.take_back_honour(found, reason=request.POST.get("reason", ""), actor=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已撤销，理由留在档案中。"))
    return redirect(f"{reverse('lists:years')}?unit={found.unit_id}")
