"""What a phone may say in one contact, bounded before anything is done with it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from linli.kernel.devices.commands import Arrived, Told
from linli.kernel.devices.refusals import DeviceRefused
from linli.kernel.flow.given import GivenFile

BODY_BYTES = 1_000_000
COMMANDS = 50
FILES = 60
"""Of one command: a checklist on which several items failed brings photos of each."""
FIELDS_BYTES = 128_000
"""Of one command: 500 points of a track are some 30 KB, 4,000 characters at most 48 KB escaped."""
LARGEST = 2**53 - 1

Text = Annotated[str, Field(max_length=200)]
Moment = Annotated[AwareDatetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]
"""What a phone's clock can show: one whose battery ran out begins anew in 1970."""


class Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class FileShape(Shape):
    id: UUID
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    kind: Annotated[str, Field(pattern=r"^[a-z_]{1,20}$")]


class CommandShape(Shape):
    id: UUID
    no: Annotated[int, Field(ge=0, le=LARGEST)]
    name: Annotated[str, Field(pattern=r"^[a-z_]{1,30}\.[a-z_]{1,29}$")]
    taken_at: Moment
    about: Annotated[str, Field(max_length=60)] = ""
    after: UUID | None = None
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    fields: dict[str, Any] = Field(default_factory=dict)
    files: Annotated[list[FileShape], Field(max_length=FILES)] = Field(default_factory=list)


class SyncShape(Shape):
    now: Moment
    device: UUID | None = None
    app: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] = ""
    waiting: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    commands: Annotated[list[dict[str, Any]], Field(max_length=COMMANDS)] = Field(default_factory=list)
    have: Annotated[dict[Text, Text], Field(max_length=40)] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact as read. ``malformed`` are told at once; they never reach a command."""

    now: datetime
    app: str
    commands: Sequence[Arrived]
    malformed: Sequence[Told]
    have: dict[str, str]
    waiting: int = 0


def read(body: bytes) -> Contact:
    """Raises DeviceRefused when the whole is no contact at all; one command at fault spoils no other."""
    try:
        given = SyncShape.model_validate(_parsed(body))
    except (ValidationError, ValueError, RecursionError) as error:
        raise DeviceRefused(_("内容不符合要求：%(where)s。") % {"where": _where(error)}) from error
    arrived: list[Arrived] = []
    malformed: list[Told] = []
    for raw in given.commands:
        try:
            arrived.append(_command(CommandShape.model_validate(raw)))
        except (ValidationError, DeviceRefused) as error:
            if (key := _key_of(raw)) is not None:
                malformed.append(Told(key, "refused", _("内容不符合要求：%(where)s。") % {"where": _where(error)}))
    return Contact(given.now, given.app, arrived, malformed, dict(given.have), given.waiting)


def _parsed(body: bytes) -> Any:
    """``body`` as JSON, also where a text in it has half of a character: then only its command is at fault."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return json.loads(body, parse_constant=_no_number)


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _command(one: CommandShape) -> Arrived:
    if not _is_bounded(one.fields) or _has_null(one.fields):
        raise DeviceRefused("fields")
    if _has_null(one.about) or _whole(one.about) != one.about:
        raise DeviceRefused("about")
    if one.after == one.id:
        raise DeviceRefused("after")
    files = tuple(GivenFile(file.id, file.sha256, file.kind) for file in one.files)
    return Arrived(one.id, one.no, one.name, one.taken_at, one.about, one.after, one.seen, one.fields, files)


def _is_bounded(fields: dict[str, Any]) -> bool:
    try:
        return len(orjson.dumps(fields)) <= FIELDS_BYTES
    except orjson.JSONEncodeError:  # nested deeper than anything a form sends, or half of a character
        return False


def _has_null(value: Any) -> bool:
    """Whether there is a character anywhere in ``value`` that the database keeps in no text."""
    if isinstance(value, dict):
        return any(_has_null(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(_has_null(part) for part in value)
    return isinstance(value, str) and "\0" in value


def _whole(text: str) -> str:
    """``text`` with a sign in the place of each half of a character, which no answer could carry."""
    return text.encode(errors="replace").decode()


def _key_of(raw: dict[str, Any]) -> UUID | None:
    try:
        return UUID(str(raw.get("id")))
    except ValueError:
        return None


def _where(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return _whole("、".join(dict.fromkeys(".".join(map(str, one["loc"])) for one in error.errors()[:5])))[:200]
    return str(error)[:80] if isinstance(error, DeviceRefused) else "JSON"


def as_json(told: Told) -> dict[str, object]:
    return {
        "id": told.id, "state": told.state, "message": told.message, "number": told.number, "url": told.url,
        "facts": dict(told.facts), "is_late": told.is_late, "field": told.field,
    }  # fmt: skip
