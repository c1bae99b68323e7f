"""What programs send: shapes and bounds only; what is allowed is decided by the commands."""

import re
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

TEXT_AT_MOST = 4000
UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
TIME_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ].*")


def _written_as(shape: re.Pattern[str], code: str) -> BeforeValidator:
    """Only as the description says: the checker by itself also takes numbers for times, and braces around ids."""

    def check(value: Any) -> Any:
        if isinstance(value, int | float) or (isinstance(value, str) and not shape.fullmatch(value)):
            raise PydanticCustomError(code, "not in the described form")
        return value

    return BeforeValidator(check)


Key = Annotated[UUID, _written_as(UUID_TEXT, "uuid_parsing")]
Moment = Annotated[AwareDatetime, _written_as(TIME_TEXT, "datetime_parsing")]

Code = Annotated[str, StringConstraints(max_length=20, pattern=r"^[0-9A-Za-z_.-]*$")]
Number = Annotated[str, StringConstraints(min_length=1, max_length=60)]
CaseNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{8,24}$")]
System = Annotated[str, StringConstraints(max_length=40)]
Line = Annotated[str, StringConstraints(max_length=200)]
FileKind = Literal["report", "before", "after", "check", "other"]


class Given(BaseModel):
    """Unknown members are refused: a misspelt one would otherwise be lost silently.

    Not a ``ninja.Schema``: that reads through a wrapper for Django objects, which costs more than all else here.
    """

    model_config = ConfigDict(extra="forbid")


class Position(Given):
    """Degrees in ``crs``; ``accuracy_m`` as the device gives it."""

    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    crs: Literal["wgs84", "cgcs2000", "gcj02", "bd09"] = "wgs84"
    accuracy_m: float | None = Field(default=None, ge=0, le=1_000_000, allow_inf_nan=False)


class Person(Given):
    """Who reported it, as far as known. Kept sealed; no interface ever gives it out again."""

    name: str = Field(default="", max_length=80)
    phone: str = Field(default="", max_length=40)
    email: str = Field(default="", max_length=254)


class FileRef(Given):
    """A file uploaded before by the same program."""

    id: Key
    kind: FileKind = "report"


class ReportIn(Given):
    """One report.

    ``id`` (a UUIDv7 made by the sender) or ``number`` (the sender's own) makes it safe to send again: the same
    report gets the first answer, another one under the same id or number is refused with 409.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01938f3a-7c1e-7a52-9c43-5b7d2f8e6a10",
                    "text": "人行道井盖松动，车一过就响",
                    "position": {"lon": 121.4015, "lat": 31.2125, "crs": "wgs84", "accuracy_m": 12},
                    "category": "01001",
                    "occurred_at": "2026-11-22T08:30:00+08:00",
                    "wants_answer": True,
                },
                {"number": "20261122-000871", "text": "路灯不亮", "address": "虹古路 300 弄"},
            ]
        }
    )

    id: Key | None = None
    number: str = Field(default="", max_length=60)
    system: System = Field(default="", description="System the number is from; the program's own when empty.")
    text: str = Field(min_length=1, max_length=TEXT_AT_MOST)
    position: Position | None = None
    address: Line = ""
    unit: str = Field(default="", max_length=40, description="Code of the unit it lies in, where no position is known.")
    category: Code = Field(default="", description="Code of the matters list; when empty the three likeliest are told.")
    condition: str = Field(default="", max_length=60)
    source: Code = Field(default="", description="Code of the source list; the program's usual one when empty.")
    found_level: Literal["unit", "grid", "centre"] = "centre"
    sphere: Literal["city", "social", "emergency", "service"] = "city"
    small_kind: Code = ""
    component: str = Field(default="", max_length=40)
    device: str = Field(default="", max_length=40)
    is_pressing: bool = False
    is_sensitive: bool = False
    emergency: int = Field(default=0, ge=0, le=4, description="0 none, 4 the lightest, 1 the gravest.")
    occurred_at: Moment | None = None
    caller: Person = Field(default_factory=Person)
    on_behalf: bool = False
    wants_answer: bool = False
    files: list[FileRef] = Field(default_factory=list, max_length=20)
    find_duplicates: bool = True


class OrderIn(ReportIn):
    """A work order of a superior system. A higher ``version`` of a number is added to the case that is there."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"number": "20261122-000871", "version": 1, "text": "来电反映路灯不亮", "address": "虹古路 300 弄"},
                {"number": "20261122-000871", "version": 2, "text": "市民补充：是整条弄堂都不亮"},
            ]
        }
    )

    number: Number
    version: int = Field(default=1, ge=1, le=10_000)


class StepIn(Given):
    """What is given with a step; which of it is needed is said by the list of steps.

    command  a UUID made by the sender: sent again, the first answer is given again
    seen     ``seen`` of the case when the step was decided: refused with 409 when the case has moved on since
    unit     code of the unit that shall hold it; ``units`` those that help
    fields   what is particular to one step, e.g. ``{"outcome": "…"}`` or ``{"category": "01001"}``
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"command": "01938f3a-7c1e-7a52-9c43-5b7d2f8e6a11", "seen": 6, "note": "已到现场"},
                {
                    "command": "01938f3a-7c1e-7a52-9c43-5b7d2f8e6a12",
                    "note": "井盖已固定",
                    "fields": {"outcome": "重新安装并固定井盖"},
                    "files": [{"id": "01938f3a-7c1e-7a52-9c43-5b7d2f8e6a13", "kind": "after"}],
                },
            ]
        }
    )
    command: Key
    seen: int | None = Field(default=None, ge=0, le=2_000_000_000)
    note: str = Field(default="", max_length=2000)
    unit: str = Field(default="", max_length=40)
    units: list[Annotated[str, StringConstraints(max_length=40)]] = Field(default_factory=list, max_length=20)
    assignee: Key | None = None
    files: list[FileRef] = Field(default_factory=list, max_length=20)
    fields: dict[Code, Annotated[str, StringConstraints(max_length=2000)]] = Field(default_factory=dict)


class Suggestion(Schema):
    """A category that the words of a report suggest. A person decides."""

    code: str
    name: str


class TakenOut(Schema):
    """The answer to a report.

    code        with the number it proves that one made the report: for following it without a key
    is_resent   the report had been taken before; this is the first answer again
    duplicates  ids of cases that are probably about the same thing; they are linked, never merged
    """

    id: UUID
    number: str
    code: str
    is_resent: bool
    suggested: list[Suggestion]
    duplicates: list[UUID]


class OrderOut(TakenOut):
    """``is_added``: this version was written into the journal of the case that was there."""

    is_added: bool = False


class FileOut(Schema):
    """A file received. ``sha256`` is that of the original as it came."""

    id: UUID
    sha256: str
    content_type: str
    size: int


class StepOut(Schema):
    """The journal entry that a step made."""

    number: str
    seq: int
    step: str
    source: str
    target: str
    recorded_at: AwareDatetime
