"""``linli demo``: load the two demonstration districts; the cases not needed at once come in the background."""

import argparse
import random
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from linli.config import place
from linli.config.demo import (
    cases,
    desks,
    lists,
    lists_admission,
    lists_changes,
    lists_living,
    lists_seal,
    lists_tasks,
    people,
    pictures,
    rules,
    safety_contacts,
    safety_duties,
    safety_federation,
    safety_hazards,
    safety_patrols,
    safety_phones,
    safety_sites,
    territory,
)
from linli.config.demo.cases import Stage
from linli.config.demo.people import Crew, SignIn
from linli.config.demo.territory import District
from linli.domains.cases.models import RuleTable
from linli.domains.safety.commands import checklists, objects
from linli.kernel.calendar import commands as calendar
from linli.kernel.catalog import commands as catalog
from linli.kernel.devices import commands as devices
from linli.kernel.flow.models import Matter
from linli.kernel.flow.system import system_actor
from linli.kernel.org import fresh
from linli.kernel.org.models import Area, Post, Unit
from linli.kernel.org.roles import BY_CODE
from linli.kernel.registry import commands as registry

FIRST = 60
"""Cases of each district that the first start waits for."""
ALL = 900
SEED = 20261122
BEFORE = timedelta(days=120)
"""How long before its loading the district is shown to have been at work."""


def main(arguments: Sequence[str]) -> int:
    """Load what is missing; a second call changes nothing."""
    parser = argparse.ArgumentParser(prog="linli demo", description="Load the demonstration districts.")
    parser.add_argument("--first", action="store_true", help="only what the first start needs; do nothing when loaded")
    parser.add_argument("--cases", type=int, default=ALL, help="cases of each district (default %(default)s)")
    options = parser.parse_args(arguments)
    calendar.fill_from_library()
    catalog.load_pack(at=timezone.now())
    registry.load_kinds()
    devices.load_usual()
    objects.load_targets()
    checklists.load()
    wanted = FIRST if options.first else options.cases
    if options.first and Matter.objects.filter(flow="case").exists():
        return 0
    for plan in territory.PLANS:
        _district(plan, wanted)
    return 0


def _district(plan: territory.Plan, wanted: int) -> None:
    say(f"{plan.name}: ")
    begun = time.monotonic()
    chance = random.Random(f"{SEED}/{plan.code}")
    found = Unit.objects.filter(code=f"{plan.code}000000").first()
    if found is None:
        district, crew = _found_district(plan, chance)
    else:
        district, crew = known(plan)
    album = pictures.album(system_actor(), at=timezone.now())
    stage = Stage(district, crew, album, random.Random(), timezone.now(), _first_loaded(district))
    made = cases.perform(stage, first=0, count=wanted, told=_dots(wanted)) + desks.fill(stage)
    for part in (
        lists_changes,
        lists_tasks,
        lists_admission,
        lists_living,
        lists_seal,
        safety_sites,
        safety_patrols,
        safety_hazards,
        safety_federation,
        safety_contacts,
        safety_duties,
        safety_phones,
    ):
        part.fill(district, random.Random(f"{SEED}/{plan.code}/{part.__name__}"), stage.now)
    say(f" {made} cases, {time.monotonic() - begun:.0f} s\n")


@transaction.atomic
def _found_district(plan: territory.Plan, chance: random.Random) -> tuple[District, Crew]:
    district = territory.build(plan, chance=chance)
    password = _password()
    crew, sign_ins = people.staff(district, chance=chance, password=password)
    rules.put_in_force(district, actor=system_actor(), at=_long_ago())
    lists.load(district, at=_long_ago())
    _write_down(sign_ins, password)
    fresh.forget()
    grids = sum(len(g) for g in district.grids.values())
    say(f"{len(district.streets)} streets, {grids} grids, {plan.officers} officers ")
    return district, crew


def _long_ago() -> datetime:
    return timezone.now() - BEFORE


def _first_loaded(district: District) -> datetime:
    """When the district came to be here: its first decision table was put in force ``BEFORE`` that."""
    begun = RuleTable.objects.filter(district=district.root, no=1).values_list("valid_from", flat=True).get()
    assert begun is not None  # put in force when it was written
    return begun + BEFORE


def known(plan: territory.Plan) -> tuple[District, Crew]:
    """The district as loaded before, read back from the database."""
    root = Unit.objects.get(code=f"{plan.code}000000")
    district = District(plan, root)
    below = Unit.objects.filter(path__startswith=root.path).order_by("id")
    by_id = {unit.pk: unit for unit in below}
    for unit in below:
        _sort_in(district, unit, by_id)
    district.points = _points(by_id)
    crew = Crew()
    for post in Post.objects.filter(unit__path__startswith=root.path, until=None).select_related("actor"):
        crew.at.setdefault((post.unit_id, post.role), []).append(post.actor)
    return district, crew


def _sort_in(district: District, unit: Unit, by_id: dict[int, Unit]) -> None:
    parent, key = unit.parent_id or 0, unit.code.rpartition("-")[2]
    ends = {"centre": district.centres, "team": district.teams, "guard": district.guards,
            "federation": district.federations}  # fmt: skip
    match unit.kind:
        case "street":
            district.streets.append(unit)
        case "committee":
            district.committees.setdefault(parent, []).append(unit)
        case "grid":
            district.grids.setdefault(parent, []).append(unit)
        case "department":
            district.departments[key] = unit
        case "centre" | "office" | "team" | "association" if key in ends:
            ends[key][parent] = unit
        case "centre" | "office":
            district.bodies[parent, key] = unit


def _points(by_id: dict[int, Unit]) -> dict[int, list[tuple[float, float]]]:
    rows = Area.objects.filter(unit_id__in=by_id, kind="governance_grid").values_list(
        "unit_id", "centre_lon", "centre_lat"
    )
    return {unit: [(lon, lat)] for unit, lon, lat in rows}


def _password() -> str:
    """One for the whole cast, made once for this installation."""
    file = place.current().root / "demo-password"
    if not file.exists():
        file.write_text(f"linli-{secrets.token_hex(4)}", encoding="utf-8")
        file.chmod(0o600)
    return file.read_text(encoding="utf-8").strip()


def _write_down(sign_ins: Sequence[SignIn], password: str) -> None:
    file = place.current().sign_ins
    before = file.read_text(encoding="utf-8") if file.exists() else f"password of all: {password}\n"
    lines = [f"  {s.username:<26}{s.name}\t{BY_CODE[s.role].label} {s.role} · {s.unit}\n" for s in sign_ins]
    file.write_text(before + "".join(lines), encoding="utf-8")
    file.chmod(0o600)


def _dots(wanted: int) -> Callable[[int], None]:
    step = max(1, wanted // 20)

    def told(done: int) -> None:
        if done % step == 0:
            say(".")

    return told


def say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
