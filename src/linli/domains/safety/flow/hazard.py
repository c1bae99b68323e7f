"""A hazard: 发现 → 定级 → 下发整改通知 → 整改 → 复查 → 销号; a major one is listed and delisted (挂牌, 摘牌) too.

Source: hazard_closure_rules.csv (闭环状态; 五落实 from zltai.com; six elements from 安监总局令第16号, own knowledge).
"""

from django.utils.translation import gettext_lazy as _

from linli.domains.safety.flow.guards import (
    has_after,
    has_basis,
    has_both_pictures,
    has_control,
    has_five,
    has_listing,
    has_plan,
    is_delisted,
    is_general,
    is_mended_at_once,
    is_rechecked,
)
from linli.kernel.flow.definition import ASSIGNEE, SYSTEM, Flow, Limit, Step, post

OFFICE = post("safety_officer", "unit_head", over="unit") + post("safety_officer", "duty_chief")
"""Who runs hazards: the office that holds it, and the street's own."""
LEADER = post("leader")
ON_SITE = ASSIGNEE + post("safety_officer", "grid_head", "grid_officer", "committee_worker", "verifier", over="area")
HOLDER = (
    ASSIGNEE + post("unit_head", "grid_head", "handler", "committee_head", "committee_worker", over="unit") + OFFICE
)
MENDERS = ("rectify", "take_over", "mended")
"""Who put it right neither says that it is right nor strikes it off."""
OPEN = ("found", "graded", "notified", "rectifying", "rectified", "rechecked")

HAZARD = Flow(
    code="hazard",
    version=1,
    label=_("隐患"),
    start="found",
    states={
        "found": _("待定级"),
        "graded": _("待下发通知"),
        "notified": _("待签收"),
        "rectifying": _("整改中"),
        "rectified": _("待复查"),
        "rechecked": _("待销号"),
        "struck_off": _("已销号"),
        "refuted": _("不成立"),
        "handed_on": _("已转案件"),
    },
    closed=frozenset({"struck_off", "refuted", "handed_on"}),
    clocks={
        "grade": Limit(1, "working_days", why="default"),
        "notify": Limit(1, "working_days", why="default"),
        "rectify": Limit(7, "working_days", (0.8, 1.0), "urge_by_clock", why="default"),
        "recheck": Limit(3, "working_days", why="default"),
    },
    steps=(
        Step("propose_major", ("found",), "", ON_SITE + HOLDER, _("提请按重大隐患判定"), needs=("reason",)),
        Step("grade_general", ("found",), "graded", OFFICE + post("grid_head", over="area"), _("定为一般隐患"),
             guards=(has_basis, is_general), stops=("grade",), starts=("notify",)),
        Step("grade_major", ("found",), "graded", OFFICE, _("定为重大隐患"),
             guards=(has_basis,), not_by=("open", "propose_major"), stops=("grade",), starts=("notify",)),
        Step("regrade", ("graded", "notified", "rectifying"), "found", OFFICE + LEADER, _("重新定级"),
             needs=("reason",), stops=("notify", "rectify"), starts=("grade",)),
        Step("refute", ("found", "graded"), "refuted", OFFICE, _("不成立"), needs=("reason",), not_by=("open",),
             stops=("grade", "notify")),
        Step("hand_on", ("found", "graded"), "handed_on", OFFICE + post("grid_head", over="area"), _("转案件办理"),
             needs=("reason",), stops=("grade", "notify")),
        Step("control", OPEN, "", HOLDER + ON_SITE, _("登记临时管控措施"), needs=("note",)),
        Step("draw_up", ("graded", "notified", "rectifying"), "", HOLDER, _("填写整改方案")),
        Step("notify", ("graded",), "notified", OFFICE, _("下发整改通知"), needs=("unit",),
             guards=(has_five, has_control, has_listing), stops=("notify",), starts=("rectify",)),
        Step("take_over", ("notified",), "rectifying", HOLDER, _("签收")),
        Step("extend", ("notified", "rectifying"), "", LEADER + post("safety_officer"), _("延期"),
             needs=("reason",), not_by=("take_over",)),
        Step("urge_by_clock", ("notified", "rectifying"), "", SYSTEM, _("超期自动督办")),
        Step("urge", ("notified", "rectifying"), "", OFFICE + LEADER + post("supervisor"), _("督办"),
             needs=("reason",)),
        Step("rectify", ("notified", "rectifying"), "rectified", HOLDER, _("整改完成"),
             guards=(has_after, has_plan), stops=("rectify",), starts=("recheck",)),
        Step("pass_recheck", ("rectified",), "rechecked", ON_SITE + OFFICE, _("复查合格"), needs=("note",),
             not_by=MENDERS, stops=("recheck",)),
        Step("fail_recheck", ("rectified",), "rectifying", ON_SITE + OFFICE, _("复查不合格，退回整改"),
             needs=("reason",), not_by=MENDERS, stops=("recheck",), starts=("rectify",)),
        Step("strike_off", ("rechecked",), "struck_off", OFFICE + LEADER, _("销号"), guards=(is_delisted,),
             not_by=MENDERS),
        Step("reopen", ("struck_off", "refuted"), "found", OFFICE + LEADER, _("重开"), needs=("reason",), again=True,
             starts=("grade",)),
        Step("mended", ("found",), "rectified", HOLDER + ON_SITE, _("当场整改"),
             guards=(is_mended_at_once, has_both_pictures), stops=("grade",), starts=("recheck",)),
    ),
)  # fmt: skip

LISTING = Flow(
    code="listing",
    version=1,
    label=_("挂牌督办"),
    start="proposed",
    states={
        "proposed": _("待批准挂牌"),
        "listed": _("挂牌督办中"),
        "delisting": _("申请摘牌"),
        "delisted": _("已摘牌"),
        "refused": _("不予挂牌"),
    },
    closed=frozenset({"delisted", "refused"}),
    clocks={"listing": Limit(30, "working_days", (0.5, 0.8, 1.0), "urge_by_clock", why="default")},
    steps=(
        Step("list", ("proposed",), "listed", LEADER, _("批准挂牌"), not_by=("open",), starts=("listing",)),
        Step("refuse", ("proposed",), "refused", LEADER, _("不予挂牌"), needs=("reason",)),
        Step("report_up", ("listed",), "", OFFICE + LEADER, _("报上级")),
        Step("supervise", ("listed", "delisting"), "", OFFICE + LEADER + post("supervisor"), _("督办记录"),
             needs=("note",)),
        Step("urge_by_clock", ("listed", "delisting"), "", SYSTEM, _("超期自动督办")),
        Step("ask_delisting", ("listed",), "delisting", OFFICE, _("申请摘牌"), needs=("note",),
             guards=(is_rechecked,)),
        Step("delist", ("delisting",), "delisted", LEADER, _("批准摘牌"), guards=(is_rechecked,),
             not_by=("ask_delisting",), stops=("listing",)),
        Step("keep_listed", ("delisting",), "listed", LEADER, _("不同意摘牌"), needs=("reason",)),
    ),
)  # fmt: skip
