"""Taking a report in: checked, placed, classified, decided, timed and journalled in one durable statement."""

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _
from psycopg import Connection, DatabaseError, errors
from psycopg.pq import TransactionStatus
from psycopg.types.json import Jsonb

from linli.domains.cases.flow import CASE
from linli.domains.cases.queries import categories, deciding, duplicates, placing, proving
from linli.domains.cases.queries.following import code_for
from linli.kernel.errors import Refused
from linli.kernel.flow import clocks
from linli.kernel.flow.commands import GivenFile
from linli.kernel.flow.definition import Limit
from linli.kernel.flow.pool import raw_connection
from linli.kernel.flow.refusals import ResentDifferentlyRefused
from linli.kernel.org import coordinates, sealing
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor
from linli.kernel.text import clean, personal_data_in, without_personal_data

TEXT_AT_MOST = 4000
OLDEST = timedelta(days=3650)
AHEAD = timedelta(minutes=10)
CONTACT_KEPT = timedelta(days=730)
"""How long a reporter's contact is kept after the report *(default)*; the retention job erases it then."""
SEALED = ("name_enc", "phone_enc", "email_enc", "phone_index", "data_key_enc")


class ReportRefused(Refused):
    """The report cannot be taken as it is; ``field`` names the input to mend."""


class KnownNumberRefused(ReportRefused):
    """A report with this outer number was taken in before, with another content; ``number`` is its number here."""

    def __init__(self, message: object, *, number: str = "") -> None:
        super().__init__(message, field="outer_number")
        self.number = number


@dataclass(frozen=True, slots=True)
class Caller:
    """Who reports, as far as they say. Nothing here is ever shown or stored in plain."""

    name: str = ""
    phone: str = ""
    email: str = ""

    @property
    def is_named(self) -> bool:
        return bool(self.name or self.phone or self.email)


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it comes in, from whatever channel.

    id          made by the sender (UUIDv7, or derived from its own number): key of the matter and of idempotency
    lon, lat    degrees in ``crs`` (wgs84, cgcs2000, gcj02, bd09); None when only an address is known
    category    code of the matters list, or "" to have the best three suggested
    on_spot     found and settled in one go, to be registered by the centre afterwards
    """

    text: str
    id: UUID | None = None
    lon: float | None = None
    lat: float | None = None
    crs: str = "wgs84"
    accuracy_m: float | None = None
    address: str = ""
    area_unit: int | None = None
    category: str = ""
    condition: str = ""
    source: str = "03"
    channel: str = "web"
    device: str = ""
    sphere: str = "city"
    small_kind: str = ""
    is_pressing: bool = False
    is_sensitive: bool = False
    emergency: int = 0
    found_level: str = "unit"
    is_self_found: bool = False
    on_behalf: bool = False
    caller: Caller = field(default_factory=Caller)
    wants_answer: bool = False
    occurred_at: datetime | None = None
    outer_system: str = ""
    outer_number: str = ""
    about_unit: int | None = None
    component: str = ""
    files: Sequence[GivenFile] = ()
    on_spot: bool = False
    outcome: str = ""
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What the sender is told. ``is_resent`` when this very report had been taken before."""

    id: UUID
    number: str
    code: str
    is_resent: bool
    suggested: tuple[str, ...] = ()
    duplicates: tuple[UUID, ...] = ()


def report(
    given: Report, *, at: datetime, actor: Actor | None = None, role: str = "", taken_at: datetime | None = None,
    is_late: bool = False, looks_for_duplicates: bool = True, connection: "Connection[Any] | None" = None,
) -> Taken:  # fmt: skip
    """Take ``given`` in. Sent again unchanged, it returns the first answer; changed, it is refused.

    actor       who writes it down; None for an anonymous resident, who gets an actor of their own
    taken_at    when it was made on the phone; ``at`` otherwise; ``is_late``: that lies outside the listed limits
    connection  to write through, e.g. of an own pool; Django's when None

    Raises ReportRefused, ResentDifferentlyRefused, KnownNumberRefused.
    """
    key = given.id or new_key()
    given = checked(given, at=at)
    record, suggested, like = record_of(
        key, given, at=at, actor=actor, role=role, taken_at=taken_at or at, is_late=is_late,
        looks_for_duplicates=looks_for_duplicates, connection=connection,
    )  # fmt: skip
    key, number, is_resent = _write(key, record, connection)
    return Taken(key, number, code_for(key), is_resent, suggested, () if is_resent else like)


