"""Whose planned work falls due hears of it in the morning; late milestones reach those who supervise."""

from datetime import UTC, date, datetime

import pytest

from linli.domains.lists import jobs
from linli.domains.lists.commands import checking, planning, reminding
from linli.domains.lists.commands.planning import Planned
from linli.domains.lists.models import CheckRun
from linli.kernel.catalog.commands import Said
from linli.kernel.messages.models import Notice

MORNING = datetime(2026, 6, 2, 0, 30, tzinfo=UTC)


@pytest.fixture
def project(town, publish_items):
    said = Said("旧区改造", "城市建设", terms={"is_key": True})
    return publish_items("duties", town.street, town.tao, said, at=datetime(2026, 1, 5, 2, tzinfo=UTC))[0]


def plan(town, item, title, due_on, **more):
    return planning.add_line(
        town.street, item.pk, Planned(title, due_on, **more), reason="", actor=town.tao, at=MORNING
    )


def told(actor):
    return list(Notice.objects.filter(actor=actor).values_list("body", flat=True))


@pytest.mark.spec("000-12")
def test_the_office_hears_a_week_before_and_nobody_hears_of_what_is_done_or_far_off(town, project):
    plan(town, project, "签约动员", date(2026, 6, 9), unit=town.office)
    plan(town, project, "另一天的事", date(2026, 6, 20), unit=town.office)
    done = plan(town, project, "已经做完的", date(2026, 6, 9), unit=town.office)
    planning.finish_line(done.pk, on=date(2026, 6, 1), result="完成", actor=town.tao, at=MORNING)

    reminding.remind(at=MORNING)

    assert len(told(town.cao)) == 1
    assert "签约动员" in told(town.cao)[0]
    assert "另一天的事" not in told(town.cao)[0]
    assert "已经做完的" not in told(town.cao)[0]


@pytest.mark.spec("000-12")
def test_a_late_milestone_reaches_the_leader_and_the_supervisor_as_well(town, project):
    plan(town, project, "方案确定", date(2026, 6, 1), unit=town.office, is_milestone=True)

    reminding.remind(at=MORNING)

    assert all("方案确定" in told(actor)[0] for actor in (town.cao, town.li, town.qian))
    assert told(town.zhou) == []


def test_whoever_it_is_assigned_to_hears_instead_of_the_head(town, project):
    plan(town, project, "签约动员", date(2026, 6, 9), unit=town.office, person=town.sun.pk)

    reminding.remind(at=MORNING)

    assert len(told(town.sun)) == 1
    assert told(town.cao) == []


@pytest.mark.spec("000-06")
def test_by_night_every_district_and_street_is_counted_and_checked(town, project):
    jobs.count_executions(timestamp=0)
    jobs.check_up(timestamp=0)
    jobs.remind(timestamp=0)

    runs = CheckRun.objects.exclude(ended_at=None).filter(actor=None)
    assert {run.unit for run in runs} == {town.district, town.street, town.west}


def test_a_check_up_in_the_background_is_carried_out_by_the_worker(town, project):
    run = checking.begin_check(town.street, at=MORNING, actor=town.tao)

    jobs.carry_out_check(run.pk)

    run.refresh_from_db()
    assert run.checked == 10
    assert run.ended_at is not None


@pytest.mark.spec("000-11")
def test_many_lines_are_marked_done_at_once_and_only_ones_own(town, project):
    lines = [plan(town, project, f"第{n}件", date(2026, 6, n), unit=town.office) for n in (1, 2, 3)]
    planning.drop_line(lines[2].pk, reason="不做了", actor=town.tao, at=MORNING)
    days = {line.pk: date(2026, 6, 1) for line in lines}

    by_stranger = planning.finish_lines(days, result="完成", actor=town.ma, at=MORNING)
    by_head = planning.finish_lines(days, result="完成", actor=town.cao, at=MORNING)

    assert (by_stranger, by_head) == (0, 2)
