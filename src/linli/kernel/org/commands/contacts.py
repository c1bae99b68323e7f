"""Keep, show, find and erase how to reach people. In plain only with a purpose, and every reading is kept."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.commands.changes import RightRefused, keep, require
from linli.kernel.org.models import Actor, Contact, Reading
from linli.kernel.org.queries import holds_right
from linli.kernel.org.queries.contacts import opened
from linli.kernel.org.sealing import keyring, seal_contact

FIELDS = ("name", "phone", "email")
LONGEST_PURPOSE = 200


class ContactRefused(Refused):
    """Not to be kept or shown like that."""


@transaction.atomic
def keep_contact(
    person: Actor, *, name: str = "", phone: str = "", email: str = "", keep_until: date | None = None
) -> Contact:
    """Seal how to reach ``person``, in place of what was kept before, under a fresh key."""
    sealed = seal_contact(name, phone, email)
    contact, _made = Contact.objects.update_or_create(
        actor=person,
        defaults={
            "name_enc": sealed.name_enc,
            "phone_enc": sealed.phone_enc,
            "email_enc": sealed.email_enc,
            "phone_index": sealed.phone_index,
            "data_key_enc": sealed.data_key_enc,
            "key_no": sealed.key_no,
            "keep_until": keep_until,
            "erased_at": None,
        },
    )
    return contact


@transaction.atomic
def read_contact(person: Actor, field: str, *, purpose: str, actor: Actor, at: datetime) -> str:
    """A field (name, phone or email) of ``person`` in plain; the reading is kept with its ``purpose``.

    Whether ``actor`` deals with the person's matter is for the caller to check. Raises ContactRefused,
    RightRefused, NotFound (nothing kept, or erased).
    """
    _check_purpose(purpose)
    if field not in FIELDS:
        raise ContactRefused(_("不认识的联系方式字段。"), field="field")
    if actor.pk != person.pk and actor.kind != Actor.Kind.SYSTEM and holds_right(actor, "read_contact", at=at) is None:
        raise RightRefused(_("您没有查看联系方式的权限。"))
    contact = Contact.objects.filter(actor=person, erased_at=None).first()
    if contact is None:
        raise NotFound
    Reading.objects.create(reader=actor, actor=person, field=field, purpose=purpose.strip(), at=at)
    return opened(contact, field)


def keep_reading(person: Actor, field: str, *, purpose: str, actor: Actor, at: datetime) -> None:
    """Keep that ``actor`` saw something personal of ``person`` that is not sealed here, e.g. numbers in their words.

    Raises ContactRefused (no purpose).
    """
    _check_purpose(purpose)
    Reading.objects.create(reader=actor, actor=person, field=field, purpose=purpose.strip(), at=at)


@transaction.atomic
def find_by_phone(phone: str, *, purpose: str, actor: Actor, at: datetime) -> list[Actor]:
    """People kept with exactly this number, newest first, at most 50; each find is kept as a reading.

    Raises ContactRefused (no purpose), RightRefused.
    """
    _check_purpose(purpose)
    require(actor, "search_caller", None, at)
    found = Contact.objects.filter(phone_index__in=keyring().phone_indexes(phone)).select_related("actor")
    people = [contact.actor for contact in found.order_by("-actor_id")[:50]]
    Reading.objects.bulk_create(
        Reading(reader=actor, actor=person, field="phone_search", purpose=purpose.strip(), at=at) for person in people
    )
    return people


@transaction.atomic
def erase_contact(person: Actor, *, actor: Actor, at: datetime, reason: str) -> None:
    """Destroy the key and the sealed fields; copies elsewhere, backups too, can no longer be read.

    Raises NotFound, RightRefused; asked for by the person themself or by whoever has the right.
    """
    if actor.pk != person.pk:
        require(actor, "erase_contact", None, at)
    if not _erase([person.pk], at=at):
        raise NotFound
    keep(person, "erase_contact", actor=actor, at=at, reason=reason)


@transaction.atomic
def erase_expired(*, on: date, limit: int = 1000, actor: Actor, at: datetime) -> int:
    """Erase contacts whose time to be kept ended before ``on``; returns how many, at most ``limit``. Call until 0."""
    due = Contact.objects.select_for_update(skip_locked=True).filter(erased_at=None, keep_until__lt=on)
    keys = [contact.actor_id for contact in due.order_by("keep_until").only("actor_id")[:limit]]
    for person in Actor.objects.filter(pk__in=keys):
        keep(person, "erase_contact", actor=actor, at=at, reason=_("保存期满"))
    return _erase(keys, at=at)


@transaction.atomic
def rotate_keys(*, limit: int = 500, actor: Actor, at: datetime) -> int:
    """Wrap up to ``limit`` data keys again by the newest master key; returns how many are left.

    Each call is one transaction; break off and call again at any time. When 0 are left, older keys may be dropped.
    """
    require(actor, "rotate_keys", None, at)
    ring = keyring()
    stale = Contact.objects.filter(erased_at=None).exclude(key_no=ring.newest)
    for contact in stale.select_for_update(skip_locked=True).order_by("actor_id")[:limit]:
        data_key = ring.unwrap(bytes(contact.data_key_enc), contact.key_no)
        contact.data_key_enc, contact.key_no = ring.wrap(data_key), ring.newest
        contact.phone_index = ring.phone_index(opened(contact, "phone"))
        contact.save(update_fields=["data_key_enc", "key_no", "phone_index"])
    return stale.count()


def _erase(keys: Sequence[object], *, at: datetime) -> int:
    empty = {"name_enc": b"", "phone_enc": b"", "email_enc": b"", "phone_index": b"", "data_key_enc": b""}
    return Contact.objects.filter(actor_id__in=keys, erased_at=None).update(**empty, erased_at=at)


def _check_purpose(purpose: str) -> None:
    if not 2 <= len(purpose.strip()) <= LONGEST_PURPOSE:
        raise ContactRefused(
            _("请写明查看原因(2到%(most)d个字)，查看会被记录。") % {"most": LONGEST_PURPOSE}, field="purpose"
        )
