"""Finding an item among 100,000 by two characters: frequent and rare words, in all lists, one street's, one list.

    python bench/lists.py [--items 100000] [--runs 9]

Starts a PostgreSQL of its own. The shipped lists are loaded by the commands everybody uses; their items are then
copied, with words of other items mixed in, over the lists of many streets. Prints one JSON object: the time the
database itself takes (EXPLAIN ANALYZE, median), the whole question with ranking on the CPU and by the clock, and which
indexes the plan names.
"""

import argparse
import json
import statistics
import sys
import time
from datetime import UTC, date, datetime
from typing import Any

import city
from cpu import calibration_ms
from durable import database

Figures = dict[str, Any]
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
SHIPPED = (
    ("cn_duties", "duties"), ("cn_matters", "matters"), ("cn_internal", "internal"), ("cn_assist", "assist"),
    ("cn_autonomy", "autonomy"), ("cn_committee", "committee"), ("cn_village", "village"), ("ft_station", "station"),
)  # fmt: skip
FREQUENT, RARE, TWO, NONE = "居民", "海绵", "低保 走访", "龘龖"
COPY_LISTS = """
insert into catalog_worklist (kind_id, unit_id, code, name, last_serial, opened_at)
select l.kind_id, u.id, 'B' || l.id || '-' || u.id || '-' || n, u.name || l.kind_id || n, 0, now()
from catalog_worklist l, org_unit u, generate_series(1, %(copies)s) n
where u.kind = 'street' and l.code !~ '^B'
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    with database():
        places = city.build()
        keeper = seeded(places, options.items)
        figures: Figures = {"calibration_cpu_ms": round(calibration_ms(), 1)}
        figures |= searched(keeper, options.runs)
    figures["to_reach"] = {"database_ms": 20}
    sys.stdout.write(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")


def seeded(places: city.City, items: int) -> Any:
    """The shipped lists and ``items`` copies; who keeps the lists of the district."""
    from django.db import connection

    from linli.domains.lists.commands import loading
    from linli.kernel.flow.system import system_actor
    from linli.kernel.org import fresh
    from linli.kernel.org.models import Actor, Post

    keeper = Actor.objects.create(kind="staff", name="keeper")
    Post.objects.create(
        actor=keeper, unit=places.district, over=places.district, role="list_keeper", since=date(2020, 1, 1)
    )
    fresh.forget()
    loading.load_common(loading.shipped(), actor=system_actor(), at=NOON)
    for name, kind in SHIPPED:
        loading.load_list(
            loading.shipped() / f"{name}.csv", kind=kind, unit=places.district, actor=system_actor(), at=NOON
        )
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
        cursor.execute(COPY_LISTS, {"copies": 2})
        _copy_items(cursor, items)
        cursor.execute("vacuum analyze lists_standing")
    return keeper


def _copy_items(cursor: Any, items: int) -> None:
    cursor.execute(f"create temp table wanted as {COPY_WANTED}", {"items": items})
    cursor.execute(
        """update catalog_worklist w set last_serial = x.most
           from (select list_id, max(serial) as most from wanted group by list_id) x where w.id = x.list_id"""
    )
    cursor.execute(
        """insert into catalog_workitem (worklist_id, serial, code)
           select list_id, serial, code || '-' || serial from wanted"""
    )
    cursor.execute(
        """create temp table source as
           select s.*, row_number() over (order by item_id) - 1 as no, count(*) over () as many from lists_standing s"""
    )
    cursor.execute(COPY_STANDING)


COPY_WANTED = """
select g, l.id as list_id, l.code, l.unit_id, l.kind_id, row_number() over (partition by l.id order by g) as serial
from generate_series(1, %(items)s) g
join (select *, row_number() over (order by id) as no, count(*) over () as many
      from catalog_worklist where code ~ '^B') l on l.no = g %% l.many + 1
"""
COPY_STANDING = """
insert into lists_standing (item_id, worklist_id, kind, unit_id, code, wording_id, position, heading, title,
    public_class, duty_class, decision, load_kind, minutes, forms, frequency, is_key, has_basis, state, year, planned,
    open, overdue, done, budget_fen, paid_fen, last_text, outer_open, outer_overdue, outer_done, text)
select i.id, w.list_id, w.kind_id, w.unit_id, i.code, a.wording_id, w.serial, a.heading, a.title, a.public_class, '',
    '', a.load_kind, a.minutes, a.forms, a.frequency, false, a.has_basis, 'not_started', 2026, 0, 0, 0, 0, 0, 0, '', 0,
    0, 0, i.code || ' ' || a.text || ' ' || b.title
from wanted w
join catalog_workitem i on i.worklist_id = w.list_id and i.serial = w.serial
join source a on a.no = w.g % a.many
join source b on b.no = (w.g / 7) % b.many
"""


def searched(keeper: Any, runs: int) -> Figures:
    """Each word in each reach."""
    from linli.domains.lists.models import Standing
    from linli.domains.lists.queries import reach

    lists = list(reach.visible_lists(keeper).select_related("kind", "unit").order_by("id"))
    street = [one for one in lists if one.unit_id == lists[-1].unit_id]
    figures: Figures = {"items": Standing.objects.count(), "lists": len(lists)}
    for reach_name, within in (("all", lists), ("street", street), ("list", lists[-1:])):
        for word in (FREQUENT, RARE, TWO, NONE):
            figures[f"{reach_name} {word}"] = measured(word, within, runs)
    return figures


def measured(word: str, lists: list[Any], runs: int) -> Figures:
    from linli.domains.lists.queries import searching
    from linli.kernel.catalog.models import WorkList

    held, keys = sum(one.last_serial for one in lists), [one.pk for one in lists]
    plans = [explained(*searching.statement(word, keys, held)) for _run in range(runs)]
    wall, cpu, found = [], [], 0
    for _run in range(runs):
        begun, on_cpu = time.perf_counter(), time.process_time()
        answer = searching.among(word, WorkList.objects.filter(pk__in=keys))
        found = answer.total
        cpu.append(1000 * (time.process_time() - on_cpu))
        wall.append(1000 * (time.perf_counter() - begun))
    return {
        "found": found,
        "database_ms": round(statistics.median(plan[0] for plan in plans), 2),
        "whole_wall_ms": round(statistics.median(wall), 1),
        "whole_cpu_ms": round(statistics.median(cpu), 1),
        "indexes": sorted(plans[0][1]),
    }


def explained(setting: str, sql: str, params: dict[str, Any]) -> tuple[float, set[str]]:
    """Milliseconds of planning and executing, and the indexes used."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(setting)
        cursor.execute(f"explain (analyze, format json) {sql}", params)
        answer = cursor.fetchone()[0]
    [plan] = json.loads(answer) if isinstance(answer, str) else answer
    return plan["Planning Time"] + plan["Execution Time"], set(_indexes(plan["Plan"]))


def _indexes(node: dict[str, Any]) -> list[str]:
    own = [node["Index Name"]] if "Index Name" in node else []
    return own + [name for child in node.get("Plans", ()) for name in _indexes(child)]


if __name__ == "__main__":
    main()
