"""Places under safety management: who answers for them (with some blanks), their plans in every state, their risks."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from linli.config.demo.territory import CAST_STREETS, District
from linli.domains.safety.commands import objects, plans, post_duties, responsibilities, risks
from linli.domains.safety.commands.objects import Watched
from linli.domains.safety.commands.plans import Drafted, Drilled
from linli.domains.safety.commands.post_duties import Said
from linli.domains.safety.commands.responsibilities import Held
from linli.domains.safety.commands.risks import Assessed
from linli.domains.safety.models import SafetyObject
from linli.kernel.flow.system import system_actor
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Area, Post, Unit
from linli.kernel.registry import commands as registry
from linli.kernel.registry.models import Site

GRIDS = 12
"""Grids of the cast's street over which the places are spread."""
BLANK = 0.12
"""Share of responsibilities that nobody holds."""

Spec = tuple[str, int, str, str, bool, str]
KINDS: tuple[Spec, ...] = (
    # kind, how many, name, class of target, crowded, key of the department of its trade
    ("office_building", 17, "{w}大厦", "", False, "fg"),
    ("mall", 3, "{w}购物中心", "key_place", True, "sw"),
    ("market", 2, "{w}菜市场", "key_place", True, "sc"),
    ("school", 3, "{w}小学", "key_place", True, "jy"),
    ("hospital", 1, "{w}社区卫生服务中心", "key_place", True, "ws"),
    ("care_home", 2, "{w}长者照护之家", "key_place", True, "mz"),
    ("station", 1, "{w}路轨交站", "key_place", True, "jt"),
    ("square", 2, "{w}广场", "key_place", True, "lh"),
    ("hotel", 2, "{w}酒店", "", True, "wl"),
    ("leisure", 1, "{w}影城", "", True, "wl"),
    ("warehouse", 2, "{w}仓库", "source", False, "yj"),
    ("site_works", 2, "{w}装修工地", "source", False, "fg"),
    ("gas_point", 2, "{w}燃气调压站", "source", False, "rq"),
    ("chemical", 1, "{w}油漆储存点", "source", False, "yj"),
    ("power", 2, "{w}配电站", "point", False, "dl"),
    ("parking", 2, "{w}地下车库", "point", False, "jt"),
    ("ebike_shed", 3, "{w}充电棚", "source", False, "xf"),
    ("underground", 2, "{w}地下室", "source", False, "fg"),
    ("flood_point", 2, "{w}路下立交", "source", False, "sz"),
    ("building", 6, "{w}公寓", "", False, "fg"),
    ("check_point", 5, "{w}巡查点", "point", False, ""),
    ("key_spot", 3, "{w}夜市路口", "key_place", False, "ga"),
    ("small_school", 1, "{w}托育园", "", False, "jy"),
    ("small_clinic", 1, "{w}诊所", "", False, "ws"),
    ("small_shop", 4, "{w}便利店", "", False, "sc"),
    ("small_eatery", 4, "{w}面馆", "point", False, "sc"),
    ("small_hotel", 1, "{w}旅舍", "point", False, "ga"),
    ("small_leisure", 1, "{w}棋牌室", "", False, "wl"),
    ("small_netbar", 1, "{w}网咖", "", False, "wl"),
    ("small_salon", 2, "{w}美发店", "", False, "sc"),
    ("small_workshop", 1, "{w}打印作坊", "point", False, "yj"),
)
WORDS = (
    "春晖", "锦绣", "长河", "云鼎", "和泰", "明珠", "新元", "汇景", "金桥", "丰茂", "华庭", "东升", "宏远", "瑞安",
    "星光",
    "紫藤", "海棠", "枫林", "联合", "天和", "安泰", "嘉华", "盛源", "永兴",
)  # fmt: skip
RISKS = (
    ("后厨明火", "火灾", "熄火断气再离岗，每季清洗烟道", "厨房负责人"),
    ("客流高峰", "拥挤踩踏", "超过核定八成限流，双向分流", "现场主管"),
    ("扶梯运行", "摔伤", "专人值守，按月维保", "设备主管"),
    ("充电线路", "电气火灾", "定时断电，线路穿管", "值班岗"),
    ("燃气管线", "爆燃", "装报警切断，每日检查阀门", "燃气岗"),
    ("临边高处", "坠落", "护栏到位，作业系安全带", "现场主管"),
)
DEPARTMENT = ("unit_head", "department_clerk", "handler")
LEC = ((10, 6, 7), (6, 6, 15), (6, 6, 7), (3, 6, 15), (3, 6, 7), (3, 6, 3), (1, 6, 15), (1, 6, 7), (0.5, 6, 7))
DUTIES = (
    ("党（工）委书记", "party", "主持街道全面工作", "与主任同为安全生产第一责任人，每季度研究安全工作、带队检查"),
    ("主任", "government", "主持街道行政工作", "与书记同为安全生产第一责任人，落实网格排查和整改经费"),
    ("分管副主任", "government", "分管城市管理", "分管范围内的安全隐患排查整治，每月检查重点场所"),
    ("组织委员", "party", "分管党建和队伍", "把安全责任纳入干部考核，组织党员参与巡查"),
)


