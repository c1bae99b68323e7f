"""The case: 发现 → 上报 → 受理 → 立案 → 派遣 → 处置 → 反馈 → 核查 → 结案 → 回访 → 归档, with every side path.

Source: the union of the flows of the documents (readings 9–12) and the national stages of city management;
发现 and 上报 are one step here, the report itself. 核实 is before filing, 核查 after handling.
"""

from django.utils.translation import gettext_lazy as _

from linli.domains.cases.flow.guards import (
    has_answered_every_caller,
    has_before_and_after,
    has_category,
    has_no_open_ask,
    has_nobody_at_work,
    has_outcome,
    has_proof,
    has_result_code,
    has_return_visit,
    is_dissatisfied,
)
from linli.kernel.flow.definition import ASSIGNEE, SYSTEM, Flow, Limit, Step, party, post

DESK = post("operator", "duty_chief")
CHIEF = post("duty_chief")
DISPATCH = post("dispatcher", "duty_chief")
HEADS = post("grid_head", "unit_head", over="unit")
GRID_HEAD = post("grid_head", over="area")
CHECK_ON_SITE = ASSIGNEE + post("verifier") + post("grid_officer", over="area")
HOLDER = ASSIGNEE + post("grid_head", "unit_head", "handler", over="unit")
ANYONE_AT_WORK = HOLDER + post("operator", "dispatcher", "duty_chief", "supervisor")

RETURNED = ("returned",)
WORKING = ("dispatched", "handling")
HELD_BY_UNIT = ("dispatched", "handling", "on_hold")
ENDED = ("closed", "revisited", "archived")
OPEN = ("reported", "verifying", "accepted", "filed", *HELD_BY_UNIT, "returned", "done", "checking", "checked")

STATES = {
    "reported": _("待受理"),
    "verifying": _("核实中"),
    "accepted": _("已受理"),
    "filed": _("待派遣"),
    "dispatched": _("待接单"),
    "handling": _("处置中"),
    "on_hold": _("挂账"),
    "returned": _("退单待裁"),
    "done": _("待核查"),
    "checking": _("核查中"),
    "checked": _("待结案"),
    "on_spot": _("当场处置待登记"),
    "closed": _("已结案"),
    "revisited": _("已回访"),
    "archived": _("已归档"),
    "rejected": _("不予受理"),
    "withdrawn": _("已撤回"),
    "voided": _("已作废"),
}

STAGES = {
    "reported": "report", "verifying": "accept", "accepted": "accept", "filed": "dispatch", "dispatched": "dispatch",
    "returned": "dispatch", "handling": "handle", "on_hold": "handle", "done": "check", "checking": "check",
    "checked": "check", "on_spot": "check", "closed": "close", "revisited": "close", "archived": "close",
    "rejected": "close", "withdrawn": "close", "voided": "close",
}  # fmt: skip
"""Six public stages (001g-06, 003-14): report, accept, dispatch, handle, check, close; rating follows closing."""

CLOCKS = {
    "accept": Limit(30, "continuous", why="default"),
    "verify": Limit(240, "working_minutes", why="default"),
    "file": Limit(60, "working_minutes", why="default"),
    "dispatch": Limit(60, "working_minutes", why="default"),
    "take_over": Limit(120, "working_minutes", (0.8, 1.0), "urge_by_clock", why="default"),
    "handle": Limit(5, "working_days", (0.8, 1.0), "urge_by_clock", why="default"),
    "arbitrate": Limit(240, "working_minutes", why="default"),
    "check": Limit(480, "working_minutes", why="default"),
    "close": Limit(240, "working_minutes", why="default"),
    "register": Limit(480, "working_minutes", why="default"),
    "revisit": Limit(5, "working_days", why="default"),
    "answer": Limit(5, "working_days", why="default"),
}
"""Stage limits where neither the catalogue nor a local list says otherwise. All *(default)*."""

