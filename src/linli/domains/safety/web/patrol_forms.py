"""Forms of routes: time without knowing rules, points in their order, who is responsible."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.safety.commands.routing import Point
from linli.domains.safety.queries.patrol_choices import KINDS, Walker
from linli.kernel.duties.patterns import Pattern, weekday_name
from linli.kernel.errors import Refused

EVERY = (
    ("daily", gettext_lazy("每天")),
    ("weekly", gettext_lazy("每周的几天")),
    ("days", gettext_lazy("每隔几天")),
)
ROLES = (
    ("grid_officer", gettext_lazy("任一网格员")),
    ("patroller", gettext_lazy("任一巡防队员")),
    ("committee_worker", gettext_lazy("任一社区工作者")),
)
TIME = {"type": "time"}


class TimeForm(forms.Form):
    """When a route is walked, and by whom."""

    every = forms.ChoiceField(label=gettext_lazy("多久一次"), choices=EVERY, initial="daily")
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("星期几"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("选“每周的几天”时填。"),
    )  # fmt: skip
    interval = forms.IntegerField(
        label=gettext_lazy("隔几天"), min_value=1, max_value=180, required=False,
        help_text=gettext_lazy("选“每隔几天”时填。"),
    )  # fmt: skip
    opens = forms.TimeField(label=gettext_lazy("从几点"), widget=forms.TimeInput(TIME), initial="09:00")
    closes = forms.TimeField(label=gettext_lazy("到几点"), widget=forms.TimeInput(TIME), initial="11:00")
    grace_minutes = forms.IntegerField(
        label=gettext_lazy("宽限（分钟）"), min_value=0, max_value=43_200, initial=60,
        help_text=gettext_lazy("过了时间、在宽限内完成算迟到；之后算漏巡。"),
    )  # fmt: skip
    holder = forms.ChoiceField(label=gettext_lazy("责任人"), help_text=gettext_lazy("定一个人，或一类岗位中的任一人。"))

    def __init__(self, walkers: Sequence[Walker], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        people = [(str(one.id), f"{one.name} · {one.post}") for one in walkers]
        weekdays = [(n, weekday_name(n)) for n in range(7)]
        self.fields["weekdays"].choices = weekdays  # type: ignore[attr-defined]  # a choice field
        self.fields["holder"].choices = [(_("岗位"), ROLES), (_("人员"), people)]  # type: ignore[attr-defined]  # likewise

    @property
    def rule(self) -> str:
        """The rule of the chosen times. Raises RuleRefused."""
        said = self.cleaned_data
        return Pattern(said["every"], said["interval"] or 1, weekdays=tuple(said["weekdays"])).rule

    @property
    def responsible(self) -> tuple[UUID | None, str]:
        """(person, "") or (None, role)."""
        chosen = self.cleaned_data["holder"]
        return (None, chosen) if chosen in dict(ROLES) else (UUID(chosen), "")


class Points(forms.Form):
    """The points of a route, one beside the other; their order by number."""

    points = forms.MultipleChoiceField(
        label=gettext_lazy("点位"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=gettext_lazy("按勾选列出的顺序巡查。"),
    )  # fmt: skip
    least = forms.IntegerField(
        label=gettext_lazy("至少到几个点"), min_value=1, max_value=60, required=False,
        help_text=gettext_lazy("不填时每个点都要到。"),
    )  # fmt: skip
    in_order = forms.BooleanField(label=gettext_lazy("必须按顺序"), required=False)

    def chosen(self) -> list[Point]:
        """The points in the order of their numbers; what to look at there as written beside them."""
        keys = self.cleaned_data["points"]
        order = {key: self.data.get(f"no_{key}", "") for key in keys}
        keys = sorted(keys, key=lambda key: (int(order[key]) if order[key].isdigit() else 999, keys.index(key)))
        return [Point(UUID(key), self.data.get(f"ask_{key}", "")) for key in keys]


class PointsForm(Points):
    """The points alone."""

    def __init__(self, sites: Sequence[Any], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        choices = [(str(site.pk), f"{site.name} · {site.unit.name}") for site in sites]
        self.fields["points"].choices = choices  # type: ignore[attr-defined]  # a choice field


class RouteForm(Points, TimeForm):
    """A new route."""

    name = forms.CharField(label=gettext_lazy("路线名称"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("巡查类别"), choices=KINDS)
    team = forms.TypedChoiceField(label=gettext_lazy("队伍"), coerce=int, required=False, empty_value=None)
    building = forms.ChoiceField(
        label=gettext_lazy("哪一栋楼"),
        required=False,
        help_text=gettext_lazy("选“楼宇日常巡逻”时填：这栋楼的日常巡逻记录册。"),
    )
    starts_on = forms.DateField(label=gettext_lazy("从哪天起"), widget=forms.DateInput({"type": "date"}))
    knowing = forms.BooleanField(
        label=gettext_lazy("同一时间有别的安排也照排"),
        required=False,
        help_text=gettext_lazy("责任人时间冲突时才需要勾。"),
    )
    field_order = ("name", "kind", "team", "building", "starts_on", "every", "weekdays", "interval", "opens", "closes",
                   "grace_minutes", "holder", "knowing", "points", "least", "in_order")  # fmt: skip

    def __init__(self, walkers: Sequence[Walker], sites: Sequence[Any], teams: Sequence[Any], data: Any = None,
                 **more: Any) -> None:  # fmt: skip
        TimeForm.__init__(self, walkers, data, **more)
        named = [(str(site.pk), f"{site.name} · {site.unit.name}") for site in sites]
        self.fields["points"].choices = named  # type: ignore[attr-defined]  # a choice field
        self.fields["building"].choices = [("", "—"), *named]  # type: ignore[attr-defined]  # likewise
        self.fields["team"].choices = [("", "—"), *[(team.pk, team.name) for team in teams]]  # type: ignore[attr-defined]  # likewise


class ChangeTimeForm(TimeForm):
    """From a day on another time or another person."""

    from_on = forms.DateField(label=gettext_lazy("从哪天起"), widget=forms.DateInput({"type": "date"}))
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200, help_text=gettext_lazy("会记入变更记录。"))
    knowing = forms.BooleanField(label=gettext_lazy("同一时间有别的安排也照排"), required=False)


class ChangePointsForm(PointsForm):
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200, help_text=gettext_lazy("会记入变更记录。"))


class EndForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200, help_text=gettext_lazy("会记入变更记录。"))


def key_in(text: str) -> UUID | None:
    """The key in ``text``, or None."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Refused(_("请重新选择。")) from None
