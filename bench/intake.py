"""What taking in a report over HTTP costs, against pgbench running the same SQL on the same database.

    python bench/intake.py [--seconds 8] [--rounds 3] [--connections 16] [--workers 2]

Starts a PostgreSQL of its own (fsync and synchronous_commit on) and the web server as ``linli web`` runs it, on the
same machine as the load. Real validation, location over 1,311 areas, decision over 111 rules, triggers and indexes.
Rounds alternate between pgbench and HTTP. Prints one JSON object and stops by itself.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import city
import cpu
import durable
import load
import serve

PAYLOADS = 500
WARM_SECONDS = 3.0
SCRIPT = """
\\set n random(1, {most})
select r ->> 'number', (r ->> 'resent')::boolean
from cases_take_in(uuidv7(), (select p::jsonb from bench_payload where n = :n)) r;
"""
VARIANTS = {
    "category_given": {"category": True, "find_duplicates": False},
    "category_given_duplicates_searched": {"category": True, "find_duplicates": True},
    "suggested_duplicates_searched": {"category": False, "find_duplicates": True},
}
LAST = ', "position": {"lon": %10.6f, "lat": %9.6f, "accuracy_m": 12.5}, "id": "%s"}'
TO_REACH = {"ratio": 0.40, "cpu_ms": 4.0, "p99_over_p50": 10.0}


def bodies(*, category: bool, find_duplicates: bool) -> list[dict[str, Any]]:
    """What the reports say, without their ids."""
    from linli.domains.cases.queries.services import services

    codes = [one.code for one in services()]
    pairs = zip(city.texts(PAYLOADS), city.positions(PAYLOADS), strict=True)
    return [
        {
            "text": text, "position": {"lon": lon, "lat": lat, "accuracy_m": 12.5}, "address": text[:8],
            "category": codes[n % len(codes)] if category else "", "wants_answer": True,
            "find_duplicates": find_duplicates,
        }
        for n, (text, (lon, lat)) in enumerate(pairs)
    ]  # fmt: skip


def requests(key: str, given: list[dict[str, Any]], *, seed: int) -> Callable[[], bytes]:
    """Ready-made requests in turn, each with a fresh UUIDv7 at a place of its own."""
    from linli.kernel.org.keys import new_key

    heads = []
    for one in given:
        rest = {name: value for name, value in one.items() if name != "position"}
        body = json.dumps(rest, ensure_ascii=False).encode()[:-1]
        length = len(body) + len(LAST % (121.0, 31.0, "0" * 36))
        head = (
            f"POST /api/v1/reports HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        )
        heads.append(head.encode() + body)
    turn, places = count(seed), city.positions(20_000, seed=seed)

    def make() -> bytes:
        n = next(turn)
        lon, lat = places[n % len(places)]
        return heads[n % len(heads)] + (LAST % (lon, lat, new_key())).encode()

    return make


def prepare(client: Any, given: list[dict[str, Any]]) -> None:
    """The very records the command would send, for pgbench to send."""
    import orjson
    from django.db import connection
    from django.utils import timezone

    from linli.domains.cases.api.reports import as_report
    from linli.domains.cases.api.shapes import ReportIn
    from linli.domains.cases.commands.reporting import checked, record_of
    from linli.kernel.org.keys import new_key

    at = timezone.now()
    rows = []
    for n, one in enumerate(given, start=1):
        shape = ReportIn(**one, id=new_key())
        report = checked(as_report(shape, client), at=at)
        record, _suggested, _like = record_of(
            shape.id, report, at=at, actor=client.actor, role="sender", taken_at=at, looks_for_duplicates=False
        )
        rows.append((n, orjson.dumps(record).decode()))
    with connection.cursor() as cursor:
        cursor.execute("create table bench_payload (n int primary key, p text not null)")
        cursor.executemany("insert into bench_payload values (%s, %s)", rows)


def key_for(unit: Any, *, roles: tuple[str, ...] = ()) -> tuple[Any, str]:
    from django.utils import timezone

    from linli.domains.cases import commands
    from linli.domains.cases.queries.clients import client_of
    from linli.kernel.flow.system import system_actor

    _row, key = commands.issue_key(
        "bench", unit=unit, actor=system_actor(), at=timezone.now(), roles=roles, per_minute=10**8
    )
    return client_of(key), key


def one_round(found: durable.Database, web: serve.Web, make: Callable[[], bytes], options: Any) -> dict[str, Any]:
    """HTTP for a while; CPU of the web server and of the database over the answers of the very same while."""
    app, database = cpu.family_seconds(web.pid), cpu.family_seconds(found.pid)
    result = load.run(web.port, make, connections=options.connections, seconds=options.seconds)
    app, database = cpu.family_seconds(web.pid) - app, cpu.family_seconds(found.pid) - database
    if set(result.statuses) != {201}:
        raise SystemExit(f"not every report was taken: {result.statuses} {result.sample!r}")
    n = len(result.times)
    return {
        **result.summary(),
        "app_cpu_ms": round(1000 * app / n, 2),
        "database_cpu_ms": round(1000 * database / n, 2),
    }


def measured(found: durable.Database, client: Any, key: str, options: Any) -> dict[str, Any]:
    script = SCRIPT.format(most=PAYLOADS)
    rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in VARIANTS}
    bench: list[float] = []
    bench_cpu: list[float] = []
    with serve.web(workers=options.workers) as web:
        for variant in VARIANTS.values():
            load.run(web.port, requests(key, bodies(**variant), seed=0), connections=16, seconds=WARM_SECONDS)
        for turn in range(options.rounds):
            database = cpu.family_seconds(found.pid)
            bench.append(found.pgbench(script, connections=options.connections, seconds=options.seconds))
            spent = cpu.family_seconds(found.pid) - database
            bench_cpu.append(1000 * spent / (bench[-1] * options.seconds))
            for name, variant in VARIANTS.items():
                make = requests(key, bodies(**variant), seed=turn * 7)
                rounds[name].append(one_round(found, web, make, options))
    base = statistics.median(bench)
    return {
        "pgbench": {"per_second": [round(b, 1) for b in bench], "database_cpu_ms": [round(c, 2) for c in bench_cpu]},
        **{name: summed(found_rounds, base) for name, found_rounds in rounds.items()},
    }


def summed(rounds: list[dict[str, Any]], base: float) -> dict[str, Any]:
    def median(field: str) -> float:
        return statistics.median(one[field] for one in rounds)

    cpu_ms = median("app_cpu_ms") + median("database_cpu_ms")
    return {
        "ratio": round(median("per_second") / base, 3),
        "per_second": median("per_second"),
        "app_cpu_ms": median("app_cpu_ms"),
        "database_cpu_ms": median("database_cpu_ms"),
        "cpu_ms": round(cpu_ms, 2),
        "p50_ms": median("p50_ms"),
        "p99_ms": median("p99_ms"),
        "p99_over_p50": round(median("p99_ms") / median("p50_ms"), 1),
        "rounds": [one["per_second"] for one in rounds],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    begun = time.monotonic()
    with durable.database() as found:
        made = city.build()
        client, key = key_for(made.centres[0])
        prepare(client, bodies(category=True, find_duplicates=False))
        from django.db import connection

        connection.close()
        result = {
            "calibration_cpu_ms": round(cpu.calibration_ms(), 1),
            "connections": options.connections,
            "workers": options.workers,
            "to_reach": TO_REACH,
            **measured(found, client, key, options),
        }
    result["took_s"] = round(time.monotonic() - begun, 1)
    sys.stdout.write(json.dumps(result, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