def checked(given: Report, *, at: datetime) -> Report:
    """``given`` with its text cleaned. Raises ReportRefused for what cannot be true or is too much."""
    text = _short(given, "text", TEXT_AT_MOST)
    if not text:
        raise ReportRefused(_("请写明或说明发生了什么。"), field="text")
    if given.occurred_at is not None and not at - OLDEST <= given.occurred_at <= at + AHEAD:
        raise ReportRefused(_("发生时间不可能：请核对日期。"), field="occurred_at")
    if given.category and not categories.is_known(given.category):
        raise ReportRefused(_("没有这个分类：%(code)s。") % {"code": given.category}, field="category")
    if given.on_spot and {"before", "after"} - {f.kind for f in given.files}:
        raise ReportRefused(_("当场处置须附处置前、处置后照片各一张。"), field="files")
    if given.lon is not None and given.lat is not None:
        coordinates.checked(given.lon, given.lat)
    short = {name: _short(given, name, limit) for name, limit in SHORT.items()}
    return replace(given, text=text, caller=_cleaned(given.caller), **short)  # type: ignore[arg-type]  # all texts


SHORT = {
    "address": 200, "condition": 60, "source": 20, "channel": 12, "sphere": 12, "small_kind": 20, "device": 40,
    "component": 40, "outer_system": 40, "outer_number": 60, "outcome": 2000,
}  # fmt: skip
"""Texts beside the report itself, with the most characters each may have."""


def _short(given: object, name: str, limit: int) -> str:
    text: str = getattr(given, name)
    if not text:
        return ""
    if text.isascii() and text.isprintable() and len(text) <= limit:
        return text.strip()
    try:
        return clean(text, limit)
    except Refused as refusal:
        raise ReportRefused(str(refusal), field=name) from refusal


def _cleaned(caller: Caller) -> Caller:
    if not caller.is_named:
        return caller
    return Caller(_short(caller, "name", 80), _short(caller, "phone", 40), _short(caller, "email", 254))


def digest_of(given: Report) -> str:
    """What makes two reports the same: everything the sender said."""
    said = [
        given.text, given.lon, given.lat, given.crs, given.address, given.category, given.source, given.channel,
        given.caller.name, given.caller.phone, given.caller.email, given.outer_system, given.outer_number,
        given.occurred_at, sorted(f.sha256 for f in given.files), given.on_spot, given.accuracy_m, given.area_unit,
        given.condition, given.device, given.sphere, given.small_kind, given.is_pressing, given.is_sensitive,
        given.emergency, given.found_level, given.is_self_found, given.on_behalf, given.wants_answer,
        given.about_unit, given.component, given.outcome,
    ]  # fmt: skip
    return hashlib.sha256(orjson.dumps(said)).hexdigest()


@dataclass(frozen=True, slots=True)
class Answers:
    """What areas, rules and lists say about a report. ``limit`` None: nothing is timed, as for past cases."""

    placed: placing.Placed
    decision: deciding.Decision
    suggested: tuple[str, ...]
    limit: Limit | None


def answers_for(given: Report, *, at: datetime) -> Answers:
    """The answers for one report; an import asks for many at once."""
    placed = placing.place(given)
    decision = deciding.decide(given.category, unit_id=placed.unit_id)
    suggested = () if given.category else categories.suggested_for(given.text)
    return Answers(placed, decision, suggested, first_limit(given, placed, at=at))


def first_limit(given: Report, placed: placing.Placed, *, at: datetime) -> Limit:
    """How long the first stage may take: to accept it, or to register what was settled on the spot."""
    stage = _first_stage(given)[1]
    return categories.stage_limit(stage, given.category, placed, given.emergency, at=at) or CASE.clocks[stage]


def _first_stage(given: Report) -> tuple[str, str]:
    return ("on_spot", "register") if given.on_spot else ("reported", "accept")


