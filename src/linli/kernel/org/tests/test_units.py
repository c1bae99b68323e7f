from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from linli.kernel.errors import Refused
from linli.kernel.org import queries, succession
from linli.kernel.org.commands import areas, links, people, units
from linli.kernel.org.commands.changes import RightRefused
from linli.kernel.org.commands.handover import HandoverRefused
from linli.kernel.org.commands.units import Part, UnitRefused
from linli.kernel.org.models import Change, Post, Unit, UnitLink
from linli.kernel.org.tests.shapes import rectangle

AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
TODAY = date(2026, 7, 1)


def found(town, code, kind="station", **given):
    given = {"parent": town.street, "level": "centre", "name": f"{code}站"} | given
    return units.found(code=code, kind=kind, actor=town.root, at=AT, **given)


@pytest.fixture
def followed_by(monkeypatch):
    """Have one function, in place of those of the product, called when a unit ends."""
    return lambda follower: monkeypatch.setattr(succession, "_followers", [follower])


@pytest.mark.spec("000-02", "004-20")
def test_merged_stations_pass_staff_areas_units_below_and_work_to_their_successor(town, followed_by):
    one, two, new = (found(town, f"s{n}", valid_from=date(2020, 1, 1)) for n in range(3))
    below = found(town, "t1", kind="team", parent=one, level="")
    post = Post.objects.create(actor=town.zhao, unit=one, over=one, role="handler", since=date(2021, 1, 1))
    area = areas.draw(
        code="b1", name="一片", kind="beat", unit=one, boundary=rectangle(), actor=town.root, at=AT, reason="划片"
    )
    told = []
    followed_by(lambda ended, successor, actor, at: told.append((ended.code, successor.code)))

    units.merge([one, two], new, actor=town.root, at=AT, reason="13个整合为8个")

    one.refresh_from_db()
    below.refresh_from_db()
    area.refresh_from_db()
    post.refresh_from_db()
    assert (one.valid_to, one.successor) == (TODAY, new)
    assert below.parent == new and below.path == f"{new.path}{below.pk}."
    assert area.unit == new
    assert post.until == TODAY
    assert queries.holds(town.zhao, "handler", new, AT)
    assert sorted(told) == [("s0", "s2"), ("s1", "s2")]
    assert queries.successor_of(one) == new


@pytest.mark.spec("000-02")
def test_a_renamed_unit_stays_the_same_and_the_log_keeps_its_old_name(town):
    units.rename(town.street, "新街街道", actor=town.root, at=AT, reason="区划调整")

    change = Change.objects.get(subject=f"unit:{town.street.pk}", verb="rename")
    assert Unit.objects.get(pk=town.street.pk).name == "新街街道"
    assert change.changes == {"name": ["东街街道", "新街街道"], "on": "2026-07-01"}
    assert change.actor == town.root
    assert change.reason == "区划调整"


@pytest.mark.spec("000-02")
def test_a_split_unit_ends_and_the_units_below_go_where_they_were_sent(town):
    parts = [Part("c-a", "柳东居委会"), Part("c-b", "柳西居委会")]

    east, west = units.split(town.committee, parts, below={town.grid8.pk: "c-b"}, actor=town.root, at=AT)

    old = Unit.objects.get(pk=town.committee.pk)
    assert old.successor == east
    assert Unit.objects.get(pk=town.grid.pk).parent == east
    assert Unit.objects.get(pk=town.grid8.pk).parent == west
    assert Change.objects.get(subject=f"unit:{old.pk}", verb="split").changes["parts"] == [east.pk, west.pk]


def test_a_successor_that_merges_again_is_followed_to_the_last(town):
    one, two, three = (found(town, f"s{n}") for n in range(3))
    units.merge([one], two, actor=town.root, at=AT)

    units.merge([two], three, actor=town.root, at=AT)

    assert queries.successor_of(one) == three


