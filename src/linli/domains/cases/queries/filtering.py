"""What a list of cases is narrowed by: read from an address, written into one, turned into SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from linli.domains.cases.flow import CASE
from linli.domains.cases.flow.case import ENDED, OPEN
from linli.domains.cases.models import Case
from linli.domains.cases.queries import wording
from linli.domains.cases.queries.frequency import frequencies
from linli.kernel.catalog import queries as catalog
from linli.kernel.text import bigrams, normalise

DUE = {"late": _("超期"), "2h": _("2 小时内"), "day": _("24 小时内"), "3d": _("3 天内"), "none": _("无时限")}
OPENED = {"1": _("今天"), "3": _("3 天内"), "7": _("7 天内"), "30": _("30 天内")}
FLAGS = {
    "pressing": _("急难愁"),
    "sensitive": _("敏感"),
    "urged": _("被督办"),
    "returned": _("退过单"),
    "reworked": _("返过工"),
    "behalf": _("代报"),
    "found": _("自主发现"),
}
_FLAG_SQL = {
    "pressing": "c.is_pressing",
    "sensitive": "c.is_sensitive",
    "urged": "c.urges > 0",
    "returned": "c.returns > 0",
    "reworked": "c.reworks > 0",
    "behalf": "c.on_behalf",
    "found": "c.is_self_found",
}
LEVELS = ("unit", "grid", "centre")
ALL_OPEN = (*OPEN, "on_spot")
LONGEST_TEXT = 60
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Filter:
    """One set of conditions. ``""`` and ``()`` leave a thing open.

    category  code or its beginning; ``problem`` one of the problem classes (001g-63)
    area      id of a unit whose territory is meant
    holder    id of the unit that holds it
    due       late, 2h, day, 3d, none
    ended     "1": closed ones too
    opened    days back; ``since`` and ``until`` local days, until inclusive
    """

    state: tuple[str, ...] = ()
    stage: str = ""
    category: str = ""
    problem: str = ""
    area: str = ""
    holder: str = ""
    source: tuple[str, ...] = ()
    level: str = ""
    small: str = ""
    sphere: str = ""
    emergency: tuple[str, ...] = ()
    disposal: str = ""
    flag: tuple[str, ...] = ()
    due: str = ""
    ended: str = ""
    opened: str = ""
    since: str = ""
    until: str = ""
    text: str = ""
    order: str = ""

    def query(self) -> str:
        """The filter as it stands in an address, without what is left open."""
        pairs = [(f.name, getattr(self, f.name)) for f in fields(self)]
        return urlencode([(name, value) for name, value in pairs if value], doseq=True)

    @property
    def is_open(self) -> bool:
        return not self.query()


def read(given: Mapping[str, Sequence[str]]) -> Filter:
    """The filter in ``given`` (names → values, as of an address). What makes no sense is left open."""
    values: dict[str, Any] = {}
    for name, allowed in _allowed().items():
        found = tuple(dict.fromkeys(v for v in given.get(name, ()) if v in allowed))
        if found:
            values[name] = found if name in _MANY else found[0]
    for name, clean in _CLEANED.items():
        if one := clean("".join(given.get(name, ())[:1])):
            values[name] = one
    return Filter(**values)


_MANY = {"state", "source", "emergency", "flag"}


def _allowed() -> dict[str, Sequence[str] | Mapping[str, Any]]:
    return {
        "state": CASE.states,
        "stage": wording.STAGES,
        "problem": [code for code, _name in wording.choices("problem_classes")],
        "source": [code for code, _name in wording.choices("sources")],
        "level": LEVELS,
        "small": [code for code, _name in wording.choices("five_kinds")],
        "sphere": Case.Sphere.values,
        "emergency": [str(value) for value in Case.Emergency.values],
        "disposal": ("1", "2", "3"),
        "flag": FLAGS,
        "due": DUE,
        "opened": OPENED,
        "ended": ("1",),
        "order": ("new",),
    }


def _number(value: str) -> str:
    return value if value.isdecimal() and len(value) < 12 else ""


def _code(value: str) -> str:
    return value if value.isalnum() and value.isascii() and len(value) <= 20 else ""


def _day(value: str) -> str:
    try:
        return value if parse_date(value) else ""
    except ValueError:
        return ""


def _text(value: str) -> str:
    return " ".join(value.split())[:LONGEST_TEXT]


_CLEANED = {
    "category": _code, "area": _number, "holder": _number, "since": _day, "until": _day, "text": _text,
}  # fmt: skip


@dataclass(slots=True)
class Sql:
    """Conditions on ``m`` (the matter) in the form the inbox takes; ``keys`` when words leave only few matters."""

    parts: list[str]
    params: list[Any]
    needs_case: bool = False
    keys: list[UUID] | None = None

    def add(self, text: str, *params: Any, of_case: bool = False) -> None:
        self.parts.append(text)
        self.params += params
        self.needs_case = self.needs_case or of_case

    @property
    def joins(self) -> str:
        return "join cases_case c on c.matter_id = m.id" if self.needs_case else ""

    @property
    def where(self) -> str:
        return " and ".join(f"({part})" for part in self.parts)


def conditions(asked: Filter, *, at: datetime) -> Sql:
    """Everything of ``asked`` but state, area and due time, which the index answers."""
    sql = Sql([], [])
    if asked.category:
        sql.add("c.category like %s", f"{asked.category}%", of_case=True)
    if asked.problem:
        _problem(sql, asked.problem)
    for name, column in _COLUMNS.items():
        if value := getattr(asked, name):
            values = value if isinstance(value, tuple) else (value,)
            sql.add(f"{column} = any(%s)", [_as(column, v) for v in values], of_case=True)
    for flag in asked.flag:
        sql.add(_FLAG_SQL[flag], of_case=True)
    if asked.holder:
        sql.add("m.unit_id = %s", int(asked.holder))
    if asked.due == "none":
        sql.add("m.due_at is null")
    _opened(sql, asked, at)
    words(sql, asked.text)
    return sql


_COLUMNS = {
    "source": "c.source",
    "level": "c.found_level",
    "small": "c.small_kind",
    "sphere": "c.sphere",
    "emergency": "c.emergency",
    "disposal": "c.disposal_class",
}
_NUMBERS = {"c.emergency", "c.disposal_class"}


def _as(column: str, value: str) -> str | int:
    return int(value) if column in _NUMBERS else value


def _problem(sql: Sql, problem: str) -> None:
    codes = [item.code for item in catalog.items("matters") if catalog.problem_class(item.code).code == problem]
    if problem == "other":
        sql.add("c.category = '' or c.category = any(%s)", codes, of_case=True)
    else:
        sql.add("c.category = any(%s)", codes, of_case=True)


def _opened(sql: Sql, asked: Filter, at: datetime) -> None:
    if asked.opened:
        sql.add("m.opened_at >= %s", start_of(timezone.localdate(at)) - (int(asked.opened) - 1) * _DAY)
    if asked.since and (day := parse_date(asked.since)):
        sql.add("m.opened_at >= %s", start_of(day))
    if asked.until and (day := parse_date(asked.until)):
        sql.add("m.opened_at < %s", start_of(day) + _DAY)


def start_of(day: date) -> datetime:
    """The first moment of a local day."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