CASE = Flow(
    code="case",
    version=1,
    label=_("事件"),
    start="reported",
    also_starts_in=("on_spot", "dispatched"),
    states=STATES,
    stages=STAGES,
    clocks=CLOCKS,
    closed=frozenset({"closed", "revisited", "archived", "rejected", "withdrawn", "voided"}),
    steps=(
        # — taking in, before filing ————————————————————————————————————————————————————————————————————————————————
        Step("accept", ("reported",), "accepted", DESK, _("受理"), stops=("accept", "verify"), starts=("file",)),
        Step("classify", ("reported", "accepted", "filed"), "", DESK, _("改分类")),
        Step("ask_verification", ("reported", "accepted"), "verifying", DESK, _("派核实"), needs=("assignee",),
             stops=("accept", "file"), starts=("verify",)),
        Step("confirm", ("verifying",), "accepted", CHECK_ON_SITE, _("核实属实"),
             needs=("note",), stops=("verify",), starts=("file",), frees=True),
        Step("refute", ("verifying",), "reported", CHECK_ON_SITE, _("核实不属实"),
             needs=("reason",), stops=("verify",), starts=("accept",), frees=True),
        Step("reject", ("reported", "accepted"), "rejected", DESK, _("不予受理"), needs=("reason",),
             stops=("accept", "file")),
        Step("withdraw", ("reported", "accepted"), "withdrawn", party("reporter"), _("撤回"),
             stops=("accept", "file", "answer")),
        Step("void", ("reported", "accepted", "filed", "returned"), "voided", CHIEF, _("作废"), needs=("reason",),
             stops=("accept", "file", "dispatch", "arbitrate", "answer")),
        Step("file", ("accepted",), "filed", CHIEF + post("operator"), _("立案"), guards=(has_category,),
             stops=("file",), starts=("dispatch",)),
        # — settled on the spot, registered afterwards (reading 11) —————————————————————————————————————————————————
        Step("register", ("on_spot",), "closed", DESK, _("补登记结案"),
             guards=(has_category, has_before_and_after), not_by=("open",), stops=("register",), starts=("revisit",)),
        Step("send_back", ("on_spot",), "filed", DESK, _("转正常办理"), needs=("reason",),
             guards=(has_category,), stops=("register",), starts=("dispatch",)),
        # — dispatching ———————————————————————————————————————————————————————————————————————————————————————————————
        Step("dispatch", ("filed",), "dispatched", DISPATCH, _("派遣"), needs=("unit",),
             stops=("dispatch",), starts=("take_over", "handle")),
        Step("fast_lane", ("accepted", "filed", "reported"), "dispatched",
             post("committee_worker", over="area") + DISPATCH, _("直通快办"), needs=("unit", "reason"),
             guards=(has_category,), stops=("accept", "file", "dispatch"), starts=("take_over", "handle")),
        Step("assign", WORKING, "dispatched", HEADS + DISPATCH, _("派人"), needs=("assignee",)),
        Step("redispatch", WORKING, "dispatched", DISPATCH, _("改派"), needs=("unit", "reason"),
             stops=("take_over",), starts=("take_over",)),
        Step("forward", WORKING, "dispatched", HEADS, _("转派下级"), needs=("unit", "reason"),
             stops=("take_over",), starts=("take_over",)),
        Step("escalate", WORKING, "dispatched", HOLDER, _("上报上一级"), needs=("unit", "reason"),
             stops=("take_over",), starts=("take_over",)),
        Step("return", WORKING, "returned", HOLDER, _("退单"), needs=("reason",),
             stops=("take_over",), holds=("handle",), starts=("arbitrate",)),
        Step("uphold_return", RETURNED, "filed", CHIEF, _("同意退单"), needs=("reason",),
             stops=("arbitrate", "handle"), starts=("dispatch",)),
        Step("refuse_return", RETURNED, "dispatched", CHIEF, _("裁定仍由原单位办"), needs=("reason",),
             stops=("arbitrate",), resumes=("handle",), starts=("take_over",)),
        Step("arbitrate", RETURNED, "dispatched", CHIEF, _("裁定由他单位办"), needs=("unit", "reason"),
             stops=("arbitrate", "handle"), starts=("take_over", "handle")),
        # — handling ——————————————————————————————————————————————————————————————————————————————————————————————————
        Step("take_over", ("dispatched",), "handling", HOLDER, _("接单"), stops=("take_over",)),
        Step("arrive", ("handling",), "", HOLDER, _("到场")),
        Step("note_progress", ("handling", "on_hold"), "", HOLDER, _("记录进展"), needs=("note",)),
        Step("link_units", WORKING, "", HOLDER + DISPATCH, _("联动"), needs=("reason",)),
        Step("invite", ("filed", *WORKING), "", DISPATCH + HEADS, _("约请部门"), needs=("reason",)),
        Step("ask_for", ("handling", "dispatched"), "", HOLDER, _("申请延期或挂账"), needs=("reason",),
             guards=(has_no_open_ask,)),
        Step("hold", ("handling",), "on_hold", CHIEF + SYSTEM, _("挂账"), needs=("reason",), holds=("handle",)),
        Step("resume", ("on_hold",), "handling", CHIEF + HOLDER + SYSTEM, _("销挂恢复"), resumes=("handle",)),
        Step("extend", HELD_BY_UNIT, "", CHIEF + SYSTEM, _("延期"), needs=("reason",)),
        Step("waive_proof", WORKING, "", HEADS + DISPATCH, _("免附照片"), needs=("reason",)),
        Step("feed_back", ("handling",), "done", HOLDER, _("反馈"),
             guards=(has_outcome, has_proof, has_nobody_at_work, has_no_open_ask),
             stops=("handle",), starts=("check",), frees=True),
        # — supervising ———————————————————————————————————————————————————————————————————————————————————————————————
        Step("urge", OPEN, "", post("supervisor", "duty_chief", "leader"), _("督办"), needs=("reason",)),
        Step("urge_by_clock", OPEN, "", SYSTEM, _("超时自动督办")),
        Step("answer_urge", OPEN, "", ANYONE_AT_WORK, _("回复督办"), needs=("note",)),
        Step("raise_emergency", OPEN, "", CHIEF + post("leader"), _("调整应急等级"), needs=("reason",)),
        Step("instruct", OPEN, "", DISPATCH + GRID_HEAD, _("下达指令"), needs=("note",)),
        # — checking by somebody else, closing by the centre alone ————————————————————————————————————————————————————
        Step("ask_check", ("done",), "checking", DESK + post("dispatcher", "supervisor"), _("派核查"),
             needs=("assignee",)),
        Step("pass_check", ("done", "checking"), "checked", ASSIGNEE + post("verifier"), _("核查通过"),
             needs=("note",), not_by=("take_over", "feed_back", "arrive"), stops=("check",), starts=("close",),
             frees=True),
        Step("fail_check", ("done", "checking"), "dispatched", ASSIGNEE + post("verifier"), _("核查不通过，返工"),
             needs=("reason",), not_by=("take_over", "feed_back", "arrive"),
             stops=("check",), starts=("take_over", "handle"), frees=True),
        Step("rework", ("checked",), "dispatched", DESK, _("退回重办"), needs=("reason",),
             stops=("close",), starts=("take_over", "handle")),
        Step("reply", (*OPEN, "on_spot", *ENDED, "rejected"), "", DESK + post("revisitor", "reporter_desk"),
             _("答复反映人"), needs=("note",)),
        Step("close", ("checked",), "closed", DESK, _("结案"),
             guards=(has_result_code, has_answered_every_caller),
             not_by=("take_over", "feed_back", "arrive"), stops=("close", "handle"), starts=("revisit",)),
        # — after closing —————————————————————————————————————————————————————————————————————————————————————————————
        Step("revisit", ("closed",), "revisited", post("revisitor", "operator"), _("回访"),
             guards=(has_return_visit,), not_by=("take_over", "feed_back"), stops=("revisit",)),
        Step("rate", ENDED, "", party("reporter") + party("caller"), _("评价")),
        Step("reopen", (*ENDED, "rejected"), "filed", CHIEF + post("supervisor", "revisitor"), _("重开"),
             needs=("reason",), guards=(is_dissatisfied,), again=True, starts=("dispatch",)),
        Step("supplement", (*OPEN, "on_spot", *ENDED), "", party("reporter") + party("caller") + party("sender"),
             _("补充情况")),
        Step("hasten", OPEN, "", party("reporter") + party("caller"), _("催办")),
        Step("ask_reopening", ENDED, "", party("reporter") + party("caller"), _("要求重办"), needs=("reason",)),
        Step("archive", ("closed", "revisited"), "archived", DESK + SYSTEM, _("归档"), stops=("revisit",)),
        Step("recheck", ("archived",), "", post("verifier", "supervisor", "leader"), _("复查"), needs=("note",),
             not_by=("take_over", "feed_back")),
        Step("erase_words", ("revisited", "archived", "rejected", "withdrawn", "voided"), "", post("security_admin"),
             _("销毁原文"), needs=("reason",)),
        Step("discuss", (*OPEN, *ENDED), "", CHIEF + post("leader") + GRID_HEAD, _("提交案例讨论"), needs=("reason",)),
    ),
)  # fmt: skip
