"""``linli territory areas|divisions FILE``: boundaries and division codes, previewed unless ``--apply`` is given."""

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from django.db import connection
from django.utils import timezone

from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import imports, queries
from linli.kernel.org.commands import people
from linli.kernel.org.commands.divisions import import_divisions
from linli.kernel.org.commands.imports import import_areas

WORTH_SHOWING = 20


def main(arguments: Sequence[str]) -> int:
    """Returns 0 when everything could be taken, 1 when rows were refused, 2 when nothing could be read."""
    options = _parser().parse_args(arguments)
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
    try:
        return _areas(options) if options.what == "areas" else _divisions(options)
    except NotFound:
        sys.stderr.write(f"no unit {options.unit!r}\n")
    except (Refused, OSError) as refusal:
        sys.stderr.write(f"{refusal}\n")
    return 2


def _areas(options: argparse.Namespace) -> int:
    owner = queries.unit_of(options.unit)
    read = imports.read_csv if options.file.suffix.lower() == ".csv" else imports.read_geojson
    names = dict(pair.split("=", 1) for pair in options.name)
    rows = read(options.file.read_bytes(), kind=options.kind, crs=options.crs, names=names)
    outcome = import_areas(
        rows,
        owner=owner,
        parent=queries.area_of(owner),
        crs=options.crs,
        as_units=options.as_units,
        repair=options.repair,
        schematic=options.schematic,
        dry_run=not options.apply,
        actor=people.the_system(),
        at=timezone.now(),
        reason=options.file.name,
    )
    report = outcome.report
    _say(
        f"rows {report.rows}, new {len(outcome.created)}, redrawn {len(outcome.redrawn)}, "
        f"unchanged {len(outcome.unchanged)}, refused {len(report.invalid)}"
    )
    if (cover := report.cover) is not None:
        _say(f"covered {cover.share:.1%}, gaps {cover.gap_m2:.0f} m², outside {cover.outside_m2:.0f} m²")
    _list("refused", [f"row {no} {code}: {why}" for no, code, why in report.invalid])
    _list("repaired", [f"row {no} {code}: {why}" for no, code, why in report.repaired])
    _list("repeated", [f"{code}: rows {', '.join(map(str, numbers))}" for code, numbers in report.duplicates])
    _list("overlapping", [f"{one} and {two}: {shared:.0f} m²" for one, two, shared in report.overlaps])
    _list("without owner", list(report.without_owner))
    _list("unusual", [f"{code}: {why}" for code, why in report.warnings])
    return 1 if report.invalid else 0


def _divisions(options: argparse.Namespace) -> int:
    lines = csv.DictReader(io.StringIO(imports.text_of(options.file.read_bytes())))
    names = dict(pair.split("=", 1) for pair in options.name)
    code, name = names.get("code", "code12"), names.get("name", "name")
    if not {code, name} <= set(lines.fieldnames or ()):
        raise imports.FileRefused(f"{code}, {name}: {lines.fieldnames}")
    outcome = import_divisions(
        [(line[code] or "", line[name] or "") for line in lines],
        under=queries.unit_of(options.unit) if options.unit else None,
        successions=dict(pair.split("=", 1) for pair in options.succession),
        dry_run=not options.apply,
        actor=people.the_system(),
        at=timezone.now(),
        reason=options.file.name,
    )
    _say(
        f"founded {len(outcome.founded)}, renamed {len(outcome.renamed)}, ended {len(outcome.ended)}, "
        f"unchanged {outcome.unchanged}, refused {len(outcome.refused)}"
    )
    _list("renamed", [f"{at}: {before} → {after}" for at, (before, after) in outcome.renamed.items()])
    _list("vanished", [f"{gone}, perhaps now {outcome.likely.get(gone, '?')}" for gone in outcome.vanished])
    _list("refused", [f"row {no} {at}: {why}" for no, at, why in outcome.refused])
    return 1 if outcome.refused else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="linli territory", description="Take in areas (GeoJSON, or CSV with WKT) or 12-digit division codes (CSV)."
    )
    parser.add_argument("what", choices=["areas", "divisions"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--unit", default="", help="code of the unit they belong under; needed for areas")
    parser.add_argument("--kind", default="governance_grid", help="kind of areas whose row names none")
    parser.add_argument("--crs", default="cgcs2000", help="cgcs2000, wgs84, gcj02 or bd09, unless the file says")
    parser.add_argument("--name", action="append", default=[], metavar="OURS=THEIRS", help="another name of a column")
    parser.add_argument("--succession", action="append", default=[], metavar="OLD=NEW", help="who takes over a code")
    parser.add_argument("--as-units", action="store_true", help="found a grid unit for each new area")
    parser.add_argument("--repair", action="store_true", help="mend invalid rings instead of refusing them")
    parser.add_argument("--schematic", action="store_true", help="mark the boundaries as drawn for want of real ones")
    parser.add_argument("--apply", action="store_true", help="write; without it everything is only reported")
    return parser


def _list(title: str, lines: Sequence[str]) -> None:
    for line in lines[:WORTH_SHOWING]:
        _say(f"  {title}: {line}")
    if len(lines) > WORTH_SHOWING:
        _say(f"  {title}: and {len(lines) - WORTH_SHOWING} more")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
