"""The check-up finds what real lists suffer from, keeps it until it is gone, and drafts the change that mends it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from linli.domains.lists.commands import checking, loading, mending, planning
from linli.domains.lists.commands.checking import CheckRefused
from linli.domains.lists.commands.planning import Planned
from linli.domains.lists.commands.standing import stand_anew
from linli.domains.lists.models import CheckRun, Finding
from linli.domains.lists.queries.reach import ListNotFound
from linli.kernel.calendar import commands as calendar
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog.commands import ItemChange, Said
from linli.kernel.evidence.commands import register_basis

START = datetime(2025, 1, 6, 2, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
LED = {"stands": [{"layer": "office", "office": "pab"}]}


@pytest.fixture
def publish(town, publish_items):
    """Publishes one duty of East Street and hands back the item."""

    def one(title, *, at=NOW, **terms):
        return publish_items("duties", town.street, town.tao, Said(title, "平安建设", terms=LED | terms), at=at)[0]

    return one


def found(item, rule):
    return Finding.objects.filter(item=item, rule=rule, gone_at=None)


def check(town, at=NOW):
    return checking.check_up(town.street, at=at)


@pytest.mark.spec("000-06")
@pytest.mark.spec("000-20")
def test_the_270_duties_are_checked_in_few_statements_and_their_planted_faults_found(
    duties, lines, django_assert_max_num_queries
):
    with django_assert_max_num_queries(80):
        run = checking.check_up(lines.street, at=NOW)

    assert run.items == 270
    assert (run.counts["no_owner"], run.counts["no_basis"]) == (6, 8)
    pairs = {(row.other.serial, row.item.serial) for row in Finding.objects.filter(rule="double")}
    assert {(41, 42), (160, 161), (232, 233)} <= pairs
    assert len(pairs) < 20
    assert run.counts["basis_expired"] > 0


@pytest.mark.spec("000-06")
@pytest.mark.parametrize(
    ("rule", "title", "terms"),
    [
        ("no_owner", "无人牵头的事", {"stands": []}),
        ("no_basis", "没有依据的事", {}),
        ("over_long", "名称特别长" * 7, {}),
        ("over_long", "指引过多", {"guide": ["一步"] * 9}),
        ("sunset", "到期的事", {"sunset": "2026-03-01"}),
    ],
)
def test_each_rule_finds_what_it_is_for_and_nothing_once_it_is_mended(town, publish, rule, title, terms):
    item = publish(title, **terms)
    check(town)
    before = found(item, rule).count()

    mended = Said("改好的事", terms=LED | {"bases": ["LAW-01"]})
    _with_basis(town)
    catalog.publish_list(
        item.worklist, [ItemChange("alter", item, mended)], valid_from=NOW.date(), reason="改正", actor=town.tao, at=NOW
    )
    stand_anew(item.worklist, at=NOW)
    check(town, NOW + timedelta(hours=1))

    assert (before, found(item, rule).count()) == (1, 0)
    assert Finding.objects.filter(item=item, rule=rule).get().gone_at == NOW + timedelta(hours=1)


def _with_basis(town):
    register_basis(
        kind="law", title="测试依据", code="LAW-01", valid_from=date(2020, 1, 1), actor=town.tao, at=NOW
    )  # fmt: skip


@pytest.mark.spec("000-06")
def test_an_item_without_execution_for_a_year_is_found_and_one_executed_is_not(town, publish):
    quiet = publish("年度盘点", at=START, frequency="yearly")
    busy = publish("年度演练", at=START, frequency="yearly")
    new = publish("今年新增", at=NOW, frequency="yearly")
    line = planning.add_line(
        town.street, busy.pk, Planned("演练", date(2026, 2, 2)), reason="", actor=town.tao, at=START
    )
    planning.finish_line(line.pk, on=date(2026, 2, 2), result="已演练", actor=town.tao, at=NOW)

    check(town)

    assert [found(item, "never_done").count() for item in (quiet, busy, new)] == [1, 0, 0]


@pytest.mark.spec("000-06")
def test_what_is_always_late_is_found_with_its_figures(town, publish):
    item = publish("总也来不及的事", at=START, frequency="monthly")
    for month in (10, 11, 12):
        planning.add_line(
            town.street, item.pk, Planned(f"{month}月", date(2025, month, 20)), reason="", actor=town.tao, at=START
        )

    check(town)

    assert found(item, "always_late").get().detail == "3/3"


@pytest.mark.spec("003-03")
def test_a_duty_that_stood_there_before_its_class_was_prohibited_is_found(lines, publish_items):
    said = Said("招引企业落户", terms={"duty_class": "investment_promotion"})
    item = publish_items("autonomy", lines.committee, lines.tao, said, at=NOW)[0]
    loading.load_common(loading.shipped(), actor=lines.jin, at=NOW)

    check(lines)

    assert found(item, "prohibited").exists()


@pytest.mark.spec("000-06")
@pytest.mark.spec("000-21")
def test_a_duty_and_a_matter_that_name_each_other_are_no_finding(town, publish, publish_items):
    duty, lonely = publish("高龄津贴"), publish("防汛防台")
    said = Said("受理高龄津贴申请", terms=LED | {"links": [duty.code]})
    matter = publish_items("matters", town.street, town.tao, said)[0]

    check(town)

    assert [found(item, "unlinked").count() for item in (duty, lonely, matter)] == [0, 1, 0]


def test_a_finding_stays_the_same_through_the_nights_and_keeps_its_day(town, publish):
    item = publish("没有依据的事")
    check(town)
    check(town, NOW + timedelta(days=1))

    finding = Finding.objects.get(item=item, rule="no_basis")
    assert (finding.found_at, finding.seen_at) == (NOW, NOW + timedelta(days=1))


def test_a_run_broken_off_goes_on_where_it_was(town, publish):
    publish("没有依据的事")
    begun = checking.begin_check(town.street, at=NOW)

    again = checking.begin_check(town.street, at=NOW + timedelta(minutes=1))
    done = checking.carry_out(again, at=NOW + timedelta(minutes=1))

    assert again.pk == begun.pk
    assert (done.checked, CheckRun.objects.count()) == (10, 1)


def test_who_may_not_check_is_refused(town, publish):
    item = publish("没有依据的事")
    check(town)

    with pytest.raises(CheckRefused):
        checking.begin_check(town.street, at=NOW, actor=town.zhou)
    with pytest.raises(CheckRefused):
        checking.set_aside(
            found(item, "no_basis").get(), reason="以后再说", until=date(2026, 6, 1), actor=town.ma, at=NOW
        )


@pytest.mark.spec("000-06")
def test_one_press_drafts_the_change_that_mends_and_a_second_press_stays_the_same(town, publish):
    publish("治安巡逻")
    item = publish("没有牵头的事", stands=[])
    double = publish("治安巡逻防控")
    check(town)

    first = mending.mend(found(item, "no_owner").get(), actor=town.tao, at=NOW)
    again = mending.mend(found(item, "no_owner").get(), actor=town.tao, at=NOW)
    other = mending.mend(found(double, "double").get(), actor=town.tao, at=NOW)

    assert first.pk == again.pk == other.pk
    by_item = {change.item_id: change for change in first.changes.all()}
    assert by_item[item.pk].said["terms"]["stands"] == [{"layer": "office", "office": "pab"}]
    assert (by_item[double.pk].action, by_item[double.pk].move) == ("retire", "merge")
    assert first.matter.state == "draft"


def test_two_findings_of_one_item_become_one_line_that_mends_both(town, publish):
    publish("同类事项", stands=[{"layer": "office", "office": "pab"}])
    item = publish("名称特别长" * 7, stands=[])
    check(town)

    mending.mend(found(item, "no_owner").get(), actor=town.tao, at=NOW)
    proposal = mending.mend(found(item, "over_long").get(), actor=town.tao, at=NOW)

    change = proposal.changes.get()
    assert len(change.said["title"]) == 30
    assert change.said["terms"]["stands"]


def test_who_does_not_keep_the_list_drafts_nothing(town, publish):
    item = publish("没有依据的事")
    check(town)

    with pytest.raises(ListNotFound):
        mending.mend(found(item, "no_basis").get(), actor=town.fang, at=NOW)


def test_checking_a_drafted_year_finds_nothing_late_before_its_time(town, publish):
    calendar.fill_from_library()
    item = publish("按月检查", at=START, frequency="monthly")
    planning.draft_plan(town.street, 2027, actor=town.tao, at=NOW)

    check(town)

    assert not found(item, "always_late").exists()
