"""What the tests of tasks share: a docking table, items for committees, people of the bodies in between."""

from types import SimpleNamespace

from linli.domains.lists.commands import docking
from linli.domains.lists.commands.docking import Pair
from linli.domains.lists.queries.docking import district_of
from linli.kernel.catalog.commands import Said
from linli.kernel.org import fresh
from linli.kernel.org.models import Account, Actor, Post
from tests.town import SINCE

COUNT = Said(
    "协助独居老人巡访", "民政", ("独居老人",),
    {"content": "每月上门一次", "minutes": 60, "forms": 1, "evidence": ["现场照片"],
     "guide": ["电话约时间", "上门看望"], "limit_amount": 5, "limit_base": "working_days"},
)  # fmt: skip
FAIR = Said("协助组织邻里节", "自治", (), {"minutes": 120})


def newcomer(name, role, unit):
    person = Actor.objects.create(kind="staff", name=name)
    Account.objects.create(actor=person, username=name)
    Post.objects.create(actor=person, unit=unit, over=unit, role=role, since=SINCE)
    fresh.forget()
    return person


def docked(town, publish_items, at):
    """The municipal department docks with the office and the service centre; two items stand on the district's list."""
    district = district_of(town.district.pk)
    docking.add(district, Pair(town.department.pk, "pab", "slzx"), actor=town.jin, at=at)
    items = publish_items("assist", town.district, town.jin, COUNT, FAIR, at=at)
    head = newcomer("luo", "unit_head", town.service_centre)
    return SimpleNamespace(visit=items[0], fair=items[1], luo=head, district=district)
