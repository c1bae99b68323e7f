"""The year plan of a street: some 470 items and 3,000 lines; CPU of a page, counting a district, checking 5,000 items.

    python bench/plan.py [--runs 20]

Starts a PostgreSQL of its own, loads the shipped street lists by the commands everybody uses, drafts the year and does
two thirds of it. Prints one JSON object: for each view the CPU of application and database together and the number of
SQL statements, and the CPU and time of drafting, counting and checking.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import city
from cpu import calibration_ms, family_seconds
from durable import Database, database

Figures = dict[str, Any]
YEAR = 2026
START = datetime(YEAR, 1, 5, 2, tzinfo=UTC)
NOW = datetime(YEAR, 9, 1, 2, tzinfo=UTC)
SHIPPED = (("cn_duties", "duties"), ("cn_matters", "matters"), ("cn_internal", "internal"))
VIEWS = {
    "year by heading": f"?year={YEAR}",
    "items, first page": f"?year={YEAR}&view=items",
    "month as calendar": f"?year={YEAR}&view=month&month=9",
    "lines, first page": f"?year={YEAR}&view=list",
    "overdue lines": f"?year={YEAR}&view=list&only=overdue",
}
COPIES = 10
"""Streets with the lists of the first, so that a check-up of the district sees ten times as many items."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    options = parser.parse_args()
    with database() as found:
        places = city.build()
        figures: Figures = {"calibration_cpu_ms": round(calibration_ms(), 1)}
        keeper = seeded(places)
        figures |= drafted(places, keeper, found)
        figures |= viewed(keeper, found, options.runs)
        figures |= counted(places, keeper, found)
    figures["to_reach"] = {"page_cpu_ms": 60, "check_270_s": 2, "check_5000_s": 20}
    sys.stdout.write(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")


def seeded(places: city.City) -> Any:
    """The lists of the first street; who keeps them, with a post over the whole district."""
    from linli.domains.lists.commands import loading
    from linli.kernel.calendar import commands as calendar
    from linli.kernel.org import fresh
    from linli.kernel.org.models import Account, Actor, Post

    calendar.fill_from_library()
    keeper = Actor.objects.create(kind="staff", name="keeper")
    Account.objects.create(actor=keeper, username="keeper")
    Post.objects.create(
        actor=keeper, unit=places.streets[0], over=places.district, role="list_keeper", since=date(2020, 1, 1)
    )
    fresh.forget()
    loading.load_common(loading.shipped(), actor=keeper, at=START)
    load(places.streets[0], keeper)
    return keeper


def load(street: Any, keeper: Any) -> None:
    from linli.domains.lists.commands import loading

    for name, kind in SHIPPED:
        loading.load_list(loading.shipped() / f"{name}.csv", kind=kind, unit=street, actor=keeper, at=START)


def spent(what: Callable[[], Any], found: Database) -> Figures:
    """CPU of application and database, and wall time, of doing ``what`` once."""
    own, theirs, begun = time.process_time(), family_seconds(found.pid), time.perf_counter()
    what()
    cpu = time.process_time() - own + family_seconds(found.pid) - theirs
    return {"cpu_s": round(cpu, 2), "wall_s": round(time.perf_counter() - begun, 2)}


def drafted(places: city.City, keeper: Any, found: Database) -> Figures:
    """The year drafted, and what was due until now done but for every tenth line."""
    from linli.domains.lists.commands import planning
    from linli.domains.lists.models import PlanLine

    street = places.streets[0]
    figures = spent(lambda: planning.draft_plan(street, YEAR, actor=keeper, at=START), found)
    due = PlanLine.objects.filter(plan_of=street, due_on__lt=NOW.date()).values_list("pk", "due_on")
    done = {key: day for key, day in due if key % 10}
    finished = spent(lambda: planning.finish_lines(done, result="完成", actor=keeper, at=NOW), found)
    lines = PlanLine.objects.filter(plan_of=street).count()
    return {"lines": lines, "done": len(done), "draft": figures, "finish": finished}


def viewed(keeper: Any, found: Database, runs: int) -> Figures:
    """Each view over the whole stack but the socket."""
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    browser, address = Client(HTTP_HOST="localhost"), reverse("lists:plan")
    browser.force_login(keeper.account)
    figures: Figures = {}
    for name, query in VIEWS.items():
        browser.get(address + query)
        asked: list[str] = []

        def note(execute: Any, sql: str, *rest: Any, asked: list[str] = asked) -> Any:
            asked.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(note):
            answer = browser.get(address + query)
        assert answer.status_code == 200
        own, theirs = time.process_time(), family_seconds(found.pid)
        for _run in range(runs):
            browser.get(address + query)
        app, base = time.process_time() - own, family_seconds(found.pid) - theirs
        figures[name] = {
            "cpu_ms": round(1000 * (app + base) / runs, 1), "of_it_database_ms": round(1000 * base / runs, 1),
            "statements": len(asked), "bytes": len(answer.content),
        }  # fmt: skip
    return figures


def counted(places: city.City, keeper: Any, found: Database) -> Figures:
    """Counting and checking one street, then the whole district with ten times the items."""
    from linli.domains.lists.commands import checking, executing

    street, district = places.streets[0], places.district
    figures: Figures = {"check, one street": spent(lambda: checking.check_up(street, at=NOW), found)}
    for other in places.streets[1:COPIES]:
        load(other, keeper)
    figures["count, district"] = spent(lambda: executing.count_executions(district, year=YEAR, at=NOW), found)
    figures["check, district"] = spent(lambda: checking.check_up(district, at=NOW), found)
    figures["items"] = district_items(district)
    return figures


def district_items(district: Any) -> int:
    from linli.domains.lists.queries import check_rules

    return check_rules.checked_items(district.path, at=NOW)


if __name__ == "__main__":
    main()
