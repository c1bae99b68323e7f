"""Three weeks of regular contact between grids and their committees, one missed; visits of the last two months."""

import random
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from linli.config.demo.territory import CAST_STREETS, District
from linli.domains.safety.commands import contacting, visiting
from linli.domains.safety.commands.contacting import Met, Planned
from linli.domains.safety.commands.visiting import Visited
from linli.domains.safety.models import Visit
from linli.kernel.duties.commands import make_ahead, missing
from linli.kernel.duties.models import Occurrence
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Post, Unit

WEEKS = 3
PAIRS = 3
VISITS = 36
TOPICS = (
    "通报本周案件办理情况，核对独居老人名单", "商量楼道堆物整治的时间安排", "反映飞线充电集中的楼栋，请网格加密巡查",
    "核对出租房台账，通报反诈宣传进度", "研究晚间广场噪声投诉的处理", "对接消防通道划线和清障",
)  # fmt: skip
AGREED = ("周三下午一起走访", "由网格先排摸，下周给出清单", "居委张贴告知，网格巡查劝导", "", "请物业到场后再定")
NOTES = (
    "已宣传用电安全，家中情况正常", "提醒清理阳台杂物", "讲解反诈案例，已安装提醒贴纸", "了解近期困难，已记录需求",
    "门上留条，约改日再访",
    "核实居住情况，与台账一致", "提醒店内灭火器到期更换", "已告知装修时间规定",
)  # fmt: skip
PURPOSES = ("household", "lone_elder", "fraud", "shop", "safety", "data_check", "newcomer", "hardship")


class Pair(NamedTuple):
    grid: Unit
    committee: Unit
    officer: Actor
    worker: Actor
    head: Actor


def fill(district: District, chance: random.Random, at: datetime) -> int:
    """Contacts and visits up to ``at``; how many visits. A second time nothing."""
    street = next(one for one in district.streets if one.code == CAST_STREETS[district.plan.code])
    pairs = _pairs(district, street)
    if not pairs or Visit.objects.filter(unit__path__startswith=street.path).exists():
        return 0
    for n, pair in enumerate(pairs):
        _contact(n, pair, chance, at)
    while missing.miss_due(at=at):
        pass
    for n in range(VISITS):
        _visit(n, pairs[n % len(pairs)], chance, at)
    return VISITS


def _pairs(district: District, street: Unit) -> list[Pair]:
    """A grid of each of the first committees with the people of both sides."""
    found = []
    for committee in district.committees.get(street.pk, [])[:PAIRS]:
        grid = next(iter(district.grids.get(committee.pk, [])), None)
        people = [
            _person(over, role)
            for over, role in ((grid, "grid_officer"), (committee, "committee_worker"), (committee, "committee_head"))
        ]
        officer, worker, head = people
        if grid is not None and officer is not None and worker is not None and head is not None:
            found.append(Pair(grid, committee, officer, worker, head))
    return found


def _person(over: Unit | None, role: str) -> Actor | None:
    post = Post.objects.filter(over=over, role=role, until=None).select_related("actor").order_by("pk").first()
    return post.actor if post and over else None


def _contact(n: int, pair: Pair, chance: random.Random, at: datetime) -> None:
    """A weekly contact since three weeks; of the first pair one was missed, of the last the newest waits."""
    begun = at - timedelta(days=7 * WEEKS + 1)
    weekday = timezone.localdate(begun + timedelta(days=2 + n)).weekday()
    planned = Planned("weekly", weekday, timezone.localdate(begun))
    duty = contacting.plan(pair.grid, pair.committee, planned, key=new_key(), actor=pair.head, at=begun)
    make_ahead(at=at, only=[duty.pk])
    past = Occurrence.objects.filter(duty=duty, closes_at__lt=at).order_by("on")
    for week, occurrence in enumerate(past):
        if n == 0 and week == 1:
            continue
        met_at = occurrence.opens_at + timedelta(hours=chance.randrange(1, 7))
        met = Met(
            pair.grid, pair.committee, chance.choice(("visit", "visit", "phone", "meeting")), chance.choice(TOPICS),
            chance.choice(AGREED), at=met_at,
        )  # fmt: skip
        row = contacting.write(met, key=new_key(), actor=pair.officer, at=met_at + timedelta(minutes=20))
        if not (n == len(past) - 1 and week):
            contacting.confirm(row, actor=pair.worker, at=met_at + timedelta(hours=3))


def _visit(n: int, pair: Pair, chance: random.Random, at: datetime) -> None:
    when = at - timedelta(days=chance.randrange(0, 58), hours=chance.randrange(1, 9))
    said = Visited(
        PURPOSES[n % len(PURPOSES)], n % 5 != 4, NOTES[4] if n % 5 == 4 else chance.choice(NOTES[:4] + NOTES[5:]),
        address=f"{pair.committee.name.removesuffix('居委会')}{chance.randrange(1, 60)}号{n % 6 + 1}0{n % 4 + 1}室",
        taken_at=when,
    )  # fmt: skip
    visiting.write(said, key=new_key(), actor=pair.officer if n % 3 else pair.worker, at=when + timedelta(minutes=5))
