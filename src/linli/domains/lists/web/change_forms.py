"""Forms of list changes: one item as its columns say it, where a leaving one goes, a spreadsheet."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.domains.lists.queries.proposals import MOVES, LineForm
from linli.domains.lists.queries.rows import APPROVALS, COLUMNS, PARTS
from linli.kernel.catalog.terms import DECISIONS, FREQUENCIES, LOAD_KINDS, PUBLIC_CLASSES

GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("是什么"), ("name", "class", "content", "keywords", "public_class", "duty_class", "is_key")),
    (_("谁来办（人）"), ("department", "office", "centre", "committee", "co", "duties", "people")),
    (_("依据与财物"), ("bases", "money_yuan", "things")),
    (_("怎么办（事）"), (
        "conditions", "limit", "frequency", "hours", "forms", "load_kind", "guide", "evidence", "categories", "links",
        "sunset",
    )),
)  # fmt: skip
SEAL = (_("用印"), ("decision", "reason", "instead", "papers", "approval"))
CHOICES: dict[str, Any] = {
    "public_class": PUBLIC_CLASSES, "frequency": {code: name for code, (name, _n) in FREQUENCIES.items()},
    "load_kind": LOAD_KINDS, "committee": PARTS, "decision": DECISIONS, "approval": APPROVALS,
}  # fmt: skip
LONG = frozenset({"content", "guide", "duties", "conditions", "reason"})
NUMBERS = frozenset({"money_yuan", "hours", "forms"})
HINTS: dict[str, Any] = {
    "keywords": _("居民怎么叫它，用“；”隔开。"), "co": _("部门、科室或中心的名称，用“；”隔开。"),
    "duties": _("写作“单位：职责”，用“；”隔开。"), "bases": _("依据代码，用“；”隔开。"),
    "guide": _("步骤之间用“＞”隔开。"), "evidence": _("用“；”隔开。"), "things": _("用“；”隔开。"),
    "limit": _("5d 为 5 个工作日，24h 为连续 24 小时。"), "links": _("关联条目的编号，用“；”隔开。"),
    "categories": _("案件类别代码，用“；”隔开。"), "papers": _("用“；”隔开。"),
    "duty_class": _("如招商引资 investment_promotion；一般不填。"),
}  # fmt: skip
LISTS = {"class": "headings", "department": "departments", "office": "bodies", "centre": "bodies"}


class ItemForm(forms.Form):
    """One item; ``groups`` lays its fields out. The cells are read as those of a spreadsheet."""

    def __init__(self, offered: LineForm, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial or _initial(offered))
        self.offered = offered
        self.laid_out = (*GROUPS, SEAL) if offered.is_seal else GROUPS
        for _label, names in self.laid_out:
            for name in names:
                self.fields[name] = _field(name)
        self.fields["reason_of_line"] = forms.CharField(
            label=_("这一处改动的理由"), max_length=400, required=False, widget=forms.Textarea({"rows": 2}),
            initial=offered.line.reason if offered.line else "",
        )  # fmt: skip

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(label, [self[name] for name in names]) for label, names in self.laid_out]

    @property
    def cells(self) -> dict[str, str]:
        """The row as given."""
        given = self.cleaned_data
        cells = {name: str(given[name] or "") for _label, names in self.laid_out for name in names}
        return cells | {"is_key": "1" if given["is_key"] else ""}


def _initial(offered: LineForm) -> dict[str, Any]:
    cells = dict(offered.cells)
    codes = {name: {str(label): code for code, label in known.items()} for name, known in CHOICES.items()}
    for name, known in codes.items():
        cells[name] = known.get(cells.get(name, ""), cells.get(name, ""))
    return {**cells, "is_key": cells.get("is_key") == "1"}


def _field(name: str) -> forms.Field:
    label: Any = COLUMNS[name]
    hint = HINTS.get(name, "")
    if name == "is_key":
        return forms.BooleanField(label=label, required=False)
    if name in CHOICES:
        choices = [("", "—"), *CHOICES[name].items()]
        return forms.ChoiceField(label=label, choices=choices, required=False, help_text=hint)
    attrs: dict[str, Any] = {"list": LISTS[name]} if name in LISTS else {}
    widget = forms.Textarea({"rows": 2}) if name in LONG else forms.TextInput(attrs)
    if name in NUMBERS:
        widget = forms.TextInput({"inputmode": "decimal"})
    if name == "sunset":
        widget = forms.DateInput({"type": "date"})
    return forms.CharField(label=label, required=name == "name", max_length=2_000, widget=widget, help_text=hint)


class RetireForm(forms.Form):
    """Where a leaving item goes."""

    move = forms.ChoiceField(label=_("退出方式"), choices=MOVES)
    to_unit = forms.CharField(
        label=_("去向单位"), max_length=80, required=False, help_text=_("单位名称或代码。"),
        widget=forms.TextInput({"list": "departments"}),
    )  # fmt: skip
    to_item = forms.CharField(label=_("并入或转到的条目编号"), max_length=32, required=False)
    to_text = forms.CharField(label=_("其他去向"), max_length=120, required=False)
    reason_of_line = forms.CharField(label=_("退出理由"), max_length=400, widget=forms.Textarea({"rows": 2}))


class StartForm(forms.Form):
    """What begins a proposal."""

    reason = forms.CharField(label=_("变更理由"), max_length=400, widget=forms.Textarea({"rows": 2}))
    valid_from = forms.DateField(
        label=_("生效日期"), required=False, help_text=_("不填则发布当日生效。"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )  # fmt: skip


class SheetForm(StartForm):
    file = forms.FileField(label=_("表格文件"), help_text=_("本清单导出的表格，或同样列名的 CSV、XLSX。"))
    field_order = ("file", "reason", "valid_from")


class NoteForm(forms.Form):
    """The words that go with a step."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, needs: tuple[str, ...], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        must = "reason" in needs
        self.fields["note"] = forms.CharField(
            label=_("理由") if must else _("意见"), max_length=400, required=must, widget=forms.Textarea({"rows": 3})
        )
