"""What is arranged for several: a joint patrol a department asks for, and the guard unit moved by the centre."""

from django.utils.translation import gettext_lazy as _

from linli.domains.safety.flow.guards import has_both_records
from linli.kernel.flow.definition import SYSTEM, Flow, Limit, Step, post

GRID = post("grid_head", "grid_deputy", "grid_officer", over="unit")
HEADS = post("grid_head", "grid_deputy", over="unit")
ASKING = post("unit_head", "department_clerk", "liaison", "handler", over="home")
CENTRE = post("dispatcher", "duty_chief")
TEAM = post("patroller", "handler", "unit_head", over="unit")

JOINT_PATROL = Flow(
    code="joint_patrol",
    version=1,
    label=_("联合巡查"),
    start="asked",
    states={
        "asked": _("待网格安排"),
        "arranged": _("已安排"),
        "recorded": _("双方已记录"),
        "refused": _("未安排"),
        "withdrawn": _("已撤回"),
    },
    closed=frozenset({"recorded", "refused", "withdrawn"}),
    clocks={"arrange": Limit(1, "working_days", why="default")},
    steps=(
        Step("arrange", ("asked",), "arranged", HEADS, _("安排联合巡查"), stops=("arrange",)),
        Step("refuse", ("asked",), "refused", HEADS, _("不能安排"), needs=("reason",), stops=("arrange",)),
        Step("rearrange", ("arranged",), "", HEADS, _("改期"), needs=("reason",)),
        Step("record_grid", ("arranged",), "", GRID, _("网格记录"), needs=("note",)),
        Step("record_department", ("arranged",), "", ASKING, _("部门记录"), needs=("note",)),
        Step("finish", ("arranged",), "recorded", SYSTEM, _("办结"), guards=(has_both_records,)),
        Step("withdraw", ("asked", "arranged"), "withdrawn", ASKING, _("撤回请求"), needs=("reason",),
             stops=("arrange",)),
    ),
)  # fmt: skip
"""``home`` of the matter is the department that asks; ``unit`` the grid."""

DEPLOYMENT = Flow(
    code="deployment",
    version=1,
    label=_("力量调度"),
    start="ordered",
    states={
        "ordered": _("待响应"),
        "moving": _("出动中"),
        "arrived": _("已到位"),
        "reported": _("已完成"),
        "recalled": _("已撤回"),
    },
    closed=frozenset({"reported", "recalled"}),
    clocks={"answer": Limit(10, "continuous", why="default"), "arrive": Limit(30, "continuous", why="default")},
    steps=(
        Step("receive", ("ordered",), "moving", TEAM, _("收到出动"), stops=("answer",)),
        Step("arrive", ("ordered", "moving"), "arrived", TEAM, _("到位"), stops=("answer", "arrive")),
        Step("report", ("arrived",), "reported", TEAM, _("完成报告"), needs=("note",)),
        Step("recall", ("ordered", "moving", "arrived"), "recalled", CENTRE, _("撤回"), needs=("reason",),
             stops=("answer", "arrive")),
        Step("redirect", ("ordered", "moving", "arrived"), "ordered", CENTRE, _("改派地点"), needs=("reason",),
             stops=("answer", "arrive"), starts=("answer", "arrive")),
    ),
)  # fmt: skip