RARE = 2000
"""Words that fewer matters hold than this are looked up first; more common ones are checked row by row."""
HOLDS = "w.grams @> %s and lower(normalize(w.text, NFKC)) like %s"


def words(sql: Sql, text: str) -> None:
    """Matters whose words hold ``text``: by the index of grams, then by the letter."""
    if not text:
        return
    grams, pattern = bigrams(text), like_pattern(text)
    if not grams:
        sql.add("m.title like %s", pattern)
        return
    sql.keys = matters_holding(text, grams, pattern)
    if sql.keys is None:
        sql.add(f"(select {HOLDS} from flow_words w where w.matter_id = m.id)", grams, pattern)


def like_pattern(text: str) -> str:
    """``text`` as a pattern of LIKE that finds it anywhere, its own signs taken literally."""
    plain = normalise(text).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{plain}%"


def matters_holding(text: str, grams: list[str], pattern: str) -> list[UUID] | None:
    """Keys of the matters whose words fit, when they are few; None when there are too many to list."""
    known = frequencies()
    if known.share_of(text) * known.matters > 3 * RARE:
        return None
    few = f"select w.matter_id, w.text from flow_words w where w.grams @> %s limit {RARE + 1}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"select matter_id, lower(normalize(text, NFKC)) like %s from ({few}) w", [pattern, grams]
        )  # fmt: skip
        found = cursor.fetchall()
    return None if len(found) > RARE else [key for key, fits in found if fits]


def due_window(asked: Filter, *, at: datetime) -> tuple[datetime | None, datetime | None]:
    """Half-open window of due times."""
    match asked.due:
        case "late":
            return None, at
        case "2h":
            return at, at + timedelta(hours=2)
        case "day":
            return at, at + _DAY
        case "3d":
            return at, at + 3 * _DAY
        case _:
            return None, None


def states_of(asked: Filter, usual: Sequence[str]) -> tuple[str, ...]:
    """The states asked for, else ``usual``; a stage stands for its states, ended ones too."""
    if asked.state:
        return asked.state
    if asked.stage:
        return tuple(state for state, stage in CASE.stages.items() if stage == asked.stage)
    return tuple(CASE.states) if asked.ended else tuple(usual)


def state_choices() -> list[tuple[str, str]]:
    """All states a case can be filtered by, open ones first."""
    order = [*ALL_OPEN, *ENDED, "rejected", "withdrawn", "voided"]
    return [(state, CASE.label_of(state)) for state in order]
