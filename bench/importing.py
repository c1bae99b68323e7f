"""How fast a file of work orders comes in, against bare COPY and INSERT … SELECT of the very same rows.

    python bench/importing.py [--rows 40948] [--rounds 3]

Takes ``boston311_2011.csv.gz`` of the shared data, moved into the made-up city of ``city.py`` so that positions lie in
its 1,200 grids. Each round: (1) ``import_cases``, from the bytes of the file to the last commit; (2) the rows it wrote,
table by table, by COPY into a staging table and INSERT … SELECT into the same tables, in portions of the same size and
with the same triggers, checks and indexes. Tables are emptied and vacuumed in between. Prints one JSON object.
"""

import argparse
import csv
import gzip
import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import city
import cpu
import durable

FILE = durable.ROOT.parent / "shared" / "data" / "complaints" / "boston311_2011.csv.gz"
MAPPING = durable.ROOT / "tests" / "mappings" / "boston311.yaml"
TABLES = ("flow_matter", "flow_entry", "cases_case", "flow_place", "flow_words", "flow_receipt")
EMPTIED = ("cases_importrow", "cases_importrun", *reversed(TABLES))
WEST, SOUTH, EAST, NORTH = -71.19, 42.23, -70.99, 42.40
TO_REACH = 0.5


def moved(rows: int) -> bytes:
    """The file's first ``rows`` lines with Boston laid over the city."""
    lines = csv.DictReader(io.StringIO(gzip.decompress(FILE.read_bytes()).decode()))
    out = io.StringIO()
    writer = csv.DictWriter(out, lines.fieldnames or [])
    writer.writeheader()
    for n, line in enumerate(lines):
        if n == rows:
            break
        if line["longitude"]:
            across = (float(line["longitude"]) - WEST) / (EAST - WEST)
            up = (float(line["latitude"]) - SOUTH) / (NORTH - SOUTH)
            line["longitude"] = f"{city.WEST + across * city.ACROSS * city.STEP:.6f}"
            line["latitude"] = f"{city.SOUTH + up * city.DOWN * city.STEP:.6f}"
        writer.writerow(line)
    return out.getvalue().encode()


def ours(content: bytes, home: Any) -> tuple[int, int]:
    """Rows taken and refused."""
    from linli.domains.cases.commands import importing, mapping
    from linli.kernel.flow.system import system_actor

    by = mapping.read(MAPPING.read_text(encoding="utf-8"))
    at = datetime(2026, 11, 22, 4, tzinfo=UTC)
    run = importing.import_cases(content, by, file_name=FILE.name, home=home, actor=system_actor(), at=at)
    return run.taken, run.refused


def written(portion: int) -> list[list[tuple[str, bytes]]]:
    """What the import left in each table, as COPY text, in portions of so many matters."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("create temp table turn as select id, (row_number() over (order by id) - 1) / %s as n "
                       "from flow_matter", [portion])  # fmt: skip
        cursor.execute("select max(n) from turn")
        most = cursor.fetchone()[0]
        return [[(table, _dumped(cursor.cursor, table, n)) for table in TABLES] for n in range(most + 1)]


def _dumped(cursor: Any, table: str, n: int) -> bytes:
    key = "id" if table == "flow_matter" else "matter_id"
    query = f"copy (select t.* from {table} t join turn on turn.id = t.{key} where turn.n = {n}) to stdout"
    with cursor.copy(query) as copy:
        return b"".join(copy)


def bare(portions: list[list[tuple[str, bytes]]]) -> None:
    """The same rows without any of our work: COPY into a staging table, INSERT … SELECT, one transaction a portion."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        for portion in portions:
            with transaction.atomic():
                for table, text in portion:
                    cursor.execute(f"create temp table bare (like {table}) on commit drop")
                    with cursor.cursor.copy("copy bare from stdin") as copy:
                        copy.write(text)
                    cursor.execute(f"insert into {table} overriding system value select * from bare")
                    cursor.execute("drop table bare")


def emptied() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        for table in EMPTIED:
            cursor.execute(f"delete from {table}")
        cursor.execute("set session_replication_role = origin")
        cursor.execute("drop table if exists turn")
        for table in EMPTIED:
            cursor.execute(f"vacuum analyze {table}")


def timed(work: Callable[..., Any], *given: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work(*given)
    return time.perf_counter() - start, found


def measure(rows: int, rounds: int) -> dict[str, Any]:
    from django.db import connection

    from linli.domains.cases.commands.importing import AT_ONCE

    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
    home = city.build().district
    content = moved(rows)
    ours(moved(200), home)  # what is kept in memory is read before the clock runs
    emptied()
    found: list[dict[str, float]] = []
    for _round in range(rounds):
        seconds, (taken, refused) = timed(ours, content, home)
        portions = written(AT_ONCE)
        emptied()
        floor, _nothing = timed(bare, portions)
        emptied()
        found.append({
            "taken": taken, "refused": refused, "import_s": round(seconds, 2), "bare_s": round(floor, 2),
            "rows_per_s": round(taken / seconds), "bare_rows_per_s": round(taken / floor),
            "ratio": round(floor / seconds, 3),
        })  # fmt: skip
        sys.stderr.write(f"{found[-1]}\n")
    ratio = statistics.median(one["ratio"] for one in found)
    return {"rounds": found, "ratio": ratio, "to_reach": TO_REACH, "reached": ratio >= TO_REACH}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=40_948)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if not Path(FILE).exists():
        raise SystemExit(f"{FILE.name} is not beside this clone")
    with durable.database():
        found = measure(options.rows, options.rounds)
    result = {"file": FILE.name, **found, "calibration_cpu_ms": round(cpu.calibration_ms())}
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
