"""A list changes by a proposal: drawn up by the keeper, approved by one or two others, published as a version."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.flow.context import Context
from linli.kernel.flow.definition import Flow, Limit, Step, post

KEEPER = post("list_keeper")
APPROVER = post("list_approver", "leader")


def has_changes(_proposal: Any, context: Context) -> str | Promise | None:
    return None if context.answers.get("changes") else _("没有任何改动，不能报批。")


def has_second_step(_proposal: Any, context: Context) -> str | Promise | None:
    return None if context.answers.get("approval_steps", 1) > 1 else _("这类清单一次审批即可，请直接批准发布。")


def is_last_step(_proposal: Any, context: Context) -> str | Promise | None:
    if context.state == "proposed" and context.answers.get("approval_steps", 1) > 1:
        return _("这类清单须两人先后审批，请先初审。")
    return None


LIST_CHANGE = Flow(
    code="list_change",
    version=1,
    label=_("清单变更"),
    start="draft",
    states={
        "draft": _("草拟中"),
        "proposed": _("待审批"),
        "seconded": _("待终审"),
        "published": _("已发布"),
        "refused": _("未批准"),
        "withdrawn": _("已撤回"),
    },
    closed=frozenset({"published", "refused", "withdrawn"}),
    clocks={"approve": Limit(5, "working_days", why="default")},
    steps=(
        Step("submit", ("draft",), "proposed", KEEPER, _("报批"), guards=(has_changes,), starts=("approve",)),
        Step("second", ("proposed",), "seconded", APPROVER, _("初审同意"), guards=(has_second_step,),
             not_by=("open", "submit")),
        Step("publish", ("proposed", "seconded"), "published", APPROVER, _("批准发布"), guards=(is_last_step,),
             not_by=("open", "submit", "second"), stops=("approve",)),
        Step("send_back", ("proposed", "seconded"), "draft", APPROVER, _("退回修改"), needs=("reason",),
             stops=("approve",)),
        Step("refuse", ("proposed", "seconded"), "refused", APPROVER, _("不予批准"), needs=("reason",),
             stops=("approve",)),
        Step("withdraw", ("draft", "proposed", "seconded"), "withdrawn", KEEPER, _("撤回"), needs=("reason",),
             stops=("approve",)),
    ),
)  # fmt: skip
