"""Telling people: any number of events to any number of people in a fixed number of statements."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NotRequired, TypedDict
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.kernel.messages.commands.writing import DeliveryRow, NoticeRow, write
from linli.kernel.messages.kinds import BY_CODE, Kind
from linli.kernel.messages.models import Notice, Template
from linli.kernel.messages.people import Person, holders, people
from linli.kernel.messages.wordings import CHINESE, SUBJECT_LENGTH, Fact, Wording, filled, wording
from linli.kernel.org import live
from linli.kernel.org.models import Actor

ACTORS_PER_ANNOUNCEMENT = 120
"""So that one fits into what a database notification may carry."""


class Event(TypedDict):
    """One thing that happened, and whom to tell.

    kind        code from ``kinds.KINDS``
    actor_ids   people by id
    unit_ids, roles  and whoever holds one of the roles for one of the units, or in the nearest unit above
    but_not     people who need not be told, as a rule who did it
    context     facts for the wording: strings, numbers or times; no personal data beyond what the reader may see
    broadcast   group channels that get it as well, once: wecom, dingtalk, webhook
    once        several events of one kind that carry the same word tell each person only once
    """

    kind: str
    matter_id: NotRequired[UUID | None]
    actor_ids: NotRequired[Collection[UUID]]
    unit_ids: NotRequired[Collection[int]]
    roles: NotRequired[Sequence[str]]
    but_not: NotRequired[Collection[UUID]]
    context: NotRequired[Mapping[str, Fact]]
    broadcast: NotRequired[Sequence[str]]
    once: NotRequired[str]


@dataclass(frozen=True, slots=True)
class _Texts:
    """Wordings already filled in for one event, so that each is made once however many read it."""

    event: Event
    local: Mapping[tuple[str, str, str], Wording]
    made: dict[tuple[str, str], Wording]

    def get(self, channel: str, language: str) -> Wording:
        if (channel, language) not in self.made:
            subject, body = wording(self.local, code=self.event["kind"], channel=channel, language=language)
            facts = self.event.get("context", {})
            self.made[channel, language] = (filled(subject, facts)[:SUBJECT_LENGTH], filled(body, facts))
        return self.made[channel, language]


@transaction.atomic
def fan_out(events: Sequence[Event], *, at: datetime) -> int:
    """Write notices and deliveries for ``events``, and tell the open pages. Returns how many notices.

    The number of statements does not grow with the events or the people.
    """
    by_role = _by_role(events, at)
    told = _told_once([(event, _told(event, by_role)) for event in events])
    known = people({key for _event, keys in told for key in keys})
    local = _local({event["kind"] for event in events})
    notices: list[NoticeRow] = []
    deliveries: list[DeliveryRow] = []
    for event, keys in told:
        texts, kind = _Texts(event, local, {}), BY_CODE[event["kind"]]
        for key in (key for key in keys if key in known):
            deliveries += _deliveries(texts, kind, key, known[key], place=len(notices), at=at)
            notices.append(_notice(texts, kind, key, known[key], at=at))
        deliveries += _broadcasts(texts, event.get("broadcast", ()), at=at)
    write(notices, deliveries)
    _announce(notice.actor_id for notice in notices)
    return len(notices)


def notify(
    actors: Collection[Actor],
    template_code: str,
    context: Mapping[str, Fact],
    *,
    at: datetime,
    matter_id: UUID | None = None,
) -> int:
    """Tell ``actors`` one thing. Returns how many were told."""
    keys = [actor.pk for actor in actors]
    event = Event(kind=template_code, matter_id=matter_id, actor_ids=keys, context=context)
    return fan_out([event], at=at)


def mark_read(*, actor: Actor, at: datetime, notice_ids: Collection[int] | None = None) -> int:
    """Mark these notices of ``actor`` (all, when None) as read. Returns how many were unread."""
    unread = Notice.objects.filter(actor=actor, read_at=None)
    if notice_ids is not None:
        unread = unread.filter(pk__in=notice_ids)
    count = unread.update(read_at=at)
    if count:
        _announce([actor.pk])
    return count


def _by_role(events: Sequence[Event], at: datetime) -> dict[tuple[int, str], list[UUID]]:
    asked = [
        (unit_id, tuple(event["roles"]))
        for event in events
        if event.get("roles")
        for unit_id in event.get("unit_ids", ())
    ]
    return holders(asked, on=timezone.localdate(at)) if asked else {}


def _told(event: Event, by_role: Mapping[tuple[int, str], Sequence[UUID]]) -> list[UUID]:
    """Each person once, in a stable order."""
    keys = dict.fromkeys(event.get("actor_ids", ()))
    for unit_id in event.get("unit_ids", ()):
        for role in event.get("roles", ()):
            keys.update(dict.fromkeys(by_role[unit_id, role]))
    spared = set(event.get("but_not", ()))
    return [key for key in keys if key not in spared]


def _told_once(told: Sequence[tuple[Event, list[UUID]]]) -> list[tuple[Event, list[UUID]]]:
    """Without those who hear the same from an earlier event of the same ``once``."""
    heard: dict[tuple[str, str], set[UUID]] = {}
    kept: list[tuple[Event, list[UUID]]] = []
    for event, keys in told:
        before = heard.setdefault((event.get("once", ""), event["kind"]), set()) if event.get("once") else set()
        kept.append((event, [key for key in keys if key not in before]))
        before.update(keys)
    return kept


def _local(codes: Collection[str]) -> dict[tuple[str, str, str], Wording]:
    rows = Template.objects.filter(code__in=codes).values_list("code", "channel", "language", "subject", "body")
    return {(code, channel, language): (subject, body) for code, channel, language, subject, body in rows}


def _notice(texts: _Texts, kind: Kind, key: UUID, person: Person, *, at: datetime) -> NoticeRow:
    subject, body = texts.get("in_app", person.wish.language)
    return NoticeRow(key, texts.event.get("matter_id"), kind.code, subject, body, kind.is_urgent, at)


def _deliveries(
    texts: _Texts, kind: Kind, key: UUID, person: Person, *, place: int, at: datetime
) -> Iterator[DeliveryRow]:
    for channel in person.channels_for(to_resident=kind.to_resident, is_urgent=kind.is_urgent):
        subject, body = texts.get(channel, person.wish.language)
        is_digest, when = person.wish.digest and not kind.is_urgent, person.send_at(at, is_urgent=kind.is_urgent)
        yield DeliveryRow(place, key, kind.code, channel, subject, body, is_digest, when, at)


def _broadcasts(texts: _Texts, channels: Sequence[str], *, at: datetime) -> Iterator[DeliveryRow]:
    for channel in channels:
        subject, body = texts.get(channel, CHINESE)
        yield DeliveryRow(None, None, texts.event["kind"], channel, subject, body, False, at, at)


def _announce(actor_ids: Iterable[UUID]) -> None:
    keys = list(dict.fromkeys(actor_ids))
    for start in range(0, len(keys), ACTORS_PER_ANNOUNCEMENT):
        live.announce("unread", actors=keys[start : start + ACTORS_PER_ANNOUNCEMENT])
