"""What an item's figures count: the plan, tasks, cases of the categories it covers, and the money."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from linli.domains.cases import commands as cases
from linli.domains.cases.commands import Given, Report
from linli.domains.cases.models import Case
from linli.domains.lists.commands import executing, planning
from linli.domains.lists.commands.planning import Planned
from linli.domains.lists.models import Standing
from linli.kernel.catalog.commands import Said
from linli.kernel.ledger import commands as ledger
from linli.kernel.org.keys import new_key
from tests.evidence import photo
from tests.town import IN_GRID, IN_WEST

JANUARY = datetime(2026, 1, 5, 2, tzinfo=UTC)


@pytest.fixture
def item(town, publish_items):
    """A duty of East Street that covers the first class of the case catalogue."""
    said = Said("市政设施管护", "城市管理", terms={"categories": ["01"], "budget_fen": 50_000_00})
    return publish_items("duties", town.street, town.tao, said, at=JANUARY)[0]


def count(town, at):
    executing.count_executions(town.district, year=at.astimezone(executing.SHANGHAI).year, at=at)


def report_hole(town, at, place=IN_GRID):
    said = Report(text="井盖没了", lon=place[0], lat=place[1], category="01001", files=[photo(town.hua)])
    return cases.report(said, at=at, actor=town.hua)


@pytest.mark.spec("000-10")
def test_cases_of_the_categories_an_item_covers_are_its_executions(town, item):
    now = timezone.now()
    report_hole(town, now)
    report_hole(town, now + timedelta(minutes=5))
    report_hole(town, now, place=IN_WEST)

    count(town, now + timedelta(minutes=10))

    row = Standing.objects.get(pk=item.pk)
    assert (row.open, row.done, row.state) == (2, 0, "running")
    assert row.last_text.endswith("井盖没了")


@pytest.mark.spec("000-10")
def test_a_case_past_its_limit_makes_the_item_overdue(town, item):
    now = timezone.now()
    report_hole(town, now)

    count(town, now + timedelta(days=60))

    assert Standing.objects.get(pk=item.pk).state == "overdue"


def test_a_committees_item_counts_only_what_committees_carry_out(town, publish_items):
    said = Said("协助清理楼道", terms={"categories": ["01"]})
    item = publish_items("assist", town.district, town.jin, said, at=JANUARY)[0]
    now = timezone.now()
    report_hole(town, now)
    case = cases.report(Report(text="楼道", lon=IN_GRID[0], lat=IN_GRID[1], category="01001", source="01"), at=now)
    count(town, now)
    before = Standing.objects.get(pk=item.pk).open

    _send_to_committee(town, case, now)
    count(town, now + timedelta(minutes=1))

    assert (before, Standing.objects.get(pk=item.pk).open) == (0, 1)


def _send_to_committee(town, taken, at):
    case = Case.objects.get(pk=taken.id)
    for n, (who, step, given) in enumerate(
        ((town.chen, "accept", Given()), (town.chen, "file", Given()),
         (town.lin, "dispatch", Given(unit=town.committee.pk)))
    ):  # fmt: skip
        cases.act(case, step, given, actor=who, at=at + timedelta(seconds=n))


@pytest.mark.spec("000-10")
def test_figures_of_another_domain_stay_when_a_line_of_the_plan_is_done(town, item):
    now = timezone.now()
    report_hole(town, now)
    count(town, now)
    line = planning.add_line(
        town.street, item.pk, Planned("集中巡查", now.date() + timedelta(days=3)), reason="", actor=town.tao, at=now
    )

    planning.finish_line(line.pk, on=timezone.localdate(now), result="巡查完成", actor=town.tao, at=now)

    row = Standing.objects.get(pk=item.pk)
    assert (row.planned, row.open, row.done, row.state) == (1, 1, 1, "running")


@pytest.mark.spec("000-13")
def test_what_was_paid_is_set_against_the_budget_of_the_item(town, item):
    now = timezone.now()
    year = timezone.localdate(now).year
    source, held, spent = (
        ledger.open_account(
            f"{kind}-1", name=kind, unit=town.street, kind=kind, year=year, actor=town.tao, at=now,
            purpose=item.code if kind != "source" else "",
        )
        for kind in ("source", "held", "spent")
    )  # fmt: skip
    ledger.book(new_key(), "allocate", {source: -80_000_00, held: 80_000_00}, text="年初预算", actor=town.tao, at=now)
    ledger.book(new_key(), "spend", {held: -20_000_00, spent: 20_000_00}, text="维修", actor=town.tao, at=now)

    count(town, now)

    row = Standing.objects.get(pk=item.pk)
    assert (row.budget_fen, row.paid_fen) == (80_000_00, 20_000_00)


def test_without_accounts_the_budget_is_the_items_own(town, item):
    count(town, timezone.now())

    assert Standing.objects.get(pk=item.pk).budget_fen == 50_000_00


def test_counting_twice_changes_nothing_and_asks_the_same_however_many_items(
    town, duties, django_assert_max_num_queries
):
    now = timezone.now()
    first = executing.count_executions(town.district, year=now.year + 1, at=now)

    with django_assert_max_num_queries(8):
        second = executing.count_executions(town.district, year=now.year + 1, at=now)

    assert (first, second) == (270, 0)


def test_a_new_year_begins_with_nothing(town, item):
    line = planning.add_line(
        town.street, item.pk, Planned("集中巡查", date(2026, 3, 3)), reason="", actor=town.tao, at=JANUARY
    )
    planning.finish_line(line.pk, on=date(2026, 1, 5), result="好", actor=town.tao, at=JANUARY)

    count(town, JANUARY + timedelta(days=400))

    row = Standing.objects.get(pk=item.pk)
    assert (row.year, row.planned, row.done, row.state) == (2027, 0, 0, "not_started")
