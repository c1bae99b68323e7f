"""The five responsibilities of an object: set, hand over, end, each with its reason; outside holders lie sealed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import Responsibility, SafetyObject
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.commands.changes import require
from linli.kernel.org.commands.contacts import FIELDS, keep_contact, read_contact
from linli.kernel.org.models import Actor, Unit
from linli.kernel.registry import commands as registry
from linli.kernel.registry import queries as sites
from linli.kernel.text import clean, personal_data_in

Kind = Responsibility.Kind
RIGHT = "read_contact"


class ResponsibilityRefused(Refused):
    """Not to be handed like that."""


@dataclass(frozen=True, slots=True)
class Held:
    """Who is to hold it: a unit of ours with a person and post, or an outside ``body`` with ``name`` and ``phone``."""

    unit: int | None = None
    actor: UUID | None = None
    post_title: str = ""
    body: str = ""
    name: str = ""
    phone: str = ""


@transaction.atomic
def hand(object_id: UUID, kind: str, held: Held, *, actor: Actor, at: datetime, reason: str = "") -> Responsibility:
    """Set who holds it from today; who held it before hands over, which needs a reason.

    Raises ResponsibilityRefused, SiteRefused (no reason), RightRefused, NotFound.
    """
    site = registry.locked(object_id, actor=actor, at=at)
    _check_known(object_id, kind)
    before = Responsibility.objects.filter(object_id=object_id, kind=kind, until=None).first()
    said = registry.with_reason(reason) if before else clean(reason, 200)
    if before:
        _end(before, said, at=at)
    unit, person = _ours(held, at=at)
    row = Responsibility.objects.create(
        object_id=object_id, kind=kind, unit=unit, actor=person, body="" if unit else _body(held),
        outside=None if unit else _outside(held), post_title=_plain(held.post_title, 80, "post_title"),
        since=timezone.localdate(at), set_by=actor, set_at=at,
    )  # fmt: skip
    verb = "hand_over" if before else "hand"
    registry.note(site, verb, actor=actor, at=at, reason=said, changes={"kind": kind, "row": row.pk})
    return row


@transaction.atomic
def end(object_id: UUID, kind: str, *, actor: Actor, at: datetime, reason: str) -> Responsibility:
    """From today nobody holds it: it stands as a blank until somebody does. Raises as ``hand``."""
    site = registry.locked(object_id, actor=actor, at=at)
    said = registry.with_reason(reason)
    row = Responsibility.objects.filter(object_id=object_id, kind=kind, until=None).first()
    if row is None:
        raise NotFound
    _end(row, said, at=at)
    registry.note(site, "end_duty", actor=actor, at=at, reason=said, changes={"kind": kind, "row": row.pk})
    return row


@transaction.atomic
def open_contact(row_id: int, field: str, *, purpose: str, actor: Actor, at: datetime) -> str:
    """Name or phone of an outside holder in plain; the reading is kept with its purpose.

    Raises NotFound (not visible, or not outside), RightRefused, ContactRefused.
    """
    row = Responsibility.objects.select_related("outside", "object__site").filter(pk=row_id).first()
    if row is None or row.outside is None or field not in FIELDS:
        raise NotFound
    if not sites.may_see(actor, row.object.site, at):
        raise NotFound
    require(actor, RIGHT, org.kept_unit(row.object.site.unit_id), at)
    return read_contact(row.outside, field, purpose=purpose, actor=actor, at=at)


def _check_known(object_id: UUID, kind: str) -> None:
    if kind not in Kind.values:
        raise NotFound
    if not SafetyObject.objects.filter(pk=object_id).exists():
        raise NotFound


def _ours(held: Held, *, at: datetime) -> tuple[Unit | None, Actor | None]:
    if held.unit is None:
        return None, None
    unit = Unit.objects.filter(pk=held.unit).first()
    if unit is None:
        raise ResponsibilityRefused(_("没有这个单位。"), field="unit")
    if held.actor is None:
        return unit, None
    person = Actor.objects.filter(pk=held.actor, kind=Actor.Kind.STAFF).first()
    posts = org.posts_of(person, at) if person else ()
    if not any(post.unit_path.startswith(unit.path) or post.reaches(unit.path) for post in posts):
        raise ResponsibilityRefused(_("这个人不在该单位任职。"), field="actor")
    return unit, person


def _body(held: Held) -> str:
    body = clean(held.body, 120)
    if not body:
        raise ResponsibilityRefused(_("请选择单位，或填写外部责任单位。"), field="body")
    return body


def _outside(held: Held) -> Actor | None:
    """An actor for the outside person; the name lies sealed, so that the actor shows the post only."""
    name = clean(held.name, 40)
    if not name:
        return None
    person = Actor.objects.create(kind=Actor.Kind.OUTSIDE, name="")
    keep_contact(person, name=name, phone=clean(held.phone, 20))
    return person


def _plain(text: str, most: int, field: str) -> str:
    said = clean(text, most)
    if personal_data_in(said):
        raise ResponsibilityRefused(_("这里不要写电话、证件号等个人信息。"), field=field)
    return said


def _end(row: Responsibility, reason: str, *, at: datetime) -> None:
    row.until, row.end_reason = max(timezone.localdate(at), row.since), reason
    row.save(update_fields=["until", "end_reason"])
