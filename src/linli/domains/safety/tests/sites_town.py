"""Sites and safety objects of the town, made by commands."""

from datetime import UTC, date, datetime
from typing import Any

from linli.domains.safety.commands import objects, plans
from linli.domains.safety.commands.objects import Watched
from linli.domains.safety.commands.plans import Drafted
from linli.domains.safety.models import Plan, SafetyObject
from linli.kernel.org.keys import new_key
from linli.kernel.registry import commands as registry
from linli.kernel.registry.models import Site
from tests.town import IN_GRID, Town

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
YEAR_LATER = date(2027, 3, 1)


def mall_of(town: Town, *, name: str = "天街购物中心", kind: str = "mall", at: Any = IN_GRID, by: Any = None) -> Site:
    return registry.register(kind, name, *at, address="柳树路1号", actor=by or town.fu, at=NOON, key=new_key())


def object_of(town: Town, **said: Any) -> SafetyObject:
    site = mall_of(town, name=said.pop("name", "天街购物中心"), kind=said.pop("kind", "mall"))
    usual = {"target": "key_place", "is_crowded": True, "operator": "天街商业公司"}
    return objects.watch(site.pk, Watched(**{**usual, **said}), actor=town.fu, at=NOON)


def drafted(town: Town, one: SafetyObject, *, measures: str = "错峰入场，双向分流。", by: Any = None) -> Plan:
    said = Drafted(measures, "广播、疏散、清点、报告。", 3000, (("现场总指挥", "下令疏散"),), "对讲机 12 台")
    return plans.draft(one.pk, said, key=new_key(), actor=by or town.fu, at=NOON)


def plan_of(town: Town, one: SafetyObject, *, valid_to: date = YEAR_LATER) -> Plan:
    return plans.approve(drafted(town, one).pk, valid_to=valid_to, actor=town.li, at=NOON)
