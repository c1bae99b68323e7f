"""Who is to be told, and where they can be reached. Addresses in plain exist only while a message is being sent."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from linli.kernel.messages.models import Preference
from linli.kernel.messages.wordings import CHINESE
from linli.kernel.org.models import Account, Actor, Contact, Post
from linli.kernel.org.sealing import keyring, unseal
from linli.kernel.org.tree import kept as units

DIGEST_AT = time(8, 30)


class NoAddress(Exception):
    """The person left none for this channel, or it has been erased."""


@dataclass(frozen=True, slots=True)
class Person:
    """What must be known to tell somebody something. ``channels``: those for which there is an address."""

    is_resident: bool
    channels: frozenset[str]
    wish: Preference

    def channels_for(self, *, to_resident: bool, is_urgent: bool) -> list[str]:
        """Where a message goes beside the pages."""
        if self.is_resident:
            wanted = {"sms"} if to_resident else set()
        else:
            wanted = {"sms"} if is_urgent or self.wish.by_sms else set()
        wanted |= {"email"} if self.wish.by_email else set()
        return sorted(wanted & self.channels)

    def send_at(self, at: datetime, *, is_urgent: bool) -> datetime:
        """When it may be sent: now, after the quiet hours, or with tomorrow's digest."""
        if is_urgent:
            return at
        if self.wish.digest:
            return _next(DIGEST_AT, at)
        start, end, now = self.wish.quiet_from, self.wish.quiet_until, timezone.localtime(at).time()
        if start is None or end is None:
            return at
        is_quiet = start <= now < end if start <= end else now >= start or now < end
        return _next(end, at) if is_quiet else at


def _next(moment: time, at: datetime) -> datetime:
    local = timezone.localtime(at)
    found = local.replace(hour=moment.hour, minute=moment.minute, second=0, microsecond=0)
    return found if found > local else found + timedelta(days=1)


def people(actor_ids: Collection[UUID]) -> dict[UUID, Person]:
    """The people by id, in two queries."""
    wishes = {wish.actor_id: wish for wish in Preference.objects.filter(actor_id__in=actor_ids)}
    rows = Actor.objects.filter(pk__in=actor_ids).values_list(
        "pk", "kind", "account__phone", "account__email", "contact__phone_enc", "contact__email_enc"
    )
    return {
        key: Person(
            is_resident=kind == Actor.Kind.RESIDENT,
            channels=frozenset(
                channel for channel, has in (("sms", phone or sealed_phone), ("email", mail or sealed_mail)) if has
            ),
            wish=wishes.get(key) or Preference(actor_id=key),
        )
        for key, kind, phone, mail, sealed_phone, sealed_mail in rows
    }


def holders(asked: Iterable[tuple[int, Sequence[str]]], *, on: date) -> dict[tuple[int, str], list[UUID]]:
    """Who holds each role for each unit: in the unit itself, else in the nearest unit above that has somebody.

    asked  pairs of unit id and roles
    """
    pairs = [(unit_id, role) for unit_id, roles in asked for role in roles]
    tree = units.get()
    chains = {unit_id: tree.by_id[unit_id].chain for unit_id, _role in pairs}
    posts = Post.objects.filter(
        Q(until=None) | Q(until__gt=on),
        since__lte=on,
        role__in={role for _unit, role in pairs},
        over_id__in={above for chain in chains.values() for above in chain},
    )
    by_place: dict[tuple[int, str], list[UUID]] = {}
    for over_id, role, actor_id in posts.order_by("id").values_list("over_id", "role", "actor_id"):
        by_place.setdefault((over_id, role), []).append(actor_id)
    return {
        (unit_id, role): next((by_place[above, role] for above in chains[unit_id] if (above, role) in by_place), [])
        for unit_id, role in pairs
    }


def address_of(actor_id: UUID, channel: str) -> str:
    """Phone number or mail address in plain, to be forgotten once used. Raises NoAddress."""
    field = {"sms": "phone", "email": "email"}.get(channel)
    if field is None:
        raise NoAddress
    account = Account.objects.filter(actor_id=actor_id, is_active=True).values_list(field, flat=True).first()
    if account:
        return str(account)
    contact = Contact.objects.filter(actor_id=actor_id, erased_at=None).first()
    sealed = bytes(getattr(contact, f"{field}_enc")) if contact else b""
    if contact is None or not sealed:
        raise NoAddress
    return unseal(keyring().unwrap(bytes(contact.data_key_enc), contact.key_no), sealed, field).decode()


def language_of(actor_id: UUID | None) -> str:
    """The language somebody chose."""
    if actor_id is None:
        return CHINESE
    chosen = Preference.objects.filter(actor_id=actor_id).values_list("language", flat=True).first()
    return chosen or CHINESE
