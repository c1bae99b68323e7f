"""What must be true before a step on a hazard, a listing or a joint patrol."""

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.flow.context import Context

if TYPE_CHECKING:
    from linli.domains.safety.models import Hazard, JointPatrol

Refusal = str | Promise | None

PLAN = ("goals", "methods", "funds", "bodies", "dates", "safety")
"""The six elements of the treatment plan of a major hazard. Source: 安监总局令第16号 (own knowledge)."""


def has_basis(hazard: "Hazard", context: Context) -> Refusal:
    return None if hazard.grade_basis.strip() else _("请写明判定依据。")


def is_general(hazard: "Hazard", context: Context) -> Refusal:
    """What was proposed as major is graded by somebody who says why it is not."""
    if hazard.proposed_major and not context.note.strip():
        return _("已有人提出按重大隐患判定，改判一般请写明理由。")
    return None


def has_five(hazard: "Hazard", context: Context) -> Refusal:
    """五落实: who, how, with what money, by when, and what if meanwhile; a general hazard needs who, how and when."""
    lacking = [str(label) for label, given in _five(hazard) if not given]
    return _("整改“五落实”还缺：%(what)s。") % {"what": "、".join(lacking)} if lacking else None


def _five(hazard: "Hazard") -> list[tuple[str | Promise, object]]:
    wanted: list[tuple[str | Promise, object]] = [
        (_("责任"), hazard.body.strip() and hazard.person.strip()),
        (_("措施"), hazard.measures.strip()),
        (_("时限"), hazard.due_on),
    ]
    if hazard.grade == "major":
        wanted += [(_("资金"), hazard.funds_fen is not None), (_("预案"), hazard.contingency.strip())]
    return wanted


def has_control(hazard: "Hazard", context: Context) -> Refusal:
    """Until a major hazard is put right something has to hold it in check."""
    if hazard.grade == "major" and not hazard.control.strip():
        return _("重大隐患整改期间须有临时管控措施。")
    return None


def has_listing(hazard: "Hazard", context: Context) -> Refusal:
    if hazard.grade != "major":
        return None
    return None if any(child.flow == "listing" for child in context.children) else _("重大隐患须先挂牌督办。")


def has_plan(hazard: "Hazard", context: Context) -> Refusal:
    if hazard.grade != "major" or all(str(hazard.plan.get(key, "")).strip() for key in PLAN):
        return None
    return _("重大隐患须有治理方案六要素：目标任务、方法措施、经费物资、机构人员、时限要求、安全措施和应急预案。")


def has_after(hazard: "Hazard", context: Context) -> Refusal:
    if not hazard.outcome.strip():
        return _("请写明整改结果。")
    return None if "after" in context.files else _("请附整改后的照片。")


def has_both_pictures(hazard: "Hazard", context: Context) -> Refusal:
    return None if {"before", "after"} <= context.files else _("当场整改须附整改前、整改后照片各一张。")


def is_mended_at_once(hazard: "Hazard", context: Context) -> Refusal:
    """Only what can be put right at once is general by definition; what may be major is graded first."""
    if hazard.proposed_major:
        return _("已提请按重大隐患判定，须先定级，不能按当场整改办理。")
    return None if hazard.outcome.strip() else _("请写明整改结果。")


def is_delisted(hazard: "Hazard", context: Context) -> Refusal:
    """A major hazard is struck off after its listing has ended."""
    waiting = [child for child in context.children if child.flow == "listing" and not child.is_closed]
    return _("挂牌督办尚未摘牌，不能销号。") if waiting else None


def is_rechecked(listing: object, context: Context) -> Refusal:
    return None if context.answers.get("is_rechecked") else _("隐患复查合格后才能摘牌。")


def has_both_records(joint: "JointPatrol", context: Context) -> Refusal:
    if joint.grid_record.strip() and joint.department_record.strip():
        return None
    return _("网格和部门都记录后才能办结。")
