"""Who worked on a case does not check it, nobody far away is given it, and nothing goes on beside a case that ended."""

from datetime import UTC, datetime, timedelta

import pytest

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, StepRefused, act
from linli.domains.cases.models import Case, Urge
from linli.domains.cases.queries.seeing import steps_for
from linli.kernel.flow import clocks, ticking
from linli.kernel.flow.models import Clock, Matter
from linli.kernel.org.models import Actor, Post
from tests.evidence import photo
from tests.town import IN_GRID, SINCE

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
def case(town):
    """At work with the team."""
    given = commands.Report(text="井盖没了", lon=IN_GRID[0], lat=IN_GRID[1], category="01001")
    case = Case.objects.get(pk=commands.report(given, at=NOON).id)
    go(case, town, ("chen", "accept", Given()), ("chen", "file", Given()))
    go(case, town, ("lin", "dispatch", Given(unit=town.team.pk)), ("zhao", "take_over", Given()))
    return case


def go(case, town, *steps, at=NOON):
    for who, name, given in steps:
        act(case, name, given, actor=getattr(town, who), at=at)


def done(town):
    return Given(fields={"outcome": "已补"}, files=[photo(town.zhao, "after")])


def colleague(town):
    """Somebody else of the team."""
    person = Actor.objects.create(kind="staff", name="赵二")
    Post.objects.create(actor=person, unit=town.team, over=town.team, role="handler", since=SINCE)
    return person


@pytest.mark.spec("001g-28")
def test_whoever_the_case_was_assigned_to_for_handling_may_not_check_it(case, town):
    person = colleague(town)
    go(case, town, ("lin", "assign", Given(assignee=person.pk)), ("zhao", "take_over", Given()))
    go(case, town, ("zhao", "feed_back", done(town)))

    with pytest.raises(StepRefused, match="不在您的职责内"):
        act(case, "pass_check", Given(note="好了"), actor=person, at=NOON)


@pytest.mark.spec("001g-28")
def test_who_helped_in_a_co_unit_may_not_check_the_case(case, town):
    Post.objects.create(actor=town.hua, unit=town.centre, over=town.street, role="verifier", since=SINCE)
    Post.objects.create(actor=town.hua, unit=town.grid8, over=town.grid8, role="handler", since=SINCE)
    go(case, town, ("lin", "link_units", Given(note="一起", units=[town.grid8.pk])))
    child = Matter.objects.get(parent_id=case.pk)
    commands.act_on_child(child, "feed_back", Given(note="已围挡"), actor=town.hua, at=NOON)
    go(case, town, ("zhao", "feed_back", done(town)))

    assert "pass_check" not in {step.name for step in steps_for(town.hua, Matter.objects.get(pk=case.pk))}
    with pytest.raises(StepRefused, match="处置与监督分离"):
        act(case, "pass_check", Given(note="好了"), actor=town.hua, at=NOON)


def test_who_checked_is_not_left_with_the_work_when_it_fails(case, town):
    go(case, town, ("zhao", "feed_back", done(town)), ("lin", "ask_check", Given(assignee=town.sun.pk)))

    go(case, town, ("sun", "fail_check", Given(note="还松动")))

    assert Matter.objects.get(pk=case.pk).assignee is None


def test_a_case_is_not_given_to_somebody_of_another_street(case, town):
    with pytest.raises(StepRefused, match="不在本街道"):
        act(case, "assign", Given(assignee=town.zhou.pk), actor=town.lin, at=NOON)
    with pytest.raises(StepRefused, match="不在本街道"):
        act(case, "instruct", Given(note="去看", assignee=town.zhou.pk), actor=town.lin, at=NOON)


def test_a_holder_passes_on_to_units_below_only(case, town):
    go(case, town, ("lin", "redispatch", Given(unit=town.grid.pk, note="属网格")))
    with pytest.raises(StepRefused, match="下级单位"):
        act(case, "forward", Given(unit=town.west_grid.pk, note="你们办"), actor=town.wang, at=NOON)

    go(case, town, ("wang", "forward", Given(unit=town.property.pk, note="属物业")))

    assert Matter.objects.get(pk=case.pk).unit == town.property


@pytest.fixture
def with_children(case, town):
    go(case, town, ("lin", "invite", Given(note="请到场", unit=town.department.pk)))
    go(case, town, ("lin", "instruct", Given(note="去看", assignee=town.hua.pk)))
    go(case, town, ("lin", "link_units", Given(note="一起", units=[town.grid8.pk])))
    go(case, town, ("zhao", "ask_for", Given(note="缺件", fields={"kind": "extension", "amount": "2"})))
    assert Matter.objects.filter(parent_id=case.pk, closed_at=None).count() == 4
    return case


def test_nothing_is_waited_for_beside_a_voided_case(with_children, town):
    go(with_children, town, ("zhao", "return", Given(note="不属本单位")), ("gao", "void", Given(note="误报")))

    family = Matter.objects.filter(parent_id=with_children.pk)
    assert not family.filter(closed_at=None).exists()
    assert not Clock.objects.filter(matter__in=family, stopped_at=None).exists()


def test_the_former_holders_requests_end_when_the_case_goes_elsewhere(with_children, town):
    arbitrated = Given(note="归市政局", unit=town.department.pk)
    go(with_children, town, ("zhao", "return", Given(note="不属本单位")), ("gao", "arbitrate", arbitrated))

    open_ones = Matter.objects.filter(parent_id=with_children.pk, closed_at=None)
    assert set(open_ones.values_list("flow", flat=True)) == {"invitation", "instruction"}


def test_a_pause_does_not_make_an_overdue_clock_new(case, town):
    before = Clock.objects.get(matter_id=case.pk, kind="handle")
    late = before.due_at + timedelta(days=3)
    clocks.fire(now=late)
    clocks.fire(now=late)
    fired = Clock.objects.get(pk=before.pk).fired

    go(case, town, ("gao", "hold", Given(note="等配件")), ("gao", "resume", Given()), at=late)

    after = Clock.objects.get(pk=before.pk)
    assert (after.due_at, after.fired, after.next_at) == (before.due_at, fired, None)
    assert Matter.objects.get(pk=case.pk).due_at == before.due_at


def test_a_case_fed_back_before_the_clock_is_heard_is_not_urged(case, town):
    late = Clock.objects.get(matter_id=case.pk, kind="handle").due_at
    while clocks.fire(now=late):
        pass
    go(case, town, ("zhao", "feed_back", done(town)), at=late)

    ticking.escalate()

    assert not Urge.objects.filter(matter_id=case.pk).exists()
