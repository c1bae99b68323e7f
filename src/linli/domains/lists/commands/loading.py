"""Shipped lists and a district's own files become kinds, documents, tables and first versions, each file once."""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.lists.commands.standing import stand_anew
from linli.domains.lists.models import Docking, Loading, Prohibition
from linli.domains.lists.queries.rows import COLUMNS, JOIN, Read, many, places_of, read_row, values
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog.commands import ItemChange, ListRefused
from linli.kernel.catalog.models import ListKind, ListVersion, WorkList
from linli.kernel.errors import Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.org.models import Actor, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
Rows = Sequence[Mapping[str, str]]


class LoadRefused(ListRefused):
    """The file is not a list we can take in; the message names line and column. Nothing of it was taken."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """``is_new`` False: this file was loaded before and nothing changed."""

    worklist: WorkList
    version: ListVersion
    count: int
    is_new: bool


def shipped() -> Traversable:
    """The folder of the lists that come with the product."""
    return files("linli.packs") / "lists"


def rows_of(file: Traversable | Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"))))


def load_common(folder: Traversable | Path, *, actor: Actor, at: datetime) -> None:
    """Kinds of lists, basis documents and prohibited classes of ``folder``; a second time changes nothing."""
    load_kinds(rows_of(folder / "kinds.csv"))
    load_bases(rows_of(folder / "bases.csv"), actor=actor, at=at)
    load_prohibitions(rows_of(folder / "prohibitions.csv"))


def load_kinds(rows: Rows) -> None:
    """Kinds whose code is not known yet; a known one stays as it was changed on its page."""
    known = set(ListKind.objects.values_list("code", flat=True))
    catalog.set_kinds(
        {
            **{name: row[name] for name in ("code", "name", "bearer", "prefix", "note", "source", "confidence")},
            "is_binding": row["is_binding"] == "1",
            "is_public": row["is_public"] == "1",
            "approval_steps": int(row["approval_steps"]),
            "position": int(row["position"]),
            "columns": list(many(row["columns"])),
        }
        for row in rows
        if row["code"] not in known
    )


@transaction.atomic
def load_bases(rows: Rows, *, actor: Actor, at: datetime) -> int:
    """Register the documents whose code is not known yet; returns how many."""
    known = set(BasisDocument.objects.exclude(code="").values_list("code", flat=True))
    fresh = [row for row in rows if row["code"] not in known]
    for row in fresh:
        words: dict[str, Any] = {
            name: row[name]
            for name in ("code", "kind", "title", "number", "issuer", "field", "note", "source", "confidence")
        }
        words |= {name: _day(row[name]) for name in ("issued_on", "valid_from", "valid_to")}
        evidence.register_basis(**words, actor=actor, at=at)
    return len(fresh)


def load_prohibitions(rows: Rows) -> None:
    """What kinds of units may not be given; what was let go again stays so.

    A row whose district is not here yet waits for the next loading.
    """
    areas = {unit.division_code[:6]: unit for unit in Unit.objects.filter(kind="district")}
    for row in rows:
        if row["area"] and row["area"] not in areas:
            continue
        barred = {"duty_class": row["duty_class"], "unit_kind": row["unit_kind"], "area": areas.get(row["area"])}
        if Prohibition.objects.filter(**barred, valid_to__isnull=False).exists():
            continue
        Prohibition.objects.get_or_create(
            **barred, valid_to=None,
            defaults={
                **{name: row[name] for name in ("name", "basis", "note", "source", "confidence")},
                "valid_from": _day(row["valid_from"]),
            },
        )  # fmt: skip


def load_docking(rows: Rows, district: Unit, *, actor: Actor, at: datetime) -> int:
    """Which offices and centres answer to the departments of ``district`` that exist; returns how many were new."""
    prefix = district.division_code[:6] or district.code
    departments = {u.code: u for u in Unit.objects.filter(parent=district, kind="department")}
    wanted = [(departments.get(f"{prefix}-{row['department']}"), row) for row in rows]
    before = Docking.objects.count()
    Docking.objects.bulk_create(
        [
            Docking(
                department=department, office=row["office"], centre=row["centre"], note=row["note"],
                source=row["source"], confidence=row["confidence"], made_by=actor, made_at=at,
            )
            for department, row in wanted
            if department is not None
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return Docking.objects.count() - before


@transaction.atomic
def load_list(
    file: Traversable | Path, *, kind: str, unit: Unit, actor: Actor, at: datetime, part: str = "", name: str = "",
    valid_from: date | None = None, links: Mapping[str, WorkList] | None = None,
) -> Loaded:  # fmt: skip
    """Make the rows of ``file`` the first version of the list of ``kind`` of ``unit``, numbered as the rows are.

    part   tells apart several lists of one kind in one unit
    name   of the list; "" makes it from the unit's and the kind's
    links  how other lists are called in the column ``links`` → those lists; a kind's code names that of the district
    Loading the same file again changes nothing; another one is refused: what is in force changes by a proposal.
    Raises LoadRefused.
    """
    raw = file.read_bytes()
    found = ListKind.objects.filter(code=kind).first()
    if found is None:
        raise LoadRefused(_("没有“%(kind)s”这类清单。") % {"kind": kind})
    worklist = catalog.open_list(found, unit, name=name or list_name(found, unit), at=at, part=part)
    worklist = WorkList.objects.select_for_update(no_key=True, of=("self",)).select_related("kind", "unit").get(
        pk=worklist.pk
    )  # fmt: skip
    digest = hashlib.sha256(raw).digest()
    done = Loading.objects.filter(worklist=worklist, file_hash=digest).select_related("version").first()
    if done is not None:
        return Loaded(worklist, done.version, worklist.last_serial, is_new=False)
    if worklist.last_serial:
        raise LoadRefused(_("“%(name)s”已有内容，请通过表格导入形成变更。") % {"name": worklist.name})
    items = _read(worklist, rows_of(file), {key: other.code for key, other in (links or {}).items()})
    version, made = catalog.publish_list(
        worklist, [ItemChange("add", said=item.said) for item in items], actor=actor, at=at,
        valid_from=valid_from or at.astimezone(SHANGHAI).date(), reason=_("首次装入：%(file)s") % {"file": file.name},
    )  # fmt: skip
    Loading.objects.create(worklist=worklist, version=version, name=file.name[:80], file_hash=digest, loaded_at=at)
    stand_anew(worklist, at=at)
    return Loaded(worklist, version, len(made), is_new=True)


def list_name(kind: ListKind, unit: Unit) -> str:
    """ "东街街道" and "街道职责清单" make "东街街道职责清单"."""
    return unit.name + kind.name.removeprefix("街道" if unit.name.endswith("街道") else "\0")


def _read(worklist: WorkList, rows: Iterable[Mapping[str, str]], lists: Mapping[str, str]) -> list[Read]:
    places = places_of(worklist)
    found = []
    for line, row in enumerate(rows, start=2):
        try:
            read = read_row(_with_known_links(values(row), lists), places, lists=lists)
        except Refused as refusal:
            raise LoadRefused(
                _("第%(line)s行“%(column)s”：%(why)s")
                % {"line": line, "column": COLUMNS.get(refusal.field, refusal.field), "why": refusal},
                field=refusal.field,
            ) from refusal
        if read.no != str(line - 1):
            raise LoadRefused(_("第%(line)s行：编号应为%(no)s。") % {"line": line, "no": line - 1}, field="no")
        found.append(read)
    if not found:
        raise LoadRefused(_("文件里没有条目。"))
    return found


def _with_known_links(row: dict[str, str], lists: Mapping[str, str]) -> dict[str, str]:
    """Links into lists that are not here yet are left out; loading does not wait for what may never come."""
    said = many(row.get("links", ""))
    return row | {"links": JOIN.join(link for link in said if ":" not in link or link.split(":")[0] in lists)}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
