"""What proceeds beside a case is a matter of its own under it: its own state, its own clock."""

from django.utils.translation import gettext_lazy as _

from linli.kernel.flow.definition import ASSIGNEE, SYSTEM, Flow, Limit, Step, post

CENTRE = post("dispatcher", "duty_chief")
GRID_HEAD = post("grid_head", over="area")
UNIT = ASSIGNEE + post("unit_head", "grid_head", "handler", "liaison", over="unit")

CO_HANDLING = Flow(
    code="co_handling",
    version=1,
    label=_("协办"),
    start="asked",
    states={"asked": _("待接单"), "working": _("协办中"), "fed_back": _("已反馈"), "withdrawn": _("已撤销")},
    closed=frozenset({"fed_back", "withdrawn"}),
    clocks={"handle": Limit(3, "working_days", why="default")},
    steps=(
        Step("take_over", ("asked",), "working", UNIT, _("接单")),
        Step("feed_back", ("asked", "working"), "fed_back", UNIT, _("反馈"), needs=("note",), stops=("handle",)),
        Step("withdraw", ("asked", "working"), "withdrawn", CENTRE + SYSTEM, _("撤销协办"), needs=("reason",),
             stops=("handle",)),
    ),
)  # fmt: skip

INVITATION = Flow(
    code="invitation",
    version=1,
    label=_("约请"),
    start="invited",
    states={
        "invited": _("待答复"),
        "promised": _("已应约"),
        "refused": _("已拒绝"),
        "attended": _("已到场"),
        "missed": _("未到场"),
        "withdrawn": _("已撤销"),
    },
    closed=frozenset({"refused", "attended", "missed", "withdrawn"}),
    clocks={"answer": Limit(240, "working_minutes", why="default")},
    steps=(
        Step("promise", ("invited",), "promised", UNIT, _("应约"), stops=("answer",)),
        Step("refuse", ("invited",), "refused", UNIT, _("拒绝"), needs=("reason",), stops=("answer",)),
        Step("record_attendance", ("promised", "invited"), "attended", CENTRE + GRID_HEAD, _("登记到场"),
             stops=("answer",)),
        Step("record_absence", ("promised", "invited"), "missed", CENTRE + GRID_HEAD, _("登记未到"),
             needs=("reason",), stops=("answer",)),
        Step("withdraw", ("promised", "invited"), "withdrawn", CENTRE + SYSTEM, _("撤销约请"), needs=("reason",),
             stops=("answer",)),
    ),
)  # fmt: skip

ASK = Flow(
    code="ask",
    version=1,
    label=_("申请"),
    start="asked",
    states={"asked": _("待审批"), "granted": _("已同意"), "refused": _("未同意"), "withdrawn": _("已撤回")},
    closed=frozenset({"granted", "refused", "withdrawn"}),
    clocks={"decide": Limit(240, "working_minutes", why="default")},
    steps=(
        Step("grant", ("asked",), "granted", post("duty_chief"), _("同意"), not_by=("open",), stops=("decide",)),
        Step("refuse", ("asked",), "refused", post("duty_chief"), _("不同意"), needs=("reason",),
             not_by=("open",), stops=("decide",)),
        Step("withdraw", ("asked",), "withdrawn", UNIT + SYSTEM, _("撤回申请"), stops=("decide",)),
    ),
)  # fmt: skip

INSTRUCTION = Flow(
    code="instruction",
    version=1,
    label=_("指令"),
    start="sent",
    states={
        "sent": _("待签收"),
        "received": _("已签收"),
        "arrived": _("已到场"),
        "fed_back": _("已反馈"),
        "recalled": _("已撤回"),
    },
    closed=frozenset({"fed_back", "recalled"}),
    clocks={"arrive": Limit(30, "continuous", why="default")},
    steps=(
        Step("receive", ("sent",), "received", ASSIGNEE, _("签收")),
        Step("arrive", ("sent", "received"), "arrived", ASSIGNEE, _("到场"), stops=("arrive",)),
        Step("feed_back", ("received", "arrived"), "fed_back", ASSIGNEE, _("反馈"), needs=("note",),
             stops=("arrive",)),
        Step("recall", ("sent", "received", "arrived"), "recalled", CENTRE + GRID_HEAD + SYSTEM, _("撤回指令"),
             needs=("reason",), stops=("arrive",)),
    ),
)  # fmt: skip

LIAISON_CALL = Flow(
    code="liaison_call",
    version=1,
    label=_("联络员呼叫"),
    start="called",
    states={"called": _("待应答"), "answered": _("已应答"), "unanswered": _("未应答")},
    closed=frozenset({"answered", "unanswered"}),
    clocks={"answer": Limit(15, "continuous", (1.0,), "record_silence", why="default")},
    steps=(
        Step("answer", ("called", "unanswered"), "answered", post("liaison", over="unit") + ASSIGNEE, _("应答"),
             needs=("note",), stops=("answer",)),
        Step("record_silence", ("called",), "unanswered", SYSTEM, _("记为未应答"), stops=("answer",)),
    ),
)  # fmt: skip
