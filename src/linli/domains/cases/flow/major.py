"""Major information travels from the grid to the leaders in four hours at most, hop by hop, day and night.

Source: 004-82, model M29 (hop limits 30/60/60/90 minutes *(default)*; alarms at 50 %, 80 % and 100 %).
The limit binds the passing on of information, not the solving of the case (reading 12).
"""

from django.utils.translation import gettext_lazy as _

from linli.kernel.flow.definition import ASSIGNEE, Flow, Limit, Step, post

ALARMS = (0.5, 0.8, 1.0)


def hop(minutes: int) -> Limit:
    return Limit(minutes, "continuous", ALARMS, why="M29")


MAJOR = Flow(
    code="major",
    version=1,
    label=_("重特大信息"),
    start="at_grid",
    states={
        "at_grid": _("网格已发现"),
        "at_station": _("工作站已接报"),
        "at_street": _("街道已接报"),
        "at_district": _("区级已接报"),
        "with_leaders": _("已报领导"),
        "dismissed": _("核实为一般情况"),
    },
    closed=frozenset({"with_leaders", "dismissed"}),
    clocks={
        "chain": hop(240),
        "hop_grid": hop(30),
        "hop_station": hop(60),
        "hop_street": hop(60),
        "hop_district": hop(90),
    },
    steps=(
        Step("to_station", ("at_grid",), "at_station",
             ASSIGNEE + post("grid_officer", "grid_head", "committee_worker", over="unit"), _("报工作站"),
             stops=("hop_grid",), starts=("hop_station",)),
        Step("to_street", ("at_grid", "at_station"), "at_street",
             ASSIGNEE + post("grid_head", "committee_worker", "unit_head", over="unit"), _("报街道"),
             stops=("hop_grid", "hop_station"), starts=("hop_street",)),
        Step("to_district", ("at_street",), "at_district", post("duty_chief", "operator"), _("报区指挥中心"),
             stops=("hop_street",), starts=("hop_district",)),
        Step("to_leaders", ("at_district", "at_street"), "with_leaders", post("duty_chief"), _("报区领导"),
             stops=("hop_street", "hop_district", "chain")),
        Step("supplement", ("at_grid", "at_station", "at_street", "at_district"), "",
             ASSIGNEE + post("duty_chief", "operator") + post("grid_head", "committee_worker", over="area"), _("续报"),
             needs=("note",)),
        Step("dismiss", ("at_station", "at_street", "at_district"), "dismissed", post("duty_chief"),
             _("核实为一般情况"), needs=("reason",),
             stops=("hop_grid", "hop_station", "hop_street", "hop_district", "chain")),
    ),
)  # fmt: skip
