"""A stamp is asked for, checked against the list, approved by kind, made by another, and kept with its picture."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.flow.context import Context
from linli.kernel.flow.definition import Flow, Limit, Step, post

WORKER = post("committee_worker", "committee_head", "seal_keeper", over="unit")
HEAD = post("committee_head", over="unit")
SECOND = post("committee_head", "list_approver", "leader", over="unit")
KEEPER = post("seal_keeper", over="unit")


def needs_two(use: Any, _context: Context) -> str | Promise | None:
    return None if use.approval == "two_committees" else _("这类用印一人审批即可，请直接批准。")


def is_enough(use: Any, context: Context) -> str | Promise | None:
    if use.approval == "two_committees" and context.state == "asked":
        return _("这类用印须两委先后同意，请先由一委同意。")
    if use.approval == "vote" and not use.resolution:
        return _("请写明居民会议或代表会议的决议。")
    return None


SEAL_USE = Flow(
    code="seal_use",
    version=1,
    label=_("用印"),
    start="asked",
    also_starts_in=("refused", "approved"),
    states={
        "asked": _("待审批"),
        "seconded": _("待另一委同意"),
        "approved": _("待盖章"),
        "stamped": _("待交还"),
        "returned": _("已交还"),
        "refused": _("不予盖章"),
        "withdrawn": _("已撤回"),
        "annulled": _("已作废"),
    },
    closed=frozenset({"returned", "refused", "withdrawn", "annulled"}),
    clocks={"approve": Limit(1, "working_days", why="default")},
    steps=(
        Step("second", ("asked",), "seconded", SECOND, _("一委同意"), guards=(needs_two,), not_by=("open",)),
        Step("approve", ("asked", "seconded"), "approved", HEAD, _("批准用印"), guards=(is_enough,),
             not_by=("open", "second"), stops=("approve",)),
        Step("refuse", ("asked", "seconded", "approved"), "refused", HEAD + KEEPER, _("不予盖章"), needs=("reason",),
             stops=("approve",)),
        Step("stamp", ("approved",), "stamped", KEEPER, _("盖章登记"), needs=("files:stamped",),
             not_by=("open", "second", "approve")),
        Step("give_back", ("stamped",), "returned", WORKER, _("交还")),
        Step("annul", ("stamped", "returned"), "annulled", HEAD, _("作废"), needs=("reason",)),
        Step("withdraw", ("asked", "seconded", "approved"), "withdrawn", WORKER, _("撤回"), needs=("reason",),
             stops=("approve",)),
    ),
)  # fmt: skip

SEAL_OUT = Flow(
    code="seal_out",
    version=1,
    label=_("印章外带"),
    start="asked",
    states={
        "asked": _("待审批"),
        "approved": _("待取走"),
        "out": _("在外"),
        "returned": _("已归还"),
        "refused": _("不同意"),
        "withdrawn": _("已撤回"),
        "lost": _("已报失"),
    },
    closed=frozenset({"returned", "refused", "withdrawn", "lost"}),
    clocks={"return": Limit(1440, "continuous", (0.8, 1.0), why="default")},
    steps=(
        Step("approve", ("asked",), "approved", HEAD, _("同意外带"), not_by=("open",)),
        Step("refuse", ("asked",), "refused", HEAD, _("不同意"), needs=("reason",)),
        Step("take_out", ("approved",), "out", KEEPER, _("交出"), not_by=("open",), starts=("return",)),
        Step("bring_back", ("out",), "returned", KEEPER, _("收回核验"), needs=("note",), stops=("return",)),
        Step("report_lost", ("out",), "lost", WORKER, _("报失"), needs=("reason",), stops=("return",)),
        Step("withdraw", ("asked", "approved"), "withdrawn", WORKER, _("撤回"), needs=("reason",)),
    ),
)  # fmt: skip
