"""Set up information groups, keep their members, write in them, and hand a message on as a report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.organisation.models import Capacity, GridGroup, GroupMember, GroupPost
from linli.domains.organisation.queries import groups as queries
from linli.domains.organisation.queries.reach import reach_of
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence.models import File
from linli.kernel.messages import commands as messages
from linli.kernel.org import queries as org
from linli.kernel.org.commands import contacts
from linli.kernel.org.commands.changes import keep, require
from linli.kernel.org.masking import plain_number
from linli.kernel.org.models import Actor, Change, Contact, Unit
from linli.kernel.org.queries.posts import day_of
from linli.kernel.org.sealing import keyring
from linli.kernel.text import clean, personal_data_in

PORTION = 500
LONGEST = 2_000
MOST_FILES = 9


class GroupRefused(Refused):
    """Not in this group, or not like this."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A message that is to become a report. ``id`` is its key and that of the report, so it never becomes two."""

    id: UUID
    text: str
    unit_id: int
    role: str
    file_ids: tuple[UUID, ...]


Taker = Callable[[Handed, Actor, datetime], UUID]
"""Takes a report in and returns the key of the matter; may refuse."""
_takers: list[Taker] = []


def connect(taker: Taker | None) -> None:
    """Say who takes in what groups hand on; replaces the one before. Filled once from ``config.wiring``."""
    _takers[:] = [taker] if taker else []


@transaction.atomic
def create_groups(*, actor: Actor, at: datetime) -> int:
    """A group for every grid that ``actor`` sees and that has none; returns how many. Doing it again makes none.

    One statement to find them and two for each 500 made. Raises RightRefused.
    """
    require(actor, "edit_units", None, at)
    is_system = actor.kind == Actor.Kind.SYSTEM
    grids = Unit.objects.filter(org.in_force(day_of(at)), kind=Unit.Kind.GRID)
    grids = grids if is_system else grids.filter(reach_of(actor, at).scope.below())
    missing = grids.exclude(pk__in=GridGroup.objects.values("unit_id")).order_by("pk").values_list("pk", flat=True)
    keys = list(missing)
    for start in range(0, len(keys), PORTION):
        made = GridGroup.objects.bulk_create(
            (GridGroup(unit_id=key, made_by=actor, made_at=at) for key in keys[start : start + PORTION]),
        )
        Change.objects.bulk_create(
            Change(actor=actor, at=at, subject=f"gridgroup:{group.pk}", verb="create_groups") for group in made
        )
    return len(keys)


@transaction.atomic
def add_member(group: GridGroup, person: Actor, capacity: str, *, actor: Actor, at: datetime) -> GroupMember:
    """Add a member of staff by hand. Raises GroupRefused, NotFound."""
    _check_keeping(group, actor, at)
    if capacity not in Capacity.values or capacity == Capacity.RESIDENT:
        raise GroupRefused(_("请选择身份。"), field="capacity")
    return _added(group, person, capacity, actor=actor, at=at)


@transaction.atomic
def add_resident(group: GridGroup, *, name: str, phone: str, actor: Actor, at: datetime) -> GroupMember:
    """Add a resident who agreed to it. Name and number are sealed; known numbers are not taken twice.

    Raises GroupRefused, NotFound.
    """
    _check_keeping(group, actor, at)
    number = plain_number(phone)
    if not (name.strip() and len(number) >= 7):
        raise GroupRefused(_("请填写居民的姓名和手机号。"), field="phone")
    known = Contact.objects.filter(
        phone_index__in=keyring().phone_indexes(number), erased_at=None, actor__kind=Actor.Kind.RESIDENT
    )
    contact = known.select_related("actor").order_by("-actor_id").first()
    person = contact.actor if contact else Actor.objects.create(kind=Actor.Kind.RESIDENT)
    if contact is None:
        contacts.keep_contact(person, name=name.strip()[:80], phone=number)
    return _added(group, person, Capacity.RESIDENT, actor=actor, at=at)


@transaction.atomic
def remove_member(group: GridGroup, member_id: int, *, actor: Actor, at: datetime) -> None:
    """Take out somebody who was added by hand. Raises NotFound."""
    _check_keeping(group, actor, at)
    member = GroupMember.objects.select_for_update().filter(pk=member_id, group=group, removed_at=None).first()
    if member is None:
        raise NotFound
    member.removed_at = at
    member.save(update_fields=["removed_at"])
    keep(group, "remove_member", actor=actor, at=at, changes={"person": member.actor_id})


@transaction.atomic
def write(group: GridGroup, *, text: str, file_ids: Sequence[UUID] = (), actor: Actor, at: datetime) -> GroupPost:
    """Write in a group; every other member is told. Raises GroupRefused, NotFound."""
    members = queries.members_of(group, at=at)
    if not queries.may_write(group, actor, at=at, members=members):
        raise NotFound
    if not text.strip():
        raise GroupRefused(_("请填写内容。"), field="text")
    if len(text) > LONGEST:
        raise GroupRefused(_("最多%(most)d字。") % {"most": LONGEST}, field="text")
    if found := personal_data_in(text):
        raise GroupRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field="text")
    if len(file_ids) > MOST_FILES:
        raise GroupRefused(_("最多%(most)d个文件。") % {"most": MOST_FILES}, field="files")
    post = GroupPost.objects.create(group=group, author=actor, text=clean(text, LONGEST), at=at)
    post.files.set(File.objects.filter(pk__in=file_ids, created_by=actor))
    event = messages.Event(
        kind="group_post",
        actor_ids=[line.actor_id for line in members],
        but_not=[actor.pk],
        context={"group": group.unit.name, "by": actor.name, "text": post.text[:120]},
    )
    messages.fan_out([event], at=at)
    return post


@transaction.atomic
def hand_on(post: GroupPost, *, actor: Actor, at: datetime) -> UUID:
    """Make a report of a message; doing it again returns the same matter. Raises GroupRefused, NotFound."""
    row = GroupPost.objects.select_for_update(of=("self",)).select_related("group__unit").get(pk=post.pk)
    grid = row.group.unit
    held = next((held for held in org.posts_of(actor, at) if held.reaches(grid.path)), None)
    if held is None:
        raise NotFound
    if row.matter_id is not None:
        return row.matter_id
    if not _takers:
        raise GroupRefused(_("这里还不能转为案件。"))
    files = tuple(row.files.values_list("pk", flat=True))
    row.matter_id = _takers[0](Handed(row.pk, row.text, grid.pk, held.role, files), actor, at)
    row.save(update_fields=["matter"])
    return row.matter_id


def _added(group: GridGroup, person: Actor, capacity: str, *, actor: Actor, at: datetime) -> GroupMember:
    member, is_new = GroupMember.objects.get_or_create(
        group=group, actor=person, removed_at=None,
        defaults={"capacity": capacity, "added_by": actor, "added_at": at},
    )  # fmt: skip
    if is_new:
        keep(group, "add_member", actor=actor, at=at, changes={"person": person.pk, "capacity": capacity})
    return member


def _check_keeping(group: GridGroup, actor: Actor, at: datetime) -> None:
    if not queries.may_keep(group.unit, actor, at=at):
        raise NotFound
