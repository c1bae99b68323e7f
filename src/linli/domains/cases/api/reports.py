"""Taking reports in from other bodies' systems, and following one by its code."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from linli.domains.cases import commands
from linli.domains.cases.api.filing import given_files
from linli.domains.cases.api.keys import ApiRequest, ByKey
from linli.domains.cases.api.shapes import UUID_TEXT, CaseNumber, ReportIn, TakenOut
from linli.domains.cases.queries import exchange, tracking, wording
from linli.domains.cases.queries.clients import Client
from linli.kernel.flow.pool import pooled
from linli.web.api import PROBLEMS, READ_PROBLEMS, speak
from linli.web.rates import Rate, client_address, use

router = Router(tags=["reports"])
OLDEST_S, AHEAD_S = 10 * 366 * 86_400, 86_400
FOLLOWING = Rate("api_following", 60, 60)
"""A code has 50 bits, so guessing is hopeless; this keeps it cheap as well."""


# Read by hand: a parameter of the framework's costs a validation of its own on the busiest path.
IDEMPOTENCY = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": False,
            "schema": {"type": "string", "format": "uuid"},
            "description": "The report's id, where it is not in the body.",
        }
    ]
}


@router.post(
    "/reports", auth=ByKey(), response={frozenset({200, 201}): TakenOut, **PROBLEMS}, url_name="report",
    openapi_extra=IDEMPOTENCY,
)  # fmt: skip
def report(request: ApiRequest, given: ReportIn) -> HttpResponse:
    """Take a report in. 201 the first time, 200 when this very report had been taken before."""
    client = request.client
    assert client is not None  # ByKey lets nobody else in
    taken = take_in(as_report(given, client, header=request.headers.get("Idempotency-Key")), given, client)
    return HttpResponse(
        orjson.dumps(answer(taken)), status=200 if taken.is_resent else 201, content_type="application/json"
    )


def take_in(report: commands.Report, given: ReportIn, client: Client) -> commands.Taken:
    """One statement on the intake's own pool; nothing else of this request waits for the database."""
    at = timezone.now()
    with pooled() as raw:
        return commands.report(
            report, at=at, actor=client.actor, role="sender", looks_for_duplicates=given.find_duplicates,
            connection=raw,
        )  # fmt: skip


def answer(taken: commands.Taken) -> dict[str, object]:
    """``TakenOut`` as plain values."""
    return {
        "id": taken.id, "number": taken.number, "code": taken.code, "is_resent": taken.is_resent,
        "suggested": [{"code": code, "name": wording.category(code)} for code in taken.suggested],
        "duplicates": taken.duplicates,
    }  # fmt: skip


def as_report(given: ReportIn, client: Client, *, header: str | None = None) -> commands.Report:
    """``given`` as the command takes it, from ``client``. Raises ReportRefused for what the client may not say."""
    position = given.position
    return commands.Report(
        id=_key(given, header),
        text=given.text,
        lon=position.lon if position else None,
        lat=position.lat if position else None,
        crs=position.crs if position else "wgs84",
        accuracy_m=position.accuracy_m if position else None,
        address=given.address,
        area_unit=unit_of(given.unit) if given.unit else client.unit_id,
        category=given.category,
        condition=given.condition,
        source=_source(given.source, client),
        channel="api",
        device=given.device,
        sphere=given.sphere,
        small_kind=given.small_kind,
        is_pressing=given.is_pressing,
        is_sensitive=given.is_sensitive,
        emergency=given.emergency,
        found_level=given.found_level,
        on_behalf=given.on_behalf,
        caller=commands.Caller(given.caller.name, given.caller.phone, given.caller.email),
        wants_answer=given.wants_answer,
        occurred_at=given.occurred_at,
        outer_system=system_of(given, client) if given.number else "",
        outer_number=given.number,
        component=given.component,
        files=given_files(given.files, actor=client.actor),
    )


def _key(given: ReportIn, header: str | None) -> UUID | None:
    """The sender's id; None when its own number keeps the report from being taken twice."""
    named = _uuid(header) if header is not None else None
    key = given.id or named
    if named and key != named:
        raise commands.ReportRefused(_("id 与 Idempotency-Key 不一致。"), field="id")
    if key is None and not given.number:
        raise commands.ReportRefused(_("请给出 id(UUIDv7)或贵方编号 number，以免重复受理。"), field="id")
    if key is not None and not is_timely(key):
        raise commands.ReportRefused(_("id 应是新近生成的 UUIDv7。"), field="id")
    return key


def _uuid(text: str) -> UUID:
    if not UUID_TEXT.fullmatch(text):
        raise commands.ReportRefused(_("Idempotency-Key 应是 UUIDv7。"), field="Idempotency-Key")
    return UUID(text)


def is_timely(key: UUID) -> bool:
    """A UUIDv7 of the last ten years, for lists are sorted by it: one from the future would stay on top for good."""
    made = (key.int >> 80) / 1000
    now = time.time()
    return key.version == 7 and now - OLDEST_S <= made <= now + AHEAD_S


def _source(wanted: str, client: Client) -> str:
    source = wanted or client.sources[0]
    if source not in client.sources:
        raise commands.ReportRefused(_("该密钥不能使用这种来源：%(code)s。") % {"code": source}, field="source")
    return source


def system_of(given: ReportIn, client: Client) -> str:
    """The system a number is from: the client's own, or one it relays."""
    system = given.system or next(iter(client.systems), "")
    if system not in client.systems:
        raise commands.ReportRefused(_("该密钥不能报送这个系统的编号。"), field="system" if given.system else "number")
    return system


def unit_of(code: str) -> int:
    found = exchange.unit_id_of(code)
    if found is None:
        raise commands.ReportRefused(_("没有这个单位：%(code)s。") % {"code": code}, field="unit")
    return found


@dataclass(frozen=True, slots=True)
class Followed:
    """What who made a report may know of it."""

    number: str
    state: str
    state_name: str
    explained: str
    is_closed: bool
    category: str
    answer: str
    answered_at: datetime | None
    result: str
    due_at: datetime | None
    lines: list["FollowedLine"]


@dataclass(frozen=True, slots=True)
class FollowedLine:
    """One line of what has happened, in residents' words."""

    at: datetime
    words: str
    note: str


@router.get("/reports/{number}", auth=None, response={200: Followed, **READ_PROBLEMS}, url_name="followed")
def followed(
    request: HttpRequest, number: CaseNumber, code: Annotated[str, Query(min_length=10, max_length=20)]
) -> Followed:
    """How far a report is. Without a key: the follow-up code is the proof."""
    speak(request)
    use(FOLLOWING, client_address(request), at=timezone.now())
    track = tracking.track(tracking.followed(number, code))
    lines = [FollowedLine(one.at, one.words, one.note) for one in track.lines]
    return Followed(
        track.number, track.state, track.label, track.explained, track.is_closed, track.category, track.answer,
        track.answered_at, track.result, track.due_at, lines,
    )  # fmt: skip
