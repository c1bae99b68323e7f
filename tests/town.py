"""A small town and its people. East Street has two grids; West Street is the stranger next door.

Lin dispatches, Chen takes in, Gao is the duty chief, Sun verifies, Qian supervises, Xu visits again; Hua walks
grid 7 and Wang heads it; Ma works for the committee; Zhao's team handles; Deng handles and He is liaison at the
municipal department; Li leads the street.
Tao keeps the street's lists and Fang approves them; Jin, Yan and Lu do so for the district. Tang is clerk of the
municipal department, Zhu and Wu review admissions for district and street, Cao heads the office of public safety; Bao
heads the committee and Yin keeps its seal. Fu is the safety officer of that office over the street, Jiang patrols for
the committee, Meng for the guard team, Kong chairs the federation of the business district. Zhou dispatches in West
Street and may see nothing of East Street's.
"""

from dataclasses import dataclass, field
from datetime import date

from linli.kernel.org import fresh
from linli.kernel.org.models import Account, Actor, Area, Post, Unit

SINCE = date(2020, 1, 1)


@dataclass
class Town:
    units: dict[str, Unit] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Actor | Unit:
        people, units = self.__dict__["people"], self.__dict__["units"]
        if name in people:
            return people[name]
        if name in units:
            return units[name]
        raise AttributeError(name)


UNITS = (
    # key, name, kind, level, parent, tree
    ("district", "东城区", "district", "town", None, "territorial"),
    ("district_centre", "东城区城市运行中心", "centre", "centre", "district", "command"),
    ("department", "东城区市政局", "department", "", "district", "line"),
    ("police", "东城公安分局", "department", "", "district", "line"),
    ("street", "东街街道", "street", "town", "district", "territorial"),
    ("centre", "东街城运中心", "centre", "centre", "street", "command"),
    ("team", "东街联勤队", "team", "grid", "street", "command"),
    ("committee", "柳树居委会", "committee", "unit", "street", "territorial"),
    ("grid", "柳树第七网格", "grid", "grid", "committee", "territorial"),
    ("grid8", "柳树第八网格", "grid", "grid", "committee", "territorial"),
    ("property", "柳树物业公司", "company", "unit", "grid", "territorial"),
    ("guard", "东街特保机动大队", "team", "", "street", "command"),
    ("federation", "天街商圈自治管理联合会", "association", "", "street", "zone"),
    ("office", "东街社区平安办公室", "office", "", "street", "line"),
    ("service_centre", "东街社区事务受理服务中心", "centre", "", "street", "service"),
    ("west", "西街街道", "street", "town", "district", "territorial"),
    ("west_centre", "西街城运中心", "centre", "centre", "west", "command"),
    ("west_committee", "桥头居委会", "committee", "unit", "west", "territorial"),
    ("west_grid", "桥头第一网格", "grid", "grid", "west_committee", "territorial"),
)

CODES = {"office": "street-pab", "service_centre": "street-slzx"}
"""Where the end of a code says which body of a street it is, the same in every street."""

PEOPLE = (
    # key, name, role, unit, over
    ("lin", "林静", "dispatcher", "centre", "street"),
    ("chen", "陈晨", "operator", "centre", "street"),
    ("gao", "高远", "duty_chief", "centre", "street"),
    ("sun", "孙明", "verifier", "centre", "street"),
    ("qian", "钱进", "supervisor", "centre", "street"),
    ("xu", "许回", "revisitor", "centre", "street"),
    ("li", "李正", "leader", "street", "street"),
    ("wang", "王格", "grid_head", "grid", "grid"),
    ("hua", "花开", "grid_officer", "grid", "grid"),
    ("ma", "马莲", "committee_worker", "committee", "committee"),
    ("zhao", "赵勤", "handler", "team", "team"),
    ("deng", "邓工", "handler", "department", "department"),
    ("du", "杜处", "unit_head", "department", "department"),
    ("he", "何联", "liaison", "department", "department"),
    ("ding", "丁总", "duty_chief", "district_centre", "district"),
    ("tao", "陶清", "list_keeper", "centre", "street"),
    ("fang", "方批", "list_approver", "street", "street"),
    ("jin", "金册", "list_keeper", "district_centre", "district"),
    ("yan", "严审", "list_approver", "district", "district"),
    ("lu", "陆终", "list_approver", "district", "district"),
    ("zhu", "朱准", "admission_reviewer", "district_centre", "district"),
    ("wu", "吴准", "admission_reviewer", "street", "street"),
    ("tang", "唐办", "department_clerk", "department", "department"),
    ("cao", "曹安", "unit_head", "office", "office"),
    ("bao", "包主任", "committee_head", "committee", "committee"),
    ("yin", "尹章", "seal_keeper", "committee", "committee"),
    ("fu", "傅安", "safety_officer", "office", "street"),
    ("jiang", "江巡", "patroller", "committee", "committee"),
    ("meng", "孟特", "patroller", "guard", "guard"),
    ("kong", "孔会", "unit_head", "federation", "federation"),
    ("zhou", "周西", "dispatcher", "west_centre", "west"),
    ("root", "石安", "system_admin", "district", "district"),
    ("guan", "关安", "security_admin", "district", "district"),
    ("shen", "沈查", "audit_admin", "district", "district"),
)

SQUARES = (
    # key, kind, unit, west, south, east, north
    ("district", "district", "district", 121.40, 31.20, 121.44, 31.22),
    ("street", "street", "street", 121.40, 31.20, 121.42, 31.22),
    ("committee", "committee", "committee", 121.40, 31.20, 121.42, 31.22),
    ("grid", "governance_grid", "grid", 121.40, 31.20, 121.41, 31.22),
    ("grid8", "governance_grid", "grid8", 121.41, 31.20, 121.42, 31.22),
    ("west", "street", "west", 121.42, 31.20, 121.44, 31.22),
    ("west_grid", "governance_grid", "west_grid", 121.42, 31.20, 121.44, 31.22),
)

IN_GRID = (121.405, 31.21)
IN_GRID8 = (121.415, 31.21)
IN_WEST = (121.43, 31.21)
OUTSIDE = (116.4, 39.9)


def build() -> Town:
    town = Town()
    for key, name, kind, level, parent, tree in UNITS:
        above = town.units[parent] if parent else None
        town.units[key] = Unit.objects.create(
            code=CODES.get(key, key), name=name, kind=kind, level=level, parent=above, tree=tree, valid_from=SINCE
        )
        town.units[key].refresh_from_db()
    for key, kind, unit, west, south, east, north in SQUARES:
        town.areas[key] = square(town.units[unit], kind, west, south, east, north)
    for key, name, role, unit, over in PEOPLE:
        actor = Actor.objects.create(kind="staff", name=name)
        Account.objects.create(actor=actor, username=key)
        Post.objects.create(actor=actor, unit=town.units[unit], over=town.units[over], role=role, since=SINCE)
        town.people[key] = actor
    fresh.forget()
    return town


def square(unit: Unit, kind: str, west: float, south: float, east: float, north: float) -> Area:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return Area.objects.create(
        unit=unit, kind=kind, code=f"{kind}-{unit.code}", name=unit.name,
        boundary={"type": "Polygon", "coordinates": [ring]}, west=west, south=south, east=east, north=north,
        centre_lon=(west + east) / 2, centre_lat=(south + north) / 2,
        area_m2=(east - west) * (north - south) * 95_000 * 111_000, valid_from=SINCE,
    )  # fmt: skip
