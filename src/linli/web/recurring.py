"""Something that comes again: a form that makes its rule without whoever fills it in knowing rules.

``{% include "web/_recurring.html" %}`` shows its fields; style sheets hide those that do not count for what is chosen.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from linli.kernel.duties import patterns
from linli.kernel.duties.patterns import LAST, Pattern

NTHS = (1, 2, 3, 4, LAST)
CLOCK = {"type": "time"}


class WhenForm(forms.Form):
    """When something comes again. Which fields count follows from ``every``; the others are left unread."""

    every = forms.ChoiceField(
        label=gettext_lazy("多久一次"), choices=list(patterns.EVERY.items()), widget=forms.RadioSelect
    )
    interval = forms.IntegerField(
        label=gettext_lazy("间隔"), min_value=1, max_value=180, required=False,
        help_text=gettext_lazy("隔几天、几周或几个月一次；不填，按周的是每周，按月的是每月。"),
    )  # fmt: skip
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("星期几"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    nth = forms.TypedChoiceField(label=gettext_lazy("第几个"), required=False, coerce=int, empty_value=None)
    days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("哪几日"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("“每月两次”选两个，其余选一个；没有31日的月份会跳过，月底请选“最后一天”。"),
    )  # fmt: skip
    opens = forms.TimeField(label=gettext_lazy("从"), widget=forms.TimeInput(CLOCK, format="%H:%M"))
    closes = forms.TimeField(
        label=gettext_lazy("到"), widget=forms.TimeInput(CLOCK, format="%H:%M"),
        help_text=gettext_lazy("早于开始时刻的，算到第二天。"),
    )  # fmt: skip
    working_days_only = forms.BooleanField(
        label=gettext_lazy("只在工作日（含调休上班日，跳过法定节假日）"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "weekdays", [(number, patterns.weekday_name(number)) for number in range(7)])
        choose(self, "nth", [(number, patterns.nth_name(number)) for number in NTHS])
        choose(self, "days", [(day, str(day)) for day in range(1, 32)] + [(LAST, patterns.day_name(LAST))])

    @property
    def rule(self) -> str:
        """Raises RuleRefused, with the field at fault."""
        said = self.cleaned_data
        interval = said.get("interval") or 1
        if said["every"] == "days" and not said.get("interval"):
            interval = 2
        return Pattern(
            said["every"], interval, tuple(said.get("weekdays", ())), tuple(said.get("days", ())), said.get("nth") or 1
        ).rule  # fmt: skip


def choose(form: forms.Form, name: str, choices: Sequence[Any]) -> None:
    """Give a field of choices its choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
