"""A spreadsheet of a list: compared with what stands, shown, and turned into a proposal; never a direct change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.lists.commands.changing import is_same, merged
from linli.domains.lists.commands.proposing import MOST_LINES, Line, ProposalRefused, draft, put_lines
from linli.domains.lists.models import Proposal
from linli.domains.lists.queries.comparing import Part, cells_of, differences, labels, wording_of
from linli.domains.lists.queries.rows import COLUMNS, Places, places_of, read_row, values
from linli.kernel.catalog.commands import Said
from linli.kernel.catalog.models import Wording, WorkItem, WorkList
from linli.kernel.catalog.sheets import read_rows
from linli.kernel.errors import Refused
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.org.models import Actor

SHOWN = 200
_ESCAPED = "=+-@＝＋－＠|%"


@dataclass(frozen=True, slots=True)
class RowError:
    """``line`` counts as the spreadsheet shows it."""

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One row that changes something; ``item`` None is a new one."""

    item: WorkItem | None
    said: Said
    code: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """``same``: rows that change nothing; ``absent``: items of the list that no row names, which stay as they are."""

    wanted: tuple[Wanted, ...]
    errors: tuple[RowError, ...]
    same: int
    absent: int

    @property
    def added(self) -> int:
        return sum(one.item is None for one in self.wanted)

    @property
    def altered(self) -> int:
        return len(self.wanted) - self.added

    @property
    def shown(self) -> tuple[Wanted, ...]:
        return self.wanted[:SHOWN]


def look(worklist: WorkList, content: bytes) -> Preview:
    """What ``content`` (CSV or XLSX in the columns of an export) would change. Raises Refused for what is no table."""
    now = {w.item.code: w for w in Wording.objects.filter(worklist=worklist, until_no=None).select_related("item")}
    reading = _Reading(worklist, now, places_of(worklist))
    named = str(COLUMNS["name"])
    sheet = read_rows(content, most_rows=MOST_LINES, expects=(named,) if named in _head(content) else ("name",))
    for row in sheet.rows:
        reading.take(row.line, {head: _unescaped(cell) for head, cell in row.values.items()}, row.problem)
    return Preview(tuple(reading.wanted), tuple(reading.errors), reading.same, len(now) - len(reading.seen))


def _head(content: bytes) -> tuple[str, ...]:
    """The names of the header: people's or the codes of a shipped file."""
    known = {str(label) for label in COLUMNS.values()}
    try:
        return tuple(name for name in read_rows(content).headers if name in known)
    except Refused:
        return (str(COLUMNS["name"]),)


def _unescaped(cell: str) -> str:
    """Without the apostrophe that an export puts before what a spreadsheet program would take for a formula."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in _ESCAPED else cell


class _Reading:
    """What is found row by row."""

    def __init__(self, worklist: WorkList, now: Mapping[str, Wording], places: Places) -> None:
        self.worklist, self.now, self.places = worklist, now, places
        self.wanted: list[Wanted] = []
        self.errors: list[RowError] = []
        self.seen: set[str] = set()
        self.titles: set[str] = set()
        self.same = 0
        self.bases = dict(BasisDocument.objects.exclude(code="").values_list("code", "title"))
        self.labels = labels()

    def take(self, line: int, row: Mapping[str, str], problem: str) -> None:
        cells = values(row)
        try:
            if problem:
                raise ProposalRefused(problem)
            self._read(cells)
        except Refused as refusal:
            column = str(COLUMNS.get(refusal.field, refusal.field))
            self.errors.append(RowError(line, column, str(refusal)))

    def _read(self, cells: Mapping[str, str]) -> None:
        code = self._code(cells.get("no", ""))
        wording = self.now.get(code)
        if code and wording is None:
            raise ProposalRefused(_("清单上没有编号%(code)s。") % {"code": code}, field="no")
        if code in self.seen:
            raise ProposalRefused(_("编号%(code)s出现了两次。") % {"code": code}, field="no")
        if unknown := [one for one in cells.get("bases", "").split("；") if one and one not in self.bases]:
            raise ProposalRefused(_("依据没有登记：%(codes)s。") % {"codes": "、".join(unknown)}, field="bases")
        said = read_row(cells, self.places).said
        if said.title in self.titles:
            raise ProposalRefused(_("名称“%(name)s”出现了两次。") % {"name": said.title}, field="name")
        self.titles.add(said.title)
        if wording is None:
            self._want(None, said, "")
            return
        self.seen.add(code)
        said = merged(said, wording, cells)
        if is_same(said, wording):
            self.same += 1
        else:
            self._want(wording, said, code)

    def _code(self, no: str) -> str:
        """The whole number: a serial alone is one of this list."""
        return f"{self.worklist.code}-{int(no):04}" if no.isdigit() else no

    def _want(self, wording: Wording | None, said: Said, code: str) -> None:
        before = cells_of(wording, self.places, self.bases)
        parts = differences(before, cells_of(wording_of(said), self.places, self.bases), self.labels)
        self.wanted.append(Wanted(wording.item if wording else None, said, code, said.title, tuple(parts)))


@transaction.atomic
def propose_sheet(
    worklist: WorkList, content: bytes, *, reason: str, actor: Actor, at: datetime, key: UUID,
    valid_from: date | None = None,
) -> Proposal:  # fmt: skip
    """Make a draft of what the sheet would change. Raises ProposalRefused when a row is wrong or nothing changes."""
    seen = look(worklist, content)
    if seen.errors:
        raise ProposalRefused(_("有%(n)s行有误，请改好后再导入。") % {"n": len(seen.errors)}, field="file")
    if not seen.wanted:
        raise ProposalRefused(_("与现行清单完全一样，没有任何改动。"), field="file")
    proposal = draft(worklist, reason=reason, actor=actor, at=at, key=key, origin="sheet", valid_from=valid_from)
    if not proposal.changes.exists():
        put_lines(proposal, [Line(one.item, one.said, _("表格导入")) for one in seen.wanted], actor=actor)
    return proposal
