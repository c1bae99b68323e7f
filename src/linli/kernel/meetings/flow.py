"""The life of a resolution: what a meeting decided, done by one unit and confirmed by somebody else."""

from django.utils.translation import gettext_lazy as _

from linli.kernel.flow.definition import ASSIGNEE, Flow, Limit, Step, post

UNIT = ASSIGNEE + post("unit_head", "grid_head", "handler", "liaison", "committee_worker", over="unit")
CONVENER = post("leader", "duty_chief", "supervisor", "unit_head")
"""Over the home of the resolution: the street (or district) whose meeting it was."""

RESOLUTION = Flow(
    code="resolution",
    version=1,
    label=_("会议决定"),
    start="assigned",
    states={
        "assigned": _("办理中"),
        "done": _("待确认"),
        "confirmed": _("已落实"),
        "called_off": _("已取消"),
    },
    closed=frozenset({"confirmed", "called_off"}),
    # Every decision names its own day; the command starts the clock with it. This stands in where none was named.
    clocks={"resolution": Limit(10, "working_days", why="default")},
    steps=(
        Step("finish", ("assigned",), "done", UNIT, _("办结"), needs=("note",), holds=("resolution",)),
        Step("send_back", ("done",), "assigned", CONVENER, _("退回重办"), needs=("reason",), not_by=("finish",),
             resumes=("resolution",)),
        Step("confirm", ("done",), "confirmed", CONVENER, _("确认落实"), not_by=("finish",), stops=("resolution",)),
        Step("call_off", ("assigned", "done"), "called_off", CONVENER, _("取消"), needs=("reason",),
             stops=("resolution",)),
    ),
)  # fmt: skip
