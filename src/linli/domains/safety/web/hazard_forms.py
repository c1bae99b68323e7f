"""Forms of hazards and listings: taking one down, and the small form of each step, asking only what the step needs."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.safety.commands.hazard_steps import MOST_YUAN, Given
from linli.domains.safety.flow.guards import PLAN
from linli.domains.safety.queries.hazard_page import PLAN_LABELS, Stepping
from linli.domains.safety.queries.hazards import SOURCES
from linli.kernel.flow.given import GivenFile

BEFORE = ("before", gettext_lazy("整改前照片"))
AFTER = ("after", gettext_lazy("整改后照片"))
FILES: Mapping[str, tuple[tuple[str, Any], ...]] = {
    "rectify": (AFTER,), "mended": (BEFORE, AFTER), "pass_recheck": (("check", gettext_lazy("复查照片")),),
    "fail_recheck": (("check", gettext_lazy("复查照片")),), "control": (("control", gettext_lazy("管控照片")),),
}  # fmt: skip
"""Step → kinds of files it takes, with what they are called."""
FINDS: tuple[tuple[str, Any], ...] = (
    ("before", gettext_lazy("隐患照片")), ("after", gettext_lazy("当场整改后的照片")),
)  # fmt: skip


def day(label: Any, *, help_text: Any = "", required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, help_text=help_text, widget=forms.DateInput({"type": "date"})
    )


def words(label: Any, limit: int, *, rows: int = 2, help_text: Any = "", required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=limit, required=required, help_text=help_text, widget=forms.Textarea({"rows": rows})
    )


class FindForm(forms.Form):
    """A hazard as found."""

    site = forms.CharField(
        label=gettext_lazy("场所编号"), max_length=40, required=False,
        help_text=gettext_lazy("从场所页进来时已填好；没有场所的，在下面写位置或在地图上选。"),
    )  # fmt: skip
    address = forms.CharField(label=gettext_lazy("具体位置"), max_length=200, required=False)
    item = forms.ChoiceField(label=gettext_lazy("对应检查项"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("隐患类别"), required=False)
    source = forms.ChoiceField(label=gettext_lazy("来源"))
    text = words(
        gettext_lazy("发现了什么"), 1000, rows=3, help_text=gettext_lazy("不要写姓名、电话等个人信息。"), required=True
    )
    proposed_major = words(
        gettext_lazy("疑似重大隐患的理由"), 400,
        help_text=gettext_lazy("认为可能是重大隐患时填写；由安全专管员判定，您不能单独定为重大。"),
    )  # fmt: skip
    on_spot = forms.BooleanField(label=gettext_lazy("已当场整改"), required=False)
    outcome = words(gettext_lazy("当场怎么整改的"), 400)

    def __init__(self, items: Sequence[tuple[str, str, str]], groups: Sequence[str], data: Any = None, **more: Any):
        super().__init__(data, **more)
        grouped: dict[str, list[tuple[str, str]]] = {}
        for code, group, text in items:
            grouped.setdefault(group, []).append((code, text))
        self.fields["item"].choices = [("", "—"), *grouped.items()]  # type: ignore[attr-defined]  # a choice field
        self.fields["category"].choices = [("", "—"), *((g, g) for g in groups)]  # type: ignore[attr-defined]  # likewise
        sources = [one for one in SOURCES if one[0] not in ("inspection", "case")]
        self.fields["source"].choices = sources  # type: ignore[attr-defined]  # likewise


def step_form(found: Stepping, data: Any = None) -> forms.Form:
    """The form of one step of a hazard, filled with what is settled already."""
    name = found.offer.name
    form = forms.Form(data, auto_id=f"{name}_%s", initial={"seen": found.seen})
    form.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
    if name in ("grade_general", "grade_major"):
        form.fields["grade_basis"] = words(_("判定依据"), 200, required=True, help_text=_("哪一条标准、哪一项情形。"))
    if name == "notify":
        choices: Any = [(group.label, [(str(n.id), n.name) for n in group.nodes]) for group in found.units]
        form.fields["unit"] = forms.ChoiceField(label=_("交给谁督促整改"), choices=choices)
    if name in ("notify", "draw_up"):
        _add_five(form, found)
    if name in ("extend", "fail_recheck"):
        label = _("新的整改期限")
        form.fields["due_on"] = day(label, required=name == "extend", help_text=_("原期限已过的必须填写。"))
        form.initial["due_on"] = found.hazard.due_on
    if name in ("rectify", "mended"):
        form.fields["outcome"] = words(_("整改结果"), 1000, rows=3, required=True)
    form.fields["note"] = note_field(found.offer.needs)
    return form


def _add_five(form: forms.Form, found: Stepping) -> None:
    """五落实, and for a major hazard what holds it in check and the six elements."""
    fields, hazard = form.fields, found.hazard
    fields["body"] = forms.CharField(label=_("责任单位"), max_length=120, required=False)
    fields["person"] = forms.CharField(
        label=_("责任人"), max_length=80, required=False, help_text=_("写职务，不写姓名，如：店长、物业经理。")
    )
    fields["measures"] = words(_("整改措施"), 1000, rows=3)
    fields["funds_yuan"] = forms.FloatField(
        label=_("整改资金（元）"), required=False, min_value=0, max_value=MOST_YUAN,
        widget=forms.NumberInput({"step": "0.01", "inputmode": "decimal"}),
    )  # fmt: skip
    fields["due_on"] = day(_("整改期限"))
    fields["contingency"] = words(_("整改期间应急预案"), 1000)
    for name in ("body", "person", "measures", "contingency", "due_on"):
        form.initial[name] = getattr(hazard, name)
    form.initial["funds_yuan"] = hazard.funds_fen / 100 if hazard.funds_fen is not None else None
    if form.initial["due_on"] is None and found.days is not None:
        fields["due_on"].help_text = _("这类问题一般%(n)d天内整改。") % {"n": found.days}
    if found.is_major:
        fields["control"] = words(_("临时管控措施"), 400)
        form.initial["control"] = hazard.control
        for key in PLAN:
            fields[f"plan_{key}"] = words(_("治理方案：%(part)s") % {"part": PLAN_LABELS[key]}, 400)
            form.initial[f"plan_{key}"] = hazard.plan.get(key, "")


def note_field(needs: Sequence[str]) -> forms.CharField:
    """The words that go with a step: a reason, a note, or a remark that may be left out."""
    is_reason = "reason" in needs
    return forms.CharField(
        label=_("理由") if is_reason else _("情况说明"), required=is_reason or "note" in needs, max_length=400,
        widget=forms.Textarea({"rows": 3}), help_text=_("不要写姓名、电话等个人信息。"),
    )  # fmt: skip


def given_from(values: Mapping[str, Any], *, files: Sequence[GivenFile], command: str) -> Given:
    """What a step is given from the cleaned ``values`` of its form; an emptied field empties what was there."""
    known = ("note", "unit", "seen")
    fields = {name: "" if value is None else str(value) for name, value in values.items() if name not in known}
    unit = values.get("unit")
    return Given(
        note=values.get("note", ""), unit=int(unit) if unit else None, files=files, seen=values.get("seen"),
        command=UUID(command) if command else None, fields=fields,
    )  # fmt: skip
