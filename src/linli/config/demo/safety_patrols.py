"""Patrols of three weeks: rounds done, late, missed and synced later; a building's book with gaps; teams and orders."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise

from django.db import transaction
from django.utils import timezone

from linli.config.demo.territory import CAST_STREETS, PACK, District
from linli.domains.safety.commands import covering, deploying, joining, recording, routing, teams, tracking, walking
from linli.domains.safety.commands.deploying import Given, Order
from linli.domains.safety.commands.joining import Asked
from linli.domains.safety.commands.recording import Noted, Written
from linli.domains.safety.commands.routing import Plan, Point
from linli.domains.safety.commands.teams import NewMember, NewTeam
from linli.domains.safety.commands.tracking import Step
from linli.domains.safety.commands.walking import Begun, Ended, Seen
from linli.domains.safety.models import PatrolTeam, Route
from linli.kernel.duties import commands as duties
from linli.kernel.duties.models import Occurrence
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Post, Unit
from linli.kernel.registry.models import Site

BACK = timedelta(days=21)
GRID_ROUTES, POINTS = 3, 3
MINUTE = timedelta(minutes=1)
FOUND = (
    ("problem", "充电线从窗口拉到楼下，已拍照"), ("mended", "消防通道停了两辆电动车，当场挪开"),
    ("problem", "灭火器压力不足"), ("mended", "楼道纸箱已请住户清走"),
)  # fmt: skip
VOLUNTEERS = (("沈桂芳", "1 号楼"), ("陆建国", "2 号楼"), ("周美珍", "3 号楼"), ("顾福根", "夜间"))


def fill(district: District, chance: random.Random, at: datetime) -> int:
    """Walks up to ``at`` in the street that is shown from inside; how many. A second time nothing."""
    street = next(one for one in district.streets if one.code == CAST_STREETS[district.plan.code])
    if PatrolTeam.objects.filter(unit__path__startswith=street.path).exists():
        return 0
    with transaction.atomic():
        _ground(district, street)
        walks = _grid_rounds(street, chance, at)
        walks += _volunteers(street, chance, at)
        duties.miss_due(at=at)
        _guard(district, street, at)
        _joint(district, street, at)
    return walks


def _ground(district: District, street: Unit) -> None:
    """Roads are known in a part of one district only; elsewhere the ground itself is cut."""
    if district.plan.code == "440304":
        roads = json.loads((PACK / "roads.geojson").read_text(encoding="utf-8"))
        covering.load_roads(roads["features"], district=district.root, source=roads["attribution"])
    covering.lay_cells(street)


def _holder(unit: Unit, role: str) -> Actor | None:
    post = Post.objects.filter(over=unit, role=role, until=None).select_related("actor").order_by("id").first()
    return post.actor if post else None


@dataclass(frozen=True, slots=True)
class Beat:
    """A route with its sites and who walks it."""

    route: Route
    sites: Sequence[Site]
    walker: Actor


def _grid_rounds(street: Unit, chance: random.Random, at: datetime) -> int:
    beats = [beat for grid in _busy_grids(street)[:GRID_ROUTES] if (beat := _beat(grid, at)) is not None]
    walks = 0
    for number, beat in enumerate(beats):
        for turn in Occurrence.objects.filter(duty=beat.route.duty_id, opens_at__lt=at).order_by("opens_at"):
            walks += _walk(beat, turn, chance, at)
        if number == 0:
            _out_now(beat, at)
    return walks


def _busy_grids(street: Unit) -> list[Unit]:
    """Grids with enough sites, the one with most first."""
    by_grid: dict[int, int] = {}
    for unit in Site.objects.filter(unit__path__startswith=street.path, unit__kind="grid").values_list(
        "unit", flat=True
    ):
        by_grid[unit] = by_grid.get(unit, 0) + 1
    wanted = sorted((key for key, n in by_grid.items() if n >= POINTS), key=lambda key: (-by_grid[key], key))
    return [Unit.objects.get(pk=key) for key in wanted[:8]]


def _beat(grid: Unit, at: datetime) -> Beat | None:
    walker = _holder(grid, "grid_officer")
    planner = _holder(grid.parent, "grid_head") if grid.parent else None
    if walker is None or planner is None:
        return None
    sites = list(Site.objects.filter(unit=grid).order_by("id")[:POINTS])
    begun = at - BACK
    route = routing.set_route(
        Plan(
            kind="grid", name=f"{grid.name}日巡", unit=grid, rule="FREQ=DAILY", holder=walker,
            starts_on=timezone.localdate(begun), opens=time(8, 30), closes=time(11), points=_asked(sites),
        ),
        key=new_key(), actor=planner, at=begun, knowing=True,
    )  # fmt: skip
    duties.make_ahead(at=at, only=[route.duty_id])
    return Beat(route, sites, walker)


def _asked(sites: Sequence[Site]) -> list[Point]:
    asks = ("通道是否畅通", "有没有飞线充电", "灭火器是否有效")
    return [Point(site.pk, asks[n % len(asks)]) for n, site in enumerate(sites)]


def _walk(beat: Beat, turn: Occurrence, chance: random.Random, at: datetime) -> int:
    """One round as chance has it: in time, late, a point left out, heard of hours later, or not at all."""
    luck = chance.random()
    if luck < 0.08:
        return 0
    begun = turn.opens_at + (158 if luck < 0.16 else chance.randrange(5, 90)) * MINUTE
    ended = begun + 8 * (len(beat.sites) + 1) * MINUTE
    heard = ended + timedelta(hours=6) if luck > 0.9 else None
    if (heard or ended) >= at:
        return 0
    key = new_key()
    walking.begin(Begun(key, "grid", begun, route=beat.route.pk), actor=beat.walker, at=heard or begun)
    sites = beat.sites[:-1] if 0.16 <= luck < 0.22 else beat.sites
    for n, site in enumerate(sites, 1):
        condition, note = FOUND[chance.randrange(len(FOUND))] if chance.random() < 0.08 else ("fine", "")
        when = begun + 8 * n * MINUTE
        seen = Seen(new_key(), key, when, condition, tag=site.tag if chance.random() < 0.8 else "", site=site.pk,
                    lon=site.lon + chance.gauss(0, 0.0001), lat=site.lat, accuracy_m=12, note=note)  # fmt: skip
        walking.log(seen, actor=beat.walker, at=heard or when)
    if at - begun < timedelta(days=5):
        tracking.track(key, _way(sites, begun), actor=beat.walker, at=heard or ended)
    walking.end(Ended(key, ended, 380.0 * len(sites)), actor=beat.walker, at=heard or ended)
    return 1


def _way(sites: Sequence[Site], begun: datetime) -> list[Step]:
    """Positions on straight lines from site to site."""
    steps: list[Step] = []
    for one, other in pairwise(sites):
        for n in range(30):
            share, no = n / 30, len(steps) + 1
            lon, lat = one.lon + share * (other.lon - one.lon), one.lat + share * (other.lat - one.lat)
            steps.append(Step(no, begun + no * timedelta(seconds=15), lon, lat, 10))
    return steps


def _out_now(beat: Beat, at: datetime) -> None:
    key = new_key()
    begun = at - 25 * MINUTE
    walking.begin(Begun(key, "grid", begun, unit=beat.route.duty.over_id), actor=beat.walker, at=begun)
    tracking.track(key, _way(beat.sites[:2], begun), actor=beat.walker, at=at)


def _volunteers(street: Unit, chance: random.Random, at: datetime) -> int:
    """Red armlets and building volunteers of the first committee, and the book of a building with gaps."""
    committees = Unit.objects.filter(parent=street, kind="committee", valid_to=None).order_by("id")
    committee = next((one for one in committees if _holder(one, "committee_head")), None)
    head = _holder(committee, "committee_head") if committee else None
    worker = _holder(committee, "committee_worker") if committee else None
    if committee is None or head is None or worker is None:
        return 0
    begun = at - BACK
    armlets = teams.found(NewTeam("red_armlet", "红袖章巡逻队", worker.pk), unit=committee, actor=head, at=begun)
    keepers = teams.found(NewTeam("building", "楼道志愿者", worker.pk), unit=committee, actor=head, at=begun)
    people = []
    for n, (name, task) in enumerate(VOLUNTEERS):
        new = NewMember(name=name, phone=f"1390000{n:04}", task=task)
        team = armlets if n == 3 else keepers
        people.append(teams.add_member(team, new, key=new_key(), actor=head, at=begun).actor)
    building = Site.objects.filter(unit__path__startswith=street.path).order_by("kind", "id").first()
    return _book(building, committee, people[0], worker, head, chance, at) if building else 0


def _book(
    building: Site, committee: Unit, volunteer: Actor, worker: Actor, head: Actor, chance: random.Random, at: datetime
) -> int:
    begun = at - BACK
    book = routing.set_route(
        Plan(
            kind="building", name=f"{building.name}日常巡逻", unit=committee, rule="FREQ=DAILY", holder=volunteer,
            starts_on=timezone.localdate(begun), opens=time(18, 30), closes=time(21), building=building.pk,
        ),
        key=new_key(), actor=head, at=begun, knowing=True,
    )  # fmt: skip
    duties.make_ahead(at=at, only=[book.duty_id])
    walks = 0
    for turn in Occurrence.objects.filter(duty=book.duty_id, closes_at__lt=at - timedelta(hours=2)).order_by("on"):
        if chance.random() < 0.15:
            continue
        condition, note = FOUND[1] if chance.random() < 0.1 else ("fine", "")
        start = turn.opens_at + chance.randrange(5, 60) * MINUTE
        written = Written(book.pk, start, start + 25 * MINUTE, volunteer.pk, [Noted(building.pk, condition, note)], 2)
        recording.write_down(written, key=new_key(), actor=worker, at=turn.closes_at + timedelta(hours=1))
        walks += 1
    return walks


def _guard(district: District, street: Unit, at: datetime) -> None:
    """The guard unit with an order that is over and one that is under way."""
    unit = district.guards.get(street.pk) or Unit.objects.filter(code=f"{street.code}-guard").first()
    officer = Post.objects.filter(over=street, role="safety_officer", until=None).select_related("actor").first()
    centre = Post.objects.filter(over=street, role="dispatcher", until=None).select_related("actor").first()
    member = _holder(unit, "patroller") if unit else None
    if unit is None or officer is None or centre is None or member is None:
        return
    new = NewTeam("guard", "特保一中队", member.pk, "安保服务公司", timezone.localdate(at) + timedelta(days=150))
    team = teams.found(new, unit=unit, actor=officer.actor, at=at - BACK)
    teams.add_member(team, NewMember(actor=member.pk, task="队长"), key=new_key(), actor=officer.actor, at=at - BACK)
    spots = list(
        Site.objects.filter(unit__path__startswith=street.path, kind__in=("mall", "square")).order_by("id")[:2]
    )
    for n, (spot, task) in enumerate(zip(spots, ("周末商圈人流疏导", "大型活动外围值守"), strict=False)):
        begun = at - (timedelta(days=4) if n == 0 else 12 * MINUTE)
        order = Order(team.pk, task, spot.name, 6, spot.lon, spot.lat)
        made = deploying.order(order, key=new_key(), actor=centre.actor, at=begun)
        deploying.act(made, "receive", Given(), actor=member, at=begun + 3 * MINUTE)
        if n == 0:
            deploying.act(made, "arrive", Given(), actor=member, at=begun + 18 * MINUTE)
            report = Given("人流平稳，劝离占道摊贩三处")
            deploying.act(made, "report", report, actor=member, at=begun + timedelta(hours=3))


def _joint(district: District, street: Unit, at: datetime) -> None:
    """Joint patrols asked for, arranged, and recorded by both."""
    department = district.departments.get("sz")
    asker = _holder(department, "unit_head") if department else None
    for n, grid in enumerate(_busy_grids(street)[:3]):
        head = _holder(grid.parent, "grid_head") if grid.parent else None
        officer = _holder(grid, "grid_officer")
        if asker is None or head is None or officer is None:
            return
        begun = at - timedelta(days=(0, 2, 6)[n], hours=3)
        wanted = Asked(grid.pk, ("防汛排水口", "沿街餐饮排污", "工地泥浆外溢")[n], begun + timedelta(hours=20),
                       begun + timedelta(hours=24))  # fmt: skip
        joint = joining.ask(wanted, key=new_key(), actor=asker, at=begun)
        if n == 0:
            continue
        meets_at = begun + timedelta(hours=20)
        meets = {"meets_at": meets_at, "meeting_place": "网格工作站", "people": "网格员 2 人、部门 3 人"}
        joining.act(joint, "arrange", Given(fields=meets), actor=head, at=begun + timedelta(hours=2))
        if n == 2:
            later, key = begun + timedelta(hours=25), new_key()
            walking.begin(Begun(key, "grid", meets_at, joint=joint.pk), actor=officer, at=later)
            walking.end(Ended(key, later - MINUTE, 900.0), actor=officer, at=later)
            joining.act(joint, "record_grid", Given("走了两条街，三处排水口堵塞"), actor=officer, at=later)
            joining.act(joint, "record_department", Given("已派车疏通"), actor=asker, at=later)
