"""Two-level admission: nothing new reaches a committee before the district and its street have agreed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from linli.domains.lists.commands import admitting, applying, levels, reviewing
from linli.domains.lists.commands.admitting import AdmittingRefused
from linli.domains.lists.commands.applying import ApplicationRefused
from linli.domains.lists.commands.levels import LevelsRefused
from linli.domains.lists.commands.reviewing import ReviewRefused
from linli.domains.lists.flow import TASK
from linli.domains.lists.models import Prohibition, Standing
from linli.domains.lists.queries import admission_check
from linli.domains.lists.queries.review_levels import Level
from linli.domains.lists.tests.admitting import (
    again,
    agree,
    applied,
    day,
    funded,
    newcomer,
    review_of,
    wish,
)
from linli.domains.lists.tests.conftest import NOON
from linli.kernel.catalog.admitted import admitted_for
from linli.kernel.catalog.commands import Said
from linli.kernel.catalog.models import Admission, WorkItem
from linli.kernel.flow.commands import StepRefused, open_matter
from linli.kernel.flow.mandates import OffListRefused
from linli.kernel.flow.models import Entry, Mandate, Matter
from linli.kernel.ledger import queries as ledger
from linli.kernel.ledger.refusals import OverdrawnRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def west_reviewer(town):
    return newcomer("西审", "admission_reviewer", town.west)


def ask(town, at, admission=None):
    """Tang opens a task for the committee, as a department does."""
    return open_matter(
        TASK, title="核查燃气", home=town.street, unit=town.committee, actor=town.tang, at=at, admission=admission
    )


@pytest.mark.spec("000-26")
@pytest.mark.spec("001a-02")
def test_what_a_department_applies_for_may_be_asked_once_district_and_street_agreed(town, kinds, west_reviewer):
    application = applied(town, NOON)
    with pytest.raises(OffListRefused):
        ask(town, NOON)

    agree(application, town.district, town.zhu, NOON)
    assert {m.unit_id for m in Matter.objects.filter(parent=application.pk, state="opened")} == {
        town.street.pk,
        town.west.pk,
    }
    agree(application, town.street, town.wu, NOON, conditions="每次不超过两人")
    agree(application, town.west, west_reviewer, NOON)

    done = again(application.pk)
    admission = Admission.objects.get(unit=town.street)
    assert done.matter.state == "admitted"
    assert (admission.kind, admission.item, admission.conditions) == ("regular", done.item, "每次不超过两人")
    assert Standing.objects.get(item=done.item).title == "协助开展独居老人燃气安全上门核查"
    mandate = Mandate.objects.get(matter=ask(town, NOON, admission.pk))
    assert (mandate.admission, mandate.minutes, mandate.load_kind) == (admission, 360, "inspection")


@pytest.mark.spec("000-26")
def test_only_the_streets_that_agree_take_it(town, kinds, west_reviewer):
    application = applied(town, NOON)
    agree(application, town.district, town.zhu, NOON)

    agree(application, town.street, town.wu, NOON)
    reviewing.decline(review_of(application, town.west), "人手不足", actor=west_reviewer, at=NOON)

    assert again(application.pk).matter.state == "admitted"
    assert [a.code for a in admitted_for(town.committee, at=NOON)] == [again(application.pk).item.code]
    assert admitted_for(town.west_committee, at=NOON) == []


def test_what_the_district_declines_never_reaches_a_street(town, kinds):
    application = applied(town, NOON)

    reviewing.decline(review_of(application, town.district), "数据已有", actor=town.zhu, at=NOON)

    assert again(application.pk).matter.state == "refused"
    assert Matter.objects.filter(parent=application.pk).count() == 1
    assert not Admission.objects.exists()


@pytest.mark.spec("000-26")
def test_levels_are_data_one_level_is_enough_where_the_district_says_so(town, kinds, west_reviewer):
    levels.set_levels(town.district, [Level(0, "street", "街道审核", 0, 5)], reason="试行", actor=town.zhu, at=NOON)
    application = applied(town, NOON, area=[town.street])

    agree(application, town.street, town.wu, NOON)

    assert again(application.pk).matter.state == "admitted"
    assert Admission.objects.get().unit == town.street


def test_committees_are_heard_and_do_not_review(town, kinds):
    with pytest.raises(LevelsRefused):
        levels.set_levels(
            town.district, [Level(0, "committee", "居委会审核", 0, 5)], reason="试行", actor=town.zhu, at=NOON
        )


def test_a_street_does_not_set_the_levels_of_the_district(town, kinds):
    with pytest.raises(LevelsRefused):
        levels.set_levels(town.district, [Level(0, "street", "街道审核", 0, 5)], reason="试行", actor=town.wu, at=NOON)


def test_a_decision_waits_for_the_opinions_its_level_wants_and_a_committee_may_give_one(town, kinds):
    levels.set_levels(town.district, [Level(0, "street", "街道审核", 1, 5)], reason="试行", actor=town.zhu, at=NOON)
    application = applied(town, NOON, area=[town.street])
    review = review_of(application, town.street)
    reviewing.invite(review, [town.committee], "人手够吗", actor=town.wu, at=NOON)
    with pytest.raises(StepRefused, match="会审意见"):
        agree(application, town.street, town.wu, NOON)

    opinion = Matter.objects.get(parent=review.pk).admission_opinion
    reviewing.give_opinion(opinion, "if", "须配一名网格员", actor=town.bao, at=NOON)
    agree(application, town.street, town.wu, NOON)

    assert again(application.pk).matter.state == "admitted"
    assert Mandate.objects.get(matter=opinion.pk).source == "opinion"


def test_nobody_reviews_at_two_levels(town, kinds):
    levels.set_levels(
        town.district, [Level(0, "street", "街道审核", 0, 5), Level(0, "district", "区级审核", 0, 5)],
        reason="先街道后区", actor=town.zhu, at=NOON,
    )  # fmt: skip
    both = newcomer("两任", "admission_reviewer", town.street)
    both.posts.create(unit=town.district, over=town.district, role="admission_reviewer", since=day("2020-01-01"))
    application = applied(town, NOON, area=[town.street])
    agree(application, town.street, both, NOON)

    with pytest.raises(StepRefused, match="各级审核分开"):
        agree(application, town.district, both, NOON)

    agree(application, town.district, town.zhu, NOON)
    assert again(application.pk).matter.state == "admitted"


def test_whoever_applied_does_not_review(town, kinds):
    town.tang.posts.create(unit=town.district, over=town.district, role="admission_reviewer", since=day("2020-01-01"))
    application = applied(town, NOON)

    with pytest.raises(StepRefused, match="申请与审核分开"):
        agree(application, town.district, town.tang, NOON)


def test_a_reviewer_of_the_district_does_not_decide_for_a_street(town, kinds, west_reviewer):
    application = applied(town, NOON)
    agree(application, town.district, town.zhu, NOON)
    other = newcomer("区审", "admission_reviewer", town.district)

    with pytest.raises(ReviewRefused, match="自己的准入审核员"):
        agree(application, town.street, other, NOON)


@pytest.mark.spec("000-26")
def test_the_money_moves_with_the_matter(town, kinds, west_reviewer):
    held = funded(town, 500_000, NOON)
    application = applied(town, NOON, money_fen=100_000, money_from=held.code)
    agree(application, town.district, town.zhu, NOON)

    agree(application, town.street, town.wu, NOON, money_fen=120_000)
    agree(application, town.west, west_reviewer, NOON, money_fen=80_000)

    item = again(application.pk).item
    accounts = {a.unit_name: a.balance_fen for a in ledger.accounts_of(town.district.path, 2026) if a.purpose}
    assert accounts == {"东街街道": 120_000, "西街街道": 80_000}
    assert ledger.balance(held) == 300_000
    assert ledger.use_of(item.code, 2026).budget_fen == 200_000
    assert ledger.trial_balance()["source"] == -500_000


def test_where_the_money_is_not_covered_nothing_is_admitted(town, kinds, west_reviewer):
    held = funded(town, 100_000, NOON)
    application = applied(town, NOON, money_fen=100_000, money_from=held.code)
    agree(application, town.district, town.zhu, NOON)
    agree(application, town.street, town.wu, NOON, money_fen=80_000)

    with pytest.raises(OverdrawnRefused):
        agree(application, town.west, west_reviewer, NOON, money_fen=80_000)

    assert again(application.pk).matter.state == "reviewing"
    assert review_of(application, town.west).matter.state == "opened"
    assert not Admission.objects.exists()
    assert not WorkItem.objects.exists()
    assert ledger.balance(held) == 100_000


def test_a_trial_holds_until_its_day_and_the_shortest_term_counts(town, kinds, west_reviewer):
    application = applied(town, NOON, kind="trial", valid_to=day("2026-09-01"))
    agree(application, town.district, town.zhu, NOON)

    agree(application, town.street, town.wu, NOON, valid_to=day("2026-06-01"))
    agree(application, town.west, west_reviewer, NOON)

    assert dict(Admission.objects.values_list("unit", "valid_to")) == {
        town.street.pk: day("2026-06-01"),
        town.west.pk: day("2026-09-01"),
    }
    assert admitted_for(town.committee, at=NOON + timedelta(days=120)) == []


def test_a_trial_without_an_end_is_refused(town, kinds):
    with pytest.raises(ApplicationRefused, match="试行"):
        applying.draft(wish(town, NOON, kind="trial"), key=uuid4(), actor=town.tang, at=NOON)


@pytest.mark.spec("001a-02")
def test_the_check_shows_what_is_asked_already_and_what_is_held_already(town, publish_items):
    (before,) = publish_items(
        "assist", town.district, town.jin,
        Said("协助独居老人燃气安全核查", terms={"load_kind": "form", "content": "登记老年人与独居老人"}),
    )  # fmt: skip

    found = admission_check.check(wish(town, NOON, collects=["elderly"]).plan(), on=NOON.date())

    assert [one.code for one in found.similar] == [before.code]
    assert [one.item for one in found.held] == ["", before.code]
    assert (found.bearers, found.hours, found.forms) == (2, 48.0, 8.0)


def test_what_is_prohibited_is_refused_when_it_is_submitted(town, kinds):
    Prohibition.objects.create(
        duty_class="investment_promotion",
        name="招商引资",
        unit_kind="committee",
        basis="减负规定",
        valid_from="2015-01-01",
    )
    application = applying.draft(
        wish(town, NOON, duty_class="investment_promotion"), key=uuid4(), actor=town.tang, at=NOON
    )

    with pytest.raises(ApplicationRefused, match="减负规定"):
        applying.submit(application, actor=town.tang, at=NOON)


def test_a_second_sending_opens_no_second_application_and_decides_once(town, kinds, west_reviewer):
    key, command = uuid4(), uuid4()
    first = applying.draft(wish(town, NOON), key=key, actor=town.tang, at=NOON)
    again_sent = applying.draft(wish(town, NOON), key=key, actor=town.tang, at=NOON)
    applying.submit(first, actor=town.tang, at=NOON)
    review = review_of(first, town.district)
    for _sent in range(2):
        reviewing.agree(review, reviewing.Verdict("同意"), actor=town.zhu, at=NOON, command=command)

    assert first == again_sent
    assert Entry.objects.filter(matter=first.pk, step="advance").count() == 1
    assert Matter.objects.filter(parent=first.pk).count() == 3


def test_withdrawn_its_reviews_and_opinions_end_too(town, kinds):
    application = applied(town, NOON)
    review = review_of(application, town.district)
    reviewing.invite(review, [town.committee], "可行吗", actor=town.zhu, at=NOON)

    applying.withdraw(application, "改由系统比对", actor=town.tang, at=NOON)

    assert Matter.objects.get(pk=review.pk).state == "called_off"
    assert Matter.objects.get(parent=review.pk).state == "called_off"


@pytest.mark.spec("000-26")
def test_what_ended_may_not_be_asked_any_more(town, kinds):
    application = applied(town, NOON, area=[town.street])
    agree(application, town.district, town.zhu, NOON)
    agree(application, town.street, town.wu, NOON)
    admission = Admission.objects.get()

    admitting.end(admission, "已由系统代替", actor=town.wu, at=NOON)

    with pytest.raises(OffListRefused):
        ask(town, NOON, admission.pk)
    assert again(application.pk).matter.state == "ended"


def test_only_its_own_reviewer_ends_an_admission(town, kinds, west_reviewer):
    application = applied(town, NOON, area=[town.street])
    agree(application, town.district, town.zhu, NOON)
    agree(application, town.street, town.wu, NOON)

    with pytest.raises(AdmittingRefused):
        admitting.end(Admission.objects.get(), "不要了", actor=west_reviewer, at=NOON)


def test_a_trial_is_renewed_by_applying_again_and_runs_on_without_a_gap(town, kinds):
    application = applied(town, NOON, area=[town.street], kind="trial", valid_to=day("2026-06-01"))
    agree(application, town.district, town.zhu, NOON)
    agree(application, town.street, town.wu, NOON)
    before = Admission.objects.get()

    renewal = applied(
        town, NOON, area=[town.street], item=before.item, renews=before, valid_from=day("2026-04-01"), kind="regular"
    )
    agree(renewal, town.district, town.zhu, NOON)
    agree(renewal, town.street, town.wu, NOON)

    after = Admission.objects.get(kind="regular")
    assert (after.item, after.valid_from) == (before.item, before.valid_to)
    assert WorkItem.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_streets_that_decide_at_the_same_moment_admit_it_once(transactional_db, town, kinds):
    west = newcomer("西审", "admission_reviewer", town.west)
    application = applied(town, NOON)
    agree(application, town.district, town.zhu, NOON)
    together = Barrier(2)

    def decide(unit, actor):
        try:
            review = review_of(application, unit)
            together.wait()
            reviewing.agree(review, reviewing.Verdict("同意"), actor=actor, at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        deciding = [pool.submit(decide, unit, actor) for unit, actor in ((town.street, town.wu), (town.west, west))]
        for one in deciding:
            one.result()

    assert again(application.pk).matter.state == "admitted"
    assert Admission.objects.count() == 2
    assert WorkItem.objects.count() == 1