def test_a_person_who_works_in_both_merged_units_holds_the_post_once(town):
    one, new = found(town, "s1"), found(town, "s2")
    for unit in (one, new):
        Post.objects.create(actor=town.zhao, unit=unit, over=unit, role="handler", since=date(2021, 1, 1))

    units.merge([one], new, actor=town.root, at=AT)

    assert [held.unit_id for held in queries.posts_of(town.zhao, AT) if held.role == "handler"].count(new.pk) == 1


def test_work_that_must_not_be_left_behind_stops_the_closing(town, followed_by):
    def refuse(ended, successor, actor, at):
        raise Refused("还有未办结的事项")

    station = found(town, "s1")
    followed_by(refuse)

    with pytest.raises(Refused, match="未办结"):
        units.close(station, actor=town.root, at=AT)

    assert Unit.objects.get(pk=station.pk).valid_to is None


def test_a_unit_with_units_below_is_not_closed_without_a_successor(town):
    with pytest.raises(UnitRefused, match="下级单位"):
        units.close(town.committee, actor=town.root, at=AT)


def test_an_ended_unit_is_neither_merged_again_nor_given_units(town):
    one, new = found(town, "s1"), found(town, "s2")
    units.merge([one], new, actor=town.root, at=AT)
    ended = Unit.objects.get(pk=one.pk)

    with pytest.raises(UnitRefused, match="撤销"):
        units.merge([ended], new, actor=town.root, at=AT)
    with pytest.raises(UnitRefused, match="撤销"):
        found(town, "s3", parent=ended)


def test_a_change_that_begins_tomorrow_waits_for_tomorrow(town):
    one, new = found(town, "s1"), found(town, "s2")

    with pytest.raises(UnitRefused, match="生效日期") as refused:
        units.merge([one], new, on=date(2026, 7, 2), actor=town.root, at=AT)

    assert refused.value.field == "on"


def test_a_unit_cannot_end_before_it_began(town):
    one, new = found(town, "s1", valid_from=TODAY), found(town, "s2")

    with pytest.raises(HandoverRefused):
        units.merge([one], new, actor=town.root, at=AT)


def test_a_unit_cannot_be_moved_below_itself(town):
    with pytest.raises(UnitRefused, match="自己"):
        units.move(town.street, town.grid, actor=town.root, at=AT)


def test_moving_a_unit_takes_everything_below_along(town):
    units.move(town.committee, town.west, actor=town.root, at=AT, reason="划转")

    grid = Unit.objects.get(pk=town.grid.pk)
    assert grid.path.startswith(Unit.objects.get(pk=town.west.pk).path)
    assert queries.home_of(grid) == town.west


@pytest.mark.spec("001g-10", "001g-09")
@pytest.mark.parametrize("kind", ["committee", "company", "association"])
def test_the_unit_level_inside_a_grid_is_committees_companies_and_associations(town, kind):
    made = found(town, f"u-{kind}", kind=kind, level="unit", parent=town.grid)

    assert made in queries.grids.inside_grid(town.grid, on=TODAY)


@pytest.mark.spec("001g-09")
def test_a_kind_of_unit_stands_only_at_the_levels_it_may(town):
    with pytest.raises(UnitRefused, match="不能设在") as refused:
        found(town, "x", kind="company", level="town")

    assert refused.value.field == "level"


@pytest.mark.spec("001g-09")
def test_units_are_counted_at_each_of_the_four_levels(town):
    counts = queries.grids.units_by_level(town.street, on=TODAY)

    assert counts == {"town": 1, "centre": 1, "grid": 3, "unit": 2}


@pytest.mark.spec("002-11", "002-12", "003-13")
def test_streets_without_a_centre_of_their_own_are_named(town):
    empty = units.found(code="n", name="北街", kind="street", parent=town.district, actor=town.root, at=AT)

    missing = queries.grids.without_kind_below([town.street, town.west, empty], "centre", on=TODAY)

    assert missing == [empty]


