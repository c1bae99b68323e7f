"""One place, one plan: drafted by one, put in force by another, renewed before its end (000-50)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import Drill, Plan, SafetyObject
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.evidence.models import File
from linli.kernel.org import queries as org
from linli.kernel.org.commands.changes import require
from linli.kernel.org.models import Actor, Unit
from linli.kernel.registry import commands as registry
from linli.kernel.registry.models import Site
from linli.kernel.text import clean, personal_data_in

RIGHT_TO_APPROVE = "approve_plans"
TEXT_LENGTH = 8000
MOST_POSTS = 40
LONGEST = timedelta(days=3 * 366)
"""A plan is looked over again within three years at the latest."""
State = Plan.State


class PlanRefused(Refused):
    """Not to be planned like that."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a plan says. ``posts``: (post, duty) pairs, no names; ``file``: key of a received file."""

    measures: str
    emergency: str
    capacity: int | None = None
    posts: Sequence[tuple[str, str]] = ()
    resources: str = ""
    drill_every_days: int = 180
    file: UUID | None = None


@transaction.atomic
def draft(object_id: UUID, said: Drafted, *, key: UUID, actor: Actor, at: datetime, reason: str = "") -> Plan:
    """A new version as a draft; the same key again gives the draft of the first time.

    Raises PlanRefused, RightRefused (keep_sites), NotFound.
    """
    site = registry.locked(object_id, actor=actor, at=at)
    if earlier := Plan.objects.filter(pk=key).first():
        if earlier.object_id != object_id or earlier.writers[:1] != [actor.pk]:
            raise PlanRefused(_("这个编号已经用于另一份方案。"))
        return earlier
    if not SafetyObject.objects.filter(pk=object_id).exists():
        raise NotFound
    if Plan.objects.filter(object_id=object_id, state=State.DRAFT).exists():
        raise PlanRefused(_("这处场所已有一份草稿，请先修改或撤回它。"))
    last = Plan.objects.filter(object_id=object_id).aggregate(no=Max("no"))["no"] or 0
    plan = Plan.objects.create(
        id=key, object_id=object_id, no=last + 1, drafted_by=actor, drafted_at=at, writers=[actor.pk],
        reason=clean(reason, 200), **_checked(said),
    )  # fmt: skip
    registry.note(site, "draft_plan", actor=actor, at=at, reason=reason, changes={"no": plan.no})
    return plan


@transaction.atomic
def revise(plan_id: UUID, said: Drafted, *, actor: Actor, at: datetime) -> Plan:
    """Change a draft; who changes it becomes its drafter, and like those before may not approve it.

    Raises as ``draft``.
    """
    plan, _site = _held(plan_id, actor=actor, at=at)
    _in_state(plan, State.DRAFT)
    wanted = _checked(said)
    for name, value in wanted.items():
        setattr(plan, name, value)
    plan.drafted_by, plan.drafted_at = actor, at
    if actor.pk not in plan.writers:
        plan.writers = [*plan.writers, actor.pk]
    plan.save(update_fields=[*wanted, "drafted_by", "drafted_at", "writers"])
    return plan


@transaction.atomic
def save_draft(object_id: UUID, said: Drafted, *, key: UUID, actor: Actor, at: datetime) -> Plan:
    """Change the open draft of the object, or begin one; a file not given again stays. Raises as ``draft``."""
    registry.locked(object_id, actor=actor, at=at)
    known = Plan.objects.filter(object_id=object_id, state=State.DRAFT).exclude(pk=key).first()
    if known is None:
        return draft(object_id, said, key=key, actor=actor, at=at)
    return revise(known.pk, replace(said, file=said.file or known.file_id), actor=actor, at=at)


@transaction.atomic
def approve(plan_id: UUID, *, valid_to: date, actor: Actor, at: datetime) -> Plan:
    """Put a draft in force until ``valid_to``; the version before it is replaced.

    Raises PlanRefused (own draft, day not ahead or too far), RightRefused (approve_plans), NotFound.
    """
    plan, site = _locked(plan_id)
    require(actor, RIGHT_TO_APPROVE, _territory(site), at)
    _in_state(plan, State.DRAFT)
    if plan.is_written_by(actor):
        raise PlanRefused(_("起草或修改过这一版的人不能审批它。"))
    today = timezone.localdate(at)
    if not today < valid_to <= today + LONGEST:
        raise PlanRefused(_("有效期应在今天以后、三年以内。"), field="valid_to")
    Plan.objects.filter(object_id=plan.object_id, state=State.IN_FORCE).update(state=State.REPLACED)
    plan.state, plan.approved_by, plan.approved_at, plan.valid_to = State.IN_FORCE, actor, at, valid_to
    plan.save(update_fields=["state", "approved_by", "approved_at", "valid_to"])
    registry.note(site, "approve_plan", actor=actor, at=at, changes={"no": plan.no, "valid_to": valid_to.isoformat()})
    return plan


