"""A federation in the town: its buildings and malls, who speaks for them, notices; all by commands."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from linli.domains.safety.commands import federating, incidents
from linli.domains.safety.commands.federating import Reach
from linli.domains.safety.commands.incidents import Said
from linli.domains.safety.models import Federation, IncidentNotice, Member, NoticeAnswer
from linli.kernel.org import fresh
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Account, Actor, Post
from linli.kernel.registry import commands as registry
from linli.kernel.registry.models import Site
from tests.town import SINCE, Town

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
FOUNDED = date(2012, 5, 18)


@dataclass
class District:
    """The federation; ``mei`` speaks for the first tower and signs in, the second tower's contact only has a phone."""

    town: Town
    federation: Federation
    tower: Member
    plaza: Member
    mall: Member
    mei: Actor


def building(town: Town, name: str, *, kind: str = "office_building", n: int = 0) -> Site:
    return registry.register(
        kind, name, 121.405 + n * 0.0004, 31.21, address=f"天街{n + 1}号", actor=town.fu, at=NOON, key=new_key()
    )


def newcomer(town: Town, name: str, role: str = "liaison") -> Actor:
    """Somebody with a sign-in who works for a member."""
    person = Actor.objects.create(kind="staff", name=name)
    Account.objects.create(actor=person, username=f"member-{name}")
    Post.objects.create(actor=person, unit=town.federation, over=town.federation, role=role, since=SINCE)
    fresh.forget()
    return person


def founded(town: Town) -> Federation:
    return federating.found(
        town.street,
        name="",
        founded_on=FOUNDED,
        purpose="互通隐患，自我管理",
        unit=town.federation,
        actor=town.fu,
        at=NOON,
    )


def joined(town: Town, federation: Federation, site: Site, body: str, **more: Any) -> Member:
    given: dict[str, Any] = {"since": FOUNDED, "contact": Reach(), "actor": town.fu, "at": NOON, **more}
    return federating.join(federation, site, body=body, **given)


def district(town: Town) -> District:
    registry.load_kinds()
    federation, mei = founded(town), newcomer(town, "梅联")
    return District(
        town, federation,
        joined(town, federation, building(town, "天街大厦"), "天街大厦物业", contact=Reach(mei), post="deputy"),
        joined(town, federation, building(town, "天街广场写字楼", n=1), "广场物业",
               contact=Reach(name="钱多多", phone="13812345678")),
        joined(town, federation, building(town, "天街百货", kind="mall", n=2), "天街百货公司", contact=Reach(town.kong),
               post="chair"),
        mei,
    )  # fmt: skip


def told(here: District, *, actor: Actor | None = None, at: datetime = NOON, **more: Any) -> IncidentNotice:
    given: dict[str, Any] = {
        "kind": "theft", "title": "夜间入室盗窃", "text": "凌晨从消防通道进入办公区，盗走笔记本电脑。",
        "happened_on": (at - timedelta(days=1)).date(), "technical": "消防通道加装门磁报警", "human": "夜间巡逻加一班",
        "by": "天街派出所", **more,
    }  # fmt: skip
    return incidents.tell(here.federation, Said(**given), key=new_key(), actor=actor or here.town.fu, at=at)


def answer_of(notice: IncidentNotice, member: Member) -> NoticeAnswer:
    return NoticeAnswer.objects.get(notice=notice, member=member)
