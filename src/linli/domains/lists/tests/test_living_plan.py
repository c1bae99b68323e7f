"""The plan of a year: drafted once, kept by hand, shown where the item stands."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection

from linli.domains.lists.commands import planning
from linli.domains.lists.commands.planning import PlanLineNotFound, Planned, PlanRefused
from linli.domains.lists.models import PlanLine, Standing
from linli.kernel.calendar import commands as calendar
from linli.kernel.calendar import queries as working
from linli.kernel.catalog.commands import Said

JANUARY = datetime(2026, 1, 5, 2, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
OFFICE = {"stands": [{"layer": "office", "office": "pab"}]}


@pytest.fixture
def items(town, publish_items):
    """Monthly, yearly, on demand and a quarterly key project, on the duties list of East Street."""
    calendar.fill_from_library()
    return publish_items(
        "duties", town.street, town.tao,
        Said("每月安全检查", "平安建设", terms={"frequency": "monthly", **OFFICE}),
        Said("年度防汛演练", "平安建设", terms={"frequency": "yearly"}),
        Said("临时交办", "综合", terms={"frequency": "on_demand"}),
        Said("旧区改造", "城市建设", terms={"frequency": "quarterly", "is_key": True}),
        at=JANUARY,
    )  # fmt: skip


@pytest.fixture
def plan(town, items):
    planning.draft_plan(town.street, 2026, actor=town.tao, at=JANUARY)
    return PlanLine.objects.filter(plan_of=town.street, year=2026)


@pytest.mark.spec("000-11")
def test_a_plan_is_drafted_from_how_often_each_item_is_done_and_only_once(town, items, plan):
    again = planning.draft_plan(town.street, 2026, actor=town.tao, at=JANUARY)

    per_item = [plan.filter(item=item).count() for item in items]
    assert per_item == [12, 1, 0, 8]
    assert again.lines == 0
    assert {line.unit_id for line in plan.filter(item=items[0])} == {town.office.pk}


@pytest.mark.spec("000-11")
def test_what_is_drafted_falls_on_working_days(plan):
    days = set(plan.values_list("due_on", flat=True))

    assert date(2026, 10, 31) not in days  # a Saturday; the milestone of October comes on the Friday before
    assert date(2026, 10, 30) in days
    assert all(working.current().is_working_day(day) for day in days)


def test_drafted_work_is_spread_over_the_days_of_a_month(duties, lines):
    calendar.fill_from_library()
    planning.draft_plan(lines.street, 2026, actor=lines.tao, at=JANUARY)

    march = PlanLine.objects.filter(plan_of=lines.street, due_on__year=2026, due_on__month=3)

    most = max(march.filter(due_on=day).count() for day in march.values_list("due_on", flat=True))
    assert most < march.count() / 5


def test_a_plan_drafted_in_the_middle_of_the_year_has_nothing_due_before(town, items):
    planning.draft_plan(town.street, 2026, actor=town.tao, at=NOW)

    assert PlanLine.objects.filter(item=items[0]).count() == 10


def test_a_line_moved_or_dropped_is_not_drafted_again(town, items, plan):
    first, second = plan.filter(item=items[0]).order_by("due_on")[:2]
    moved = Planned(first.title, date(2026, 2, 10), unit=town.office)
    planning.change_line(first.pk, moved, reason="春节前人手不足", actor=town.cao, at=NOW)
    planning.drop_line(second.pk, reason="并入季度检查", actor=town.tao, at=NOW)

    planning.draft_plan(town.street, 2026, actor=town.tao, at=JANUARY)

    assert plan.filter(item=items[0]).count() == 12
    assert [change.kind for change in first.history.all()] == ["moved"]
    assert first.history.get().was.startswith(str(first.due_on))


@pytest.mark.parametrize(
    ("planned", "reason", "why"),
    [
        (Planned("每月安全检查", date(2026, 2, 10)), "", "改期请写明理由"),
        (Planned("每月安全检查", date(2027, 2, 10)), "推迟", "别的年度"),
        (Planned(" ", date(2026, 1, 30)), "改名", "写明做什么"),
        (Planned("每月安全检查", date(2026, 1, 30), is_milestone=True), "", "只有重点项目"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_in_words(town, items, plan, planned, reason, why):
    line = plan.filter(item=items[0]).earliest("due_on")

    with pytest.raises(PlanRefused, match=why):
        planning.change_line(line.pk, planned, reason=reason, actor=town.tao, at=NOW)


@pytest.mark.spec("000-10")
@pytest.mark.spec("000-11")
def test_what_is_done_shows_at_its_item_and_may_be_taken_back(town, items, plan):
    line = plan.filter(item=items[1]).get()
    on = NOW.date() - timedelta(days=1)

    planning.finish_line(line.pk, on=on, result="演练 1 次，86 人参加", actor=town.tao, at=NOW)
    planning.finish_line(line.pk, on=on, result="又点了一次", actor=town.tao, at=NOW)
    done = Standing.objects.get(pk=items[1].pk)
    planning.reopen_line(line.pk, reason="登记错了", actor=town.tao, at=NOW)

    assert (done.state, done.planned, done.done, done.last_text) == ("done", 1, 1, "年度防汛演练")
    assert Standing.objects.get(pk=items[1].pk).done == 0
    assert [change.kind for change in line.history.order_by("id")] == ["done", "reopened"]


def test_somebody_elses_plan_is_not_there_and_nobody_else_drafts_it(town, plan):
    with pytest.raises(PlanLineNotFound):
        planning.drop_line(plan.first().pk, reason="不做了", actor=town.bao, at=NOW)
    with pytest.raises(PlanRefused, match="不能编排"):
        planning.draft_plan(town.street, 2026, actor=town.zhou, at=NOW)


def test_whoever_a_line_is_assigned_to_may_say_that_it_is_done(town, items, plan):
    line = plan.filter(item=items[1]).get()
    given = Planned(line.title, line.due_on, person=town.sun.pk)
    planning.change_line(line.pk, given, reason="", actor=town.tao, at=NOW)

    planning.finish_line(line.pk, on=NOW.date(), result="已完成", actor=town.sun, at=NOW)

    assert PlanLine.objects.get(pk=line.pk).done_by == town.sun


def test_what_happened_to_a_line_is_never_rewritten(town, plan):
    line = planning.drop_line(plan.first().pk, reason="不做了", actor=town.tao, at=NOW)

    with pytest.raises(IntegrityError, match="only ever added"), connection.cursor() as cursor:
        cursor.execute("update lists_planchange set reason = '改了' where line_id = %s", [line.pk])


@pytest.mark.spec("000-20")
@pytest.mark.spec("000-11")
def test_the_year_of_a_street_with_270_duties_is_drafted_as_a_whole(duties, lines, django_assert_max_num_queries):
    calendar.fill_from_library()

    with django_assert_max_num_queries(20):
        drafted = planning.draft_plan(lines.street, 2026, actor=lines.tao, at=JANUARY)

    assert drafted.items > 230
    assert PlanLine.objects.filter(plan_of=lines.street).count() == drafted.lines > 1500


def test_an_unknown_person_is_refused_by_the_database_and_nothing_is_half_written(town, items, plan):
    line = plan.filter(item=items[1]).get()
    stranger = Planned(line.title, line.due_on, person=UUID(int=7))

    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        planning.change_line(line.pk, stranger, reason="", actor=town.tao, at=NOW)
        cursor.execute("set constraints all immediate")