def record_of(
    key: UUID, given: Report, *, at: datetime, actor: Actor | None, role: str, taken_at: datetime,
    looks_for_duplicates: bool, is_late: bool = False, answers: Answers | None = None,
    connection: "Connection[Any] | None" = None,
) -> tuple[dict[str, Any], tuple[str, ...], tuple[UUID, ...]]:  # fmt: skip
    """Everything the database function needs, the suggested categories, and the probable duplicates."""
    answers = answers or answers_for(given, at=at)
    placed, suggested, limit = answers.placed, answers.suggested, answers.limit
    like: tuple[duplicates.Like, ...] = ()
    if looks_for_duplicates:
        like = duplicates.like(given.text, placed, category=given.category, at=at, connection=connection)
    caller, actors, contacts = _caller(given, actor, at=at)
    writer = actor.pk if actor else caller
    salt, proof = _proved(given, placed)
    state, clock = _first_stage(given)
    due, marks = clocks.plan(limit, start=at) if limit else (None, [])
    parties = [{"actor_id": str(caller), "role": "reporter"}] if caller else []
    if actor is not None and actor.kind == "outside":
        parties.append({"actor_id": str(actor.pk), "role": "sender"})
    record = {
        "digest": digest_of(given),
        "actors": actors,
        "contacts": contacts,
        "matter": {
            "title": title_of(given), "flow": CASE.code, "flow_version": CASE.version, "state": state,
            "home_id": placed.home_id, "unit_id": placed.desk_id, "assignee_id": None, "area_id": placed.area_id,
            "opened_at": at.isoformat(), "due_at": due.isoformat() if due else None, "round": 1,
        },
        "entry": {
            "actor_id": str(writer), "role": role or ("reporter" if actor is None else ""),
            "taken_at": taken_at.isoformat(), "is_late": is_late, "note": "",
            "changes": {"source": given.source, "channel": given.channel, "category": given.category, "words": proof},
            "files": [f.sha256 for f in given.files],
        },
        "case": _case(given, placed, answers.decision, suggested) | {"salt": salt},
        "place": placed.as_record(given),
        "words": without_personal_data(f"{given.text} {given.address}".strip()),
        "parties": parties,
        "occurrences": [{"actor_id": str(caller), "wants_answer": given.wants_answer}] if caller else [],
        "clocks": [
            *([clock_record(clock, limit, start=at, due=due, marks=marks)] if limit and due else []),
            *_answer_clock(given, caller, at=at),
        ],
        "files": [{"file_id": str(f.file_id), "kind": f.kind, "is_public": f.is_public} for f in given.files],
        "duplicates": [{"other": str(d.id), "note": d.why} for d in like],
    }  # fmt: skip
    return record, suggested, tuple(d.id for d in like)


def _proved(given: Report, placed: "placing.Placed") -> tuple[str, str]:
    """A salt, as the database reads bytes, and the hash of the words and the place as they are stored."""
    salt, kept = proving.new_salt(), placed.as_record(given)
    said = proving.proof(
        salt, title=title_of(given), text=given.text, address=kept["address"], lon=kept["lon"], lat=kept["lat"]
    )
    return "\\x" + salt.hex(), said


def _answer_clock(given: Report, caller: UUID | None, *, at: datetime) -> list[dict[str, Any]]:
    """Who wants an answer gets it in time, whatever becomes of the case (001g-60)."""
    if caller is None or not given.wants_answer:
        return []
    limit = CASE.clocks["answer"]
    due, marks = clocks.plan(limit, start=at)
    return [clock_record("answer", limit, start=at, due=due, marks=marks)]


def clock_record(kind: str, limit: Limit, *, start: datetime, due: datetime, marks: list[datetime]) -> dict[str, Any]:
    return {
        "kind": kind, "base": limit.base, "amount": limit.amount, "starts_at": start.isoformat(),
        "due_at": due.isoformat(), "marks": [m.isoformat() for m in marks], "shares": list(limit.shares),
        "escalates_by": limit.escalates_by, "why": limit.why[:200],
    }  # fmt: skip


def title_of(given: Report) -> str:
    """First line of the text, at most 60 characters; the category's name stands beside it on pages.

    Titles go where the text does not, into lists, messages and the titles of children: numbers of people are starred.
    """
    line = given.text.split("\n", 1)[0]
    if personal_data_in(line):
        line = without_personal_data(line)
    return line if len(line) <= 60 else line[:59] + "…"


