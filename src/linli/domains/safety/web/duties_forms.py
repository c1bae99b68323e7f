"""Forms of duties: a plan that makes its rule without its author knowing rules, a substitute, a swap, leave."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.safety.queries.duties import DOING, Choices
from linli.kernel.duties import kinds, patterns
from linli.kernel.duties.queries.lines import role_label
from linli.web.recurring import WhenForm, choose

GRACES: tuple[tuple[str, str | Promise], ...] = (
    ("", gettext_lazy("按类别")), ("0", gettext_lazy("不宽限")), ("30", gettext_lazy("30分钟")),
    ("60", gettext_lazy("1小时")), ("240", gettext_lazy("4小时")), ("1440", gettext_lazy("1天")),
    ("2880", gettext_lazy("2天")), ("10080", gettext_lazy("7天")),
)  # fmt: skip
DAY = {"type": "date"}


def grouped(first: tuple[str, Choices], second: tuple[str, Choices]) -> list[Any]:
    return [("", "—"), first, second]


class DutyForm(WhenForm):
    """A plan: what, who, when, which evidence."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"))
    title = forms.CharField(label=gettext_lazy("名称"), max_length=120, help_text=gettext_lazy("写做什么，不写人名。"))
    unit = forms.ChoiceField(label=gettext_lazy("负责单位"))
    over = forms.ChoiceField(
        label=gettext_lazy("在哪个区域"), required=False, help_text=gettext_lazy("不选时就是负责单位的区域。")
    )
    who = forms.ChoiceField(label=gettext_lazy("由谁完成"), help_text=gettext_lazy("一个人，或一类岗位中的任意一人。"))
    grace = forms.ChoiceField(
        label=gettext_lazy("宽限"), choices=list(GRACES), required=False,
        help_text=gettext_lazy("过了结束时刻、在宽限之内完成的算迟到，再往后算漏办。"),
    )  # fmt: skip
    wants = forms.MultipleChoiceField(
        label=gettext_lazy("要留的凭证"), choices=list(kinds.WANTS.items()), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("都不选时按类别的惯例。"),
    )  # fmt: skip
    starts_on = forms.DateField(label=gettext_lazy("从哪天起"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    last_on = forms.DateField(
        label=gettext_lazy("到哪天止"), required=False, widget=forms.DateInput(DAY, format="%Y-%m-%d"),
        help_text=gettext_lazy("含这一天；不填就一直做下去。"),
    )  # fmt: skip
    why = forms.CharField(label=gettext_lazy("为什么做"), max_length=200, required=False)
    knowing = forms.BooleanField(label=gettext_lazy("知道时间重叠，仍要这样安排"), required=False)

    def __init__(self, *args: Any, units: Choices, people: Choices, kinds_open: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "kind", kinds_open)
        choose(self, "unit", units)
        choose(self, "over", [("", "—"), *units])
        roles_of = [(f"role:{code}", role_label(code)) for code in DOING]
        choose(self, "who", grouped((_("一类岗位"), roles_of), (_("一个人"), people)))

    @property
    def ends_on(self) -> date | None:
        last = self.cleaned_data.get("last_on")
        return last + timedelta(days=1) if last else None

    @property
    def role(self) -> str:
        return str(self.cleaned_data["who"]).removeprefix("role:") if self.is_for_role else ""

    @property
    def is_for_role(self) -> bool:
        return str(self.cleaned_data["who"]).startswith("role:")


class ChangeForm(DutyForm):
    """From a day on something else. Kind and unit stay."""

    reason = forms.CharField(label=gettext_lazy("为什么改"), max_length=200, help_text=gettext_lazy("会记入变更记录。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("kind", "unit"):
            del self.fields[name]


def initial_of(duty: Any, *, from_on: date) -> dict[str, Any]:
    """What the form of a change begins with: the duty as it is."""
    pattern = patterns.read(duty.rule) or patterns.default(from_on)
    return {
        "every": pattern.every, "interval": pattern.interval, "weekdays": pattern.weekdays, "nth": pattern.nth,
        "days": pattern.days, "opens": duty.opens, "closes": duty.closes, "title": duty.title,
        "working_days_only": duty.working_days_only, "over": str(duty.over_id), "grace": str(duty.grace_minutes),
        "who": str(duty.holder_id) if duty.holder_id else f"role:{duty.role}", "wants": duty.wants,
        "starts_on": from_on, "last_on": duty.ends_on - timedelta(days=1) if duty.ends_on else None, "why": duty.why,
    }  # fmt: skip


def initial_for(today: date) -> dict[str, Any]:
    """What an empty form begins with."""
    pattern = patterns.default(today)
    return {
        "every": pattern.every, "weekdays": pattern.weekdays, "opens": time(9), "closes": time(11),
        "starts_on": today, "kind": "patrol",
    }  # fmt: skip


class StandInForm(forms.Form):
    """Who does it instead."""

    person = forms.ChoiceField(label=gettext_lazy("换成谁"))
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)
    knowing = forms.BooleanField(label=gettext_lazy("知道时间重叠，仍要这样安排"), required=False)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "person", people)


class SwapForm(forms.Form):
    """Whom to ask, and which of their times is taken in return."""

    asked = forms.ChoiceField(label=gettext_lazy("请谁来换"))
    in_return = forms.ChoiceField(
        label=gettext_lazy("我上对方的哪一班"), required=False,
        help_text=gettext_lazy("选了就是互换：对方上您的这一班，您上对方的那一班。不选就是请对方代一班。"),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)

    def __init__(self, *args: Any, people: Choices, offers: list[tuple[str, Choices]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "asked", people)
        choose(self, "in_return", [("", _("不换，请对方代一班")), *offers])


class LeaveForm(forms.Form):
    unit = forms.ChoiceField(label=gettext_lazy("在哪个单位"))
    first = forms.DateField(label=gettext_lazy("从"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    last = forms.DateField(label=gettext_lazy("到（含）"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=200, help_text=gettext_lazy("写“年休假、病假、培训”即可，不写病情。")
    )

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "unit", units)


class NoteForm(forms.Form):
    """What was done."""

    note = forms.CharField(
        label=gettext_lazy("做了什么"), max_length=400, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("不要写姓名、电话等个人信息。"),
    )  # fmt: skip


def key_in(text: str) -> UUID | None:
    """The key that ``text`` is, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None
