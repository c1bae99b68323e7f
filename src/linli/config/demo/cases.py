"""Three months of invented cases, each worked by the real commands. What was done when is told by ``taken_at`` only."""

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from linli.config.demo.people import Crew
from linli.config.demo.territory import District, read_rows
from linli.domains.cases import commands
from linli.domains.cases.commands import Given, Report, act
from linli.domains.cases.models import Case
from linli.kernel.flow.commands import GivenFile, forget_outbox
from linli.kernel.flow.models import Matter, Outbox
from linli.kernel.org.models import Unit

DAYS = 90
OPEN_ENDED = timedelta(days=2)
"""Of younger cases people still hear; older ones were told long ago."""
ROADS = {
    "310105": "天山路 仙霞路 延安西路 遵义路 娄山关路 茅台路 古北路 水城路 新华路 番禺路 愚园路 江苏路 长宁路 定西路 "
    "法华镇路 虹桥路 淞虹路 剑河路 北翟路 天山西路 哈密路 福泉路 金钟路 威宁路 玉屏南路",
    "440304": "深南大道 红荔路 福华路 滨河大道 福强路 新洲路 景田路 莲花路 梅林路 香梅路 农林路 侨香路 北环大道 "
    "皇岗路 彩田路 金田路 益田路 福民路 沙嘴路 石厦街 华强北路 振华路 燕南路 百花路 园岭街",
}
SOURCES = (("03", 35, "web"), ("02", 25, "field"), ("04", 20, "import"), ("17", 10, "desk"), ("16", 10, "desk"))


@dataclass(frozen=True, slots=True)
class Story:
    category: str
    pressing: bool
    small_kind: str
    text: str
    outcome: str


@dataclass
class Stage:
    """Where the play is: one district, its people, its pictures and the clock of the play.

    first  when the district was first loaded: ages count from it, so that loading again finds what there is
    now    nothing is played that lies behind it
    """

    district: District
    crew: Crew
    album: Sequence[tuple[GivenFile, GivenFile]]
    chance: random.Random
    now: datetime
    first: datetime


class Later(Exception):
    """The next step is not for the play to take: the case stays where it is."""


@dataclass
class Play:
    """One case on its way.

    until  the step before which it stays as it is; "" plays on until the present
    pace   how long everything takes, 1 as in life
    to     the unit it is sent to; None follows the decision table
    """

    stage: Stage
    case: Case
    street: Unit
    holder: Unit
    at: datetime
    story: Story
    until: str = ""
    pace: float = 1.0
    to: Unit | None = None

    def pass_time(self, least: float, most: float) -> None:
        """Let between ``least`` and ``most`` hours go by, at the pace of the play."""
        self.at += timedelta(hours=self.stage.chance.uniform(least, most) * self.pace)
        if self.at >= self.stage.now:
            raise Later

    def do(self, role: str, unit: Unit, name: str, given: Given | None = None) -> None:
        """A step by one of ``unit`` in that role; the play is over before the step ``until``."""
        if name == self.until:
            raise Later
        person = self.stage.crew.any(unit, role, self.stage.chance)
        if person is None:
            raise Later
        act(self.case, name, given or Given(), actor=person, at=self.at)

    @property
    def desk(self) -> Unit:
        return self.stage.district.centres[self.street.pk]

    def handle(self, name: str, given: Given | None = None) -> None:
        """A step by whoever works for the holding unit."""
        for role in ("handler", "unit_head", "grid_head", "grid_officer"):
            if (self.holder.pk, role) in self.stage.crew.at:
                return self.do(role, self.holder, name, given)
        raise Later


def stories() -> list[Story]:
    rows = read_rows("stories.csv")
    return [Story(r["category"], bool(r["pressing"]), r["small_kind"], r["text"], r["outcome"]) for r in rows]


def perform(stage: Stage, *, first: int, count: int, told: Callable[[int], None] | None = None) -> int:
    """Play cases ``first`` … ``first + count``; those played before are passed over. Returns how many were new."""
    known = stories()
    grids = list(_places(stage))
    made = 0
    for no in range(first, first + count):
        stage.chance.seed(f"{stage.district.plan.code}/{no}")
        made += _one(stage, no, stage.chance.choice(known), grids)
        if told is not None:
            told(no - first + 1)
    return made


