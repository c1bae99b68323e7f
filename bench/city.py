"""A made-up district for benches: 10 streets with centres and teams, 100 committees, 1,200 square grids, its rules."""

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

SINCE = date(2020, 1, 1)
WEST, SOUTH, STEP = 121.30, 31.10, 0.002
ACROSS, DOWN = 40, 30
"""Grids side by side and one above the other; a street is 4 columns wide, a committee 12 grids of it."""

THINGS = [
    "井盖",
    "路灯",
    "垃圾桶",
    "护栏",
    "行道树",
    "路面",
    "公交站牌",
    "消防栓",
    "电线",
    "围墙",
    "楼道",
    "电梯",
    "下水道",
    "共享单车",
]
TROUBLES = [
    "破损",
    "丢失",
    "倾斜",
    "堵塞",
    "不亮",
    "有异味",
    "积水",
    "松动",
    "被占用",
    "塌陷",
    "生锈",
    "漏水",
    "堆放杂物",
    "无人清理",
]
ROADS = ["柳树路", "桥头街", "文昌路", "新村路", "东门大街", "河滨路", "光明路", "解放路", "园林路", "学府街"]
FEELINGS = [
    "很危险",
    "影响出行",
    "请尽快处理",
    "已经好几天了",
    "晚上看不清",
    "老人差点摔倒",
    "孩子放学要经过",
    "雨天更严重",
]


@dataclass
class City:
    """``actor`` may issue keys; ``streets`` and ``teams`` are units."""

    district: Any
    streets: list[Any]
    centres: list[Any]
    teams: list[Any]


def build() -> City:
    """Units, areas and a decision table in force."""
    from linli.kernel.org import fresh
    from linli.kernel.org.models import Unit

    def unit(code: str, name: str, kind: str, parent: Any, *, level: str = "", tree: str = "territorial") -> Any:
        made = Unit.objects.create(
            code=code, name=name, kind=kind, level=level, parent=parent, tree=tree, valid_from=SINCE
        )
        made.refresh_from_db()
        return made

    district = unit("d", "长河区", "district", None, level="town")
    city = City(district, [], [], [])
    areas = [_area(district, "district", 0, 0, ACROSS, DOWN)]
    for s in range(10):
        street = unit(f"s{s}", f"{ROADS[s][:2]}街道", "street", district, level="town")
        city.streets.append(street)
        city.centres.append(unit(f"c{s}", f"{street.name}城运中心", "centre", street, level="centre", tree="command"))
        city.teams.append(unit(f"t{s}", f"{street.name}联勤队", "team", street, level="grid", tree="command"))
        areas.append(_area(street, "street", 4 * s, 0, 4 * s + 4, DOWN))
        for k in range(10):
            committee = unit(f"k{s}-{k}", f"第{k + 1}居委会", "committee", street, level="unit")
            areas.append(_area(committee, "committee", 4 * s, 3 * k, 4 * s + 4, 3 * k + 3))
            for g in range(12):
                grid = unit(f"g{s}-{k}-{g}", f"第{g + 1}网格", "grid", committee, level="grid")
                x, y = 4 * s + g % 4, 3 * k + g // 4
                areas.append(_area(grid, "governance_grid", x, y, x + 1, y + 1))
    type(areas[0]).objects.bulk_create(areas)
    _rules(city)
    fresh.forget()
    return city


def _area(unit: Any, kind: str, x0: int, y0: int, x1: int, y1: int) -> Any:
    from linli.kernel.org.models import Area

    west, east, south, north = WEST + x0 * STEP, WEST + x1 * STEP, SOUTH + y0 * STEP, SOUTH + y1 * STEP
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return Area(
        unit=unit, kind=kind, code=f"{kind}-{unit.code}", name=unit.name, west=west, south=south, east=east,
        boundary={"type": "Polygon", "coordinates": [ring]}, north=north, centre_lon=(west + east) / 2,
        centre_lat=(south + north) / 2, area_m2=(x1 - x0) * (y1 - y0) * 190.0 * 222.0, valid_from=SINCE,
    )  # fmt: skip


def _rules(city: City) -> None:
    """A rule for each class of matters in each street, and one for the rest."""
    from django.utils import timezone

    from linli.domains.cases.models import Rule, RuleTable
    from linli.kernel.flow.system import system_actor

    table = RuleTable.objects.create(
        district=city.district, no=1, status="draft", made_by=system_actor(), made_at=timezone.now()
    )
    rows = [Rule(table=table, no=1, lead=city.teams[0])]
    for s, street in enumerate(city.streets):
        for c in range(1, 12):
            rows.append(Rule(table=table, no=len(rows) + 1, category=f"{c:02d}", area=street, lead=city.teams[s]))
    Rule.objects.bulk_create(rows)
    RuleTable.objects.filter(pk=table.pk).update(status="in_force", valid_from=timezone.now())


def texts(count: int, *, seed: int = 5) -> list[str]:
    """Report texts of some 30 characters, all different."""
    random = Random(seed)
    return [
        f"{random.choice(ROADS)}{random.randint(1, 900)}号门口{random.choice(THINGS)}{random.choice(TROUBLES)},"
        f"{random.choice(FEELINGS)},{random.choice(FEELINGS)}"
        for _ in range(count)
    ]


def positions(count: int, *, seed: int = 6) -> list[tuple[float, float]]:
    random = Random(seed)
    return [(WEST + random.random() * ACROSS * STEP, SOUTH + random.random() * DOWN * STEP) for _ in range(count)]
