"""The small form of a step: it asks only what the step needs. Which fields a step has is one table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.cases.queries import picking, wording
from linli.domains.cases.queries.offering import Offer
from linli.domains.cases.queries.picking import Choice, Group

Choices = list[Any]
Text = Any
"""A string or a translatable one; Django's stubs know only their own kind of promise."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "accept": ("category", "condition", "small_kind", "sphere", "is_pressing"),
    "classify": ("category", "condition", "small_kind", "sphere", "is_pressing"),
    "file": ("category", "condition"),
    "register": ("category", "result_code", "outcome"),
    "dispatch": ("unit",),
    "fast_lane": ("category", "unit"),
    "redispatch": ("unit",),
    "forward": ("unit",),
    "arbitrate": ("unit",),
    "link_units": ("units",),
    "invite": ("unit", "meet_where"),
    "ask_for": ("kind", "amount"),
    "extend": ("amount",),
    "feed_back": ("outcome",),
    "urge": ("level", "hours"),
    "raise_emergency": ("emergency",),
    "assign": ("assignee",),
    "instruct": ("assignee",),
    "ask_verification": ("assignee",),
    "ask_check": ("assignee",),
    "reply": ("caller", "method"),
    "close": ("result_code",),
    "revisit": ("reached", "satisfaction", "is_solved", "method", "reopen"),
}
"""Step → what it asks beside note or reason."""

FILES: Mapping[str, tuple[str, ...]] = {
    "arrive": ("before",), "note_progress": ("report",), "feed_back": ("before", "after"), "confirm": ("report",),
    "refute": ("report",), "pass_check": ("check",), "fail_check": ("check",), "recheck": ("check",),
    "register": ("before", "after"),
}  # fmt: skip
"""Step → kinds of photos it takes."""

MAY_SAY = frozenset({"accept", "file", "dispatch", "assign", "arrive", "uphold_return", "feed_back", "close",
                     "revisit", "ask_check", "classify", "register", "grant", "to_station", "to_street", "to_district",
                     "to_leaders"})  # fmt: skip
"""Steps with a remark that may be left out."""

ONLY_COMPUTED = {"escalate": ("unit",)}
"""Needs that the command itself fills."""

WHY: Mapping[str, Text] = {
    "accept": gettext_lazy("确认分类后即受理；分类决定时限和责任单位。"),
    "dispatch": gettext_lazy("派给责任单位；列在最前的是派遣规则指明的单位。"),
    "return": gettext_lazy("退单由值班长裁定，写明理由，最好指出应由谁办。"),
    "feed_back": gettext_lazy("写明做了什么；处置后照片给核查的人看。"),
    "reply": gettext_lazy("反映人会看到这段话。每一位反映人都要答复。"),
    "close": gettext_lazy("只有中心可以结案；结案前须答复全部反映人。"),
    "ask_for": gettext_lazy("由值班长审批；延期最多两次。"),
    "escalate": gettext_lazy("上报上一级，由上一级承办。"),
    "link_units": gettext_lazy("本单位牵头，所选单位协办；先网格联动，力量不足再镇级联动。"),
    "invite": gettext_lazy("被约请的部门须按时答复；拒绝会记录并计入考核。"),
    "urge": gettext_lazy("承办单位须在限定时间内回复。"),
    "pass_check": gettext_lazy("写明现场情况；没有参与处置的人才能核查。"),
    "fail_check": gettext_lazy("退回原单位返工，写明还差什么。"),
    "revisit": gettext_lazy("不满意的可以直接重开办理。"),
    "raise_emergency": gettext_lazy("等级决定时限和指挥单位。"),
    "instruct": gettext_lazy("指令发到队员手机，签收、到场、反馈都会回到这里。"),
    "fast_lane": gettext_lazy("小区急事由社区直接派给主管部门，写明为什么急。"),
}
"""Why it is asked, said above the form."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What may be chosen in the form of one step."""

    units: list[Group]
    people: list[Group]
    suggested: tuple[str, ...] = ()
    category: str = ""
    callers: tuple[tuple[str, str], ...] = ()
    admissions: Sequence[Group] = ()


