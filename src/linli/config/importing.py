"""``linli import cases FILE``: reports of other systems, with a preview and the refused rows in a file."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from django.db import connection
from django.utils import timezone

from linli.domains.cases.commands import importing, mapping
from linli.kernel.errors import Refused
from linli.kernel.flow.system import system_actor
from linli.kernel.org import queries as org


def main(arguments: Sequence[str]) -> int:
    """Returns 0 when every row was taken or known, 1 when some were refused, 2 when nothing could be read."""
    options = _parser().parse_args(arguments)
    at = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
    try:
        by = mapping.read(options.map.read_text(encoding="utf-8")) if options.map else mapping.USUAL
        content = options.file.read_bytes()
        if options.dry_run:
            return _show(importing.preview(content, by, at=at))
        run = importing.import_cases(
            content, by, file_name=options.file.name, home=org.unit_of(options.unit), actor=system_actor(), at=at,
            progress=_bar,
        )  # fmt: skip
    except (Refused, OSError) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    sys.stdout.write(f"\nrows {run.rows}, taken {run.taken}, known {run.known}, refused {run.refused}\n")
    if not run.refused:
        return 0
    out = options.errors or options.file.with_name(options.file.name + ".refused.csv")
    out.write_bytes(importing.problems_file(run))
    sys.stdout.write(f"refused rows: {out}\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="linli import", description="Import cases from CSV or XLSX (UTF-8 or GB18030)."
    )
    parser.add_argument("what", choices=["cases"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--map", type=Path, help="mapping of columns and categories (YAML)")
    parser.add_argument("--unit", required=True, help="code of the unit whose desk gets rows without a place")
    parser.add_argument("--dry-run", action="store_true", help="read everything, take nothing")
    parser.add_argument("--errors", type=Path, help="where to write the refused rows")
    return parser


def _show(preview: importing.Preview) -> int:
    sys.stdout.write(f"rows {preview.rows}, good {preview.good}, refused {len(preview.problems)}\n")
    for read in preview.first[:5]:
        sys.stdout.write(f"  {read.report.outer_number}\t{read.report.category or '-'}\t{read.report.text[:50]!r}\n")
    for problem in preview.problems[:20]:
        sys.stdout.write(f"  line {problem.line}: {problem.reason}\n")
    return 1 if preview.problems else 0


def _bar(done: int, taken: int) -> None:
    sys.stdout.write(f"\r{done} rows read, {taken} taken")
    sys.stdout.flush()
