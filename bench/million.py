"""Reading among a million matters: the workbench, the map, two-character search, and clocks falling due.

    python bench/million.py [--matters 1000000] [--runs 7]

Starts a PostgreSQL of its own, fills it with ``bench/seed.py`` and asks the very pages and functions people use, with
their checks of who may see what. CPU is this program's and the database's together. Prints one JSON object.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import city
import seed
from cpu import calibration_ms, family_seconds
from durable import Database, database

Figures = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--matters", type=int, default=1_000_000)
    parser.add_argument("--clocks", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    with database() as found:
        places = city.build()
        figures: Figures = {"calibration_cpu_ms": round(calibration_ms(), 1), "matters": options.matters}
        figures["seed_s"] = round(seed.seed(options.matters, database=found), 1)
        people = staff(places)
        figures |= pages(found, people, runs=options.runs)
        figures |= maps(found, people, runs=options.runs)
        figures |= searching(found, people, runs=options.runs)
        figures |= clocks(found, options.clocks)
    sys.stdout.write(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")


def staff(places: city.City) -> dict[str, Any]:
    """A dispatcher of one street and a supervisor of the whole district, each with the post they act for."""
    from linli.kernel.org import fresh
    from linli.kernel.org import queries as org
    from linli.kernel.org.models import Account, Actor, Post

    people = {}
    for name, role, unit, over in (
        ("street", "dispatcher", places.centres[0], places.streets[0]),
        ("district", "supervisor", places.district, places.district),
    ):
        actor = Actor.objects.create(kind="staff", name=name)
        Account.objects.create(actor=actor, username=name)
        Post.objects.create(actor=actor, unit=unit, over=over, role=role, since=date(2020, 1, 1))
        people[name] = actor
    fresh.forget()
    return {name: (actor, org.posts_of(actor)[0]) for name, actor in people.items()}


def measured(found: Database, ask: Callable[[], object], *, runs: int) -> dict[str, float]:
    """Median of CPU (ours and the database's) and wall time of ``ask``, in ms, with the number of SQL statements."""
    from django.db import connection

    statements: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    ask()
    with connection.execute_wrapper(note):
        ask()
    wall, cpu = [], []
    for _run in range(runs):
        own, theirs, begun = time.process_time(), family_seconds(found.pid), time.perf_counter()
        for _again in range(5):
            ask()
        wall.append((time.perf_counter() - begun) / 5)
        cpu.append((time.process_time() - own + family_seconds(found.pid) - theirs) / 5)
    return {
        "cpu_ms": round(1000 * statistics.median(cpu), 1),
        "wall_ms": round(1000 * statistics.median(wall), 1),
        "sql": len(statements),
    }


def pages(found: Database, people: dict[str, Any], *, runs: int) -> Figures:
    """The first page of the workbench, as drawn, with filters on state and due; and the page after it."""
    from django.test import Client

    figures = {}
    for name, (actor, _post) in people.items():
        client = Client(SERVER_NAME="localhost")
        client.force_login(actor.account)
        for label, address in (
            ("all", "/desk/?tab=area"),
            ("state_due", "/desk/?tab=area&state=handling&due=late"),
            ("state", "/desk/?tab=area&state=dispatched"),
        ):
            answer = client.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"{address}: {answer.status_code}")
            figures[f"workbench_{name}_{label}"] = measured(found, lambda a=address, c=client: c.get(a), runs=runs)
    return figures


def maps(found: Database, people: dict[str, Any], *, runs: int) -> Figures:
    from django.utils import timezone

    from linli.domains.cases.commands import counting
    from linli.domains.cases.queries import map as on_map
    from linli.domains.cases.queries.filtering import Filter

    begun = time.perf_counter()
    counting.count_cells(at=timezone.now())
    figures: Figures = {"map_counted_beforehand_s": round(time.perf_counter() - begun, 1)}
    actor, post = people["district"]
    middle = (city.WEST + 0.04, city.SOUTH + 0.03)
    for zoom in (9, 11, 13, 14, 15, 16, 17, 18):
        half = 360 / 2**zoom
        box = f"{middle[0] - half},{middle[1] - half},{middle[0] + half},{middle[1] + half}"

        def look(box: str = box, zoom: int = zoom) -> object:
            view = on_map.view_of(box, str(zoom))
            return on_map.cases_in(view, actor, post, Filter(), tab="area", at=timezone.now())

        figures[f"map_zoom_{zoom}"] = measured(found, look, runs=max(3, runs // 2))
    return figures


def searching(found: Database, people: dict[str, Any], *, runs: int) -> Figures:
    from linli.domains.cases.queries import searching as find

    figures = {}
    for name, (actor, post) in people.items():
        for text in ("井盖", "积水", "柳树", "丢失 井盖", "没有", "孔雀"):
            figures[f"search_{name}_{text}"] = measured(
                found, lambda t=text, a=actor, p=post: find.search(t, a, p), runs=runs
            )
    return figures


def clocks(found: Database, running: int) -> Figures:
    """A million running clocks of which ten thousand fall due at once, a tenth of those escalating by a step."""
    from linli.kernel.flow import ticking
    from linli.kernel.flow.models import Outbox

    due = min(10_000, running)
    seed.seed_clocks(running, due_now=due, database=found)
    begun = time.perf_counter()
    while ticking.fire():
        pass
    fired = time.perf_counter() - begun
    told = Outbox.objects.filter(kind="clock.overdue").count()
    waiting = Outbox.objects.filter(kind="clock.escalate").count()
    begun = time.perf_counter()
    while ticking.escalate():
        pass
    escalated = time.perf_counter() - begun
    return {
        "clocks_running": running, "clocks_fired": told, "clocks_fired_s": round(fired, 2),
        "escalations": waiting, "escalations_per_s": round(waiting / max(escalated, 1e-6)),
    }  # fmt: skip


if __name__ == "__main__":
    main()
