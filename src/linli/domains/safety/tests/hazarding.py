"""What the tests of inspections and hazards share: the shipped checklists, places of the town, hazards on their way."""

from datetime import date, timedelta
from types import SimpleNamespace

from django.utils import timezone

from linli.domains.safety.commands import checklists, hazard_steps, hazards, listings
from linli.domains.safety.commands.hazard_steps import Given
from linli.domains.safety.commands.hazards import Found
from linli.domains.safety.commands.listings import Proposed
from linli.domains.safety.models import CheckItem, SafetyObject
from linli.kernel.flow.models import Matter
from linli.kernel.org import fresh
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Account, Actor, Post
from linli.kernel.registry import commands as registry
from linli.kernel.registry.models import Site
from tests.evidence import photo
from tests.town import IN_GRID, IN_GRID8, IN_WEST, SINCE

FIVE = {
    "body": "老灶头面馆", "person": "店长", "measures": "清空通道堆物，恢复常闭门", "funds_yuan": "800",
    "contingency": "整改期间专人看守", "control": "暂停二楼营业",
}  # fmt: skip
PLAN = {
    f"plan_{key}": f"方案要点{n}" for n, key in enumerate(("goals", "methods", "funds", "bodies", "dates", "safety"))
}


def today() -> date:
    return timezone.localdate()


def furnish(town) -> SimpleNamespace:
    """The shipped lists, an eatery in grid 7, a mall in grid 8 and one in West Street, all under safety management."""
    registry.load_kinds()
    checklists.load()
    return SimpleNamespace(
        eatery=place(town, town.fu, "small_eatery", "老灶头面馆", IN_GRID),
        mall=place(town, town.fu, "mall", "天街广场", IN_GRID8),
        west=place(town, None, "mall", "西街百货", IN_WEST),
    )


def place(town, keeper, kind, name, where) -> Site:
    who = keeper or _west_keeper(town)
    site = registry.register(kind, name, *where, actor=who, at=timezone.now(), key=new_key(), address=f"{name}一号")
    home = town.west if keeper is None else town.street
    SafetyObject.objects.create(site=site, home=home, made_by=who, made_at=timezone.now())
    return Site.objects.select_related("kind", "safety").get(pk=site.pk)


def _west_keeper(town):
    person = Actor.objects.create(kind="staff", name="西安")
    Account.objects.create(actor=person, username="xian")
    Post.objects.create(actor=person, unit=town.west, over=town.west, role="safety_officer", since=SINCE)
    fresh.forget()
    town.people["xian"] = person
    return person


def item(code="XF01") -> CheckItem:
    return CheckItem.objects.get(pk=code)


def find(who, site, *, at=None, key=None, **more):
    """A hazard found by ``who`` at ``site``: a blocked exit unless said otherwise."""
    given = {"text": "二楼安全出口被货架挡住", "item": item(), "site": site} | more
    return hazards.find(Found(**given), key=key or new_key(), actor=who, at=at or timezone.now())


def step(hazard, name, who, *, at=None, note="", unit=None, files=(), seen=None, command=None, **fields):
    given = Given(
        note=note, unit=unit.pk if unit else None, files=files, seen=seen, command=command,
        fields={key: str(value) for key, value in fields.items()},
    )  # fmt: skip
    return hazard_steps.act(hazard, name, given, actor=who, at=at or timezone.now())


def state_of(row) -> str:
    return Matter.objects.get(pk=row.pk).state


def graded(town, site, *, grade="general", who=None, at=None, **more):
    """Found by the grid officer, graded by the safety officer."""
    hazard = find(who or town.hua, site, at=at, **more)
    step(hazard, f"grade_{grade}", town.fu, at=at, grade_basis="疏散通道被占", note="核实")
    return hazard


def notified(town, site, *, days=5, at=None, **more):
    """Graded, and the notice given to the grid."""
    hazard = graded(town, site, at=at, **more)
    due = timezone.localdate(at or timezone.now()) + timedelta(days=days)
    step(hazard, "notify", town.fu, at=at, unit=town.grid, due_on=due, **FIVE)
    return hazard


def rectified(town, site, *, at=None, who=None, **more):
    """Put right by the grid head, waiting for its recheck."""
    hazard = notified(town, site, at=at, **more)
    doer = who or town.wang
    step(hazard, "take_over", doer, at=at)
    step(hazard, "rectify", doer, at=at, outcome="已清空", files=[photo(doer, "after", seed=str(hazard.pk))])
    return hazard


def struck_off(town, site, *, at=None, **more):
    hazard = rectified(town, site, at=at, **more)
    step(hazard, "pass_recheck", town.sun, at=at, note="现场已清空")
    step(hazard, "strike_off", town.fu, at=at)
    return hazard


def propose(town, hazard, *, who=None, key=None, **more):
    said = {"level": "street", "public_text": "天街广场二楼安全出口堵塞", "due_on": today() + timedelta(days=30)} | more
    return listings.propose(hazard, Proposed(**said), key=key or new_key(), actor=who or town.fu, at=timezone.now())


def list_step(listing, name, who, *, note="", **fields):
    given = Given(note=note, fields={key: str(value) for key, value in fields.items()})
    return listings.act(listing, name, given, actor=who, at=timezone.now())


def listed(town, site):
    """A major hazard, listed by the leader, its notice out."""
    hazard = graded(town, site, grade="major")
    listing = propose(town, hazard)
    list_step(listing, "list", town.li)
    step(hazard, "notify", town.fu, unit=town.grid, due_on=today() + timedelta(days=20), **FIVE, **PLAN)
    return hazard, listing
