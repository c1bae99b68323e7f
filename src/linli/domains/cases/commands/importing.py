"""Bulk import of cases: previewed, resumable, row by row accounted for, no outer number ever taken twice."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from linli.domains.cases.commands import mapping, reporting
from linli.domains.cases.commands.mapping import Columns, Read
from linli.domains.cases.models import ImportRow, ImportRun
from linli.domains.cases.queries import categories, deciding, placing
from linli.kernel.catalog import sheets
from linli.kernel.errors import Refused
from linli.kernel.flow.definition import Limit
from linli.kernel.flow.pool import raw_connection
from linli.kernel.org.models import Actor, Unit

AT_ONCE = 2000
SHOWN = 20

Progress = Callable[[int, int], None]
"""Called with rows done and rows in all after each portion."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was not taken, with its line in the file and the reason."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, without doing it."""

    headers: tuple[str, ...]
    rows: int
    good: int
    first: tuple[Read, ...]
    problems: tuple[Problem, ...]


@dataclass
class Tally:
    rows: int = 0
    taken: int = 0
    known: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)


def preview(content: bytes, by: Columns, *, at: datetime, most: int | None = None) -> Preview:
    """Read the file (its first ``most`` rows, where given) and say what would become of it."""
    sheet = sheets.read_rows(content, expects=_headers(by))
    rows = good = 0
    first: list[Read] = []
    problems: list[Problem] = []
    for row in islice(sheet.rows, most):
        rows += 1
        read = _understood(row, by, at=at)
        if isinstance(read, Problem):
            problems.append(read)
            continue
        good += 1
        if len(first) < SHOWN:
            first.append(read)
    return Preview(sheet.headers, rows, good, tuple(first), tuple(problems))


def _headers(by: Columns) -> list[str]:
    return [by.columns["number"]]


def _understood(row: sheets.Row, by: Columns, *, at: datetime) -> Read | Problem:
    if row.problem:
        return Problem(row.line, row.problem)
    try:
        read = mapping.understand(row.values, by)
        return replace(read, report=reporting.checked(read.report, at=at))
    except Refused as refusal:
        where = f"{refusal.field}:" if refusal.field else ""
        return Problem(row.line, f"{where}{refusal}")


def import_cases(
    content: bytes, by: Columns, *, file_name: str, home: Unit, actor: Actor, at: datetime,
    progress: Progress | None = None,
) -> ImportRun:  # fmt: skip
    """Take a file in, portion by portion; broken off, the same file goes on behind the last portion taken.

    home     the unit whose desk gets rows without a position of ours
    at       when the import happens; in a history the row's own opening time counts
    Raises SheetRefused for a file that is no table, MappingRefused for headers that are missing.
    """
    run = begin(content, by, file_name=file_name, home=home, actor=actor, at=at)
    if run.finished_at is not None:
        return run
    sheet = sheets.read_rows(content, expects=_headers(by))
    done = 0
    rows = iter(sheet.rows)
    while portion := list(islice(rows, AT_ONCE)):
        done += len(portion)
        if done <= run.reached:
            continue
        _take_portion(run, portion, by, home=home, actor=actor, at=at, done=done)
        if progress is not None:
            progress(done, run.taken)
    run.finished_at = at
    run.save(update_fields=["finished_at"])
    return run


def begin(content: bytes, by: Columns, *, file_name: str, home: Unit, actor: Actor, at: datetime) -> ImportRun:
    """The run of this file for this outer system: a new one, or the one broken off before."""
    run, _made = ImportRun.objects.get_or_create(
        file_hash=hashlib.sha256(content).digest(),
        outer_system=by.system,
        defaults={
            "file_name": file_name[:200], "home": home, "made_by": actor, "started_at": at,
            "mapping": {"columns": dict(by.columns), "history": by.history, "crs": by.crs},
        },
    )  # fmt: skip
    return run


@transaction.atomic
def _take_portion(
    run: ImportRun, portion: Sequence[sheets.Row], by: Columns, *, home: Unit, actor: Actor, at: datetime, done: int
) -> None:
    lines: dict[UUID, int] = {}
    reads: list[Read] = []
    problems: list[Problem] = []
    for row in portion:
        read = _understood(row, by, at=at)
        if isinstance(read, Problem):
            problems.append(read)
        elif read.report.id in lines:
            problems.append(Problem(row.line, _("编号在文件里重复。")))
        elif read.report.id is not None:
            lines[read.report.id] = row.line
            reads.append(read)
    outcomes = take_in_many(reads, by, home=home, actor=actor, at=at)
    known = 0
    for key, outcome, _number in outcomes:
        known += outcome == "known"
        if outcome in ("changed", "taken"):
            problems.append(Problem(lines[key], _("该编号已接收过，内容不同，未覆盖。")))
    run.rows += len(portion)
    run.known += known
    run.taken += sum(1 for _key, outcome, _number in outcomes if outcome == "taken_in")
    run.refused += len(problems)
    run.reached = done
    run.save(update_fields=["rows", "known", "taken", "refused", "reached"])
    ImportRow.objects.bulk_create([ImportRow(run=run, row=p.line, reason=p.reason[:300]) for p in problems])


def take_in_many(
    reads: Iterable[Read], by: Columns, *, home: Unit, actor: Actor, at: datetime
) -> list[tuple[UUID, str, str]]:
    """Take many reports in by one statement a table; (key, outcome, number) for each.

    outcome  taken_in; known (the same was taken before); changed (another content); taken (number under another key)
    """
    # All records are made before the COPY begins: lookups may need this very connection.
    records = list(_records(reads, by, home=home, actor=actor, at=at))
    with raw_connection() as raw, raw.transaction(), raw.cursor() as cursor:
        cursor.execute("create temp table staged (key uuid primary key, p jsonb not null, number text) on commit drop")
        with cursor.copy("copy staged (key, p) from stdin") as copy:
            copy.set_types(["uuid", "jsonb"])
            for key, record in records:
                copy.write_row((key, Jsonb(record, dumps=orjson.dumps)))
        cursor.execute("set local statement_timeout = '120s'")
        cursor.execute("analyze staged")
        cursor.execute("select key, outcome, number from cases_take_in_staged()")
        outcomes = cursor.fetchall()
        cursor.execute("drop table staged")
    return outcomes


def _records(
    reads: Iterable[Read], by: Columns, *, home: Unit, actor: Actor, at: datetime
) -> Iterator[tuple[UUID, dict[str, Any]]]:
    known = list(reads)
    reports = [_desked(read.report, home) for read in known]
    answers = _Answering(placing.place_many(reports, otherwise=home.pk), times=not by.history)
    for n, (read, report) in enumerate(zip(known, reports, strict=True)):
        opened_at = (read.opened_at or at) if by.history else at
        assert report.id is not None
        record, _suggested, _like = reporting.record_of(
            report.id, report, at=opened_at, actor=actor, role="import", taken_at=opened_at,
            looks_for_duplicates=False, answers=answers.to(n, report, at=opened_at),
        )  # fmt: skip
        if by.history:
            record["clocks"] = []
            record["matter"]["due_at"] = read.due_at.isoformat() if read.due_at else None
        record["tells"] = not by.history
        yield report.id, record


def _desked(report: reporting.Report, home: Unit) -> reporting.Report:
    return report if report.lon is not None else replace(report, area_unit=home.pk)


class _Answering:
    """What rules and lists say about many reports: each different question is asked once.

    times  False for past cases: nothing is timed and no category suggested, as nobody works them
    """

    def __init__(self, placed: Sequence[placing.Placed], *, times: bool) -> None:
        self._placed = placed
        self._times = times
        self._decisions: dict[tuple[str, int], deciding.Decision] = {}
        self._limits: dict[tuple[str, int, int, bool], Limit] = {}

    def to(self, n: int, report: reporting.Report, *, at: datetime) -> reporting.Answers:
        placed = self._placed[n]
        where = report.category, placed.unit_id
        decision = self._decisions.get(where)
        if decision is None:
            decision = self._decisions[where] = deciding.decide(report.category, unit_id=placed.unit_id)
        if not self._times:
            return reporting.Answers(placed, decision, (), None)
        suggested = () if report.category else categories.suggested_for(report.text)
        return reporting.Answers(placed, decision, suggested, self._limit(report, placed, at=at))

    def _limit(self, report: reporting.Report, placed: placing.Placed, *, at: datetime) -> Limit:
        """All timed rows begin at the one moment of the import, so the day is no part of the question."""
        key = report.category, placed.unit_id, report.emergency, report.on_spot
        if key not in self._limits:
            self._limits[key] = reporting.first_limit(report, placed, at=at)
        return self._limits[key]


def problems_file(run: ImportRun) -> bytes:
    """The rows that were not taken, as CSV: line and reason."""
    rows = run.problems.order_by("row").values_list("row", "reason")
    return sheets.write_rows([_("行号"), _("原因")], rows, kind="csv")