@dataclass(frozen=True, slots=True)
class Crew:
    """Who does what here."""

    street: Unit
    departments: dict[str, Unit]
    office: Unit | None
    system: Actor
    holders: dict[tuple[int, tuple[str, ...]], Actor | None] = field(default_factory=dict)

    def holder(self, unit_id: int, roles: tuple[str, ...]) -> Actor | None:
        """The first with one of these posts in or over the unit; asked once."""
        if (unit_id, roles) not in self.holders:
            here = Post.objects.filter(Q(over=unit_id) | Q(unit=unit_id), role__in=roles, until=None)
            found = here.select_related("actor").order_by("id").first()
            self.holders[unit_id, roles] = found.actor if found else None
        return self.holders[unit_id, roles]


@transaction.atomic
def fill(district: District, chance: random.Random, at: datetime) -> int:
    """The places of the cast's street as they stand at ``at``; how many. A second time nothing."""
    street = next(one for one in district.streets if one.code == CAST_STREETS[district.plan.code])
    system = system_actor()
    crew = Crew(street, district.departments, district.bodies.get((street.pk, "pab")), system)
    leader, officer = crew.holder(street.pk, ("leader",)), crew.holder(street.pk, ("safety_officer",)) or system
    if leader is None or SafetyObject.objects.filter(home__path__startswith=district.root.path).exists():
        return 0
    made = _sites(crew, chance, at - timedelta(days=150))
    for site, (_kind, _n, _name, target, crowded, trade) in made:
        _object(crew, site, target, crowded, chance, at - timedelta(days=140))
        if crowded or target in ("source", "key_place"):
            _responsible(crew, site, trade, chance, at - timedelta(days=130))
            _risks(crew, site, chance, at - timedelta(days=chance.randint(5, 60)))
    _plans([site for site, spec in made if spec[4]], officer, leader, chance, at)
    _duties(crew, at - timedelta(days=100))
    return len(made)


def _sites(crew: Crew, chance: random.Random, at: datetime) -> list[tuple[Site, Spec]]:
    areas = list(
        Area.objects.filter(unit__path__startswith=crew.street.path, unit__kind="grid", valid_to=None)
        .select_related("unit").order_by("id")[:GRIDS]
    )  # fmt: skip
    made: list[tuple[Site, Spec]] = []
    serial = 0
    for spec in KINDS:
        kind, count, name, *_rest = spec
        for n in range(count):
            area = areas[serial % len(areas)]
            word = WORDS[(serial * 7 + n) % len(WORDS)]
            lon, lat = _spot(area, chance)
            site = registry.register(
                kind, name.format(w=word), lon, lat, address=f"{word}路{chance.randint(1, 900)}号",
                actor=crew.system, at=at, key=new_key(),
            )  # fmt: skip
            made.append((site, spec))
            serial += 1
    return made


def _spot(area: Area, chance: random.Random) -> tuple[float, float]:
    """Around the middle of a grid, by at most a fifth of its width."""
    lon = area.centre_lon + (area.east - area.west) * chance.uniform(-0.2, 0.2)
    return lon, area.centre_lat + (area.north - area.south) * chance.uniform(-0.2, 0.2)


def _object(crew: Crew, site: Site, target: str, crowded: bool, chance: random.Random, at: datetime) -> None:
    keeper = crew.holder(site.unit_id, ("grid_officer", "grid_head")) if target == "key_place" else None
    said = Watched(
        target=target, is_crowded=crowded, keeper=keeper.pk if keeper else None,
        operator=f"{site.name}管理有限公司" if crowded else "",
        problems=chance.choice(("", "", "曾有占用疏散通道，已整改", "高峰时段排队溢出到人行道")) if crowded else "",
    )  # fmt: skip
    objects.watch(site.pk, said, actor=crew.system, at=at)