def form_for(offer: Offer, offered: Offered, data: Mapping[str, Any] | None, *, seen: int) -> forms.Form:
    """The form of ``offer``, empty or bound to ``data``."""
    form = forms.Form(data, auto_id=f"{offer.name}_%s", initial={"seen": seen})
    form.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
    for name in _names(offer, offered):
        form.fields[name] = _MAKERS[name](offer, offered)
    if reasons := picking.reasons_for(offer.name):
        form.fields["reason_pick"] = forms.ChoiceField(
            label=gettext_lazy("常用理由"), required=False, choices=[("", "—"), *((r, r) for r in reasons)]
        )
    if note := _note(offer):
        form.fields["note"] = note
    return form


def file_kinds(offer: Offer) -> list[tuple[str, str, bool]]:
    """(kind, label, must) of the photos the step takes."""
    must = {"after"} if offer.name == "feed_back" else set()
    return [(kind, str(wording.FILE_KINDS[kind]), kind in must) for kind in FILES.get(offer.name, ())]


def _names(offer: Offer, offered: Offered) -> Iterable[str]:
    asked = FIELDS.get(offer.name, ())
    if offered.admissions:
        asked = (*asked, "admission")
    given = [n for n in offer.needs if n in ("unit", "assignee") and n not in ONLY_COMPUTED.get(offer.name, ())]
    return dict.fromkeys((*asked, *given))


def _note(offer: Offer) -> forms.CharField | None:
    asks_reason, asks_note = "reason" in offer.needs, "note" in offer.needs
    if not (asks_reason or asks_note or offer.name in MAY_SAY):
        return None
    has_list = offer.name in picking.REASONS
    return forms.CharField(
        label=gettext_lazy("理由") if asks_reason else gettext_lazy("说明"),
        required=asks_note or (asks_reason and not has_list),
        max_length=400,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("不要写姓名、电话等个人信息。"),
    )


def _select(label: Text, choices: Choices, *, required: bool = True, help_text: Text = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=required, help_text=help_text)


def _grouped(groups: Iterable[Group]) -> Choices:
    return [(str(g.label), [(c.value, words_of(c)) for c in g.choices]) for g in groups]


def words_of(choice: Choice) -> str:
    """A choice in one line: name, what it is, what it has in hand."""
    load = _("在办 %(n)d 件") % {"n": choice.load} if choice.load is not None else ""
    return " · ".join(filter(None, (choice.label, choice.hint, load)))


def _category(offer: Offer, offered: Offered) -> forms.Field:
    groups = picking.category_groups(offered.suggested)
    return forms.ChoiceField(
        label=gettext_lazy("分类"), required=offer.name in ("accept", "file", "register", "fast_lane"),
        initial=offered.category or (offered.suggested[0] if offered.suggested else ""),
        choices=[("", gettext_lazy("请选择")), *_grouped(groups)],
        help_text=_("推荐的三类排在最前，由您决定。") if offered.suggested else "",
    )  # fmt: skip


def _unit(offer: Offer, offered: Offered) -> forms.Field:
    return forms.ChoiceField(
        label=gettext_lazy("约请部门") if offer.name == "invite" else gettext_lazy("承办单位"),
        choices=_grouped(offered.units), widget=forms.RadioSelect,
        initial=offered.units[0].choices[0].value if offered.units and offer.name == "dispatch" else None,
    )  # fmt: skip


def _units(offer: Offer, offered: Offered) -> forms.Field:
    return forms.MultipleChoiceField(
        label=gettext_lazy("协办单位"), choices=_grouped(offered.units), widget=forms.CheckboxSelectMultiple
    )


def _admission(offer: Offer, offered: Offered) -> forms.Field:
    return forms.ChoiceField(
        label=gettext_lazy("引用的准入事项"), required=False,
        choices=[("", gettext_lazy("按案件类别自动选择")), *_grouped(offered.admissions)],
        help_text=_("不是居民诉求的事，交给居委会须引用其清单上的事项。"),
    )  # fmt: skip


def _assignee(offer: Offer, offered: Offered) -> forms.Field:
    return forms.ChoiceField(
        label=gettext_lazy("经办人"), choices=_grouped(offered.people), widget=forms.RadioSelect,
        help_text=_("在办件数少的排在前面。"),
    )  # fmt: skip


def _level(offer: Offer, offered: Offered) -> forms.Field:
    return _select(gettext_lazy("督办级别"), [(str(code), label) for code, label in wording.URGE_LEVELS.items()])


