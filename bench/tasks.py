"""What the rule of admission costs: giving a task to a committee, which is checked, against giving it to an office.

    python bench/tasks.py [--rounds 5] [--each 100]

Starts a PostgreSQL of its own. The same keeper gives the same work by the same command, in turn to an office of the
street (bound by no list) and to a committee (looked up, cited, written down as a mandate, and held by the deferred
constraint at commit); each in a transaction of its own. Prints one JSON object: tasks a second of both, the ratio of
the medians of rounds taken side by side, and a downward task on no list, which has to be refused.
"""

import argparse
import json
import statistics
import sys
import time
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import city
from cpu import calibration_ms
from durable import database

WARM = 20
TO_REACH = {"ratio": 0.6}
"""Checked tasks go at no less than this share of the speed of unchecked ones."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--each", type=int, default=100)
    options = parser.parse_args()
    with database():
        scene = set_up(city.build())
        figures: dict[str, Any] = {"calibration_cpu_ms": round(calibration_ms(), 1)}
        figures |= measured(scene, options.rounds, options.each)
        figures["off_list"] = refused(scene)
    figures["to_reach"] = TO_REACH
    sys.stdout.write(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")


def set_up(places: city.City) -> SimpleNamespace:
    """An office in the first street, an item admitted for all committees, one admitted for none, and their keeper."""
    from linli.domains.lists.commands import loading
    from linli.domains.lists.commands.standing import stand_anew
    from linli.kernel.catalog import commands as catalog
    from linli.kernel.catalog.commands import ItemChange, Said
    from linli.kernel.catalog.models import ListKind
    from linli.kernel.org import fresh
    from linli.kernel.org.models import Actor, Post, Unit

    now = datetime.now(UTC)
    street = Unit.objects.filter(kind="street").order_by("id").first()
    assert street is not None  # the city has ten
    office = Unit.objects.create(
        code=f"{street.code}-pab", name="平安办公室", kind="office", parent=street, tree="line",
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    keeper = Actor.objects.create(kind="staff", name="keeper")
    Post.objects.create(actor=keeper, unit=street, over=street, role="list_keeper", since=date(2020, 1, 1))
    fresh.forget()
    loading.load_kinds(loading.rows_of(loading.shipped() / "kinds.csv"))
    worklist = catalog.open_list(ListKind.objects.get(pk="assist"), places.district, name="assist", at=now)
    said = Said("协助独居老人巡访", "民政", (), {"minutes": 60, "limit_amount": 5, "limit_base": "working_days"})
    changes = [ItemChange("add", said=said), ItemChange("add", said=Said("协助填表", "民政"), admits=False)]
    _version, (item, other) = catalog.publish_list(
        worklist, changes, valid_from=now.date().replace(day=1), reason="bench", actor=keeper, at=now
    )
    stand_anew(worklist, at=now)
    committee = Unit.objects.filter(kind="committee", path__startswith=street.path).order_by("id").first()
    return SimpleNamespace(keeper=keeper, office=office, committee=committee, item=item, other=other)


def given(scene: SimpleNamespace, unit: Any, count: int) -> float:
    """Seconds for ``count`` tasks given to ``unit``, one by one."""
    from linli.domains.lists.commands import tasks
    from linli.kernel.org.keys import new_key

    begun = time.perf_counter()
    for _n in range(count):
        tasks.give(tasks.Giving(scene.item, [unit.pk]), key=new_key(), actor=scene.keeper, at=datetime.now(UTC))
    return time.perf_counter() - begun


def measured(scene: SimpleNamespace, rounds: int, each: int) -> dict[str, Any]:
    for unit in (scene.office, scene.committee):
        given(scene, unit, WARM)
    unchecked, checked = [], []
    for _n in range(rounds):
        unchecked.append(given(scene, scene.office, each))
        checked.append(given(scene, scene.committee, each))
    ratio = statistics.median(u / c for u, c in zip(unchecked, checked, strict=True))
    return {
        "unchecked_per_s": round(each / statistics.median(unchecked), 1),
        "checked_per_s": round(each / statistics.median(checked), 1),
        "ratio": round(ratio, 3),
        "check_ms": round(1000 * (statistics.median(checked) - statistics.median(unchecked)) / each, 2),
    }


def refused(scene: SimpleNamespace) -> str:
    """What giving an item that is not admitted comes to."""
    from linli.domains.lists.commands import tasks
    from linli.kernel.flow.models import Declined
    from linli.kernel.org.keys import new_key

    try:
        tasks.give(
            tasks.Giving(scene.other, [scene.committee.pk]), key=new_key(), actor=scene.keeper, at=datetime.now(UTC)
        )
    except tasks.GivingRefused:
        return f"refused, {Declined.objects.count()} on record"
    return "passed"


if __name__ == "__main__":
    main()
