"""Substitutes, swaps, leave: who does it instead, and never two things at once unnoticed."""

from datetime import date, time, timedelta

import pytest

from linli.kernel.duties import commands, queries
from linli.kernel.duties.commands import (
    NotTheirsRefused,
    OccurrenceRefused,
    OverlapRefused,
    PlanRefused,
    SwapRefused,
    leaving,
)
from linli.kernel.duties.models import Move, Occurrence, Swap
from linli.kernel.duties.queries import leaves, swaps
from linli.kernel.duties.tests.dutying import SUNDAY, a_duty, moment
from linli.kernel.errors import NotFound
from linli.kernel.messages.models import Notice


@pytest.fixture
def monday(town) -> Occurrence:
    return a_duty(town).occurrences.earliest("on")


@pytest.fixture
def mei(town):
    """Jiang also walks in grid 7."""
    town.jiang.posts.create(unit=town.grid, over=town.grid, role="grid_officer", since=date(2020, 1, 1))
    return town.jiang


def put_in(town, one, person, **more):
    return commands.substitute(one.pk, person=person, reason="病假", actor=town.wang, at=SUNDAY, **more)


def test_a_substitute_does_it_and_the_former_holder_does_not_any_more(town, monday, mei):
    put_in(town, monday, mei)

    given = {"done_at": moment(2, 10), "filed_at": moment(2, 10), "is_late": False}
    with pytest.raises(NotTheirsRefused, match="替班"):
        commands.record_done(monday.pk, actor=town.hua, **given)
    assert commands.record_done(monday.pk, actor=mei, **given).state == "done"
    move = Move.objects.get()
    assert (move.before, move.after, move.reason, move.actor) == (town.hua, mei, "病假", town.wang)
    assert set(Notice.objects.filter(code="duty").values_list("actor__name", flat=True)) == {"花开", "江巡"}


def test_nobody_is_put_in_who_does_not_work_there_or_by_who_does_not_plan_there(town, monday):
    with pytest.raises(PlanRefused):
        put_in(town, monday, town.zhou)
    with pytest.raises(PlanRefused):
        commands.substitute(monday.pk, person=town.wang, reason="忙", actor=town.hua, at=SUNDAY)


def test_a_substitute_with_something_else_then_is_put_in_only_knowingly(town, monday, mei):
    a_duty(town, title="早市值守", kind="watch", holder=mei, opens=time(8), closes=time(10))

    with pytest.raises(OverlapRefused, match="早市值守"):
        put_in(town, monday, mei)
    put_in(town, monday, mei, knowing=True)
    assert all(line.is_double for line in queries.of_person(
        mei, first=moment(2, 0), until=moment(3, 0), at=SUNDAY
    ))  # fmt: skip


def test_two_swap_their_days_when_the_other_agrees(town, monday, mei):
    theirs = a_duty(town, title="夜间巡查", holder=mei, opens=time(20), closes=time(22)).occurrences.earliest("on")
    swap = commands.ask_swap(
        monday.pk, asked=mei, reason="要去培训", actor=town.hua, at=SUNDAY, in_return=theirs.pk
    )  # fmt: skip
    [asked] = swaps.swaps(mei, at=SUNDAY)
    assert (asked.waits_for_me, asked.returned.title, asked.returned.opens_at) == (True, "夜间巡查", moment(2, 20))

    commands.agree_swap(swap.pk, actor=mei, at=SUNDAY)

    holders = dict(Occurrence.objects.filter(pk__in=[monday.pk, theirs.pk]).values_list("pk", "holder__name"))
    assert holders == {monday.pk: "江巡", theirs.pk: "花开"}


