"""Reading among a million lines of the patrol log: the log, narrowed and searched, and what ground was walked.

    python bench/patrols.py [--lines 1000000] [--runs 7]

Starts a PostgreSQL of its own. A year of walks of all grids of the city is put there by ``generate_series``; the very
functions behind the pages are then asked, as a street's safety officer and as the district's, on the first page and
deep in it. Prints one JSON object: milliseconds by the clock (median), the number of SQL statements, and the same among
a tenth of the lines, with the ratio. Statements have to be as many; time may grow with what one page reads, not with
the log.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import city
from cpu import calibration_ms
from durable import database

Figures = dict[str, Any]
TO_REACH = {"log_ms": 200, "coverage_ms": 200, "ratio": 3.0, "statements": "as many at both sizes"}
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
WALKS = """
insert into safety_patrol (id, kind, unit_id, actor_id, people, began_at, ended_at, filed_at, is_late, note)
select gen_random_uuid(), 'grid', g.units[1 + n %% cardinality(g.units)], %(actor)s, 1,
       %(now)s - (n::float / %(walks)s) * interval '365 days', %(now)s - (n::float / %(walks)s) * interval '365 days'
       + interval '1 hour', now(), false, ''
from (select array_agg(id order by id) as units from org_unit where kind = 'grid') g,
     generate_series(%(first)s, %(walks)s - 1) n
"""
LINES = """
insert into safety_logentry (id, patrol_id, unit_id, actor_id, taken_at, recorded_at, is_late, is_late_sync, proof,
                             condition, note, files)
select gen_random_uuid(), p.id, p.unit_id, p.actor_id, p.began_at + n * interval '5 minutes', p.began_at, false,
       n = 7, (array['code', 'position', 'none'])[1 + n %% 3],
       case when n = 3 then 'problem' else 'fine' end, case when n = 3 then '充电线乱拉，灭火器压力不足' else '' end,
       '{}'
from safety_patrol p, generate_series(1, 10) n
"""
CELLS = """
insert into safety_cell (unit_id, cell, lon, lat, walked_at)
select u.id, u.id * 1000 + n, 121.4, 31.2, %s - n * interval '3 hours'
from org_unit u, generate_series(1, 80) n where u.kind = 'grid'
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    with database():
        people = staff(city.build())
        figures: Figures = {"calibration_cpu_ms": round(calibration_ms(), 1)}
        small = measured(people, options.lines // 10, options.runs)
        large = measured(people, options.lines, options.runs)
    figures |= {f"among_{options.lines // 10}": small, f"among_{options.lines}": large}
    figures["ratio"] = {
        name: round(large[name]["ms"] / max(0.1, small[name]["ms"]), 2) for name in large if name != "seed_s"
    }
    figures["to_reach"] = TO_REACH
    sys.stdout.write(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")


def staff(places: city.City) -> dict[str, Any]:
    """A safety officer of one street and one of the whole district, each with the post they act for."""
    from linli.kernel.org import fresh
    from linli.kernel.org import queries as org
    from linli.kernel.org.models import Actor, Post

    people = {}
    for name, over in (("street", places.streets[0]), ("district", places.district)):
        actor = Actor.objects.create(kind="staff", name=name)
        Post.objects.create(actor=actor, unit=over, over=over, role="safety_officer", since=date(2020, 1, 1))
        people[name] = actor
    fresh.forget()
    return {name: (actor, org.posts_of(actor)[0]) for name, actor in people.items()}


def seeded(actor: Any, lines: int) -> float:
    from django.db import connection

    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
        cursor.execute("truncate safety_logentry, safety_logfollow, safety_trackpoint, safety_patrol, safety_cell")
        cursor.execute(WALKS, {"actor": actor.pk, "now": NOW, "walks": lines // 10, "first": 0})
        cursor.execute(LINES.replace("%%", "%"))
        cursor.execute(CELLS, [NOW])
        cursor.execute("vacuum analyze safety_logentry")
        cursor.execute("vacuum analyze safety_patrol")
        cursor.execute("vacuum analyze safety_cell")
        cursor.execute("reset statement_timeout")
    return round(time.perf_counter() - begun, 1)


def measured(people: dict[str, Any], lines: int, runs: int) -> Figures:
    from linli.domains.safety.queries import patrol_cover, patrol_log
    from linli.domains.safety.queries.patrol_log import Narrow

    figures: Figures = {"seed_s": seeded(people["street"][0], lines)}
    for name, (actor, post) in people.items():
        deep = patrol_log.page(actor, post, Narrow(), at=NOW, limit=2_000).after
        asked: dict[str, Callable[[], object]] = {
            "first": lambda a=actor, p=post: patrol_log.page(a, p, Narrow(), at=NOW),
            "deep": lambda a=actor, p=post, d=deep: patrol_log.page(a, p, Narrow(), at=NOW, after=d),
            "problems": lambda a=actor, p=post: patrol_log.page(a, p, Narrow(condition="problem"), at=NOW),
            "words": lambda a=actor, p=post: patrol_log.page(a, p, Narrow(text="灭火"), at=NOW),
            "no_such_words": lambda a=actor, p=post: patrol_log.page(a, p, Narrow(text="龘龖"), at=NOW),
            "coverage": lambda p=post: patrol_cover.coverage(p, since=NOW - timedelta(days=7)),
        }
        for what, ask in asked.items():
            figures[f"{name}_{what}"] = timed(ask, runs)
    return figures


def timed(ask: Callable[[], object], runs: int) -> Figures:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        ask()
    spans = []
    for _n in range(runs):
        begun = time.perf_counter()
        ask()
        spans.append(1000 * (time.perf_counter() - begun))
    return {"ms": round(statistics.median(spans), 1), "statements": len(caught.captured_queries)}


if __name__ == "__main__":
    main()