def _places(stage: Stage) -> Iterator[tuple[Unit, Unit]]:
    for street in stage.district.streets:
        for committee in stage.district.committees.get(street.pk, []):
            for grid in stage.district.grids.get(committee.pk, []):
                yield street, grid


def key_of(stage: Stage, name: object, at: datetime) -> UUID:
    """A UUIDv7 of that moment, always the same for a case: lists by key show the newest first, as they do in life."""
    chance = int.from_bytes(hashlib.sha256(f"{stage.district.plan.code}/{name}".encode()).digest()[:10])
    low = 0b10 << 62 | chance & (1 << 62) - 1
    return UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | (chance >> 62 & 0xFFF) << 64 | low)


@transaction.atomic
def _one(stage: Stage, no: int, story: Story, grids: Sequence[tuple[Unit, Unit]]) -> bool:
    street, grid = stage.chance.choice(grids)
    age = DAYS * stage.chance.random() ** 1.6
    at = stage.first - timedelta(days=age, hours=stage.chance.uniform(0.2, 3))
    key = key_of(stage, no, at)
    if Matter.objects.filter(pk=key).exists():
        return False
    on_spot = stage.chance.random() < 0.1
    report = report_of(stage, key, story, grid, on_spot=on_spot)
    officer = stage.crew.any(grid, "grid_officer", stage.chance)
    writer = officer if report.source == "02" or on_spot else None
    commands.report(report, at=at, actor=writer, role="grid_officer" if writer else "", looks_for_duplicates=False)
    play = Play(stage, Case.objects.get(pk=key), street, stage.district.centres[street.pk], at, story)
    with suppress(Later):
        settle_on_spot(play) if on_spot else live(play)
    if at < stage.now - OPEN_ENDED:
        forget_outbox(list(Outbox.objects.filter(matter_id=key).values_list("id", flat=True)))
    return True


def report_of(stage: Stage, key: UUID, story: Story, grid: Unit, *, on_spot: bool) -> Report:
    chance = stage.chance
    lon, lat = chance.choice(stage.district.points[grid.pk])
    road = chance.choice(ROADS[stage.district.plan.code].split())
    place = f"{road}{chance.randint(1, 1900)}号附近"
    source, _weight, channel = chance.choices(SOURCES, [s[1] for s in SOURCES])[0]
    if on_spot:
        source, channel = "02", "field"
    before, after = chance.choice(stage.album)
    photos: tuple[GivenFile, ...] = (before,) if chance.random() < 0.6 else ()
    return Report(
        id=key, text=story.text.format(place=place), lon=lon, lat=lat, address=place, source=source, channel=channel,
        category=story.category if on_spot or chance.random() < 0.5 else "", small_kind=story.small_kind,
        is_pressing=story.pressing, found_level="grid" if source == "02" else "unit", is_self_found=source == "02",
        on_behalf=source in ("16", "17"), wants_answer=source != "02" and chance.random() < 0.8,
        outer_system="demo12345" if source == "04" else "", outer_number=str(key)[:8] if source == "04" else "",
        files=(before, after) if on_spot else photos, on_spot=on_spot, outcome=story.outcome if on_spot else "",
        is_demo=True,
    )  # fmt: skip


def settle_on_spot(play: Play) -> None:
    play.pass_time(0.5, 6)
    given = Given(fields={"category": play.story.category, "result_code": "self_settled"})
    play.do("operator", play.desk, "register", given)
    _afterwards(play)


def live(play: Play) -> None:
    chance = play.stage.chance
    play.pass_time(0.05, 0.6)
    if chance.random() < 0.05:
        play.do("operator", play.desk, "reject", Given(note="经核对不属于受理范围,已告知反映人办理途径。"))
        return
    play.do("operator", play.desk, "accept", Given(fields={"category": play.story.category}))
    play.pass_time(0.05, 0.4)
    play.do("operator", play.desk, "file")
    play.pass_time(0.05, 0.8)
    _dispatch(play)
    _work(play)
    _check_and_close(play)
    _afterwards(play)


