"""What a million occurrences cost: finding what was missed, one person's duties, a month's figures.

    python bench/duties.py [--occurrences 1000000] [--rounds 7]

Starts a PostgreSQL of its own and fills it with occurrences of 2,000 duties by INSERT … SELECT. Each question is asked
among all of them and, for the ratio, among a hundredth: what is found by an index hardly knows the difference. Prints
one JSON object with the medians in milliseconds, the ratios, and how each statement reads the table.
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

DUTIES = 2000
PEOPLE = 1342
TO_REACH = {"miss_ratio": 3.0, "mine_ratio": 3.0}
"""A hundred times as many occurrences cost no more than three times as much."""

FILL = """
insert into duties_occurrence (id, duty_id, "on", opens_at, closes_at, misses_at, holder_id, state, done_by_id, done_at,
    filed_at, is_late_sync, note)
select gen_random_uuid(), d.id, day::date, day + interval '1 hour', day + interval '3 hours', day + interval '4 hours',
    d.holder_id, case when day < %(now)s then 'done' else 'due' end,
    case when day < %(now)s then d.holder_id end, case when day < %(now)s then day + interval '2 hours' end,
    case when day < %(now)s then day + interval '2 hours' end, false, ''
from duties_duty d, generate_series(%(first)s::timestamptz, %(last)s::timestamptz, interval '1 day') day
on conflict do nothing
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--occurrences", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with database():
        people = set_up(city.build())
        now = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
        figures: dict[str, Any] = {"calibration_cpu_ms": round(calibration_ms(), 1)}
        small = measured(fill(now, options.occurrences // 100), people, now, options.rounds)
        large = measured(fill(now, options.occurrences), people, now, options.rounds)
        figures |= {"a_hundredth": small, "all": large, "read_by": plans(people[0], now)}
    for name in ("miss", "mine", "month"):
        figures[f"{name}_ratio"] = round(large[f"{name}_ms"] / small[f"{name}_ms"], 2)
    figures["to_reach"] = TO_REACH
    sys.stdout.write(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")


def set_up(places: city.City) -> list[Any]:
    """The people of the city's grids and their daily duties."""
    from datetime import time as clock

    from linli.kernel.duties.models import Duty
    from linli.kernel.org import fresh
    from linli.kernel.org.models import Actor, Post, Unit

    since = date(2020, 1, 1)
    grids = list(Unit.objects.filter(kind="grid").order_by("id"))
    people = Actor.objects.bulk_create(Actor(kind="staff", name=f"officer {n}") for n in range(PEOPLE))
    Post.objects.bulk_create(
        Post(actor=person, unit=grids[n % len(grids)], over=grids[n % len(grids)], role="grid_officer", since=since)
        for n, person in enumerate(people)
    )
    Duty.objects.bulk_create(
        Duty(
            kind="patrol", title=f"patrol {n}", unit=grids[n % len(grids)], over=grids[n % len(grids)],
            holder=people[n % PEOPLE], rule="FREQ=DAILY", starts_on=since, opens=clock(9), closes=clock(11),
            made_by=people[0], made_at=datetime(2020, 1, 1, tzinfo=UTC),
        )
        for n in range(DUTIES)
    )  # fmt: skip
    fresh.forget()
    return people


def fill(now: datetime, count: int) -> int:
    """Occurrences of the days before ``now`` and of the three weeks after it; returns how many there are."""
    from django.db import connection

    days = max(1, count // DUTIES)
    ahead = min(21, days // 4)
    with connection.cursor() as cursor:
        span = {"first": now - timedelta(days=days - ahead), "last": now + timedelta(days=ahead - 1), "now": now}
        cursor.execute("set statement_timeout = 0")
        cursor.execute(FILL, span)
        cursor.execute("vacuum analyze duties_occurrence")
        cursor.execute("select count(*) from duties_occurrence")
        (found,) = cursor.fetchone()
    return int(found)


def measured(count: int, people: list[Any], now: datetime, rounds: int) -> dict[str, Any]:
    from django.db import transaction

    from linli.kernel.duties import queries
    from linli.kernel.duties.commands import missing
    from linli.kernel.duties.queries import Narrow

    def miss() -> None:
        with transaction.atomic():
            missing.miss_due(at=now + timedelta(hours=6), limit=1000)
            transaction.set_rollback(True)

    chosen = iter(people[1:])

    def mine() -> None:
        queries.of_person(next(chosen), first=now - timedelta(days=3), until=now + timedelta(days=14), at=now)

    def month() -> None:
        narrow = Narrow(now.date() - timedelta(days=30), now.date() + timedelta(days=1))
        queries.figures(people[0], narrow, by="duty", at=now)

    return {
        "occurrences": count, "miss_ms": median(miss, rounds), "mine_ms": median(mine, rounds),
        "month_ms": median(month, rounds),
    }  # fmt: skip


def median(work: Callable[[], None], rounds: int) -> float:
    work()
    spent = []
    for _n in range(rounds):
        begun = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - begun))
    return round(statistics.median(spent), 2)


def plans(person: Any, now: datetime) -> dict[str, list[str]]:
    """How PostgreSQL reads the occurrences for each question: the lines of the plan that name the table."""
    from django.db import connection

    from linli.kernel.duties.commands.missing import MISS
    from linli.kernel.duties.queries.mine import rows_of

    rows = rows_of(person, first=now - timedelta(days=3), until=now + timedelta(days=14), at=now)
    with connection.cursor() as cursor:
        cursor.execute("explain " + MISS, {"at": now + timedelta(hours=6), "most": 1000})
        miss = [line for (line,) in cursor.fetchall()]
    return {"miss": _reads(miss), "mine": _reads(rows.explain().splitlines())}


def _reads(lines: list[str]) -> list[str]:
    return [line.strip(" ->").split("  (")[0] for line in lines if "Scan" in line]


if __name__ == "__main__":
    main()
