"""Keeping the docking table: a pair is added or ended with a reason; a spreadsheet may stand for the whole table."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.lists.commands import amending
from linli.domains.lists.models import Docking
from linli.domains.lists.queries import docking
from linli.kernel.catalog.sheets import read_rows
from linli.kernel.errors import Refused
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.tree import Node
from linli.kernel.text import clean

RIGHT = "edit_lists"
MOST_ROWS = 2000
HEADERS = ("department", "office", "centre", "note")


class DockingRefused(Refused):
    """The table may not be changed like this, or not by this person."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A department and the bodies of a street that answer to it. ``centre`` "" : no centre takes part."""

    department: int
    office: str
    centre: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[int, str, str]:
        return self.department, self.office, self.centre


def keeper_of(district: Node, actor: Actor) -> bool:
    """Whether ``actor`` keeps the tables of the whole ``district``."""
    return org.holds_right(actor, RIGHT, org.kept_unit(district.id)) is not None


@transaction.atomic
def add(
    district: Node, pair: Pair, *, reason: str = "", actor: Actor, at: datetime, source: str = "", confidence: str = ""
) -> Docking:
    """Let a department dock with an office and a centre; a pair that stands already is given back as it is.

    reason  of a single pair that is entered; a whole table that is loaded or taken in has its own
    """
    _refuse_stranger(district, actor)
    _check(district, pair)
    made, is_new = Docking.objects.get_or_create(
        department_id=pair.department, office=pair.office, centre=pair.centre, ended_at=None,
        defaults={"note": clean(pair.note, 200), "source": source[:200], "confidence": confidence[:10],
                  "made_by": actor, "made_at": at},
    )  # fmt: skip
    if is_new:
        why = clean(reason, 200) or _("登记对接关系")
        _record(district, made, before="", after=_("对接"), reason=why, actor=actor, at=at)
    return made


def _record(district: Node, row: Docking, *, before: str, after: str, reason: str, actor: Actor, at: datetime) -> None:
    ends = [docking.body_label(key) for key in (row.office, row.centre) if key]
    amending.record(
        amending.DOCKING, org.kept_unit(district.id), " → ".join((org.kept_unit(row.department_id).name, *ends)),
        before=before, after=after, reason=reason, actor=actor, at=at,
    )  # fmt: skip


@transaction.atomic
def end(district: Node, key: int, *, reason: str, actor: Actor, at: datetime) -> None:
    """End a pair. What is under way goes on; nothing new goes along it."""
    _refuse_stranger(district, actor)
    if not clean(reason, 200):
        raise DockingRefused(_("请写明理由。"), field="reason")
    _end(district, [key], reason=reason, actor=actor, at=at)


def _end(district: Node, keys: Collection[int], *, reason: str, actor: Actor, at: datetime) -> None:
    rows = Docking.objects.filter(pk__in=keys, department__path__startswith=district.path, ended_at=None)
    ending = list(rows.select_for_update(of=("self",)))
    why = clean(reason, 200)
    if rows.update(ended_at=at, end_reason=why) != len(set(keys)):
        raise DockingRefused(_("这条对接关系已经终止。"))
    for row in ending:
        _record(district, row, before=_("对接"), after=_("终止"), reason=why, actor=actor, at=at)


def _refuse_stranger(district: Node, actor: Actor) -> None:
    if not keeper_of(district, actor):
        raise DockingRefused(_("条块对接表由本区清单管理员维护。"))


def _check(district: Node, pair: Pair) -> None:
    if pair.department not in {node.id for node in docking.departments_of(district)}:
        raise DockingRefused(_("请选择本区的部门。"), field="department")
    if pair.office not in docking.OFFICES:
        raise DockingRefused(_("请选择街道内设机构。"), field="office")
    if pair.centre and pair.centre not in docking.CENTRES:
        raise DockingRefused(_("请选择街道中心。"), field="centre")


@dataclass(frozen=True, slots=True)
class Read:
    """What a spreadsheet would do: pairs it adds, rows it ends, how many stay; ``problems`` by line of the file."""

    added: tuple[Pair, ...]
    ended: tuple[docking.Row, ...]
    kept: int
    problems: tuple[tuple[int, str], ...]

    @property
    def is_sound(self) -> bool:
        return not self.problems and bool(self.added or self.ended)


def read(district: Node, content: bytes) -> Read:
    """Compare a spreadsheet of the whole table with what stands. Raises SheetRefused."""
    names = {node.name: node.id for node in docking.departments_of(district)}
    names |= {node.code.rpartition("-")[2]: node.id for node in docking.departments_of(district)}
    bodies = {docking.body_label(key): key for key in docking.BODIES} | {key: key for key in docking.BODIES}
    wanted: dict[tuple[int, str, str], Pair] = {}
    problems: list[tuple[int, str]] = []
    for line, values in _lines(content):
        department = names.get(values["department"])
        office, centre = bodies.get(values["office"], ""), bodies.get(values["centre"], "")
        wrong = _wrong(values, department, office, centre)
        if wrong or department is None:
            problems.append((line, wrong))
            continue
        pair = Pair(department, office, centre, values["note"])
        wanted[pair.key] = pair
    standing = {(row.department_id, row.office, row.centre): row for row in docking.rows_of(district)}
    return Read(
        tuple(pair for key, pair in wanted.items() if key not in standing),
        tuple(row for key, row in standing.items() if key not in wanted),
        len(standing.keys() & wanted.keys()), tuple(problems),
    )  # fmt: skip


def _lines(content: bytes) -> Iterable[tuple[int, dict[str, str]]]:
    labels = dict(zip(headers(), HEADERS, strict=True))
    sheet = read_rows(content, most_rows=MOST_ROWS)
    for row in sheet.rows:
        values = {labels.get(name, name): value.strip() for name, value in row.values.items()}
        yield row.line, {name: values.get(name, "") for name in HEADERS}


def headers() -> tuple[str, ...]:
    """The columns of the spreadsheet, as written and as read."""
    return _("区级部门"), _("街道内设机构"), _("街道中心"), _("说明")


def _wrong(values: dict[str, str], department: int | None, office: str, centre: str) -> str:
    if department is None:
        return _("没有这个部门：%(name)s") % {"name": values["department"] or "—"}
    if office not in docking.OFFICES:
        return _("没有这个内设机构：%(name)s") % {"name": values["office"] or "—"}
    if values["centre"] and centre not in docking.CENTRES:
        return _("没有这个中心：%(name)s") % {"name": values["centre"]}
    return ""


@transaction.atomic
def replace(district: Node, content: bytes, *, reason: str, actor: Actor, at: datetime) -> Read:
    """Let a spreadsheet stand for the whole table: what it lacks is ended with ``reason``, what is new is added.

    Raises DockingRefused, SheetRefused.
    """
    _refuse_stranger(district, actor)
    if not clean(reason, 200):
        raise DockingRefused(_("请写明理由。"), field="reason")
    found = read(district, content)
    if found.problems:
        raise DockingRefused(_("表格里有 %(n)d 行读不懂，没有导入。") % {"n": len(found.problems)}, field="file")
    if found.ended:
        _end(district, [row.id for row in found.ended], reason=reason, actor=actor, at=at)
    for pair in found.added:
        add(district, pair, reason=reason, actor=actor, at=at, source=reason)
    return found
