"""What lies on the desks of the people one can sign in as: cases of the last days, each left before one step."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from linli.config.demo import cases
from linli.config.demo.cases import Later, Play, Stage
from linli.config.demo.territory import CAST_STREETS
from linli.domains.cases import commands
from linli.domains.cases.commands import Caller, Given
from linli.domains.cases.commands.shifts import GivenShift, set_shift
from linli.domains.cases.models import Case, Shift
from linli.domains.organisation.commands import groups
from linli.domains.organisation.models import GridGroup
from linli.kernel.flow.models import Matter
from linli.kernel.flow.system import system_actor
from linli.kernel.meetings import commands as meetings
from linli.kernel.meetings.models import Meeting
from linli.kernel.org.models import Actor, Unit

PACE = 0.12
PHONE = "13800138000"
"""The number that manuals print; nobody's own."""
MAJOR = "{place}一处老旧外墙瓷砖大面积脱落，楼下人行道已经拉起警戒，暂无人受伤，请求派专业队伍加固。"
MONTHLY = "本月高发案件研判：占道与垃圾堆放"


@dataclass(frozen=True, slots=True)
class Scene:
    """``count`` cases of the last ``hours`` that stay before ``until``; ``to``: team, committee, department, spot.

    for_officer  it lies in the grid whose officer can be signed in as, and is given to that officer
    """

    until: str
    count: int
    hours: float
    to: str = ""
    then: str = ""
    for_officer: bool = False


SCENES: tuple[Scene, ...] = (
    Scene("accept", 4, 0.4),
    Scene("file", 2, 0.5),
    Scene("dispatch", 5, 0.6),
    Scene("take_over", 2, 2, "team"),
    Scene("take_over", 2, 2, "committee"),
    Scene("take_over", 1, 3, "committee", then="assign"),
    Scene("take_over", 2, 3, "department"),
    Scene("refuse_return", 2, 4, "team"),
    Scene("arrive", 2, 6, "team"),
    Scene("feed_back", 2, 30, "team"),
    Scene("feed_back", 1, 30, "committee"),
    Scene("feed_back", 1, 30, "department", then="ask_for"),
    Scene("pass_check", 4, 60, "team"),
    Scene("reply", 2, 64, "team"),
    Scene("revisit", 4, 68, "team"),
    Scene("archive", 3, 90, "team"),
    Scene("register", 2, 2, "spot"),
    Scene("accept", 1, 0.4, then="verify", for_officer=True),
    Scene("take_over", 2, 3, "committee", then="assign", for_officer=True),
    Scene("arrive", 1, 6, "team", then="instruct", for_officer=True),
    Scene("pass_check", 1, 60, "team", then="check", for_officer=True),
)


def fill(stage: Stage) -> int:
    """Put the scenes on the desks of the cast's street; what is there stays. Returns how many were new."""
    street = next(unit for unit in stage.district.streets if unit.code == CAST_STREETS[stage.district.plan.code])
    committee = stage.district.committees[street.pk][0]
    grids = stage.district.grids[committee.pk]
    made = 0
    for no, scene in enumerate(_each()):
        stage.chance.seed(f"{stage.district.plan.code}/{'officer' if scene.for_officer else 'desk'}/{no}")
        made += _play(stage, no, scene, street, grids[0] if scene.for_officer else stage.chance.choice(grids))
    _major(stage, grids[0])
    _meeting(stage, street)
    _groups(stage, committee, grids[0])
    _shifts(stage, street)
    return made


def _each() -> Iterator[Scene]:
    for scene in SCENES:
        for _nth in range(scene.count):
            yield scene


@transaction.atomic
def _play(stage: Stage, no: int, scene: Scene, street: Unit, grid: Unit) -> bool:
    at = stage.first - timedelta(hours=scene.hours * stage.chance.uniform(0.4, 1.3))
    key = cases.key_of(stage, f"desk/{no}", at)
    if Matter.objects.filter(pk=key).exists():
        return False
    story = stage.chance.choice(cases.stories())
    on_spot = scene.to == "spot"
    report = cases.report_of(stage, key, story, grid, on_spot=on_spot)
    if scene.until in ("pass_check", "reply", "revisit", "take_over"):
        report = replace(report, caller=Caller(name=stage.chance.choice(("李阿姨", "周先生", "陈女士")), phone=PHONE))
    officer = stage.crew.any(grid, "grid_officer", stage.chance) if report.source == "02" or on_spot else None
    commands.report(report, at=at, actor=officer, role="grid_officer" if officer else "", looks_for_duplicates=False)
    centre = stage.district.centres[street.pk]
    to = _holder(stage, scene.to, street)
    play = Play(stage, Case.objects.get(pk=key), street, centre, at, story, until=scene.until, pace=PACE, to=to)
    with suppress(Later):
        cases.settle_on_spot(play) if on_spot else cases.live(play)
    with suppress(Later):
        _then(play, scene.then, grid)
    return True


