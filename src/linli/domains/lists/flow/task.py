"""A task travels department → office → centre → committee along the docking table; a handing is done under contract."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.flow.context import Context
from linli.kernel.flow.definition import ASSIGNEE, Flow, Limit, Step, post

HOLDER = ASSIGNEE + post(
    "department_clerk",
    "unit_head",
    "handler",
    "liaison",
    "committee_head",
    "committee_worker",
    "grid_head",
    over="unit",
)
ASKER = post("department_clerk", "unit_head", "leader", "duty_chief", "list_keeper")
COMMITTEE = post("committee_head", "committee_worker", over="unit")
ARBITER = post("admission_reviewer", over="unit")


def has_evidence(task: Any, context: Context) -> str | Promise | None:
    if task.evidence and not context.files:
        return _("这项工作要求佐证：%(what)s。") % {"what": "、".join(task.evidence)}
    return None


TASK = Flow(
    code="task",
    version=1,
    label=_("清单任务"),
    start="given",
    states={
        "given": _("待接单"),
        "working": _("办理中"),
        "reported": _("待确认"),
        "done": _("已办结"),
        "refused": _("已拒收"),
        "disputed": _("待裁定"),
        "withdrawn": _("已撤销"),
    },
    closed=frozenset({"done", "withdrawn"}),
    clocks={"handle": Limit(10, "working_days", why="default")},
    steps=(
        Step("accept", ("given",), "working", HOLDER, _("接单")),
        Step("hand_over", ("given", "working"), "given", HOLDER, _("转下一级"), needs=("unit",), frees=True),
        Step("report", ("working", "given"), "reported", HOLDER, _("报告完成"), guards=(has_evidence,), needs=("note",),
             holds=("handle",)),
        Step("confirm", ("reported",), "done", ASKER, _("确认办结"), not_by=("report",), stops=("handle",)),
        Step("send_back", ("reported",), "working", ASKER, _("退回重办"), needs=("reason",), resumes=("handle",)),
        Step("refuse", ("given",), "refused", COMMITTEE, _("拒收"), needs=("reason",), holds=("handle",)),
        Step("insist", ("refused",), "disputed", ASKER, _("申请裁定"), needs=("reason",)),
        Step("uphold_refusal", ("refused", "disputed"), "withdrawn", ARBITER, _("裁定拒收有理"), needs=("reason",),
             not_by=("open", "insist", "refuse"), stops=("handle",)),
        Step("overrule", ("disputed",), "working", ARBITER, _("裁定应当办理"), needs=("reason",),
             not_by=("open", "insist", "refuse"), resumes=("handle",)),
        Step("withdraw", ("given", "working", "reported", "refused", "disputed"), "withdrawn", ASKER, _("撤销任务"),
             needs=("reason",), stops=("handle",)),
    ),
)  # fmt: skip

HANDING = Flow(
    code="handing",
    version=1,
    label=_("事项转移"),
    start="proposed",
    states={
        "proposed": _("待决定"),
        "decided": _("待签约"),
        "contracted": _("待移交"),
        "handed_over": _("承接中"),
        "ended": _("已终止"),
        "refused": _("未通过"),
    },
    closed=frozenset({"ended", "refused"}),
    clocks={"decide": Limit(10, "working_days", why="default")},
    steps=(
        Step("decide", ("proposed",), "decided", post("leader", "list_approver"), _("决定转移"), not_by=("open",),
             needs=("note",), stops=("decide",)),
        Step("refuse", ("proposed",), "refused", post("leader", "list_approver"), _("不同意"), needs=("reason",),
             stops=("decide",)),
        Step("contract", ("decided",), "contracted", post("list_keeper", "unit_head"), _("登记合同")),
        Step("hand_over", ("contracted",), "handed_over", post("list_keeper", "unit_head"), _("移交"),
             needs=("note",)),
        Step("monitor", ("handed_over",), "", post("list_keeper", "unit_head", "supervisor"), _("登记监督情况"),
             needs=("note",)),
        Step("end", ("decided", "contracted", "handed_over"), "ended", post("leader", "list_approver"), _("终止"),
             needs=("reason",)),
    ),
)  # fmt: skip
