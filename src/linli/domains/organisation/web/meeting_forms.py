"""Forms of meetings."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.domains.organisation.queries import meeting_picks

Choices = list[tuple[str, str]]


class CallForm(forms.Form):
    kind = forms.ChoiceField(label=_("类别"), choices=meeting_picks.KINDS)
    title = forms.CharField(label=_("会议名称"), max_length=120)
    unit = forms.ChoiceField(label=_("召集单位"))
    starts_at = forms.DateTimeField(
        label=_("时间"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    place = forms.CharField(label=_("地点"), max_length=120)
    agenda = forms.CharField(
        label=_("议题"), widget=forms.Textarea({"rows": 4}), help_text=_("每行一个议题；写上案件编号即与该案件关联。")
    )
    invited = forms.MultipleChoiceField(
        label=_("参加人"), widget=forms.SelectMultiple({"size": 10}), required=False,
        help_text=_("按住 Ctrl 可多选；都会收到通知。"),
    )  # fmt: skip

    def __init__(self, *args: Any, units: Choices, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("unit", units), ("invited", people)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class MinutesForm(forms.Form):
    text = forms.CharField(label=_("会议纪要"), widget=forms.Textarea({"rows": 8}))


class LessonForm(forms.Form):
    text = forms.CharField(label=_("经验教训"), widget=forms.Textarea({"rows": 3}))
    matters = forms.MultipleChoiceField(label=_("关联案件"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, matters: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["matters"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = matters


class DecisionForm(forms.Form):
    text = forms.CharField(label=_("决定"), widget=forms.Textarea({"rows": 2}))
    unit = forms.ChoiceField(label=_("承办单位"), required=False)
    due_on = forms.DateField(
        label=_("完成日期"), required=False, widget=forms.DateInput({"type": "date"}),
        help_text=_("填写承办单位和日期后成为会议决定事项，计时督办。"),
    )  # fmt: skip

    def __init__(
        self, *args: Any, units: Choices, admissions: Sequence[tuple[str, Choices]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *units]
        if admissions:
            self.fields["admission"] = forms.TypedChoiceField(
                label=_("引用的准入事项"), required=False, coerce=int, empty_value=None,
                choices=[("", "—"), *admissions],
                help_text=_("交给居委会的决定须引用其清单上的事项。"),
            )  # fmt: skip
