"""Duties set, made ahead, changed and ended."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest

from linli.kernel.calendar.models import Day
from linli.kernel.duties import commands, rules
from linli.kernel.duties.commands import OverlapRefused, PlanRefused, RuleRefused
from linli.kernel.duties.models import Duty, Move, Occurrence
from linli.kernel.duties.tests.dutying import MONDAY, SUNDAY, a_duty, draft, moment
from linli.kernel.errors import Refused
from linli.kernel.org.keys import new_key


def days_of(duty: Duty) -> list[int]:
    return [on.day for on in duty.occurrences.order_by("on").values_list("on", flat=True)]


@pytest.mark.spec("001g-18")
def test_a_duty_set_has_its_occurrences_of_three_weeks_each_with_its_window(town):
    duty = a_duty(town)

    assert days_of(duty) == [2, 4, 6, 9, 11, 13, 16, 18, 20]
    first = duty.occurrences.earliest("on")
    assert (first.opens_at, first.closes_at, first.misses_at) == (moment(2, 9), moment(2, 11), moment(2, 12))
    assert first.holder == town.hua


def test_made_ahead_day_by_day_nothing_is_made_twice_or_left_out(town):
    duty = a_duty(town)

    made = [commands.make_ahead(at=SUNDAY + timedelta(days=day)) for day in (0, 1, 1, 2, 9)]

    assert made == [0, 1, 0, 1, 1]
    assert days_of(duty) == [2, 4, 6, 9, 11, 13, 16, 18, 20, 23, 25, 27, 30]


def test_a_window_over_midnight_ends_the_next_day(town):
    duty = a_duty(town, opens=time(22), closes=time(5))

    assert duty.occurrences.earliest("on").closes_at == moment(3, 5)


def test_only_working_days_follow_the_calendar_with_its_make_up_days(town, cleared_calendar):
    duty = a_duty(town, rule="FREQ=DAILY", working_days_only=True)

    assert days_of(duty)[:6] == [2, 3, 4, 6, 7, 9], "the 5th is a holiday, Saturday the 7th is worked"


@pytest.fixture
def cleared_calendar():
    from linli.kernel.calendar import queries

    Day.objects.update_or_create(
        on=date(2026, 3, 5), defaults={"is_working": False, "name": "假日", "year_announced": True}
    )
    Day.objects.update_or_create(
        on=date(2026, 3, 7), defaults={"is_working": True, "name": "补班", "year_announced": True}
    )
    queries.look_again()
    yield
    queries.look_again()


def test_what_was_over_when_the_duty_was_set_is_not_made(town):
    duty = commands.set_duty(draft(town), actor=town.wang, at=moment(2, 11, 30))

    assert days_of(duty)[0] == 4


def test_set_again_with_the_same_key_it_is_the_same_duty(town):
    key = new_key()
    first = commands.set_duty(draft(town), actor=town.wang, at=SUNDAY, key=key)

    assert commands.set_duty(draft(town), actor=town.wang, at=SUNDAY, key=key) == first
    assert Duty.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", {"title": " "}),
        ("title", {"title": "张三 13812345678"}),
        ("holder", {"holder": None}),
        ("closes", {"closes": time(9)}),
        ("ends_on", {"ends_on": MONDAY}),
        ("starts_on", {"starts_on": date(2026, 2, 28)}),
        ("wants", {"wants": ["blood"]}),
        ("grace_minutes", {"grace_minutes": 99_999}),
        ("rule", {"rule": "FREQ=HOURLY"}),
        ("rule", {"rule": "FREQ=DAILY;COUNT=3"}),
        ("rule", {"rule": "每周一"}),
        ("rule", {"rule": "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2"}),
        ("kind", {"kind": "party"}),
    ],
)
def test_a_plan_that_cannot_be_says_which_field(town, field, wrong):
    with pytest.raises(Refused) as refused:
        commands.set_duty(draft(town, **wrong), actor=town.wang, at=SUNDAY)

    assert refused.value.field == field
    assert not Duty.objects.exists()


def test_who_does_not_plan_there_sets_nothing_and_a_stranger_holds_nothing(town):
    with pytest.raises(PlanRefused):
        commands.set_duty(draft(town), actor=town.hua, at=SUNDAY)
    with pytest.raises(PlanRefused, match="任职"):
        commands.set_duty(draft(town, holder=town.zhou), actor=town.wang, at=SUNDAY)


def test_one_person_is_at_two_places_only_knowingly(town):
    a_duty(town)
    other = draft(town, title="走访独居老人", kind="visit", rule="FREQ=DAILY", opens=time(10), closes=time(12))

    with pytest.raises(OverlapRefused, match="03-02 09:00 第七网格日常巡查"):
        commands.set_duty(other, actor=town.wang, at=SUNDAY)
    assert commands.set_duty(other, actor=town.wang, at=SUNDAY, knowing=True)
    assert commands.set_duty(replace(other, opens=time(14), closes=time(15)), actor=town.wang, at=SUNDAY)


def test_a_change_counts_from_its_day_and_what_lies_before_stays(town):
    duty = a_duty(town)

    commands.change(
        duty.pk, draft(town, rule="FREQ=WEEKLY;BYDAY=TU", opens=time(14), closes=time(15)), from_on=date(2026, 3, 9),
        reason="错开早高峰", actor=town.wang, at=SUNDAY,
    )  # fmt: skip

    assert days_of(duty) == [2, 4, 6, 10, 17]
    kept = duty.changes.get()
    assert (kept.before["rule"], kept.after["opens"], kept.reason) == (
        "FREQ=WEEKLY;BYDAY=MO,WE,FR", "14:00:00", "错开早高峰",
    )  # fmt: skip


def test_a_change_excuses_what_somebody_was_put_in_for_instead_of_losing_it(town):
    duty = a_duty(town)
    ninth = duty.occurrences.get(on=date(2026, 3, 9))
    commands.substitute(ninth.pk, person=town.wang, reason="病假", actor=town.fu, at=SUNDAY)

    commands.change(
        duty.pk, draft(town, rule="FREQ=WEEKLY;BYDAY=TU"), from_on=date(2026, 3, 9), reason="改期", actor=town.wang,
        at=SUNDAY,
    )  # fmt: skip

    ninth.refresh_from_db()
    assert (ninth.state, ninth.note) == ("excused", "改期")
    assert Move.objects.filter(occurrence=ninth).exists()


def test_a_change_neither_reaches_back_nor_beyond_what_is_made(town):
    duty = a_duty(town)
    for day in (date(2026, 3, 1), date(2026, 4, 1)):
        with pytest.raises(PlanRefused):
            commands.change(duty.pk, draft(town), from_on=day, reason="改", actor=town.wang, at=SUNDAY)


def test_an_ended_duty_keeps_what_was_done_and_has_nothing_more_to_come(town):
    duty = a_duty(town)
    wednesday = moment(4, 9, 30)

    commands.end_duty(duty.pk, reason="网格撤并", actor=town.wang, at=wednesday)

    assert days_of(duty) == [2, 4]
    assert commands.make_ahead(at=wednesday + timedelta(days=30)) == 0
    with pytest.raises(PlanRefused, match="已经结束"):
        commands.end_duty(duty.pk, reason="再来", actor=town.wang, at=wednesday)


def test_a_duty_with_an_end_is_made_no_further(town):
    duty = a_duty(town, ends_on=date(2026, 3, 6))

    assert days_of(duty) == [2, 4]
    assert commands.make_ahead(at=SUNDAY + timedelta(days=3)) == 0


def test_every_second_week_is_counted_from_the_first_day_however_often_it_is_made_ahead(town):
    duty = a_duty(town, rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO")
    for day in range(1, 40):
        commands.make_ahead(at=SUNDAY + timedelta(days=day))

    days = list(Occurrence.objects.filter(duty=duty).order_by("on").values_list("on", flat=True))
    assert {(later - earlier).days for earlier, later in pairwise(days)} == {14}


def test_a_rule_that_is_no_rule_is_refused_in_words():
    with pytest.raises(RuleRefused, match="看不懂"):
        rules.checked("FREQ=WEEKLY;BYDAY=XX", starts_on=MONDAY)
