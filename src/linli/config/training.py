"""``linli train categories``: the model that suggests categories learns from this site's confirmed cases."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.db import connection

from linli.domains.cases.queries import confirmed
from linli.kernel.catalog import learnt, queries, sheets
from linli.kernel.catalog.learning import Example, learn, measure, usable
from linli.kernel.catalog.suggesting import model_file
from linli.kernel.errors import Refused

FEWEST = 50
"""With fewer cases the list's own words do better alone."""

COLUMNS = ("text", "code")


def main(arguments: Sequence[str]) -> int:
    """Returns 0 when a model was written (or measured), 1 when there are too few cases, 2 when a file is no good."""
    options = _parser().parse_args(arguments)
    try:
        pairs = _rows_of(options.source) if options.source else confirmed.wordings()
        with connection.cursor() as cursor:
            cursor.execute("set statement_timeout = 0")
        entries = queries.matters()
        examples = usable((Example(text, code) for text, code in pairs), entries)
    except (Refused, OSError) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    sys.stdout.write(f"usable cases: {len(examples)}\n")
    if len(examples) < FEWEST:
        sys.stdout.write(f"At least {FEWEST} are needed; suggestions go on with the words of the list.\n")
        return 1
    found = measure(examples, entries)
    if found:
        sys.stdout.write(f"on cases not seen: first {found.first:.1%}, among three {found.among_three:.1%}\n")
    if not options.measure_only:
        learnt.save(learn(examples, entries), model_file.path())
        sys.stdout.write(f"model written: {model_file.path()}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="linli train", description="Learn to suggest categories.")
    parser.add_argument("what", choices=["categories"])
    parser.add_argument("--from", dest="source", type=Path, help="CSV or XLSX with the columns text and code instead")
    parser.add_argument("--measure-only", action="store_true", help="say how good it would be, write nothing")
    return parser


def _rows_of(path: Path) -> Iterator[tuple[str, str]]:
    for row in sheets.read_rows(path.read_bytes(), expects=COLUMNS).rows:
        yield row.values["text"], row.values["code"]
