"""Invented people and the posts they hold: officers for every grid, a desk for every street, a cast to sign in with."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from linli.config.demo.territory import CAST_STREETS, SINCE, District
from linli.kernel.org.models import Account, Actor, Post, Unit

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾"
    "丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤"
    "尹黎易常武乔贺赖龚文"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文辉力鹏飞雪梅红波宁福生国荣慧巧美"
    "心怡思远安然晓东海燕春晨曦子涵雨桐浩宇嘉欣佳琪梓萱一诺天佑志远"
)

DESK = ("operator", "duty_chief", "dispatcher", "verifier", "supervisor", "revisitor")

PREFIX = {"310105": "cn", "440304": "ft"}

Wanted = tuple[str, Unit, Unit, str]
"""role, unit, over, username ("" = no account)"""


@dataclass
class Crew:
    """Who works where, as the simulated cases need it: (unit id, role) → people."""

    at: dict[tuple[int, str], list[Actor]] = field(default_factory=dict)

    def any(self, unit: Unit, role: str, chance: random.Random) -> Actor | None:
        people = self.at.get((unit.pk, role))
        return chance.choice(people) if people else None


@dataclass(frozen=True, slots=True)
class SignIn:
    username: str
    name: str
    role: str
    unit: str


def staff(district: District, *, chance: random.Random, password: str) -> tuple[Crew, list[SignIn]]:
    """Everybody of one district. Returns who works where and who can sign in with ``password``."""
    wanted = [*_desks(district), *_line(district), *_field(district), *_administrators(district)]
    people = Actor.objects.bulk_create([Actor(kind="staff", name=_name(chance)) for _one in wanted], batch_size=1000)
    Post.objects.bulk_create(
        [
            Post(actor=person, unit=unit, over=over, role=role, since=SINCE)
            for person, (role, unit, over, _username) in zip(people, wanted, strict=True)
        ],
        batch_size=1000,
    )
    crew = Crew()
    for person, (role, unit, _over, _username) in zip(people, wanted, strict=True):
        crew.at.setdefault((unit.pk, role), []).append(person)
    return crew, _accounts(people, wanted, password)


def _accounts(people: Sequence[Actor], wanted: Sequence[Wanted], password: str) -> list[SignIn]:
    hashed = make_password(password)
    cast = [(p, w) for p, w in zip(people, wanted, strict=True) if w[3]]
    Account.objects.bulk_create([Account(actor=p, username=w[3], password=hashed) for p, w in cast])
    return [SignIn(w[3], p.name, w[0], w[1].name) for p, w in cast]


def _name(chance: random.Random) -> str:
    given = chance.choice(GIVEN) + (chance.choice(GIVEN) if chance.random() < 0.7 else "")
    return chance.choice(SURNAMES) + given


def _user(district: District, street: Unit | None, name: str) -> str:
    code = district.plan.code
    if street is not None and street.code != CAST_STREETS[code]:
        return ""
    return f"{PREFIX[code]}-{name}"


def _desks(district: District) -> list[Wanted]:
    """The centre of each street, its team and leader, and the district's own centre."""
    wanted: list[Wanted] = []
    for street in district.streets:
        centre, team = district.centres[street.pk], district.teams[street.pk]
        wanted += [(role, centre, street, _user(district, street, role.replace("_", "-"))) for role in DESK]
        wanted += [("reporter_desk", centre, street, _user(district, street, "hotline"))]
        wanted += [("leader", street, street, _user(district, street, "leader"))]
        wanted += [("list_keeper", centre, street, _user(district, street, "lists"))]
        wanted += [("list_approver", street, street, _user(district, street, "approver"))]
        wanted += [("admission_reviewer", street, street, _user(district, street, "admission"))]
        wanted += _heads_of_bodies(district, street)
        wanted += _of_safety(district, street)
        wanted += [("unit_head", team, team, _user(district, street, "team-head"))]
        wanted += [("handler", team, team, _user(district, street, "handler") if n == 0 else "") for n in range(3)]
    centre = district.centres[district.root.pk]
    for role in ("duty_chief", "dispatcher", "supervisor", "appraiser"):
        wanted.append((role, centre, district.root, _user(district, None, f"district-{role.replace('_', '-')}")))
    wanted.append(("leader", district.root, district.root, _user(district, None, "district-leader")))
    wanted.append(("list_keeper", centre, district.root, _user(district, None, "district-lists")))
    for n in range(2):
        username = "district-approver" if n == 0 else "district-approver-2"
        wanted.append(("list_approver", district.root, district.root, _user(district, None, username)))
    wanted.append(("admission_reviewer", centre, district.root, _user(district, None, "district-admission")))
    return wanted


