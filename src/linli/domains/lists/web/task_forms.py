"""Forms of tasks: a new one, and the small form of each step; it asks only what the step needs."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.lists.commands.task_steps import MOST_HOURS, MOST_YUAN, Given
from linli.domains.lists.queries.citing import ChoiceGroup
from linli.domains.lists.queries.giving import Offer
from linli.domains.lists.queries.task_page import Stepping
from linli.kernel.flow.given import GivenFile

FILES: Mapping[str, tuple[tuple[str, Any], ...]] = {"report": (("evidence", gettext_lazy("佐证")),)}
"""Step → kinds of files it takes, with what they are called."""


class GiveForm(forms.Form):
    """A new task. What may be chosen is in ``offer``."""

    units = forms.MultipleChoiceField(label=gettext_lazy("交给谁"), widget=forms.CheckboxSelectMultiple)
    admission = forms.ChoiceField(
        label=gettext_lazy("引用的准入事项"), required=False,
        help_text=gettext_lazy("不选时引用这一事项自己的准入；应急下派须在事后补办准入。"),
    )  # fmt: skip
    title = forms.CharField(
        label=gettext_lazy("任务名称"), max_length=120, required=False,
        help_text=gettext_lazy("不填时用事项的名称。不要写个人信息。"),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("具体要求"), max_length=4000, required=False, widget=forms.Textarea({"rows": 3})
    )
    due_on = forms.DateField(
        label=gettext_lazy("要求完成日期"), required=False, widget=forms.DateInput({"type": "date"}),
        help_text=gettext_lazy("不填时按事项自己的时限。"),
    )  # fmt: skip

    def __init__(self, offer: Offer, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        choices = [(group.label, [(key, name) for key, name, _why in group.units]) for group in offer.groups]
        self.fields["units"].choices = choices  # type: ignore[attr-defined]  # a choice field
        groups = _grouped(offer.admissions)
        if offer.emergencies:
            groups.append((_("应急下派"), [(one.value, one.label) for one in offer.emergencies]))
        if groups:
            self.fields["admission"].choices = [("", _("自动选择")), *groups]  # type: ignore[attr-defined]  # likewise
        else:
            del self.fields["admission"]


def _grouped(groups: Sequence[ChoiceGroup]) -> list[Any]:
    return [(str(group.label), [(one.value, one.label) for one in group.choices]) for group in groups]


def step_form(found: Stepping, data: Any = None) -> forms.Form:
    """The form of one step of a task."""
    form = forms.Form(data, auto_id=f"{found.offer.name}_%s", initial={"seen": found.seen})
    form.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
    if found.offer.name == "hand_over":
        choices: Any = [(group.label, [(str(n.id), n.name) for n in group.nodes]) for group in found.units]
        form.fields["unit"] = forms.ChoiceField(label=_("转给"), choices=choices, widget=forms.RadioSelect)
        if found.admissions:
            form.fields["admission"] = forms.ChoiceField(
                label=_("引用的准入事项"), required=False, choices=[("", "—"), *_grouped(found.admissions)],
                help_text=_("这一事项没有对居委会准入；可以引用已准入的事项。"),
            )  # fmt: skip
    if found.offer.name == "report":
        form.fields["hours_spent"] = _number(_("用时（小时）"), MOST_HOURS, step="0.5")
        form.fields["cost_yuan"] = _number(_("费用（元）"), MOST_YUAN, step="0.01")
    form.fields["note"] = note_field(found.offer.needs)
    return form


def note_field(needs: Sequence[str]) -> forms.CharField:
    """The words that go with a step: a reason, a note, or a remark that may be left out."""
    is_reason = "reason" in needs
    return forms.CharField(
        label=_("理由") if is_reason else _("情况说明"), required=is_reason or "note" in needs, max_length=400,
        widget=forms.Textarea({"rows": 3}), help_text=_("不要写姓名、电话等个人信息。"),
    )  # fmt: skip


def _number(label: str, most: float, *, step: str) -> forms.FloatField:
    return forms.FloatField(
        label=label, required=False, min_value=0, max_value=most,
        widget=forms.NumberInput({"step": step, "inputmode": "decimal"}),
    )  # fmt: skip


def given_from(values: Mapping[str, Any], *, files: Sequence[GivenFile], command: str) -> Given:
    """What a step is given from the cleaned ``values`` of its form."""
    known = ("note", "unit", "admission", "seen")
    fields = {name: str(value) for name, value in values.items() if name not in known and value not in ("", None)}
    unit, admission = values.get("unit"), values.get("admission")
    return Given(
        note=values.get("note", ""), unit=int(unit) if unit else None, admission=int(admission) if admission else None,
        files=files, seen=values.get("seen"), command=UUID(command) if command else None, fields=fields,
    )  # fmt: skip