def _responsible(crew: Crew, site: Site, trade: str, chance: random.Random, at: datetime) -> None:
    department = crew.departments.get(trade)
    holders = {
        "territorial": _ours(crew, site.unit_id, ("grid_head", "grid_officer"), "网格长"),
        "principal": Held(
            body=f"{site.name}管理有限公司", name=chance.choice(("韩志强", "柳晓梅", "欧阳建平")),
            phone=f"139000{chance.randint(10000, 99999)}", post_title="安全负责人",
        ),
        "industry": _ours(crew, department.pk if department else None, DEPARTMENT, "行业监管"),
        "supervision": _ours(crew, crew.departments["yj"].pk, DEPARTMENT, "监管执法"),
        "emergency": _ours(crew, (crew.office or crew.street).pk, ("unit_head", "leader"), "应急处置"),
    }  # fmt: skip
    for kind, held in holders.items():
        if held is not None and chance.random() >= BLANK:
            responsibilities.hand(site.pk, kind, held, actor=crew.system, at=at)


def _ours(crew: Crew, unit_id: int | None, roles: tuple[str, ...], title: str) -> Held | None:
    if unit_id is None:
        return None
    person = crew.holder(unit_id, roles)
    return Held(unit=unit_id, actor=person.pk if person else None, post_title=title)


def _risks(crew: Crew, site: Site, chance: random.Random, at: datetime) -> None:
    for name, accident, measures, responsible in chance.sample(RISKS, chance.randint(1, 2)):
        likelihood, exposure, severity = chance.choice(LEC)
        risks.assess(
            site.pk,
            Assessed(name, "lec", likelihood, severity, measures, responsible, exposure, accident,
                     chance.choice(("street", "committee", "unit", "post")), chance.choice((7, 30, 90))),
            actor=crew.system, at=at,
        )  # fmt: skip


def _plans(crowded: Sequence[Site], officer: Actor, leader: Actor, chance: random.Random, at: datetime) -> None:
    """In turn: in force, about to end, ended, a draft, none."""
    for n, site in enumerate(crowded):
        way = ("in_force", "in_force", "expiring", "expired", "draft", "in_force", "none")[n % 7]
        if way == "none":
            continue
        begun = at - timedelta(days=3 if way == "draft" else chance.randint(100, 300))
        plan = plans.draft(site.pk, _words(site, chance), key=new_key(), actor=officer, at=begun)
        if way == "draft":
            continue
        left = {"in_force": (60, 400), "expiring": (5, 28), "expired": (-20, -1)}[way]
        ends = (at + timedelta(days=chance.randint(*left))).date()
        plans.approve(plan.pk, valid_to=ends, actor=leader, at=begun)
        if chance.random() < 0.7:
            held = begun + timedelta(days=chance.randint(5, 90))
            passed = chance.random() < 0.8
            said = Drilled(held, chance.randint(20, 120), passed, chance.randint(4, 12),
                           "" if passed else "东侧出口清障慢，已增设疏导岗")  # fmt: skip
            plans.record_drill(plan.pk, said, key=new_key(), actor=officer, at=held)


def _words(site: Site, chance: random.Random) -> Drafted:
    measures = (
        f"一、{site.name}同时在场人数达到核定容量八成时限流，满员时只出不进。\n"
        "二、疏散通道和安全出口保持畅通，营业期间每两小时检查一次。\n三、用火用电用气每日闭店前检查并签字。"
    )
    emergency = (
        "一、发现险情立即拨打119或110，同时报街道城运中心。\n二、广播引导就近疏散，先疏散老人和儿童。\n"
        "三、在集合点清点人数，配合救援，30分钟内书面续报。"
    )
    posts = (("现场总指挥", "下令疏散、统一报告"), ("疏散引导岗", "打开出口、引导人群"), ("联络岗", "报警、接应救援"))
    return Drafted(measures, emergency, chance.choice((300, 800, 1500, 3000)), posts, "灭火器、对讲机、急救箱、隔离带")


def _duties(crew: Crew, at: datetime) -> None:
    leader = crew.holder(crew.street.pk, ("leader",))
    for n, (title, side, business, safety) in enumerate(DUTIES):
        holder = leader.pk if leader and n == 0 else None
        post_duties.lay_down(crew.street, Said(title, side, business, safety, holder), actor=crew.system, at=at)