@pytest.mark.spec("002-13")
def test_departments_zones_and_companies_become_members_of_the_centre(town):
    zone = units.found(code="z", name="开发区", kind="association", parent=town.district, actor=town.root, at=AT)

    for member in (town.department, zone):
        links.link(member, town.district_centre, "member_of", actor=town.root, at=AT)

    assert set(queries.grids.members_of(town.district_centre, on=TODAY)) == {town.department, zone}


@pytest.mark.spec("003-06")
def test_a_sunk_team_keeps_its_department_and_answers_to_the_street_too(town):
    squad = found(town, "law", kind="team", parent=town.department, level="grid")

    links.link(squad, town.street, "double_line", actor=town.root, at=AT, reason="力量下沉")

    assert squad.parent == town.department
    assert queries.grids.commanded_by(squad, on=TODAY) == [town.street]


@pytest.mark.spec("001g-02")
def test_a_grid_has_one_police_beat_at_a_time_and_a_new_mapping_ends_the_old(town):
    one, two = (
        units.found(
            code=f"beat{n}", name=f"第{n}警务区", kind="police_beat", parent=town.police, actor=town.root, at=AT
        )
        for n in (1, 2)
    )
    links.link(town.committee, one, "police_beat", since=date(2026, 1, 1), actor=town.root, at=AT)
    before = queries.police_beat_of(town.grid)

    links.link(town.committee, two, "police_beat", actor=town.root, at=AT)

    assert before == one
    assert queries.police_beat_of(town.grid) == two
    assert UnitLink.objects.get(other=one).valid_to == TODAY


def test_a_grid_is_not_mapped_to_something_that_is_no_police_beat(town):
    with pytest.raises(links.LinkRefused):
        links.link(town.grid, town.west, "police_beat", actor=town.root, at=AT)


@pytest.mark.spec("004-78", "004-86")
def test_grid_bodies_and_centres_are_counted_by_kind(town):
    for code in ("admin", "governance", "operation"):
        found(town, code, kind="centre", level="centre", tree="service", name=f"{code}中心")

    assert queries.grids.units_by_kind(town.street, on=TODAY)["centre"] == 5


def test_a_taken_code_a_bad_division_code_and_an_empty_name_are_refused(town):
    for field, given in {
        "code": {"code": "grid"},
        "name": {"name": " "},
        "division_code": {"division_code": "31010500X001"},
    }.items():
        with pytest.raises(UnitRefused) as refused:
            found(town, **({"code": f"new-{field}"} | given))
        assert refused.value.field == field


def test_somebody_without_the_right_or_outside_their_subtree_is_refused(town):
    with pytest.raises(RightRefused):
        units.rename(town.street, "新名", actor=town.lin, at=AT)
    with pytest.raises(RightRefused):
        units.found(code="r", name="根", kind="district", parent=None, actor=town.li, at=AT)


def test_the_system_may_do_everything_while_nobody_is_there_yet(db):
    system = people.the_system()

    root = units.found(code="d", name="区", kind="district", actor=system, at=AT)

    assert root.path == f"{root.pk}."
    assert people.the_system() == system


def test_the_database_itself_keeps_paths_and_refuses_circles(town):
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=town.district.pk).update(parent=town.grid)

    assert Unit.objects.create(code="k", name="k", kind="grid", parent=town.grid, path="9.9.").path.startswith(
        town.grid.path
    )


@pytest.mark.parametrize("table", ["org_change", "org_reading", "org_areaversion"])
def test_logs_only_grow(town, table):
    units.rename(town.street, "新街街道", actor=town.root, at=AT)
    grid = areas.redraw(
        town.areas["grid"], rectangle(121.40, 31.20, 121.409, 31.22), seen_version=1, actor=town.root, at=AT
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO org_reading (reader_id, actor_id, field, purpose, at) VALUES (%s, %s, 'phone', '回访', now())",
            [town.lin.pk, town.hua.pk],
        )

        with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
            cursor.execute(f"DELETE FROM {table}")

    assert grid.version == 2
