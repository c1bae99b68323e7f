"""Who hears that something was missed: whose it was at once, those in charge once a day."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.duties import commands
from linli.kernel.duties.commands import missing
from linli.kernel.duties.tests.dutying import SUNDAY, a_duty, moment
from linli.kernel.messages.models import Notice
from linli.kernel.org.models import Actor


def told(kind="duty_missed") -> list[str]:
    return sorted(Notice.objects.filter(code=kind).values_list("actor__name", flat=True))


def summary_of(actor) -> str:
    return Notice.objects.get(code="missed_duties", actor=actor).body


def in_charge() -> set[str]:
    return set(Notice.objects.filter(code="missed_duties").values_list("actor__name", flat=True))


def test_whoever_had_to_do_it_hears_once_that_it_was_missed(town):
    a_duty(town)

    for hour in (12, 12, 13):
        commands.miss_due(at=moment(2, hour))

    [notice] = Notice.objects.filter(code="duty_missed")
    assert (notice.actor, notice.subject) == (town.hua, "漏办：第七网格日常巡查")
    assert "03-02 09:00 第七网格日常巡查" in notice.body


def test_what_was_missed_while_the_system_was_off_is_one_message(town):
    a_duty(town)

    commands.miss_due(at=moment(14, 0))

    [notice] = Notice.objects.filter(code="duty_missed")
    assert notice.subject == "漏办：第七网格日常巡查等6次"
    assert notice.body.count("第七网格日常巡查") == missing.NAMED


def test_the_substitute_hears_rather_than_whom_it_was_planned_for(town):
    one = a_duty(town).occurrences.earliest("on")
    commands.substitute(one.pk, person=town.wang, reason="年休假", actor=town.wang, at=SUNDAY)

    commands.miss_due(at=moment(2, 12))

    assert told() == ["王格"]


def test_what_is_a_roles_is_told_to_those_who_have_it_there_and_below(town):
    a_duty(town, holder=None, role="grid_officer", unit=town.street, by="fu")

    commands.miss_due(at=moment(2, 12))

    assert told() == ["花开"]


def test_what_a_crowd_shares_is_told_to_none_of_it(town, monkeypatch):
    monkeypatch.setattr(missing, "SHARED_BY", 0)
    a_duty(town, holder=None, role="grid_officer")

    commands.miss_due(at=moment(2, 12))

    assert told() == []


def test_somebody_without_an_account_is_not_written_to(town):
    outside = Actor.objects.create(kind="outside", name="楼组长")
    a_duty(town, holder=outside)

    assert commands.miss_due(at=moment(2, 12)) == 1

    assert told() == []


def test_the_number_of_statements_does_not_grow_with_what_was_missed(town):
    a_duty(town)
    with CaptureQueriesContext(connection) as few:
        commands.miss_due(at=moment(2, 12))
    for number in range(5):
        a_duty(town, title=f"巡查{number}", holder=None, role="grid_officer")
        a_duty(town, title=f"检查{number}", holder=town.wang, opens=time(12 + number), closes=time(13 + number))
    with CaptureQueriesContext(connection) as many:
        commands.miss_due(at=moment(14, 0))

    assert len(many) <= len(few) + 1


@pytest.mark.spec("001g-18")
def test_those_in_charge_get_one_collected_message_a_day(town):
    a_duty(town)
    a_duty(town, title="早市值守", unit=town.grid8, holder=None, role="grid_officer", rule="FREQ=DAILY", by="fu")
    commands.miss_due(at=moment(4, 12))

    assert commands.report_missed(at=moment(4, 13)) == len(in_charge())
    commands.miss_due(at=moment(5, 12))
    assert commands.report_missed(at=moment(4, 14)) == 0

    assert in_charge() == {"王格", "包主任", "傅安"}
    assert f"{town.grid.name} 2 次" in summary_of(town.wang)
    assert town.grid8.name not in summary_of(town.wang)
    assert f"{town.grid8.name} 3 次、{town.grid.name} 2 次" in summary_of(town.fu)


def test_the_next_day_tells_of_what_is_new_and_not_of_what_was_made_good(town):
    duty = a_duty(town, rule="FREQ=DAILY")
    commands.miss_due(at=moment(2, 13))
    commands.report_missed(at=moment(3, 8))
    commands.miss_due(at=moment(5, 13))
    excused = duty.occurrences.get(on=date(2026, 3, 3))
    commands.excuse(excused.pk, reason="暴雨", actor=town.wang, at=moment(6, 7))
    done = duty.occurrences.get(on=date(2026, 3, 4))
    commands.record_done(
        done.pk, done_at=moment(4, 10), filed_at=moment(6, 7), is_late=False, actor=town.hua
    )  # fmt: skip
    Notice.objects.all().delete()

    commands.report_missed(at=moment(6, 8))

    assert f"{town.grid.name} 1 次" in summary_of(town.wang)


def test_without_anything_missed_nobody_is_written_to(town):
    a_duty(town)

    assert commands.report_missed(at=moment(2, 8)) == 0


def test_of_their_own_they_have_heard_already(town):
    a_duty(town, holder=town.wang)
    commands.miss_due(at=moment(2, 12))

    commands.report_missed(at=moment(3, 8))

    assert in_charge() == {"包主任", "傅安"}


def test_after_a_month_without_a_worker_a_week_is_told_and_the_rest_is_let_be(town):
    a_duty(town, rule="FREQ=DAILY")
    commands.make_ahead(at=moment(20, 8))
    while commands.miss_due(at=moment(31, 13)):
        pass

    commands.report_missed(at=moment(31, 14))

    assert f"{town.grid.name} 7 次" in summary_of(town.wang)
    Notice.objects.all().delete()
    assert commands.report_missed(at=moment(31, 14) + timedelta(days=1)) == 0


def test_a_unit_for_which_nobody_plans_is_told_to_its_head(town):
    a_duty(town, kind="meeting", title="科室例会", unit=town.department, holder=town.deng, by="du")
    commands.miss_due(at=moment(2, 12))

    commands.report_missed(at=moment(3, 8))

    assert in_charge() == {"杜处"}
