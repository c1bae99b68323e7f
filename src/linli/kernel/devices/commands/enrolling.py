"""Giving a phone to a person and taking it away again. Nothing is deleted but what makes its queue readable."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.devices import secrets
from linli.kernel.devices.models import Device
from linli.kernel.devices.refusals import DeviceRefused, TakenRefused
from linli.kernel.org import queries as org
from linli.kernel.org.commands.changes import keep
from linli.kernel.org.models import Actor
from linli.kernel.org.roles import BY_CODE
from linli.kernel.org.sealing import keyring

RIGHTS = frozenset({"report", "operate", "inspect", "self_govern"})
"""Who may work with a phone: a post with one of these rights."""
VALID = timedelta(days=30)
"""How long a phone goes on without its person signing in anew *(default)*."""
PHONES_AT_MOST = 5
"""In use by one person at one time *(default)*."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What the phone is given once. ``escrow`` and ``presence`` are 32 bytes each."""

    device: Device
    token: str
    escrow: bytes
    presence: bytes


def enrol(*, device: UUID, name: str, app: str, actor: Actor, at: datetime) -> Enrolled:
    """Sign ``actor`` in on a phone for ``VALID``. The same phone again: another token, the same escrow.

    Raises DeviceRefused, TakenRefused.
    """
    if not name.strip():
        raise DeviceRefused(_("请给这部手机起个名字。"), field="name")
    if not any(RIGHTS & BY_CODE[held.role].rights for held in org.posts_of(actor, at)):
        raise DeviceRefused(_("您的岗位不使用现场终端。"))
    token = secrets.new_token()
    with transaction.atomic():
        # One at a time for one person, so that the bound on phones holds.
        Actor.objects.select_for_update().get(pk=actor.pk)
        row = _free(device, actor=actor)
        row.name, row.app_version = name.strip()[:120], app[:40]
        row.token_hash, row.enrolled_at, row.valid_to = secrets.hash_of(token), at, at + VALID
        row.save()
    return Enrolled(row, token, secrets.opened(bytes(row.escrow_enc)), secrets.opened(bytes(row.presence_enc)))


def _free(key: UUID, *, actor: Actor) -> Device:
    """The phone as it is to be written: the person's own or a new one. A number once revoked is never used again."""
    row = Device.objects.select_for_update().filter(pk=key).first()
    if row is not None and row.actor_id != actor.pk and row.revoked_at is None:
        raise TakenRefused(_("这部手机已由他人登记使用，请对方先在“我的手机”里停用。"))
    if row is not None and row.revoked_at is not None:
        raise TakenRefused(_("这部手机的登记已停用，须清空后重新登记。"), field="device")
    if row is not None:
        return row
    _check_room(actor)
    return Device(id=key, actor=actor, escrow_enc=secrets.new_sealed(), presence_enc=secrets.new_sealed())


def _check_room(actor: Actor) -> None:
    if Device.objects.filter(actor=actor, revoked_at=None).count() >= PHONES_AT_MOST:
        words = _("您已登记 %(count)d 部手机，请先停用不用的。") % {"count": PHONES_AT_MOST}
        raise DeviceRefused(words, field="device")


@transaction.atomic
def revoke(device: UUID, *, reason: str, forgets: bool, actor: Actor, at: datetime) -> Device:
    """End a phone for good; with it goes what its queue was locked with, on our side.

    forgets  it is told to forget everything as soon as it asks again
    Raises DeviceRefused.
    """
    if not reason.strip():
        raise DeviceRefused(_("请写明停用的原因。"), field="reason")
    row = Device.objects.select_for_update().filter(pk=device).first()
    if row is None:
        raise DeviceRefused(_("没有这部手机。"))
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by, row.revoke_reason = at, actor, reason.strip()[:200]
        row.escrow_enc, row.waiting = b"", 0
        keep(row, "revoke_phone", actor=actor, at=at, reason=reason.strip()[:200], changes={"forgets": forgets})
    if forgets and row.forget_at is None:
        row.forget_at = at
    row.save()
    return row


def forget(device: UUID, *, reason: str, actor: Actor, at: datetime) -> Device:
    """Ask a phone to delete everything; it is revoked with that, if it was not."""
    return revoke(device, reason=reason, forgets=True, actor=actor, at=at)


@transaction.atomic
def revoke_all(person: Actor, *, reason: str, forgets: bool, actor: Actor, at: datetime) -> int:
    """End all phones of ``person``; returns how many were in use."""
    keys = Device.objects.filter(actor=person, revoked_at=None).values_list("pk", flat=True)
    return len([revoke(key, reason=reason, forgets=forgets, actor=actor, at=at) for key in list(keys)])


def end_tokens(person: Actor, *, at: datetime) -> int:
    """Have all phones of ``person`` sign in anew; what waits on them stays readable after that. Returns how many."""
    return Device.objects.filter(actor=person, revoked_at=None, valid_to__gt=at).update(valid_to=at)


def tell_forgotten(token: str, *, at: datetime) -> None:
    """The phone says that it has deleted everything. One that says so twice, or is unknown, changes nothing."""
    Device.objects.filter(token_hash=secrets.hash_of(token), forgotten_at=None).update(forgotten_at=at)


def rewrap(*, limit: int) -> int:
    """Seal secrets of phones under the newest master key, ``limit`` at a time; returns how many are left."""
    newest = keyring().newest
    kept = Device.objects.exclude(presence_enc=b"").values_list("pk", "presence_enc")
    stale = [key for key, secret in kept.iterator() if secrets.key_no(bytes(secret)) != newest]
    with transaction.atomic():
        for row in Device.objects.select_for_update().filter(pk__in=stale[:limit]):
            for name in ("escrow_enc", "presence_enc"):
                if secret := bytes(getattr(row, name)):
                    setattr(row, name, secrets.sealed(secrets.opened(secret)))
            row.save(update_fields=["escrow_enc", "presence_enc"])
    return max(0, len(stale) - limit)