def test_what_may_be_taken_in_return_are_the_next_times_of_colleagues_where_one_works(town, monday, mei):
    a_duty(town, title="夜间巡查", holder=mei, opens=time(20), closes=time(22))
    a_duty(town, title="社区值守", holder=town.jiang, unit=town.street, opens=time(17), closes=time(18), by="fu")
    a_duty(town, title="八网格巡查", holder=town.fu, unit=town.grid8, opens=time(20), closes=time(22), by="fu")

    found = swaps.offers(monday.pk, actor=town.hua, at=moment(3, 12))

    assert {(one.person, one.title) for one in found} == {("江巡", "夜间巡查"), ("江巡", "社区值守")}
    nights = [one for one in found if one.title == "夜间巡查"]
    assert [one.opens_at.day for one in nights] == sorted(one.opens_at.day for one in nights)
    assert min(one.opens_at for one in found) > moment(3, 12)
    assert len(found) <= swaps.OF_EACH


def test_what_is_not_theirs_or_not_where_one_works_is_not_taken_in_return(town, monday, mei):
    elsewhere = a_duty(town, title="八网格巡查", holder=town.fu, unit=town.grid8, by="fu").occurrences.earliest("on")
    nights = a_duty(town, title="夜间巡查", holder=mei, opens=time(20), closes=time(22)).occurrences.earliest("on")

    def ask(asked, in_return, match):
        with pytest.raises(SwapRefused, match=match):
            commands.ask_swap(
                monday.pk, asked=asked, reason="要去培训", actor=town.hua, at=SUNDAY, in_return=in_return
            )  # fmt: skip

    town.fu.posts.create(unit=town.grid, over=town.grid, role="grid_officer", since=date(2020, 1, 1))
    ask(town.wang, nights.pk, "不是对方的")
    ask(town.fu, elsewhere.pk, "不在对方那一班的单位")
    assert not Swap.objects.exists()


def test_once_agreed_other_questions_about_the_same_times_are_over(town, monday, mei):
    theirs = a_duty(town, title="夜间巡查", holder=mei, opens=time(20), closes=time(22)).occurrences.earliest("on")
    passed_on = commands.ask_swap(theirs.pk, asked=town.wang, reason="看病", actor=mei, at=SUNDAY)
    swap = commands.ask_swap(
        monday.pk, asked=mei, reason="要去培训", actor=town.hua, at=SUNDAY, in_return=theirs.pk
    )  # fmt: skip

    commands.agree_swap(swap.pk, actor=mei, at=SUNDAY)

    passed_on.refresh_from_db()
    assert passed_on.state == "lapsed"
    again = commands.ask_swap(theirs.pk, asked=town.wang, reason="换来的也上不了", actor=town.hua, at=SUNDAY)
    assert again.state == "asked"


def test_a_swap_lapses_when_what_was_offered_in_return_has_begun(town, monday, mei):
    theirs = a_duty(town, title="早市值守", holder=mei, opens=time(6), closes=time(7)).occurrences.earliest("on")
    commands.ask_swap(monday.pk, asked=mei, reason="要去培训", actor=town.hua, at=SUNDAY, in_return=theirs.pk)

    assert commands.lapse_swaps(at=moment(2, 5, 59)) == 0
    assert commands.lapse_swaps(at=moment(2, 6)) == 1


def test_a_stranger_learns_nothing_of_a_swap(town, monday, mei):
    swap = commands.ask_swap(monday.pk, asked=mei, reason="要去培训", actor=town.hua, at=SUNDAY)
    commands.withdraw_swap(swap.pk, actor=town.hua, at=SUNDAY)

    for verb in (commands.agree_swap, commands.decline_swap, commands.withdraw_swap):
        with pytest.raises(NotFound):
            verb(swap.pk, actor=town.zhou, at=SUNDAY)


def test_a_swap_is_declined_withdrawn_or_lapses_when_its_time_has_come(town, monday, mei):
    def ask() -> Swap:
        return commands.ask_swap(monday.pk, asked=mei, reason="要去培训", actor=town.hua, at=SUNDAY)

    commands.decline_swap(ask().pk, actor=mei, at=SUNDAY)
    commands.withdraw_swap(ask().pk, actor=town.hua, at=SUNDAY)
    last = ask()
    assert commands.lapse_swaps(at=moment(2, 9)) == 1

    assert sorted(Swap.objects.values_list("state", flat=True)) == ["declined", "lapsed", "withdrawn"]
    with pytest.raises(SwapRefused, match="已过时"):
        commands.agree_swap(last.pk, actor=mei, at=moment(2, 9))


