"""The way of a case in residents' words: six stages, like a parcel's tracking, and what each step means to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.domains.cases.flow import CASE
from linli.kernel.flow.models import Entry

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Wording:
    """name  of the stop on the way; ``now`` what a case that is there is called; ``going_on`` in a sentence"""

    name: Text
    now: Text
    going_on: Text


STAGES: Mapping[str, Wording] = {
    "report": Wording(_("已收到"), _("已收到"), _("您的反映已收到，正在等待受理。")),
    "accept": Wording(pgettext_lazy("stage", "受理"), _("已受理"), _("工作人员正在核对情况和地点。")),
    "dispatch": Wording(pgettext_lazy("stage", "安排"), _("正在安排"), _("正在安排负责的单位。")),
    "handle": Wording(pgettext_lazy("stage", "办理"), _("正在办理"), _("负责的单位正在办理。")),
    "check": Wording(pgettext_lazy("stage", "检查"), _("正在检查"), _("已办理，正由另外的人检查结果。")),
    "close": Wording(pgettext_lazy("stage", "办结"), _("已办结"), _("已经办结。")),
}

ENDED_OTHERWISE: Mapping[str, Text] = {
    "rejected": _("不予受理"),
    "withdrawn": _("您已撤回"),
    "voided": _("已终止"),
}

WORDS: Mapping[str, Text] = {
    "open": _("收到反映"),
    "accept": _("已受理"),
    "ask_verification": _("派人到现场了解情况"),
    "confirm": _("现场情况属实"),
    "refute": _("现场没有看到所说的情况，再作核对"),
    "reject": _("不予受理"),
    "withdraw": _("反映人撤回"),
    "void": _("终止办理"),
    "file": _("已安排办理"),
    "dispatch": _("交给%(unit)s办理"),
    "fast_lane": _("直接交给%(unit)s办理"),
    "redispatch": _("改由%(unit)s办理"),
    "forward": _("转给%(unit)s办理"),
    "escalate": _("报给%(unit)s办理"),
    "uphold_return": _("重新安排办理单位"),
    "refuse_return": _("确定由%(unit)s办理"),
    "arbitrate": _("确定由%(unit)s办理"),
    "take_over": _("%(unit)s已接手"),
    "arrive": _("%(unit)s已到现场"),
    "hold": _("因客观原因暂缓办理"),
    "resume": _("恢复办理"),
    "extend": _("需要更多时间，办理期限已延长"),
    "feed_back": _("%(unit)s已办理，等待检查"),
    "pass_check": _("检查通过"),
    "fail_check": _("检查没有通过，重新办理"),
    "rework": _("要求重新办理"),
    "reply": _("已答复反映人"),
    "close": pgettext_lazy("stage", "办结"),
    "register": _("当场办结"),
    "send_back": _("转为正常办理"),
    "revisit": _("已回访"),
    "rate": _("反映人已评价"),
    "reopen": _("重新办理"),
    "ask_reopening": _("反映人要求重办"),
    "supplement": _("反映人补充了情况"),
    "hasten": _("反映人催办"),
}
"""What residents read of a step; a step that is not here is the office's own affair."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stop of the way. ``look`` is done, now or todo; ``at`` is when it was first reached in this round."""

    name: str
    look: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what has happened."""

    words: str
    at: datetime
    note: str = ""


def label(state: str) -> str:
    """The stage in which a case in ``state`` is, in a word or two; or how it ended otherwise."""
    return str(ENDED_OTHERWISE.get(state) or STAGES[CASE.stages[state]].now)


def explained(state: str) -> str:
    """What is going on while a case is in ``state``."""
    return str(ENDED_OTHERWISE.get(state) or STAGES[CASE.stages[state]].going_on)


def way(state: str, entries: Iterable[Entry], *, round_no: int) -> list[Stage]:
    """The six stages of the present round with the time each was reached; none for a case that ended otherwise."""
    if state in ENDED_OTHERWISE:
        return []
    reached: dict[str, datetime] = {}
    for entry in entries:
        if entry.round == round_no:
            reached.setdefault(CASE.stages[entry.target], entry.taken_at)
    names = list(STAGES)
    here = names.index(CASE.stages[state])
    is_over = CASE.is_closed(state)
    return [
        Stage(str(STAGES[name].name), _look(place, here, is_over=is_over), reached.get(name) if place <= here else None)
        for place, name in enumerate(names)
    ]


def _look(place: int, here: int, *, is_over: bool) -> str:
    if place < here or (place == here and is_over):
        return "done"
    return "now" if place == here else "todo"


def lines(entries: Sequence[Entry]) -> list[Line]:
    """What has happened, newest first, in words without names or the office's own remarks."""
    shown = [entry for entry in entries if entry.step in WORDS]
    return [Line(str(WORDS[e.step]) % {"unit": e.unit.name}, e.taken_at, _note(e)) for e in reversed(shown)]


def _note(entry: Entry) -> str:
    """The reason of a refusal must be told; everything else written with a step stays inside."""
    return entry.note if entry.step in ("reject", "withdraw", "void") else ""
