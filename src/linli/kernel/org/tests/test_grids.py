from datetime import UTC, date, datetime

import pytest

from linli.kernel.org import queries
from linli.kernel.org.commands import areas, posts
from linli.kernel.org.models import Area, Unit
from linli.kernel.org.tests.shapes import rectangle

AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
TODAY = date(2026, 7, 1)


def check(town):
    found = queries.grid_check(town.areas["committee"], on=TODAY)
    return found, {principle.code: principle for principle in found.principles}


@pytest.fixture
def typed(town):
    """Both grids are of a type and hold about the same number of people."""
    for key, residents in (("grid", 2000), ("grid8", 2200)):
        areas.describe(
            town.areas[key],
            name=key,
            grid_type="comprehensive_urban",
            households=400,
            residents=residents,
            actor=town.root,
            at=AT,
        )
    return town


@pytest.mark.spec("001g-01")
def test_grids_that_cover_their_committee_evenly_keep_all_four_principles(typed):
    found, principles = check(typed)

    assert found.grids == 2
    assert list(principles) == ["completeness", "convenience", "balance", "difference"]
    assert {code: principle.findings for code, principle in principles.items()} == dict.fromkeys(principles, ())
    assert found.holds


@pytest.mark.spec("001g-01")
def test_a_gap_breaks_completeness_and_its_size_is_given(typed):
    areas.redraw(
        typed.areas["grid8"], rectangle(121.411, 31.20, 121.42, 31.22), seen_version=1, actor=typed.root, at=AT
    )

    found, principles = check(typed)

    assert not found.holds
    assert principles["completeness"].figures["covered_share"] == pytest.approx(0.95, abs=0.001)
    assert "没有网格" in principles["completeness"].findings[0]


@pytest.mark.spec("001g-01")
def test_a_thread_breaks_convenience(typed):
    areas.redraw(
        typed.areas["grid8"], rectangle(121.4199, 31.20, 121.42, 31.22), seen_version=1, actor=typed.root, at=AT
    )

    assert any("狭长" in finding for finding in check(typed)[1]["convenience"].findings)


@pytest.mark.spec("001g-01")
def test_a_grid_many_times_as_full_breaks_balance(typed):
    Area.objects.filter(pk=typed.areas["grid"].pk).update(residents=500)

    principles = check(typed)[1]

    assert principles["balance"].figures == {"ratio": 4.4}
    assert not principles["balance"].holds


@pytest.mark.spec("001g-01")
def test_grids_without_a_type_or_beyond_its_size_break_difference(town):
    areas.describe(
        town.areas["grid"], name="七", grid_type="comprehensive_urban", residents=9000, actor=town.root, at=AT
    )

    findings = check(town)[1]["difference"].findings

    assert any("9000" in finding for finding in findings)
    assert any("没有划分类型" in finding for finding in findings)


@pytest.mark.spec("004-79")
def test_a_grid_without_an_officer_is_named_and_one_officer_may_share(town):
    before = queries.staffing(town.street, on=TODAY)

    posts.appoint(town.hua, "grid_officer", town.grid8, actor=town.guan, at=AT)

    after = queries.staffing(town.street, on=TODAY)
    assert before.uncovered == (town.grid8.pk,)
    assert (after.grids, after.officers, after.uncovered) == (2, 2, ())
    assert after.per_grid == 1.0


def test_an_officer_whose_post_has_ended_covers_nothing(town):
    for post in (*town.hua.posts.all(), *town.wang.posts.all()):
        posts.end_post(post, actor=town.guan, at=AT)

    assert queries.staffing(town.street, on=TODAY).uncovered == (town.grid.pk, town.grid8.pk)


def test_without_grids_there_is_no_ratio(town):
    assert queries.staffing(town.department, on=TODAY).per_grid is None


@pytest.mark.spec("004-79")
def test_the_ratio_of_the_documents_comes_out(town):
    committee = town.west_committee
    grids = Unit.objects.bulk_create(
        Unit(code=f"f{n}", name=f"{n}", kind="grid", level="grid", parent=committee) for n in range(1225)
    )
    people = type(town.hua).objects.bulk_create(type(town.hua)(kind="staff", name=f"员{n}") for n in range(1342))
    every_grid = [*grids, town.west_grid]
    town.hua.posts.model.objects.bulk_create(
        town.hua.posts.model(actor=person, unit=grid, over=grid, role="grid_officer", since=date(2026, 1, 1))
        for person, grid in zip(people, every_grid + every_grid[:116], strict=True)
    )

    staffing = queries.staffing(town.west, on=TODAY)

    assert (staffing.grids, staffing.officers, staffing.uncovered) == (1226, 1342, ())
    assert round(staffing.per_grid, 3) == 1.095
