"""What taking a step over HTTP costs, against pgbench sending the same statements on the same database.

    python bench/take.py [--rounds 3] [--connections 16] [--workers 2]

The step is the centre's "accept" by a program's key: the case found and shown to be theirs, locked, checked, journalled
with its hash, one clock stopped and one started, receipt and outbox written. pgbench sends every statement that step
sends, with other cases' keys put in. Each case is accepted once. Prints one JSON object and stops by itself.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import city
import cpu
import durable
import intake
import load
import serve

EACH = 200
"""Steps a client of pgbench takes in one round."""
OVER_HTTP = 1_500
"""Steps over HTTP in one round."""
WARM = 300
TO_REACH = {"ratio": 0.25, "cpu_ms": 8.0}


def open_cases(count: int) -> None:
    """So many reported cases, numbered from 1 in ``bench_case``."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("create table bench_case (n int primary key, key uuid not null default uuidv7(), number text)")
        cursor.execute("insert into bench_case (n) select generate_series(1, %s)", [count])
        cursor.execute(
            """update bench_case c set number = cases_take_in(c.key, p.p::jsonb) ->> 'number'
               from bench_payload p where p.n = 1 + c.n %% %s""",
            [intake.PAYLOADS],
        )
        cursor.execute("analyze")


def numbers() -> dict[int, str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select n, number from bench_case")
        return dict(cursor.fetchall())


def script_of(first: str, number: str, client: Any, *, connections: int) -> str:
    """Every statement that accepting ``number`` sends, with the case's own values put as variables.

    ``first`` is accepted before it, so that what a server keeps in memory is there.
    """
    from django.db import connection
    from django.utils import timezone
    from psycopg import ClientCursor

    from linli.domains.cases.commands import Given, desk
    from linli.domains.cases.queries import get_case

    command, sent = uuid4(), list[str]()

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        writer = ClientCursor(context["connection"].connection)
        sent.append(writer.mogrify(sql, params) if params else sql)
        return execute(sql, params, many, context)

    given = Given(command=uuid4())
    desk.take(get_case(first, actor=client.actor), "accept", given, actor=client.actor, at=timezone.now())
    with connection.execute_wrapper(note):
        found = get_case(number, actor=client.actor)
        begins = len(sent)
        desk.take(found, "accept", Given(command=command), actor=client.actor, at=timezone.now())
    sent.insert(begins, "begin")
    lines = [" ".join(one.split()) for one in [*sent, "commit"]]
    names = {f"'{found.pk.hex}'": ":key", f"'{number}'": ":number", f"'{command.hex}'": ":command"}
    for value, name in names.items():
        lines = [line.replace(value, name) for line in lines]
    head = (
        "\\set turn :turn + 1\n"
        f"\\set n :base + :turn * {connections} + :client_id\n"
        "select key, number, uuidv7() as command from bench_case where n = :n \\gset\n"
    )
    return head + "".join(f"{line};\n" for line in lines)


def requests(key: str, turn: Iterator[str]) -> Callable[[], bytes]:
    def make() -> bytes:
        body = f'{{"command": "{uuid4()}"}}'
        return (
            f"POST /api/v1/cases/{next(turn)}/steps/accept HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    return make


def over_http(found: durable.Database, web: serve.Web, make: Callable[[], bytes], options: Any) -> dict[str, Any]:
    app, database = cpu.family_seconds(web.pid), cpu.family_seconds(found.pid)
    result = load.run(web.port, make, connections=options.connections, seconds=60, most=OVER_HTTP - options.connections)
    app, database = cpu.family_seconds(web.pid) - app, cpu.family_seconds(found.pid) - database
    if set(result.statuses) != {200}:
        raise SystemExit(f"not every step was taken: {result.statuses} {result.sample!r}")
    n = len(result.times)
    return {
        **result.summary(),
        "app_cpu_ms": round(1000 * app / n, 2),
        "database_cpu_ms": round(1000 * database / n, 2),
    }


def measured(found: durable.Database, client: Any, key: str, options: Any) -> dict[str, Any]:
    by_row = numbers()
    script = script_of(by_row[1], by_row[2], client, connections=options.connections)
    clients = options.connections
    with serve.web(workers=options.workers) as web:
        turn = (by_row[n] for n in range(3, len(by_row)))
        make = requests(key, turn)
        load.run(web.port, make, connections=clients, seconds=60, most=WARM)
        used = WARM + clients + 3
        bench: list[float] = []
        rounds: list[dict[str, Any]] = []
        for _turn in range(options.rounds):
            bench.append(
                found.pgbench(script, connections=clients, each=EACH, variables={"turn": 0, "base": used + OVER_HTTP})
            )
            make = requests(key, iter([by_row[n] for n in range(used, used + OVER_HTTP + clients)]))
            rounds.append(over_http(found, web, make, options))
            used += OVER_HTTP + clients + (EACH + 2) * clients
    return {
        "statements": script.count(";\n"),
        "pgbench": [round(one, 1) for one in bench],
        "step": intake.summed(rounds, statistics.median(bench)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    begun = time.monotonic()
    with durable.database() as found:
        made = city.build()
        sender, _key = intake.key_for(made.centres[0])
        intake.prepare(sender, intake.bodies(category=True, find_duplicates=False))
        client, key = intake.key_for(made.district, roles=("operator",))
        rounds = options.rounds * (OVER_HTTP + (EACH + 3) * options.connections + 2 * options.connections)
        open_cases(WARM + rounds + 1_000)
        result = {
            "calibration_cpu_ms": round(cpu.calibration_ms(), 1),
            "connections": options.connections,
            "workers": options.workers,
            "to_reach": TO_REACH,
            **measured(found, client, key, options),
        }
        from django.db import connection

        connection.close()
    result["took_s"] = round(time.monotonic() - begun, 1)
    sys.stdout.write(json.dumps(result, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