def _holder(stage: Stage, name: str, street: Unit) -> Unit | None:
    match name:
        case "team":
            return stage.district.teams[street.pk]
        case "committee":
            return stage.district.committees[street.pk][0]
        case "department":
            return stage.district.departments["sz"]
    return None


def _then(play: Play, name: str, grid: Unit) -> None:
    """One more thing that waits for somebody."""
    if Matter.objects.filter(pk=play.case.pk, closed_at__isnull=False).exists():
        return
    officer = play.stage.crew.at[grid.pk, "grid_officer"][0]
    if name == "assign":
        play.do("grid_head", play.holder, "assign", Given(assignee=officer.pk))
    if name == "verify":
        play.until = ""
        play.do("operator", play.desk, "ask_verification", Given(assignee=officer.pk, note="请到现场核实。"))
    if name == "instruct":
        note = "请先到现场设置警示，等处置队伍到场。"
        play.do("dispatcher", play.desk, "instruct", Given(assignee=officer.pk, note=note))
    if name == "check":
        play.until = ""
        play.do("dispatcher", play.desk, "ask_check", Given(assignee=officer.pk))
    if name == "ask_for":
        given = Given(note="需要断水施工，已与居民约在周末。", fields={"kind": "extension", "amount": "2"})
        play.handle("ask_for", given)


def _major(stage: Stage, grid: Unit) -> None:
    at = stage.first - timedelta(minutes=25)
    key = cases.key_of(stage, "major", at)
    officer = stage.crew.any(grid, "grid_officer", stage.chance)
    if officer is None or Matter.objects.filter(pk=key).exists():
        return
    text = MAJOR.format(place=grid.name)
    commands.raise_major(text=text, unit=grid, actor=officer, at=at, known_at=at - timedelta(minutes=5), key=key)


def _meeting(stage: Stage, street: Unit) -> None:
    chief = _of(stage, stage.district.centres[street.pk], "duty_chief")
    if Meeting.objects.filter(unit=street, title=MONTHLY).exists():
        return
    tomorrow = timezone.localdate(stage.now) + timedelta(days=1)
    late = Matter.objects.filter(flow="case", home=street).exclude(closed_at=None).order_by("number")[:2]
    invited = [_of(stage, stage.district.centres[street.pk], role) for role in ("dispatcher", "verifier", "supervisor")]
    meetings.call(
        kind="case_discussion", title=MONTHLY, unit=street, place="街道城运中心会商室", actor=chief, at=stage.now,
        starts_at=timezone.make_aware(datetime.combine(tomorrow, time(9, 30))),
        agenda=[meetings.Point(one.title, one.pk) for one in late] or [meetings.Point(MONTHLY)],
        invited=[*invited, _of(stage, stage.district.teams[street.pk], "unit_head")],
    )  # fmt: skip


def _groups(stage: Stage, committee: Unit, grid: Unit) -> None:
    groups.create_groups(actor=system_actor(), at=stage.now)
    group = GridGroup.objects.get(unit=grid)
    if group.posts.exists():
        return
    at = stage.now - timedelta(hours=20)
    head, officer = _of(stage, committee, "grid_head"), _of(stage, grid, "grid_officer")
    groups.write(group, text="明天上午老年食堂门口换井盖，请大家绕行，我会在现场。", actor=head, at=at)
    groups.write(group, text="三号楼前的路灯又闪了，我傍晚去看一下再报。", actor=officer, at=at + timedelta(hours=2))


def _shifts(stage: Stage, street: Unit) -> None:
    centre, team = stage.district.centres[street.pk], stage.district.teams[street.pk]
    if Shift.objects.filter(unit=centre).exists():
        return
    keeper, chief = _of(stage, centre, "list_keeper"), _of(stage, centre, "duty_chief")
    day = GivenShift(
        unit=centre.pk, weekdays=range(1, 8), starts=time(8), ends=time(20), person=chief.pk,
        valid_from=timezone.localdate(stage.now),
    )  # fmt: skip
    night = replace(day, starts=time(20), ends=time(8), person=None, team=team.pk, note="夜间由联勤队值守")
    for given in (day, night):
        set_shift(given, actor=keeper, at=stage.now)


def _of(stage: Stage, unit: Unit, role: str) -> Actor:
    return stage.crew.at[unit.pk, role][0]
