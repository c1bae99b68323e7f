"""Forms of the decision table and of shifts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.domains.cases.commands.deciding import GivenRow
from linli.domains.cases.queries import decision_table, rule_sheets, shifts

KINDS = (
    ("", "—"), ("team", _("队伍")), ("centre", _("中心")), ("committee", _("居民委员会")), ("grid", _("网格")),
    ("station", _("工作站")), ("street", _("街道办事处(镇政府)")), ("village", _("村民委员会")),
)  # fmt: skip


class UnitField(forms.CharField):
    """A unit by code or name; the list of the page offers those there are."""

    def __init__(self, **given: Any) -> None:
        super().__init__(max_length=80, required=False, widget=forms.TextInput(attrs={"list": "units"}), **given)


class RowForm(forms.Form):
    category = forms.CharField(
        label=_("分类代码或开头"), max_length=20, required=False, help_text=_("留空表示任何分类")
    )
    area = UnitField(label=_("区域单位"), help_text=_("留空表示全区；填编码或名称"))
    lead = UnitField(label=_("牵头单位"), help_text=_("指定单位，或在下面选择单位类型"))
    lead_kind = forms.ChoiceField(label=_("牵头单位类型"), choices=KINDS, required=False)
    co_units = UnitField(label=_("协办单位"), help_text=_("多个单位用空格隔开"))
    limit_amount = forms.FloatField(label=_("处置时限"), required=False, min_value=0)
    limit_base = forms.ChoiceField(label=_("计时方式"), choices=(("", "—"), *rule_sheets.BASES.items()), required=False)
    disposal_class = forms.TypedChoiceField(
        label=_("处置类别"), choices=tuple(decision_table.CLASSES.items()), coerce=int, required=False
    )
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    def given(self, district_id: int) -> GivenRow:
        """The row as written. Raises Refused for a unit there is not."""
        values = self.cleaned_data

        def unit(words: str) -> int | None:
            return decision_table.unit_named(words, district_id=district_id) if words else None

        co_units = (unit(words) for words in values["co_units"].replace("、", " ").split())
        return GivenRow(
            values["category"], unit(values["area"]), unit(values["lead"]), values["lead_kind"],
            tuple(key for key in co_units if key), values["limit_amount"], values["limit_base"],
            values["disposal_class"] or 0, values["note"],
        )  # fmt: skip


class ExplainForm(forms.Form):
    category = forms.CharField(label=_("分类代码"), max_length=20, required=False)
    unit = UnitField(label=_("地点所在单位"))


class SheetForm(forms.Form):
    file = forms.FileField(label=_("表格文件"), help_text=_("CSV或XLSX；先导出可得到表头"))


class ShiftForm(forms.Form):
    unit = UnitField(label=_("单位"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("星期"), choices=[(n, day) for n, day in enumerate(shifts.DAYS, start=1)], coerce=int,
        widget=forms.CheckboxSelectMultiple, initial=[1, 2, 3, 4, 5, 6, 7],
    )  # fmt: skip
    starts = forms.TimeField(label=_("开始"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(
        label=_("结束"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("早于或等于开始时间表示到次日"),
    )  # fmt: skip
    team = UnitField(label=_("值班队伍"), help_text=_("队伍和人员至少填一项"))
    person = forms.CharField(
        label=_("值班人员"), max_length=160, required=False, widget=forms.TextInput(attrs={"list": "people"})
    )
    valid_from = forms.DateField(label=_("自"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    note = forms.CharField(label=_("备注"), max_length=200, required=False)
