"""The register finds what a desk asks for: kinds, classes, what lacks a plan, a holder or a walk."""

from datetime import timedelta

import pytest

from linli.domains.safety.commands import objects
from linli.domains.safety.commands.objects import Watched
from linli.domains.safety.models import SafetyObject
from linli.domains.safety.queries import site_register
from linli.domains.safety.queries.site_register import Narrow
from linli.domains.safety.tests.sites_town import NOON, mall_of, object_of, plan_of


def codes(actor, at=NOON, **narrow) -> list[str]:
    return [row.name for row in site_register.page(actor, Narrow(**narrow), at=at).rows]


def test_filters_find_what_they_name(town) -> None:
    planned = object_of(town, name="甲商场")
    plan_of(town, planned)
    object_of(town, name="乙仓库", kind="warehouse", target="source", is_crowded=False)
    mall_of(town, name="丙小店", kind="small_shop")

    assert codes(town.fu) == ["甲商场", "丙小店", "乙仓库"]
    assert codes(town.fu, kind="warehouse") == ["乙仓库"]
    assert codes(town.fu, target="key_place") == ["甲商场"]
    assert codes(town.fu, wants=("crowded",)) == ["甲商场"]
    assert codes(town.fu, wants=("small",)) == ["丙小店"]
    assert codes(town.fu, wants=("no_plan",)) == ["乙仓库"]
    assert codes(town.fu, wants=("unwatched",)) == ["丙小店"]
    assert codes(town.fu, text="仓库") == ["乙仓库"]
    assert codes(town.fu, unit=town.grid8.pk) == []
    assert codes(town.zhou) == []


@pytest.mark.spec("000-52")
def test_what_was_not_patrolled_as_often_as_its_class_asks_is_listed(town) -> None:
    objects.load_targets()
    source = object_of(town, name="甲油库", kind="chemical", target="source")
    object_of(town, name="乙点", kind="check_point", target="point")
    object_of(town, name="丙处", kind="key_spot", target="key_place")
    SafetyObject.objects.filter(pk=source.pk).update(last_patrol_at=NOON)

    after = {days: set(codes(town.fu, at=NOON + timedelta(days=days, minutes=1), wants=("unpatrolled",)))
             for days in (0, 1, 3, 7)}  # fmt: skip

    assert after == {0: set(), 1: {"甲油库"}, 3: {"甲油库", "丙处"}, 7: {"甲油库", "乙点", "丙处"}}


@pytest.mark.spec("000-52")
def test_a_street_sets_its_own_frequency_for_a_class_from_a_day_on(town) -> None:
    objects.load_targets()
    object_of(town, target="point")

    objects.set_frequency(town.street, "point", 2, valid_from=NOON.date(), actor=town.fu, at=NOON)

    assert codes(town.fu, at=NOON + timedelta(days=3), wants=("unpatrolled",)) == ["天街购物中心"]


def test_an_objects_own_frequency_goes_before_its_class(town) -> None:
    objects.load_targets()
    one = object_of(town, target="source")
    objects.watch(one.pk, Watched(target="source", every_days=5), actor=town.fu, at=NOON)

    assert codes(town.fu, at=NOON + timedelta(days=4), wants=("unpatrolled",)) == []
    assert codes(town.fu, at=NOON + timedelta(days=6), wants=("unpatrolled",)) == ["天街购物中心"]


def test_pages_go_forth_and_back_by_code(town) -> None:
    for n in range(5):
        mall_of(town, name=f"店{n}号", kind="small_shop")

    first = site_register.page(town.fu, Narrow(), at=NOON, limit=2)
    second = site_register.page(town.fu, Narrow(), at=NOON, limit=2, after=first.after)
    back = site_register.page(town.fu, Narrow(), at=NOON, limit=2, before=second.before)

    assert [row.name for row in second.rows] == ["店2号", "店3号"]
    assert back.rows == first.rows
    assert back.before == ""


def test_a_page_takes_the_same_queries_however_many_sites(town, django_assert_num_queries) -> None:
    for n in range(6):
        object_of(town, name=f"店{n}号")
    site_register.page(town.fu, Narrow(), at=NOON)

    with django_assert_num_queries(1):
        site_register.page(town.fu, Narrow(), at=NOON)
    with django_assert_num_queries(3):
        tallies = site_register.tallies(town.fu, Narrow(), at=NOON)

    assert (tallies["total"], tallies["no_plan"], tallies["blanks"]) == (6, 6, 6)
