"""What must be true before a step on a case. Each looks at the row and its context and gives the reason why not."""

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.flow.context import Context

if TYPE_CHECKING:
    from linli.domains.cases.models import Case

Refusal = str | Promise | None


def has_category(case: "Case", context: Context) -> Refusal:
    return None if case.category else _("请先确定分类，再立案。")


def has_outcome(case: "Case", context: Context) -> Refusal:
    return None if case.outcome.strip() else _("请填写处置结果。")


def has_result_code(case: "Case", context: Context) -> Refusal:
    return None if case.result_code else _("请选择结案类型。")


def has_nobody_at_work(case: "Case", context: Context) -> Refusal:
    """The lead feeds back when all co-units have."""
    waiting = [c for c in context.children if c.flow == "co_handling" and not c.is_closed]
    return _("还有协办单位没有反馈，不能汇总反馈。") if waiting else None


def has_no_open_ask(case: "Case", context: Context) -> Refusal:
    waiting = [c for c in context.children if c.flow == "ask" and not c.is_closed]
    return _("有延期或挂账申请待批，请先审批。") if waiting else None


def has_proof(case: "Case", context: Context) -> Refusal:
    """What was done must be seen: a photo after handling, unless the matter leaves nothing to see."""
    if "after" in context.files or case.proof_waived:
        return None
    return _("请附处置后的照片；确无可拍的，请先注明免附原因。")


def has_before_and_after(case: "Case", context: Context) -> Refusal:
    return None if {"before", "after"} <= context.files else _("当场处置须附处置前、处置后照片各一张。")


def has_answered_every_caller(case: "Case", context: Context) -> Refusal:
    """Every caller gets an answer, the first and the tenth."""
    return _("还有反映人没有答复，请先逐一答复。") if context.answers.get("unanswered_callers") else None


def has_return_visit(case: "Case", context: Context) -> Refusal:
    return None if case.revisit_result else _("请填写回访结果。")


def is_dissatisfied(case: "Case", context: Context) -> Refusal:
    return None if case.satisfaction in (1, 2) or context.note.strip() else _("请写明重办理由。")
