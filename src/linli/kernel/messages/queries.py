"""What somebody was told, what is on its way, and how messages are worded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

from linli.kernel.errors import NotFound
from linli.kernel.messages.kinds import BY_CODE, KINDS, LOG_RIGHT, WORDING_RIGHT
from linli.kernel.messages.models import Channel, Delivery, Language, Notice, Preference, Template
from linli.kernel.messages.wordings import Fact, Wording, filled, wording
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

MOST_COUNTED = 100
"""A badge says "99+"; beyond that counting would only cost."""
PAGE = 50
SAMPLE: Mapping[str, Fact] = MappingProxyType(
    {
        "number": "20260302-00017",
        "title": "人行道地砖破损",
        "unit": "东街联勤队",
        "due": datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        "reason": "不在本辖区",
        "by": "林静",
        "at": datetime(2026, 3, 2, 4, 0, tzinfo=UTC),
        "follow_code": "K7M2QX",
        "count": 5,
        "share": "80%",
        "left": "2小时",
        "late": "3小时",
        "level": "二级",
        "result": "已修复",
        "text": "请到现场核实",
        "place": "东街12号",
        "code": "204816",
        "minutes": 5,
        "starts": datetime(2026, 3, 3, 1, 0, tzinfo=UTC),
        "agenda": "占道经营案例讨论",
        "meeting": "三月联席会议",
        "group": "柳树第七网格信息群",
    }
)
"""What a preview is filled with."""


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice as listed. ``matter_id`` leads to the matter's page, which checks again who may see it."""

    id: int
    code: str
    label: str
    subject: str
    body: str
    is_urgent: bool
    told_at: datetime
    is_read: bool
    matter_id: UUID | None
    matter_flow: str


def unread_count(actor: Actor) -> int:
    """How many notices ``actor`` has not read, at most 100. One statement, answered from a partial index."""
    return Notice.objects.filter(actor=actor, read_at=None)[:MOST_COUNTED].count()


def notices_of(actor: Actor, *, before: int | None = None, unread_only: bool = False) -> list[NoticeLine]:
    """A page of notices to ``actor``, newest first, in one statement; ``before`` is the last id of the page before."""
    rows = Notice.objects.filter(actor=actor).select_related("matter")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if unread_only:
        rows = rows.filter(read_at=None)
    return [
        NoticeLine(
            id=row.pk,
            code=row.code,
            label=str(BY_CODE[row.code].label) if row.code in BY_CODE else row.code,
            subject=row.subject,
            body=row.body,
            is_urgent=row.is_urgent,
            told_at=row.told_at,
            is_read=row.read_at is not None,
            matter_id=row.matter_id,
            matter_flow=row.matter.flow if row.matter else "",
        )
        for row in rows.order_by("-id")[:PAGE]
    ]


def preference_of(actor: Actor) -> Preference:
    """What ``actor`` chose, or what holds as long as they chose nothing."""
    return Preference.objects.filter(actor=actor).first() or Preference(actor=actor)


@dataclass(frozen=True, slots=True)
class WordingLine:
    """One wording as edited: ``fields`` may be named in it; ``is_local`` when it differs from the shipped one."""

    code: str
    label: str
    channel: str
    language: str
    subject: str
    body: str
    fields: tuple[str, ...]
    is_local: bool


def wordings(*, actor: Actor, at: datetime) -> list[WordingLine]:
    """Every message in every channel and language, for those who may edit them. Raises NotFound."""
    _require(actor, WORDING_RIGHT, at)
    local = _local_wordings()
    return [
        WordingLine(
            kind.code,
            str(kind.label),
            channel,
            language,
            *wording(local, code=kind.code, channel=channel, language=language),
            fields=kind.fields,
            is_local=(kind.code, channel, language) in local,
        )
        for kind in KINDS
        for channel in Channel.values
        for language in Language.values
    ]


def get_wording(*, code: str, channel: str, language: str, actor: Actor, at: datetime) -> WordingLine:
    """Raises NotFound."""
    lines = wordings(actor=actor, at=at)
    found = (line for line in lines if (line.code, line.channel, line.language) == (code, channel, language))
    line = next(found, None)
    if line is None:
        raise NotFound
    return line


def preview(*, subject: str, body: str) -> Wording:
    """A wording filled in with made-up facts."""
    return filled(subject, SAMPLE), filled(body, SAMPLE)


def _local_wordings() -> dict[tuple[str, str, str], Wording]:
    rows = Template.objects.values_list("code", "channel", "language", "subject", "body")
    return {(code, channel, language): (subject, body) for code, channel, language, subject, body in rows}


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A delivery as logged. ``to`` is a name or a masked address, never a plain one."""

    id: int
    label: str
    channel: str
    to: str
    status: str
    status_label: str
    tries: int
    error: str
    made_at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None


def deliveries(*, actor: Actor, at: datetime, status: str = "", before: int | None = None) -> list[DeliveryLine]:
    """A page of the log of deliveries, newest first, in one statement. Raises NotFound."""
    _require(actor, LOG_RIGHT, at)
    rows = Delivery.objects.select_related("actor")
    if status:
        rows = rows.filter(status=status)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [
        DeliveryLine(
            id=row.pk,
            label=str(BY_CODE[row.code].label) if row.code in BY_CODE else row.code,
            channel=str(row.get_channel_display()),
            to=str(row.actor) if row.actor else row.hint,
            status=row.status,
            status_label=str(row.get_status_display()),
            tries=row.tries,
            error=row.error,
            made_at=row.made_at,
            next_try_at=row.next_try_at,
            sent_at=row.sent_at,
        )
        for row in rows.order_by("-id")[:PAGE]
    ]


def _require(actor: Actor, right: str, at: datetime) -> None:
    if not org.holds_right(actor, right, at=at):
        raise NotFound
