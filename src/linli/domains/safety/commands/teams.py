"""Teams that patrol besides the grid (001a-34, 001g-21): founding, members, the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import PatrolTeam, Route, TeamMember
from linli.domains.safety.queries.patrol_reach import PLAN, get_team
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.commands import contacts
from linli.kernel.org.commands.changes import keep, require
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean, personal_data_in

NAME, BODY, TASK, REASON = 80, 120, 80, 200
MOST_MEMBERS = 500


class TeamRefused(Refused):
    """The team cannot be kept like this; ``field`` names what to mend."""


@dataclass(frozen=True, slots=True)
class NewTeam:
    """A team to be founded. ``leader`` has a sign-in; ``body`` and ``contract_to`` of a guard unit that is bought."""

    kind: str
    name: str
    leader: UUID | None = None
    body: str = ""
    contract_to: date | None = None


@transaction.atomic
def found(new: NewTeam, *, unit: Unit, actor: Actor, at: datetime) -> PatrolTeam:
    """Found a team of ``unit``. Raises TeamRefused, RightRefused."""
    require(actor, PLAN, unit, at)
    fields = _checked(new, at)
    try:
        with transaction.atomic():
            return PatrolTeam.objects.create(unit=unit, made_by=actor, made_at=at, **fields)
    except IntegrityError as wrong:
        raise TeamRefused(_("这个单位已有同名的队伍。"), field="name") from wrong


def _checked(new: NewTeam, at: datetime) -> Mapping[str, Any]:
    name = clean(new.name, NAME)
    if new.kind not in PatrolTeam.Kind.values:
        raise TeamRefused(_("请选择队伍类别。"), field="kind")
    if not name:
        raise TeamRefused(_("请填写队伍名称。"), field="name")
    is_guard = new.kind == PatrolTeam.Kind.GUARD
    if is_guard and (not new.body.strip() or new.contract_to is None):
        raise TeamRefused(_("特保队伍是购买的服务：请填写承接公司和合同到期日。"), field="contract_to")
    if new.contract_to is not None and new.contract_to < timezone.localdate(at):
        raise TeamRefused(_("合同到期日不能早于今天。"), field="contract_to")
    leader = Actor.objects.filter(pk=new.leader, kind="staff").first() if new.leader else None
    return {
        "kind": new.kind, "name": name, "leader": leader, "body": clean(new.body, BODY) if is_guard else "",
        "contract_to": new.contract_to if is_guard else None,
    }  # fmt: skip


@transaction.atomic
def change(team: PatrolTeam, new: NewTeam, *, reason: str, actor: Actor, at: datetime) -> PatrolTeam:
    """Change a team: its name, leader or contract. The change is kept. Raises TeamRefused, RightRefused."""
    require(actor, PLAN, team.unit, at)
    row = PatrolTeam.objects.select_for_update(of=("self",)).get(pk=team.pk)
    _check_runs(row)
    fields = dict(_checked(new, at))
    before = {name: getattr(row, name) for name in fields}
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    changed = {name: [str(before[name]), str(fields[name])] for name in fields if before[name] != fields[name]}
    keep(row, "change_team", actor=actor, at=at, reason=_reason(reason), changes=changed)
    return row


@transaction.atomic
def end(team: PatrolTeam, *, reason: str, actor: Actor, at: datetime) -> None:
    """Dissolve a team. Its routes have to be ended before. Raises TeamRefused, RightRefused."""
    require(actor, PLAN, team.unit, at)
    row = PatrolTeam.objects.select_for_update(of=("self",)).get(pk=team.pk)
    _check_runs(row)
    if Route.objects.filter(team=row, duty__ended_at=None).exists():
        raise TeamRefused(_("这支队伍还有巡逻路线，请先停止路线。"))
    row.ended_at, row.end_reason = at, _reason(reason)
    row.save(update_fields=["ended_at", "end_reason"])
    TeamMember.objects.filter(team=row, until=None).update(until=timezone.localdate(at), end_reason=row.end_reason)


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody who joins: either somebody with a sign-in (``actor``), or a volunteer by name and phone."""

    actor: UUID | None = None
    name: str = ""
    phone: str = ""
    task: str = ""


@transaction.atomic
def add_member(team: PatrolTeam, new: NewMember, *, key: UUID, actor: Actor, at: datetime) -> TeamMember:
    """Add a member; a volunteer's name and phone are sealed. The same key again adds nobody twice.

    Raises TeamRefused, RightRefused.
    """
    require(actor, PLAN, team.unit, at)
    row = PatrolTeam.objects.select_for_update(of=("self",)).get(pk=team.pk)
    _check_runs(row)
    if personal_data_in(new.task):
        raise TeamRefused(_("分工里不要写个人信息。"), field="task")
    if TeamMember.objects.filter(team=row, until=None).count() >= MOST_MEMBERS:
        raise TeamRefused(_("一支队伍最多 %(most)d 人。") % {"most": MOST_MEMBERS})
    person = _person(new, key)
    member, _made = TeamMember.objects.get_or_create(
        team=row, actor=person, until=None,
        defaults={"task": clean(new.task, TASK), "since": timezone.localdate(at)},
    )  # fmt: skip
    return member


def _person(new: NewMember, key: UUID) -> Actor:
    if new.actor is not None:
        person = Actor.objects.filter(pk=new.actor, kind="staff").first()
        if person is None:
            raise TeamRefused(_("没有这个人。"), field="actor")
        return person
    if not new.name.strip() or not new.phone.strip():
        raise TeamRefused(_("请选择人员，或填写志愿者的姓名和电话。"), field="name")
    volunteer, is_new = Actor.objects.get_or_create(pk=key, defaults={"kind": "outside", "name": called(new.name)})
    if volunteer.kind != "outside":
        raise TeamRefused(_("这个编号已用于别的人员。"))
    if is_new:
        contacts.keep_contact(volunteer, name=clean(new.name, 40), phone=clean(new.phone, 20))
    return volunteer


def called(name: str) -> str:
    """What a volunteer is shown as: the first character of the name."""
    return f"{name.strip()[0]}**"


@transaction.atomic
def end_member(member_id: int, *, reason: str, actor: Actor, at: datetime) -> TeamMember:
    """Somebody leaves a team. Raises NotFound, TeamRefused, RightRefused."""
    member = _member(member_id, actor)
    require(actor, PLAN, member.team.unit, at)
    if member.until is None:
        member.until, member.end_reason = timezone.localdate(at), _reason(reason)
        member.save(update_fields=["until", "end_reason"])
    return member


def read_member(member_id: int, field: str, *, purpose: str, actor: Actor, at: datetime) -> str:
    """Name or phone of a volunteer in plain, for a purpose that is kept. Raises NotFound, ContactRefused."""
    member = _member(member_id, actor)
    return contacts.read_contact(member.actor, field, purpose=purpose, actor=actor, at=at)


def _member(member_id: int, actor: Actor) -> TeamMember:
    member = TeamMember.objects.select_related("team__unit", "actor").filter(pk=member_id).first()
    if member is None:
        raise NotFound
    get_team(member.team_id, actor=actor)
    return member


def _check_runs(team: PatrolTeam) -> None:
    if team.ended_at is not None:
        raise TeamRefused(_("这支队伍已解散。"))


def _reason(text: str) -> str:
    reason = clean(text, REASON)
    if not reason:
        raise TeamRefused(_("请写明理由。"), field="reason")
    return reason
