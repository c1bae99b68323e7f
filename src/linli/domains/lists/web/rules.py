"""Rules of lists as pages: the kinds of lists, and what kinds of units may not be given."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.lists.commands import kinds as kind_commands
from linli.domains.lists.commands import prohibiting
from linli.domains.lists.queries import amendments, list_kinds, prohibitions, reach
from linli.domains.lists.queries.reach import ListNotFound
from linli.kernel.errors import Refused
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import ReasonForm, blame
from linli.web.pages import page


class KindForm(ReasonForm):
    """What of a kind of list may change."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)
    is_public = forms.BooleanField(
        label=gettext_lazy("向居民公开"), required=False,
        help_text=gettext_lazy("勾选后，这一种类的清单立即出现在居民页面。"),
    )  # fmt: skip
    approval_steps = forms.TypedChoiceField(
        label=gettext_lazy("变更由几人批准"), coerce=int,
        choices=[(1, gettext_lazy("一人")), (2, gettext_lazy("两人先后"))],
        help_text=gettext_lazy("只能由一人改为两人。"),
    )  # fmt: skip
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("表格显示哪些栏"), choices=list_kinds.column_choices, widget=forms.CheckboxSelectMultiple
    )
    position = forms.IntegerField(label=gettext_lazy("排列次序"), min_value=0, max_value=999)
    field_order = ("name", "note", "is_public", "approval_steps", "columns", "position", "reason")


class BarForm(ReasonForm):
    """A class of duties barred for a kind of unit."""

    duty_class = forms.ChoiceField(label=gettext_lazy("职责类别"), required=False)
    new_class = forms.SlugField(
        label=gettext_lazy("新类别的代码"), max_length=40, required=False,
        help_text=gettext_lazy("上面没有的类别才填，例如 data_entry。"),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("新类别的名称"), max_length=60, required=False)
    unit_kind = forms.ChoiceField(label=gettext_lazy("不得下派给哪类单位"))
    area = forms.ChoiceField(label=gettext_lazy("适用范围"), required=False)
    basis = forms.ChoiceField(label=gettext_lazy("依据"), required=False)
    valid_from = forms.DateField(
        label=gettext_lazy("从哪天起"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)
    field_order = ("duty_class", "new_class", "name", "unit_kind", "area", "basis", "valid_from", "note", "reason")

    def __init__(self, areas: list[tuple[str, str]], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        offered: dict[str, Any] = {
            "duty_class": [("", "—"), *prohibitions.class_choices()], "unit_kind": prohibitions.unit_kinds(),
            "area": areas, "basis": prohibitions.bases(),
        }  # fmt: skip
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # choice fields all


class LiftForm(ReasonForm):
    on = forms.DateField(
        label=gettext_lazy("自哪天起不再适用"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    field_order = ("on", "reason")


@require_GET
def kinds(request: ActorRequest) -> HttpResponse:
    """Every kind of list with what follows from standing on it, and what was changed."""
    shown = list_kinds.kinds(request.actor)
    return page(
        request, "lists/rules/kinds.html", kinds=shown,
        sees_levels=org.holds_right(request.actor, amendments.RIGHT) is not None,
        history=amendments.history("kind", reach.districts_of(request.actor)),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def change_kind(request: ActorRequest, code: str) -> HttpResponse:
    found = list_kinds.get_kind(code, actor=request.actor)
    if found.why_not:
        raise ListNotFound
    shown = {name: getattr(found, name) for name in KindForm.base_fields if name != "reason"}
    form = KindForm(request.POST or None, initial=shown)
    if form.is_valid():
        given = dict(form.cleaned_data)
        reason = given.pop("reason")
        try:
            kind_commands.alter(
                code, kind_commands.Told(**given), reason=reason, actor=request.actor, at=timezone.now()
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("清单种类已修改。"))
            return redirect("lists:kinds")
    return _form(request, form, _("修改清单种类：%(name)s") % {"name": found.name}, "lists:kinds", _("清单种类"))


def _form(request: ActorRequest, form: forms.Form, title: str, back: str, back_label: str) -> HttpResponse:
    return page(
        request, "lists/rules/form.html", status=422 if form.errors else 200, form=form, title=title, back=back,
        back_label=back_label,
    )  # fmt: skip


@require_GET
def barred(request: ActorRequest) -> HttpResponse:
    """The classes of duties that kinds of units may not be given, on their basis."""
    today, actor = timezone.localdate(), request.actor
    unit_kind, ended = request.GET.get("kind", "")[:20], request.GET.get("only") == "ended"
    return page(
        request, "lists/rules/prohibitions.html",
        rows=prohibitions.rows(actor, unit_kind=unit_kind, ended=ended, on=today),
        kinds=lists.chips(request, "kind", prohibitions.kinds(actor, on=today), everything=_("全部单位")),
        only=lists.chips(request, "only", [("ended", _("已停止适用"))], everything=_("现行")),
        may_bar=bool(prohibitions.areas(actor)),
        history=amendments.history("prohibition", reach.districts_of(actor)),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def bar(request: ActorRequest) -> HttpResponse:
    areas = prohibitions.areas(request.actor)
    if not areas:
        raise ListNotFound
    form = BarForm(areas, request.POST or None, initial={"valid_from": timezone.localdate(), "unit_kind": "committee"})
    if form.is_valid():
        given = form.cleaned_data
        wanted = prohibiting.Barred(
            given["new_class"] or given["duty_class"], given["unit_kind"], given["valid_from"],
            given["name"] if given["new_class"] else "", org.kept_unit(int(given["area"])) if given["area"] else None,
            given["basis"], given["note"],
        )  # fmt: skip
        try:
            prohibiting.bar(wanted, reason=given["reason"], actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已登记，生效后系统不再放行。"))
            return redirect("lists:prohibitions")
    return _form(request, form, _("登记禁止下派的职责"), "lists:prohibitions", _("禁止下派的职责"))


@require_http_methods(["GET", "POST"])
def lift(request: ActorRequest, key: int) -> HttpResponse:
    found = prohibitions.get_row(key, actor=request.actor)
    form = LiftForm(request.POST or None, initial={"on": timezone.localdate()})
    if form.is_valid():
        try:
            prohibiting.lift(
                key, on=form.cleaned_data["on"], reason=form.cleaned_data["reason"], actor=request.actor,
                at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已登记停止适用的日期。"))
            return redirect("lists:prohibitions")
    title = _("停止适用：%(name)s（%(kind)s）") % {"name": found.name, "kind": found.unit_kind}
    return _form(request, form, title, "lists:prohibitions", _("禁止下派的职责"))
