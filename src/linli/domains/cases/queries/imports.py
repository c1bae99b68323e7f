"""Imports as a page shows them: files waiting for their mapping, runs with how far they are."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from linli.domains.cases.models import ImportFile, ImportRun
from linli.kernel.catalog import sheets
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.text.numbers import whole

PAGE = 30


@dataclass(frozen=True, slots=True)
class Run:
    """state  running, done, failed"""

    id: int
    name: str
    system: str
    by: str
    home: str
    started_at: datetime
    finished_at: datetime | None
    total: int
    rows: int
    taken: int
    known: int
    refused: int
    failed: str

    @property
    def is_running(self) -> bool:
        return self.finished_at is None and not self.failed

    @property
    def look(self) -> str:
        return "late" if self.failed else "accent" if self.is_running else "ok"

    @property
    def percent(self) -> int:
        return min(100, self.rows * 100 // self.total) if self.total else 100 if self.finished_at else 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file kept for its sender until it is started."""

    id: UUID
    name: str
    content: bytes
    headers: tuple[str, ...]
    mapping: str


def runs(actor: Actor, *, after: str = "") -> tuple[list[Run], str]:
    """A page of the runs into homes of the actor's scope, newest first, and what the next page asks with."""
    found = _visible(actor).order_by("-pk")
    if (last := whole(after)) is not None:
        found = found.filter(pk__lt=last)
    page = list(found[: PAGE + 1])
    return [_run(run) for run in page[:PAGE]], str(page[PAGE - 1].pk) if len(page) > PAGE else ""


def run_of(run_id: int, *, actor: Actor) -> Run:
    return _run(model_of(run_id, actor=actor))


def model_of(run_id: int, *, actor: Actor) -> ImportRun:
    """Raises NotFound outside the actor's scope."""
    run = _visible(actor).filter(pk=run_id).first()
    if run is None:
        raise NotFound
    return run


def _visible(actor: Actor) -> QuerySet[ImportRun]:
    homes = org.covers(actor).home_ids()
    return ImportRun.objects.filter(home_id__in=homes).select_related("made_by", "home")


def _run(run: ImportRun) -> Run:
    return Run(
        run.pk, run.file_name, run.outer_system, run.made_by.name, run.home.name, run.started_at, run.finished_at,
        run.total, run.rows, run.taken, run.known, run.refused, run.failed,
    )  # fmt: skip


def waiting(file_id: UUID, *, actor: Actor) -> Waiting:
    """A file of the actor's own that was not started yet. Raises NotFound."""
    file = ImportFile.objects.filter(pk=file_id, made_by=actor, run=None).first()
    if file is None:
        raise NotFound
    content = gzip.decompress(file.packed)
    return Waiting(file.pk, file.name, content, sheets.read_rows(content).headers, file.mapping)


def guessed(headers: tuple[str, ...], usual: Mapping[str, str]) -> dict[str, str]:
    """The usual columns that the file has."""
    return {name: header for name, header in usual.items() if header in headers}