@transaction.atomic
def withdraw(plan_id: UUID, *, actor: Actor, at: datetime, reason: str) -> Plan:
    """Take back a draft (who keeps sites) or a plan in force (who approves). Raises as ``approve``."""
    plan, site = _locked(plan_id)
    right = RIGHT_TO_APPROVE if plan.state == State.IN_FORCE else "keep_sites"
    require(actor, right, _territory(site), at)
    _in_state(plan, State.DRAFT, State.IN_FORCE)
    said = registry.with_reason(reason)
    plan.state, plan.reason = State.WITHDRAWN, said
    plan.save(update_fields=["state", "reason"])
    registry.note(site, "withdraw_plan", actor=actor, at=at, reason=said, changes={"no": plan.no})
    return plan


@dataclass(frozen=True, slots=True)
class Drilled:
    """held_at not ahead; ``findings`` needed when it did not pass"""

    held_at: datetime
    people: int
    passed: bool
    minutes: int | None = None
    findings: str = ""
    file: UUID | None = None


@transaction.atomic
def record_drill(plan_id: UUID, said: Drilled, *, key: UUID, actor: Actor, at: datetime) -> Drill:
    """A drill of a plan in force; stays as written. The same key again gives the first. Raises PlanRefused."""
    plan, site = _held(plan_id, actor=actor, at=at)
    if earlier := Drill.objects.filter(pk=key).first():
        if (earlier.plan_id, earlier.recorded_by_id) != (plan.pk, actor.pk):
            raise PlanRefused(_("这个编号已用于别的记录。"))
        return earlier
    _in_state(plan, State.IN_FORCE)
    if said.held_at > at:
        raise PlanRefused(_("演练时间不能在以后。"), field="held_at")
    if said.people < 1:
        raise PlanRefused(_("请填写参加人数。"), field="people")
    findings = _words(said.findings, "findings")
    if not said.passed and not findings:
        raise PlanRefused(_("没有达到要求的，请写明发现的问题。"), field="findings")
    drill = Drill.objects.create(
        id=key, plan=plan, held_at=said.held_at, people=said.people, minutes=said.minutes, passed=said.passed,
        findings=findings, file=_file(said.file), recorded_by=actor,
    )  # fmt: skip
    registry.note(site, "drill", actor=actor, at=at, changes={"no": plan.no, "passed": said.passed})
    return drill


def _checked(said: Drafted) -> dict[str, object]:
    measures, emergency = _words(said.measures, "measures"), _words(said.emergency, "emergency")
    if not measures or not emergency:
        raise PlanRefused(_("管控措施和应急预案都要填写。"), field="emergency" if measures else "measures")
    if not 1 <= said.drill_every_days <= 732:
        raise PlanRefused(_("演练间隔应在1到732天之间。"), field="drill_every_days")
    posts = [{"post": _words(post, "posts", 80), "duty": _words(duty, "posts", 200)} for post, duty in said.posts]
    if len(posts) > MOST_POSTS or any(not one["post"] or not one["duty"] for one in posts):
        raise PlanRefused(_("每个岗位都要写明做什么，最多40个岗位。"), field="posts")
    return {
        "measures": measures, "emergency": emergency, "capacity": said.capacity, "posts": posts,
        "resources": _words(said.resources, "resources", 400), "drill_every_days": said.drill_every_days,
        "file": _file(said.file),
    }  # fmt: skip


def _words(text: str, field: str, most: int = TEXT_LENGTH) -> str:
    said = clean(text, most)
    if personal_data_in(said):
        raise PlanRefused(_("方案写岗位，不写姓名电话；值守电话写单位公开电话。"), field=field)
    return said


def _file(key: UUID | None) -> File | None:
    if key is None:
        return None
    found = File.objects.filter(pk=key).first()
    if found is None:
        raise PlanRefused(_("没有收到附件。"), field="file")
    evidence.retain([key], until=None)
    return found


def _locked(plan_id: UUID) -> tuple[Plan, Site]:
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise NotFound
    site = Site.objects.select_for_update().get(pk=plan.object_id)
    return Plan.objects.select_for_update().get(pk=plan_id), site


def _held(plan_id: UUID, *, actor: Actor, at: datetime) -> tuple[Plan, Site]:
    plan, site = _locked(plan_id)
    require(actor, "keep_sites", _territory(site), at)
    return plan, site


def _territory(site: Site) -> Unit:
    return org.kept_unit(site.unit_id)


def _in_state(plan: Plan, *states: State) -> None:
    if plan.state not in states:
        raise PlanRefused(_("这份方案现在是“%(state)s”，不能这样操作。") % {"state": State(plan.state).label})