def test_only_who_is_asked_answers_and_only_ones_own_is_swapped(town, monday, mei):
    swap = commands.ask_swap(monday.pk, asked=mei, reason="要去培训", actor=town.hua, at=SUNDAY)

    with pytest.raises(NotFound):
        commands.agree_swap(swap.pk, actor=town.wang, at=SUNDAY)
    with pytest.raises(SwapRefused, match="等对方答复"):
        commands.ask_swap(monday.pk, asked=town.wang, reason="再问", actor=town.hua, at=SUNDAY)
    with pytest.raises(SwapRefused, match="自己的班"):
        commands.ask_swap(monday.pk, asked=town.wang, reason="替他问", actor=mei, at=SUNDAY)
    with pytest.raises(SwapRefused, match="已经开始"):
        commands.agree_swap(swap.pk, actor=mei, at=moment(2, 9))


def ask_leave(town, **more):
    given = {"unit": town.grid, "first": date(2026, 3, 2), "last": date(2026, 3, 6), "reason": "年休假"}
    return commands.ask_leave(**(given | more), actor=town.hua, at=SUNDAY)


def test_granted_leave_lists_what_needs_a_substitute_and_who_is_free(town, monday, mei):
    a_duty(town, title="早市值守", kind="watch", holder=mei, opens=time(8), closes=time(10))
    leave = ask_leave(town)

    commands.grant_leave(leave.pk, actor=town.wang, at=SUNDAY)

    needing = leaves.needing_substitutes(leave.pk, at=SUNDAY)
    assert [line.on.day for line in needing] == [2, 4, 6]
    assert [line.id for line in leaves.uncovered(town.wang, at=SUNDAY)] == [line.id for line in needing]
    free = leaves.free_for(monday.pk, at=SUNDAY)
    assert [(person.name, person.busy) for person in free] == [("王格", ""), ("江巡", "早市值守")]
    [[line], mine] = leaves.leaves(town.wang, at=SUNDAY)
    assert (line.person, line.needs, line.state, mine) == ("花开", 3, "granted", [])


def test_nobody_is_put_in_on_a_day_of_leave(town, monday, mei):
    leave = commands.ask_leave(
        unit=town.grid, first=date(2026, 3, 2), last=date(2026, 3, 2), reason="病假", actor=mei, at=SUNDAY
    )
    commands.grant_leave(leave.pk, actor=town.wang, at=SUNDAY)

    with pytest.raises(OccurrenceRefused, match="请假"):
        put_in(town, monday, mei)


def test_leave_is_granted_by_somebody_else_who_plans_there(town):
    leave = ask_leave(town)

    with pytest.raises(NotFound):
        commands.grant_leave(leave.pk, actor=town.hua, at=SUNDAY)
    with pytest.raises(NotFound):
        commands.refuse_leave(leave.pk, reason="不行", actor=town.zhou, at=SUNDAY)
    own = commands.ask_leave(
        unit=town.grid, first=date(2026, 3, 9), last=date(2026, 3, 9), reason="开会", actor=town.wang, at=SUNDAY
    )
    with pytest.raises(leaving.LeaveRefused, match="别人批准"):
        commands.grant_leave(own.pk, actor=town.wang, at=SUNDAY)


def test_leave_is_asked_once_for_the_same_days_refused_with_a_reason_and_taken_back(town):
    leave = ask_leave(town)
    assert ask_leave(town) == leave
    with pytest.raises(leaving.LeaveRefused, match="已有一次"):
        ask_leave(town, first=date(2026, 3, 5), last=date(2026, 3, 8))

    commands.refuse_leave(leave.pk, reason="人手不足", actor=town.wang, at=SUNDAY)
    again = ask_leave(town)
    commands.withdraw_leave(again.pk, actor=town.hua, at=SUNDAY)

    states = sorted(line.state for line in leaves.leaves(town.hua, at=SUNDAY + timedelta(days=1))[1])
    assert states == ["refused", "withdrawn"]
