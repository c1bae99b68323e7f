"""Sites are registered where they lie, changed with a reason, closed and never deleted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection

from linli.kernel.org.commands.changes import RightRefused
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Unit
from linli.kernel.registry import commands, queries
from linli.kernel.registry.models import Site, SiteChange
from linli.kernel.registry.refusals import SiteNotFound, SiteRefused
from tests.town import IN_GRID, IN_GRID8, IN_WEST, OUTSIDE

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def registered(actor, *, at=IN_GRID, name="柳树便利店", kind="small_shop", **more) -> Site:
    return commands.register(kind, name, *at, actor=actor, at=NOON, key=more.pop("key", new_key()), **more)


def test_a_site_belongs_to_the_grid_it_lies_in_and_gets_a_code_and_a_tag(town) -> None:
    Unit.objects.filter(pk=town.district.pk).update(division_code="310105000000")

    first, second = registered(town.ma), registered(town.ma, name="柳树杂货店")

    assert (first.code, second.code) == ("310105-small_shop-0001", "310105-small_shop-0002")
    assert first.unit_id == town.grid.pk
    assert len(first.tag) == 10 and first.tag != second.tag
    assert not set(first.tag) & set("01oil")


def test_a_position_outside_every_area_is_refused_in_words(town) -> None:
    with pytest.raises(SiteRefused, match="不在任何网格"):
        registered(town.ma, at=OUTSIDE)


def test_who_keeps_no_sites_there_registers_none(town) -> None:
    with pytest.raises(RightRefused):
        registered(town.ma, at=IN_WEST)
    with pytest.raises(RightRefused):
        registered(town.hua)


def test_a_resent_registration_gives_the_first_site(town) -> None:
    key = new_key()

    first, again = registered(town.ma, key=key), registered(town.ma, key=key)

    assert first.code == again.code
    assert SiteChange.objects.filter(site=first).count() == 1
    with pytest.raises(SiteRefused, match="另一处"):
        registered(town.ma, key=key, name="别的店")


def test_what_is_written_down_fits_the_kind(town) -> None:
    site = registered(town.ma, attributes={"area_m2": 42.5, "sleeps": False, "exits": ""})

    assert site.attributes == {"area_m2": 42.5, "sleeps": False}
    for wrong in ({"area_m2": -1}, {"sleeps": "yes"}, {"beds": 3}):
        with pytest.raises(SiteRefused) as refusal:
            registered(town.ma, name="另一家", attributes=wrong)
        assert refusal.value.field == f"attribute_{next(iter(wrong))}"


def test_a_code_is_taken_once_and_the_next_number_steps_over_it(town) -> None:
    registered(town.ma, code="000000-small_shop-0001")

    assert registered(town.ma, name="第二家").code == "000000-small_shop-0002"
    with pytest.raises(SiteRefused, match="已经使用"):
        registered(town.ma, name="第三家", code="000000-small_shop-0002")


def test_a_change_needs_a_reason_and_says_what_was_before(town) -> None:
    site = registered(town.ma)

    with pytest.raises(SiteRefused, match="理由"):
        commands.amend(site.pk, name="新名", reason=" ", actor=town.ma, at=NOON)
    with pytest.raises(SiteRefused, match="没有改动"):
        commands.amend(site.pk, name=site.name, reason="核对", actor=town.ma, at=NOON)
    commands.amend(site.pk, name="柳树超市", reason="更名", actor=town.ma, at=NOON)

    change = queries.history(site)[0]
    assert (change.verb, change.reason, change.changes) == ("amend", "更名", {"name": ["柳树便利店", "柳树超市"]})


def test_a_moved_site_passes_to_the_unit_of_its_new_place(town) -> None:
    site = registered(town.ma)

    commands.move(site.pk, *IN_GRID8, reason="坐标有误", actor=town.ma, at=NOON)

    site.refresh_from_db()
    assert site.unit_id == town.grid8.pk
    with pytest.raises(RightRefused):
        commands.move(site.pk, *IN_WEST, reason="坐标有误", actor=town.ma, at=NOON)


def test_a_new_sign_makes_the_old_one_lead_nowhere(town) -> None:
    site = registered(town.ma)

    fresh = commands.new_tag(site.pk, reason="标牌丢失", actor=town.ma, at=NOON)

    assert queries.by_tag(site.tag) is None
    assert queries.by_tag(fresh.tag.upper()) == site


def test_a_closed_site_keeps_its_history_and_can_come_back(town) -> None:
    building = registered(town.ma, name="柳树大厦", kind="office_building")
    part = registered(town.ma, name="柳树大厦地库", kind="parking", within=building)

    with pytest.raises(SiteRefused, match="下级点位"):
        commands.close(building.pk, reason="拆除", actor=town.ma, at=NOON)
    commands.close(part.pk, reason="拆除", actor=town.ma, at=NOON)
    closed = commands.close(building.pk, reason="拆除", actor=town.ma, at=NOON)
    with pytest.raises(SiteRefused, match="注销"):
        commands.pause(building.pk, reason="停业", actor=town.ma, at=NOON)
    commands.reopen(building.pk, reason="误注销", actor=town.ma, at=NOON)

    assert closed.closed_at == NOON
    assert [change.verb for change in queries.history(building)] == ["reopen", "close", "register"]


def test_a_site_is_no_part_of_its_own_parts(town) -> None:
    building = registered(town.ma, name="柳树大厦", kind="office_building")
    part = registered(town.ma, name="柳树大厦地库", kind="parking", within=building)

    with pytest.raises(SiteRefused, match="下级"):
        commands.amend(building.pk, within=part, reason="调整", actor=town.ma, at=NOON)


def test_sites_follow_their_unit_when_it_is_merged(town) -> None:
    site = registered(town.ma)

    commands.follow_unit(town.grid, town.grid8, town.ma, NOON)

    site.refresh_from_db()
    assert site.unit_id == town.grid8.pk
    assert queries.history(site)[0].verb == "follow_unit"


def test_one_sees_the_sites_of_ones_territory(town) -> None:
    site = registered(town.ma)

    for key in ("hua", "ma", "fu", "meng", "cao", "du", "li"):
        assert queries.get_site(site.code, actor=town.people[key]) == site
    for key in ("zhou", "kong"):
        with pytest.raises(SiteNotFound):
            queries.get_site(site.pk, actor=town.people[key])
        assert not queries.may_see(town.people[key], site)


def test_two_characters_find_a_site_and_only_for_those_who_may_see_it(town) -> None:
    site = registered(town.ma, address="柳树路12号")

    assert queries.search("便利", town.hua) == [site]
    assert queries.search("柳树路", town.hua) == [site]
    assert queries.search(site.code, town.hua) == [site]
    assert queries.search("便利", town.zhou) == []


def test_what_is_near_comes_nearest_first(town) -> None:
    far = registered(town.ma, at=(IN_GRID[0] + 0.0005, IN_GRID[1]), name="远店")
    close = registered(town.ma, at=(IN_GRID[0] + 0.0001, IN_GRID[1]), name="近店")

    found = queries.near(*IN_GRID, 100, actor=town.hua)

    assert [site for site, _metres in found] == [close, far]
    assert 8 < found[0][1] < 11
    assert [site for site, _metres in queries.near(*IN_GRID, 20, actor=town.hua)] == [close]


def test_a_subtree_is_paged_by_key(town) -> None:
    sites = [registered(town.ma, name=f"店{n}号") for n in range(5)]

    first = queries.in_subtree(town.committee.pk, most=3)
    rest = queries.in_subtree(town.committee.pk, most=3, after=first[-1].pk)

    assert [*first, *rest] == sites
    assert queries.in_subtree(town.west.pk) == []


@pytest.mark.django_db(transaction=True)
def test_sites_registered_at_one_time_get_different_codes(town) -> None:
    def one(number: int) -> str:
        try:
            return registered(town.ma, name=f"店{number}号").code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(one, range(16)))

    assert len(set(codes)) == 16


@pytest.mark.django_db(transaction=True)
def test_the_same_registration_sent_at_one_time_makes_one_site(town) -> None:
    key = new_key()

    def one(_n: int) -> str:
        try:
            return registered(town.ma, key=key).code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        codes = set(pool.map(one, range(6)))

    assert len(codes) == 1
    assert Site.objects.count() == 1