def _heads_of_bodies(district: District, street: Unit) -> list[Wanted]:
    """A head for each office and centre of a street; that of the safety office and of the service centre sign in."""
    signing_in = {"pab": "office-head", "slzx": "service-centre"}
    return [
        ("unit_head", unit, unit, _user(district, street, signing_in[key]) if key in signing_in else "")
        for (street_id, key), unit in district.bodies.items()
        if street_id == street.pk
    ]


def _of_safety(district: District, street: Unit) -> list[Wanted]:
    """The safety officer of each street; where there are a guard unit and a federation, their people."""
    office = district.bodies[street.pk, "pab"]
    wanted: list[Wanted] = [("safety_officer", office, street, _user(district, street, "safety"))]
    if guard := district.guards.get(street.pk):
        wanted += [("unit_head", guard, guard, _user(district, street, "guard-head"))]
        wanted += [("patroller", guard, guard, _user(district, street, "guard") if n == 0 else "") for n in range(6)]
    if federation := district.federations.get(street.pk):
        wanted += [("unit_head", federation, federation, _user(district, street, "federation"))]
    return wanted


def _line(district: District) -> list[Wanted]:
    wanted: list[Wanted] = []
    for key, unit in district.departments.items():
        named = key == "sz"
        for role in ("unit_head", "handler", "handler", "liaison"):
            username = _user(district, None, f"dept-{role.replace('_', '-')}") if named else ""
            taken = any(w[3] == username for w in wanted)
            wanted.append((role, unit, unit, "" if taken else username))
        clerk = _user(district, None, "dept-clerk") if key == "mz" else ""
        wanted.append(("department_clerk", unit, unit, clerk))
    return wanted


def _field(district: District) -> list[Wanted]:
    """A worker and a grid head for each committee; officers for all grids, some grids with a second one."""
    wanted: list[Wanted] = []
    grids: list[tuple[Unit, Unit, Unit]] = []
    for street in district.streets:
        for n, committee in enumerate(district.committees.get(street.pk, [])):
            first = n == 0
            wanted.append(
                ("committee_worker", committee, committee, _user(district, street, "committee") if first else "")
            )
            for role, username in (
                ("committee_head", "committee-head"), ("seal_keeper", "seal"), ("patroller", "patroller"),
            ):  # fmt: skip
                wanted.append((role, committee, committee, _user(district, street, username) if first else ""))
            wanted.append(("grid_head", committee, committee, _user(district, street, "grid-head") if first else ""))
            grids += [(street, committee, grid) for grid in district.grids.get(committee.pk, [])]
    named: set[str] = set()
    for n in range(district.plan.officers):
        street, _committee, grid = grids[n % len(grids)]
        username = _user(district, street, "officer")
        wanted.append(("grid_officer", grid, grid, "" if username in named else username))
        named.add(username)
    return wanted


def _administrators(district: District) -> list[Wanted]:
    """系统、安全、审计 apart: three people (三员分立)."""
    return [
        (role, district.root, district.root, _user(district, None, role.replace("_", "-")))
        for role in ("system_admin", "security_admin", "audit_admin")
    ]