def _caller(
    given: Report, actor: Actor | None, *, at: datetime
) -> tuple[UUID | None, list[dict[str, Any]], list[dict[str, Any]]]:
    """The reporting resident: a new actor, with a sealed contact when they gave one; a signed-in resident is kept."""
    if actor is not None and actor.kind == "resident":
        return actor.pk, [], []
    if actor is not None and not (given.caller.is_named or given.on_behalf):
        return None, [], []
    key = new_key()
    actors = [{"id": str(key), "kind": "resident"}]
    if not given.caller.is_named:
        return key, actors, []
    sealed = sealing.seal_contact(name=given.caller.name, phone=given.caller.phone, email=given.caller.email)
    columns = {name: "\\x" + getattr(sealed, name).hex() for name in SEALED}
    keep_until = (at + CONTACT_KEPT).date().isoformat()
    return key, actors, [{"actor_id": str(key), **columns, "key_no": sealed.key_no, "keep_until": keep_until}]


def _case(
    given: Report, placed: "placing.Placed", decision: deciding.Decision, suggested: tuple[str, ...]
) -> dict[str, Any]:
    item = categories.item(given.category) if given.category else None
    return {
        "description": given.text, "category": given.category, "category_kind": item.kind if item else "",
        "standard": categories.STANDARD if item else "", "condition": given.condition, "suggested": list(suggested),
        "sphere": given.sphere, "small_kind": given.small_kind, "is_pressing": given.is_pressing,
        "is_sensitive": given.is_sensitive, "emergency": given.emergency, "source": given.source,
        "channel": given.channel, "device": given.device[:40], "found_level": given.found_level,
        "is_self_found": given.is_self_found, "on_behalf": given.on_behalf, "outer_system": given.outer_system,
        "outer_number": given.outer_number,
        "occurred_at": given.occurred_at.isoformat() if given.occurred_at else None,
        "disposal_class": decision.disposal_class, "linkage": "", "about_unit_id": given.about_unit,
        "commander_id": None,
        "component": given.component, "lead_id": decision.lead, "why": decision.why[:200],
        "is_public": placed.area_id is not None and not given.is_sensitive, "is_demo": given.is_demo,
        "outcome": given.outcome, "result_code": "", "proof_waived": "", "reworks": 0, "returns": 0, "urges": 0,
        "revisit_result": "", "satisfaction": None, "is_solved": None, "callers": 1, "answered": 0,
    }  # fmt: skip


TAKE_IN = "select r ->> 'number', (r ->> 'resent')::boolean from cases_take_in(%s, %s) r"
KNOWN = """
select m.id, m.number, r.digest from cases_case c join flow_matter m on m.id = c.matter_id
left join flow_receipt r on r.matter_id = m.id and r.command = m.id
where c.outer_system = %s and c.outer_number = %s and c.outer_number <> ''
"""
SENT_DIFFERENTLY = "LI001"


def _write(
    key: UUID, record: dict[str, Any], connection: "Connection[Any] | None", *, is_second: bool = False
) -> tuple[UUID, str, bool]:
    """The key and number the report has, and whether it had them before."""
    try:
        with raw_connection(connection) as raw, _one_statement(raw):
            row = raw.execute(TAKE_IN, (key, Jsonb(record, dumps=orjson.dumps)), prepare=True).fetchone()
    except errors.UniqueViolation as twice:
        if twice.diag.constraint_name == "case_outer_once":
            return _known(record, connection)
        if is_second:
            raise ResentDifferentlyRefused(_("这个编号已用于别的事项。")) from twice
        # Two senders of one report at once: the second one finds the first one's receipt now.
        return _write(key, record, connection, is_second=True)
    except DatabaseError as error:
        if error.sqlstate != SENT_DIFFERENTLY:
            raise
        raise ResentDifferentlyRefused(_("同一编号的报告已经收到，这次内容不同，未予受理。")) from error
    assert row is not None
    return key, row[0], row[1]


def _one_statement(raw: "Connection[Any]") -> AbstractContextManager[object]:
    """A savepoint inside a transaction; by itself the statement is one already, without two more round trips."""
    is_alone = raw.autocommit and raw.info.transaction_status == TransactionStatus.IDLE
    return nullcontext() if is_alone else raw.transaction()


def _known(record: dict[str, Any], connection: "Connection[Any] | None") -> tuple[UUID, str, bool]:
    """The report that has the outer number already: the answer to the same report, a refusal for any other."""
    case = record["case"]
    with raw_connection(connection) as raw:
        row = raw.execute(KNOWN, (case["outer_system"], case["outer_number"])).fetchone()
    assert row is not None  # matters are never deleted
    key, number, digest = row
    if bytes(digest or b"").hex() != record["digest"]:
        raise KnownNumberRefused(_("该编号的工单已经接收过：%(number)s。") % {"number": number}, number=number)
    return key, number, True
