"""Forms for what may be done with a unit; each knows the command it stands for."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.organisation.queries import standing
from linli.kernel.errors import Refused
from linli.kernel.org.commands import units as commands
from linli.web.desk import ReasonForm, day_field

Choices = list[tuple[str, str]]
ON_HELP = _("不填为今天；旧单位的历史保留，未办结的事项转给承接单位。")


class FoundForm(forms.Form):
    parent = forms.ChoiceField(label=_("上级单位"))
    code = forms.CharField(label=_("编码"), max_length=40)
    name = forms.CharField(label=_("名称"), max_length=120)
    kind = forms.ChoiceField(label=_("类型"), choices=standing.KIND_CHOICES)
    level = forms.ChoiceField(label=_("四级管理"), choices=[("", "—"), *standing.LEVEL_CHOICES], required=False)
    tree = forms.ChoiceField(label=_("条块"), choices=standing.TREE_CHOICES)
    division_code = forms.CharField(label=_("区划代码"), max_length=12, required=False, help_text=_("12位数字"))
    pilot = forms.BooleanField(label=_("试点单位"), required=False)
    valid_from = day_field(_("设立日期"))
    reason = forms.CharField(label=_("理由"), max_length=400, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, parents: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parent"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = parents


class LinkForm(ReasonForm):
    kind = forms.ChoiceField(label=_("关系"), choices=standing.LINK_CHOICES)
    other = forms.ChoiceField(label=_("另一单位"))
    since = day_field(_("自"))
    field_order = ("kind", "other", "since", "reason")

    def __init__(self, *args: Any, others: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["other"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = others


class UnitForm(ReasonForm):
    """One thing to do with ``unit``. ``moves`` when its open work goes elsewhere."""

    label: ClassVar["str | Promise"] = ""
    moves: ClassVar[bool] = False
    picks: ClassVar[str] = ""

    def __init__(self, *args: Any, unit: Any, others: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        if self.picks:
            field = self.fields[self.picks]
            assert isinstance(field, forms.ChoiceField)
            none = [] if field.required else [("", "—")]
            field.choices = [*none, *(choice for choice in others if choice[0] != str(unit.pk))]

    def carry_out(self, *, pick: Callable[[int], Any], actor: Any, at: datetime) -> int:
        """Do it; returns the id of the unit to show afterwards. Raises Refused."""
        raise NotImplementedError

    def said(self, actor: Any, at: datetime) -> dict[str, Any]:
        return {"actor": actor, "at": at, "reason": self.cleaned_data["reason"]}

    def picked(self, pick: Callable[[int], Any]) -> Any:
        chosen = self.cleaned_data[self.picks]
        return pick(int(chosen)) if chosen else None


class RenameForm(UnitForm):
    label = _("更名")
    name = forms.CharField(label=_("新名称"), max_length=120)
    on = day_field(_("生效日期"))
    field_order = ("name", "on", "reason")

    def carry_out(self, *, pick: Callable[[int], Any], actor: Any, at: datetime) -> int:
        given = self.cleaned_data
        commands.rename(self.unit, given["name"], on=given["on"], **self.said(actor, at))
        return int(self.unit.pk)


class MoveForm(UnitForm):
    label = _("调整隶属")
    picks = "parent"
    parent = forms.ChoiceField(label=_("新的上级单位"))
    field_order = ("parent", "reason")

    def carry_out(self, *, pick: Callable[[int], Any], actor: Any, at: datetime) -> int:
        commands.move(self.unit, self.picked(pick), **self.said(actor, at))
        return int(self.unit.pk)


class MergeForm(UnitForm):
    label = _("并入其他单位")
    moves = True
    picks = "into"
    into = forms.ChoiceField(label=_("并入"))
    on = day_field(_("生效日期"), help_text=ON_HELP)
    field_order = ("into", "on", "reason")

    def carry_out(self, *, pick: Callable[[int], Any], actor: Any, at: datetime) -> int:
        into = self.picked(pick)
        commands.merge([self.unit], into, on=self.cleaned_data["on"], **self.said(actor, at))
        return int(into.pk)


class SplitForm(UnitForm):
    label = _("拆分")
    moves = True
    parts = forms.CharField(
        label=_("拆分为"),
        help_text=_("每行一个新单位:编码 名称。第一个承接未办结的事项。"),
        widget=forms.Textarea({"rows": 4}),
    )
    on = day_field(_("生效日期"), help_text=ON_HELP)
    field_order = ("parts", "on", "reason")

    def carry_out(self, *, pick: Callable[[int], Any], actor: Any, at: datetime) -> int:
        made = commands.split(self.unit, self.new_units(), on=self.cleaned_data["on"], **self.said(actor, at))
        return made[0].pk

    def new_units(self) -> list[commands.Part]:
        """The lines as parts. Raises Refused for a line without a name."""
        found = []
        for line in self.cleaned_data["parts"].splitlines():
            if not line.strip():
                continue
            code, _gap, name = line.strip().partition(" ")
            if not name.strip():
                raise Refused(_("“%(line)s”应为编码、空格、名称。") % {"line": line.strip()[:40]}, field="parts")
            found.append(commands.Part(code, name.strip()))
        return found


class CloseForm(UnitForm):
    label = _("撤销")
    moves = True
    picks = "successor"
    successor = forms.ChoiceField(label=_("承接单位"), required=False)
    on = day_field(_("生效日期"), help_text=ON_HELP)
    field_order = ("successor", "on", "reason")

    def carry_out(self, *, pick: Callable[[int], Any], actor: Any, at: datetime) -> int:
        successor = self.picked(pick)
        commands.close(self.unit, successor=successor, on=self.cleaned_data["on"], **self.said(actor, at))
        return int((successor or self.unit).pk)


class PilotForm(UnitForm):
    label = _("设置试点")
    pilot = forms.BooleanField(label=_("试点单位"), required=False)
    field_order = ("pilot", "reason")

    def carry_out(self, *, pick: Callable[[int], Any], actor: Any, at: datetime) -> int:
        commands.set_pilot(self.unit, self.cleaned_data["pilot"], **self.said(actor, at))
        return int(self.unit.pk)


class PhoneForm(UnitForm):
    label = _("对外电话")
    phone = forms.CharField(
        label=_("对外电话"),
        help_text=_("居民在首页和长辈版最上面看到的号码；留空就用上级单位的。"),
        required=False,
        max_length=20,
        widget=forms.TextInput({"inputmode": "tel"}),
    )
    field_order = ("phone", "reason")

    def __init__(self, *args: Any, unit: Any, others: Choices, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, others=others, **kwargs)
        self.fields["phone"].initial = unit.phone

    def carry_out(self, *, pick: Callable[[int], Any], actor: Any, at: datetime) -> int:
        commands.set_phone(self.unit, self.cleaned_data["phone"], **self.said(actor, at))
        return int(self.unit.pk)


FORMS: dict[str, type[UnitForm]] = {
    "rename": RenameForm,
    "move": MoveForm,
    "merge": MergeForm,
    "split": SplitForm,
    "close": CloseForm,
    "pilot": PilotForm,
    "phone": PhoneForm,
}