def _hours(offer: Offer, offered: Offered) -> forms.Field:
    return forms.FloatField(
        label=gettext_lazy("要求几小时内回复"), initial=24, min_value=0.5, max_value=240,
        widget=forms.NumberInput({"step": "0.5", "inputmode": "decimal"}),
    )  # fmt: skip


def _amount(offer: Offer, offered: Offered) -> forms.Field:
    return forms.FloatField(
        label=gettext_lazy("延长多少"), min_value=0.5, max_value=365, required=offer.name == "extend",
        help_text=_("按原时限的单位：工作日填天数，其余填分钟。挂账填最多几天。"),
        widget=forms.NumberInput({"step": "0.5", "inputmode": "decimal"}),
    )  # fmt: skip


def _radio(label: Text, choices: Choices, initial: str, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, initial=initial, required=required, widget=forms.RadioSelect)


YES_NO: Choices = [("1", gettext_lazy("是")), ("0", gettext_lazy("否"))]
METHODS: Choices = [
    ("phone", gettext_lazy("电话")),
    ("page", gettext_lazy("查询页")),
    ("visit", gettext_lazy("上门")),
    ("message", gettext_lazy("短信")),
]
Maker = Callable[[Offer, Offered], forms.Field]
_MAKERS: Mapping[str, Maker] = {
    "category": _category,
    "condition": lambda o, _f: _select(
        gettext_lazy("立案条件"), [("", gettext_lazy("未定")), *picking.conditions()], required=False
    ),
    "small_kind": lambda o, _f: _select(
        gettext_lazy("五小类别"), [("", "—"), *wording.choices("five_kinds")], required=False
    ),
    "sphere": lambda o, _f: _select(gettext_lazy("领域"), wording.spheres()),
    "is_pressing": lambda o, _f: forms.BooleanField(label=gettext_lazy("急难愁"), required=False),
    "result_code": lambda o, _f: _select(gettext_lazy("结案类型"), wording.choices("results")),
    "outcome": lambda o, _f: forms.CharField(
        label=gettext_lazy("处置结果"), max_length=2000, widget=forms.Textarea({"rows": 3}),
        required=o.name == "feed_back",
    ),
    "unit": _unit,
    "units": _units,
    "assignee": _assignee,
    "admission": _admission,
    "meet_where": lambda o, _f: forms.CharField(label=gettext_lazy("约请地点"), max_length=120, required=False),
    "kind": lambda o, _f: _radio(
        gettext_lazy("申请什么"), [("extension", gettext_lazy("延期")), ("pause", gettext_lazy("挂账"))], "extension"
    ),
    "amount": _amount,
    "level": _level,
    "hours": _hours,
    "emergency": lambda o, _f: _radio(gettext_lazy("应急等级"), wording.emergencies(), "0"),
    "caller": lambda o, f: _select(
        gettext_lazy("答复谁"), [("", gettext_lazy("全部等待答复的人")), *f.callers], required=False
    ),
    "method": lambda o, _f: _radio(gettext_lazy("方式"), METHODS, "phone"),
    "reached": lambda o, _f: _radio(gettext_lazy("是否联系上"), YES_NO, "1"),
    "satisfaction": lambda o, _f: _radio(
        gettext_lazy("满意度"), wording.satisfactions(), "", required=False
    ),
    "is_solved": lambda o, _f: _radio(gettext_lazy("是否解决"), YES_NO, "", required=False),
    "reopen": lambda o, _f: forms.BooleanField(label=gettext_lazy("不满意，重开办理"), required=False),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pick:
    """A unit or person to pick, with what they have in hand."""

    choice: Choice
    is_on: bool


@dataclass(frozen=True, slots=True)
class PickGroup:
    label: str
    picks: tuple[Pick, ...]


PICKED: Mapping[str, str] = {"unit": "radio", "units": "checkbox", "assignee": "radio"}
"""Fields shown as a list with loads, and what kind of input they are."""


def picks_of(form: forms.Form, offered: Offered) -> list[PickGroup]:
    """The pick list of the form's unit, units or person, with what is chosen; a form has one of them at most."""
    name = next((name for name in PICKED if name in form.fields), "")
    if not name:
        return []
    value = form[name].value()
    chosen = {str(one) for one in (value if isinstance(value, list) else [value])}
    groups = offered.people if name == "assignee" else offered.units
    return [
        PickGroup(str(group.label), tuple(Pick(choice, choice.value in chosen) for choice in group.choices))
        for group in groups
    ]
