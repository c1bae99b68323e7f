"""``linli lists``: the shipped lists in, a city's workbook in and out, the calendar of a newly announced year."""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.utils import timezone

from linli.domains.lists.commands import loading
from linli.domains.safety.commands import checklists, objects
from linli.kernel.calendar import commands as calendar
from linli.kernel.catalog import commands, form, queries, sheets
from linli.kernel.catalog.commands.workbook import preview
from linli.kernel.devices import commands as devices
from linli.kernel.errors import NotFound, Refused
from linli.kernel.flow.system import system_actor
from linli.kernel.org import queries as org
from linli.kernel.registry import commands as registry

WIDTHS = {"components2013": 4, "events2013": 4}
"""Digits of a full number; lists not named have five."""


def main(arguments: Sequence[str]) -> int:
    """Returns 0 when done, 1 when lines of a workbook are wrong, 2 when nothing could be read or was refused."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (Refused, NotFound, OSError) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="linli lists", description="Lists, time limits and the calendar.")
    verbs = parser.add_subparsers(required=True)
    load = verbs.add_parser(
        "load", help="the shipped lists and the library's holidays; changes nothing the second time"
    )
    load.set_defaults(run=_load)
    work = verbs.add_parser("load-work", help="a list of duties or matters of a unit, as its first version")
    work.add_argument("file", type=Path, help="CSV in the columns of packs/lists")
    work.add_argument("--unit", required=True, help="code of the unit whose list it is, e.g. 310105102000")
    work.add_argument("--kind", required=True, help="kind of list, e.g. duties")
    work.add_argument("--part", default="", help="tells apart several lists of one kind in one unit")
    work.add_argument("--name", default="", help="what the list is called; made from unit and kind otherwise")
    work.add_argument("--from-day", type=date.fromisoformat, help="first day in force, today otherwise")
    work.set_defaults(run=_load_work)
    take = verbs.add_parser("import", help="a nine-column workbook (立案结案标准) as a proposed version")
    take.add_argument("list", help="code of the list, e.g. matters")
    take.add_argument("file", type=Path)
    take.add_argument("--from-day", type=date.fromisoformat, required=True, help="first day in force, e.g. 2027-01-01")
    take.add_argument("--numbers-of", default="", help="the list its numbers belong to, e.g. events2013: limits only")
    take.add_argument("--dry-run", action="store_true", help="say what would change, store nothing")
    take.add_argument("--publish", action="store_true", help="put it in force from its first day at once")
    take.set_defaults(run=_import)
    give = verbs.add_parser("export", help="a list with its limits in the nine columns")
    give.add_argument("list")
    give.add_argument("file", type=Path, help="ends in .xlsx or .csv")
    give.set_defaults(run=_export)
    year = verbs.add_parser(
        "calendar", help="holidays and make-up days of a year: columns 日期, 类型 (放假/上班), 名称"
    )
    year.add_argument("year", type=int)
    year.add_argument("file", type=Path)
    year.set_defaults(run=_calendar)
    return parser


def _load(_options: argparse.Namespace) -> int:
    filled = calendar.fill_from_library()
    loaded = commands.load_pack(at=timezone.now())
    kinds = registry.load_kinds()
    objects.load_targets()
    checklists.load()
    devices.load_usual()
    sys.stdout.write(
        f"years {len(filled.years)}, lists published {len(loaded.published)}, proposed {len(loaded.proposed)}, "
        f"time limits {loaded.limits}, correspondences {loaded.correspondences}, kinds of sites {kinds}\n"
    )
    return 0


def _load_work(options: argparse.Namespace) -> int:
    actor, at = system_actor(), timezone.now()
    loading.load_common(loading.shipped(), actor=actor, at=at)
    loaded = loading.load_list(
        options.file, kind=options.kind, unit=org.unit_of(options.unit), part=options.part, name=options.name,
        valid_from=options.from_day, actor=actor, at=at,
    )  # fmt: skip
    done = "loaded" if loaded.is_new else "loaded before, nothing changed"
    sys.stdout.write(f"{loaded.worklist.code} version {loaded.version.no}: {loaded.count} items, {done}\n")
    return 0


def _import(options: argparse.Namespace) -> int:
    content = options.file.read_bytes()
    numbers_of = options.numbers_of or options.list
    seen = preview(
        form.read(content, width=WIDTHS.get(numbers_of, 5)), code_set=options.list, numbers_of=options.numbers_of
    )
    sys.stdout.write(
        f"limits {seen.limits}, new {len(seen.added)}, renamed {len(seen.renamed)}, kept {len(seen.kept)}, "
        f"gone {len(seen.gone)}, wrong lines {len(seen.errors)}\n"
    )
    for error in seen.errors:
        sys.stdout.write(f"  {error.line} {error.column}: {error.message}\n")
    if options.dry_run or seen.errors:
        return 1 if seen.errors else 0
    actor, at = system_actor(), timezone.now()
    version = commands.propose_form(
        seen,
        valid_from=options.from_day,
        origin=options.file.name,
        file_hash=hashlib.sha256(content).hexdigest(),
        actor=actor,
        at=at,
    )
    if options.publish:
        version = commands.publish(version, actor=actor, at=at)
    sys.stdout.write(f"{options.list} version {version.no}: {version.status} from {version.valid_from}\n")
    return 0


def _export(options: argparse.Namespace) -> int:
    edition = queries.lists().edition(options.list)
    if edition is None:
        sys.stderr.write(f"no list {options.list!r}\n")
        return 2
    today = timezone.localdate()
    rules = {code: queries.limits_of(code, on=today, code_set=options.list) for code in edition.entries}
    options.file.write_bytes(form.write(edition, rules, kind="csv" if options.file.suffix == ".csv" else "xlsx"))
    return 0


def _calendar(options: argparse.Namespace) -> int:
    rows = sheets.read_rows(options.file.read_bytes(), expects=("日期", "类型")).rows
    filled = calendar.import_year(options.year, (row.values for row in rows))
    sys.stdout.write(f"{options.year}: {filled.days} days\n")
    return 0
