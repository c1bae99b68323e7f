"""Two-level admission: a department applies, each level reviews with the opinions of others, all or some admit."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.flow.context import Context
from linli.kernel.flow.definition import SYSTEM, Flow, Limit, Step, post

APPLICANT = post("department_clerk", "unit_head", over="unit")
REVIEWER = post("admission_reviewer", over="unit")
ASKED = post("unit_head", "department_clerk", "committee_head", "committee_worker", "liaison", over="unit")
COMMITTEE = post("committee_head", "committee_worker")


def has_opinions(review: Any, context: Context) -> str | Promise | None:
    given = sum(child.state == "given" for child in context.children)
    if given < context.answers.get("opinions_wanted", 0):
        return _("会审意见还没有到齐。")
    return None


def is_fresh_hand(_review: Any, context: Context) -> str | Promise | None:
    """Nobody decides on what they applied for, nor at two levels."""
    if context.actor_id in context.answers.get("other_hands", ()):
        return _("您办过这件申请的另一环节，不能再审：申请与审核分开，各级审核分开。")
    return None


ADMISSION = Flow(
    code="admission",
    version=1,
    label=_("准入申请"),
    start="draft",
    states={
        "draft": _("草拟中"),
        "reviewing": _("审核中"),
        "admitted": _("已准入"),
        "refused": _("未准入"),
        "withdrawn": _("已撤回"),
        "ended": _("已退出"),
    },
    closed=frozenset({"refused", "withdrawn", "ended", "admitted"}),
    clocks={"decide": Limit(15, "working_days", why="default")},
    steps=(
        Step("revise", ("draft",), "", APPLICANT, _("修改申请")),
        Step("submit", ("draft",), "reviewing", APPLICANT, _("提交申请"), starts=("decide",)),
        Step("advance", ("reviewing",), "reviewing", SYSTEM, _("转下一级审核")),
        Step("admit", ("reviewing",), "admitted", SYSTEM, _("准入"), stops=("decide",)),
        Step("refuse", ("reviewing",), "refused", SYSTEM, _("不予准入"), stops=("decide",)),
        Step("withdraw", ("draft", "reviewing"), "withdrawn", APPLICANT, _("撤回申请"), needs=("reason",),
             stops=("decide",)),
        Step("end", ("admitted",), "ended", post("admission_reviewer") + SYSTEM, _("退出准入"), needs=("reason",)),
    ),
)  # fmt: skip

REVIEW = Flow(
    code="admission_review",
    version=1,
    label=_("准入审核"),
    start="opened",
    states={
        "opened": _("待审核"),
        "agreed": _("同意准入"),
        "declined": _("不同意"),
        "called_off": _("已终止"),
    },
    closed=frozenset({"agreed", "declined", "called_off"}),
    clocks={"review": Limit(15, "working_days", why="default")},
    steps=(
        Step("invite", ("opened",), "opened", REVIEWER, _("征求意见")),
        Step("agree", ("opened",), "agreed", REVIEWER, _("同意准入"), guards=(has_opinions, is_fresh_hand),
             needs=("note",), not_by=("open",), stops=("review",)),
        Step("decline", ("opened",), "declined", REVIEWER, _("不同意"), guards=(is_fresh_hand,), needs=("reason",),
             not_by=("open",), stops=("review",)),
        Step("call_off", ("opened",), "called_off", SYSTEM, _("终止"), stops=("review",)),
    ),
)  # fmt: skip

OPINION = Flow(
    code="admission_opinion",
    version=1,
    label=_("会审意见"),
    start="asked",
    states={"asked": _("待答复"), "given": _("已答复"), "called_off": _("已终止")},
    closed=frozenset({"given", "called_off"}),
    clocks={"answer": Limit(5, "working_days", why="default")},
    steps=(
        Step("give", ("asked",), "given", ASKED, _("答复"), needs=("note",), stops=("answer",)),
        Step("call_off", ("asked",), "called_off", SYSTEM, _("终止"), stops=("answer",)),
    ),
)  # fmt: skip

EMERGENCY = Flow(
    code="emergency_admission",
    version=1,
    label=_("应急下派"),
    start="in_force",
    states={
        "in_force": _("待补办"),
        "ratified": _("已追认"),
        "rejected": _("未追认"),
        "lapsed": _("逾期未补办"),
    },
    closed=frozenset({"ratified", "rejected", "lapsed"}),
    clocks={"ratify": Limit(5, "working_days", (0.5, 0.8, 1.0), "lapse", why="default")},
    steps=(
        Step("ratify", ("in_force",), "ratified", post("admission_reviewer"), _("追认"), needs=("note",),
             not_by=("open",), stops=("ratify",)),
        Step("reject", ("in_force",), "rejected", post("admission_reviewer"), _("不予追认"), needs=("reason",),
             not_by=("open",), stops=("ratify",)),
        Step("lapse", ("in_force",), "lapsed", SYSTEM, _("逾期失效"), stops=("ratify",)),
    ),
)  # fmt: skip

COMPLAINT = Flow(
    code="burden_complaint",
    version=1,
    label=_("增负投诉"),
    start="raised",
    states={
        "raised": _("待受理"),
        "looked_into": _("核查中"),
        "upheld": _("投诉成立"),
        "dismissed": _("投诉不成立"),
        "withdrawn": _("已撤回"),
    },
    closed=frozenset({"upheld", "dismissed", "withdrawn"}),
    clocks={"answer": Limit(5, "working_days", why="default")},
    steps=(
        Step("look_into", ("raised",), "looked_into", REVIEWER, _("受理核查")),
        Step("uphold", ("raised", "looked_into"), "upheld", REVIEWER, _("认定成立"), needs=("note",),
             not_by=("open",), stops=("answer",)),
        Step("dismiss", ("raised", "looked_into"), "dismissed", REVIEWER, _("认定不成立"), needs=("reason",),
             not_by=("open",), stops=("answer",)),
        Step("withdraw", ("raised", "looked_into"), "withdrawn", COMMITTEE, _("撤回投诉"), needs=("reason",),
             stops=("answer",)),
    ),
)  # fmt: skip