def _dispatch(play: Play) -> None:
    play.case.refresh_from_db()
    lead = play.case.lead_id or play.stage.district.teams[play.street.pk].pk
    unit = play.to or Unit.objects.get(pk=lead)
    if not any((unit.pk, role) in play.stage.crew.at for role in ("handler", "unit_head", "grid_head")):
        unit = play.stage.district.teams[play.street.pk]
    play.do("dispatcher", play.desk, "dispatch", Given(unit=unit.pk))
    play.holder = unit
    if play.until == "refuse_return" or play.stage.chance.random() < 0.06:
        play.pass_time(0.3, 2)
        play.handle("return", Given(note="经现场核对,管养责任不属于本单位。"))
        play.pass_time(0.5, 3)
        play.do("duty_chief", play.desk, "refuse_return", Given(note="职责清单已列明,仍由原单位办理。"))


def _work(play: Play) -> None:
    chance = play.stage.chance
    play.pass_time(0.2, 1.5)
    play.handle("take_over")
    play.pass_time(0.3, 6)
    play.handle("arrive")
    if chance.random() < 0.08:
        play.handle("ask_for", Given(note="配件订货需要时间。", fields={"kind": "extension", "amount": "2"}))
        play.pass_time(0.5, 4)
        ask = Matter.objects.get(parent_id=play.case.pk, flow="ask", closed_at=None)
        chief = play.stage.crew.any(play.desk, "duty_chief", chance)
        assert chief is not None
        commands.act_on_child(ask, "grant", Given(), actor=chief, at=play.at)
    play.pass_time(1, 40 if chance.random() < 0.85 else 160)
    _help(play)
    _feed_back(play)


def _help(play: Play) -> None:
    """The co-units do their part."""
    for child in Matter.objects.filter(parent_id=play.case.pk, flow="co_handling", closed_at=None):
        for role in ("handler", "unit_head", "grid_head"):
            if people := play.stage.crew.at.get((child.unit_id, role)):
                given = Given(note="已配合完成。")
                commands.act_on_child(child, "feed_back", given, actor=people[0], at=play.at)
                break


def _feed_back(play: Play) -> None:
    _before, after = play.stage.chance.choice(play.stage.album)
    play.handle("feed_back", Given(fields={"outcome": play.story.outcome}, files=[after]))


def _check_and_close(play: Play) -> None:
    play.pass_time(1, 12)
    if play.stage.chance.random() < 0.08:
        play.do("verifier", play.desk, "fail_check", Given(note="现场仍有残留,请返工。"))
        play.pass_time(0.3, 2)
        play.handle("take_over")
        play.pass_time(1, 20)
        _feed_back(play)
        play.pass_time(1, 8)
    play.do("verifier", play.desk, "pass_check", Given(note="现场核查,已恢复。"))
    play.pass_time(0.3, 4)
    play.do("operator", play.desk, "reply", Given(note=f"您反映的问题已处理：{play.story.outcome}"))
    play.do("operator", play.desk, "close", Given(fields={"result_code": "solved"}))


def _afterwards(play: Play, *, again: bool = True) -> None:
    """The return visit; who is dissatisfied has it done once more, and is content then."""
    chance = play.stage.chance
    play.pass_time(4, 50)
    grade = chance.choices("54321", (45, 30, 15, 7, 3))[0] if again else "4"
    given = Given(note="电话回访。", fields={"satisfaction": grade, "is_solved": "1" if grade > "2" else "0"})
    play.do("revisitor", play.desk, "revisit", given)
    if grade in "12":
        play.pass_time(0.5, 5)
        play.do("duty_chief", play.desk, "reopen", Given(note="反映人不满意，重新办理。"))
        play.pass_time(0.1, 1)
        _dispatch(play)
        _work(play)
        _check_and_close(play)
        _afterwards(play, again=False)
        return
    play.pass_time(20, 90)
    play.do("operator", play.desk, "archive")
