"""A stamp is asked for, checked against the list, approved by kind, made by the keeper and given back (000-29)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from linli.domains.lists.commands import sealing, seals
from linli.domains.lists.commands.sealing import SealRefused
from linli.domains.lists.models import SealUse
from linli.domains.lists.tests.stamping import NOON, ask, publish_list, put_seal, stamped, step
from linli.kernel.errors import Refused
from linli.kernel.flow.guarding import faults
from linli.kernel.flow.models import Clock, Entry, Matter, Party
from linli.kernel.flow.refusals import ResentDifferentlyRefused, StepRefused
from linli.kernel.org.models import Actor, Post, Reading
from tests.evidence import photo
from tests.town import SINCE


@pytest.fixture
def desk(town):
    """The list of the district and the committee's seal."""
    town.people["items"] = publish_list(town)
    town.people["seal"] = put_seal(town)
    return town


def by_item(town, title: str) -> str:
    return town.items[title].code


@pytest.mark.spec("000-29", "000-28")
def test_what_the_list_denies_is_refused_at_once_with_reason_and_the_place_to_go_to(desk):
    use = ask(desk, "亲属关系证明", files=[])

    assert (use.matter.state, use.refused_as, use.instead) == ("refused", "denied", "公安机关、公证机构")
    assert use.refused_because == "不属于居委会职权"
    assert (use.matter.number != "", use.matter.closed_at) == (True, NOON)
    assert use.matter.entries.get().note == "不属于居委会职权"


@pytest.mark.spec("000-29")
def test_what_is_on_no_list_is_refused_and_counted(desk):
    use = ask(desk, "健身卡转让担保书", files=[])

    assert (use.matter.state, use.refused_as, use.item) == ("refused", "off_list", None)


@pytest.mark.parametrize("paper", ["空白介绍信", "一张空白纸"])
def test_a_blank_paper_is_always_refused(desk, paper):
    use = ask(desk, paper, item=by_item(desk, "居务公开公示件"), files=[])

    assert (use.matter.state, use.refused_as) == ("refused", "blank")


def test_a_paper_said_to_be_unfinished_is_refused_though_the_list_allows_it(desk):
    use = ask(desk, "居务公开公示件", is_blank=True)

    assert use.refused_as == "blank"


def test_another_line_does_not_let_a_denied_paper_through(desk):
    use = ask(desk, "亲属关系证明", item=by_item(desk, "活动告知书"))

    assert (use.refused_as, use.item.code) == ("denied", by_item(desk, "亲属关系证明"))


@pytest.mark.spec("000-29")
def test_an_allowed_paper_is_approved_by_the_head_stamped_by_the_keeper_and_given_back(desk):
    use = ask(desk, "三月账目公开", item=by_item(desk, "居务公开公示件"), copies=2, pages=3)
    assert use.matter.state == "asked"
    assert Clock.objects.filter(matter=use.matter, kind="approve", stopped_at=None).exists()

    step(use, "approve", desk.bao)
    done = step(use, "stamp", desk.yin, copies=2, pages=3)
    assert (done.matter.state, done.year, done.log_no, done.stamped_by) == ("stamped", 2026, 1, desk.yin)

    assert step(use, "give_back", desk.ma).matter.state == "returned"
    assert not list(faults())


def test_without_a_picture_of_the_paper_nothing_allowed_is_asked(desk):
    with pytest.raises(SealRefused, match="文稿的照片"):
        ask(desk, "居务公开公示件", files=[])


def test_without_a_picture_of_the_stamped_page_nothing_is_stamped(desk):
    use = ask(desk, "居务公开公示件")
    step(use, "approve", desk.bao)

    with pytest.raises(StepRefused, match="照片"):
        step(use, "stamp", desk.yin, files=[])


def test_other_copies_or_pages_than_approved_are_not_stamped(desk):
    use = ask(desk, "居务公开公示件", copies=2, pages=3)
    step(use, "approve", desk.bao)

    with pytest.raises(SealRefused, match="份数不符") as refusal:
        step(use, "stamp", desk.yin, copies=3, pages=3)

    assert refusal.value.field == "copies"


@pytest.mark.spec("000-29")
def test_what_two_committees_decide_takes_two_people(desk):
    use = ask(desk, "监护人指定意见")

    with pytest.raises(StepRefused, match="两委"):
        step(use, "approve", desk.bao)
    step(use, "second", desk.li)

    assert step(use, "approve", desk.bao).matter.state == "approved"


def test_who_agreed_for_one_committee_does_not_approve_for_the_other(desk):
    use = ask(desk, "监护人指定意见")
    step(use, "second", desk.bao)

    with pytest.raises(StepRefused):
        step(use, "approve", desk.bao)


def test_what_the_residents_vote_on_names_their_resolution(desk):
    with pytest.raises(SealRefused, match="决议") as refusal:
        ask(desk, "居民公约备案件")
    use = ask(desk, "居民公约备案件", resolution="2026年第一次居民会议决议")

    assert refusal.value.field == "resolution"
    assert step(use, "approve", desk.bao).resolution == "2026年第一次居民会议决议"


def test_what_needs_no_approval_goes_straight_to_the_keeper(desk):
    use = ask(desk, "活动告知书")

    assert use.matter.state == "approved"
    assert step(use, "stamp", desk.yin).log_no == 1


def test_nobody_stamps_what_they_asked_for(desk):
    use = ask(desk, "活动告知书", actor=desk.yin)

    with pytest.raises(StepRefused):
        step(use, "stamp", desk.yin)


def test_only_the_people_of_the_committee_ask_for_its_seal(desk):
    with pytest.raises(StepRefused):
        ask(desk, "居务公开公示件", actor=desk.zhao)


@pytest.mark.parametrize("field", ["paper", "purpose", "resolution"])
def test_numbers_of_people_are_not_written_into_a_request(desk, field):
    said = {"paper": "居务公开公示件", field: "联系 13812345678"}

    with pytest.raises(SealRefused, match="电话") as refusal:
        ask(desk, said.pop("paper"), **said)

    assert refusal.value.field == field
    assert not SealUse.objects.exists()


@pytest.mark.spec("000-29")
def test_the_applicant_is_sealed_and_read_only_for_a_purpose_that_is_kept(desk):
    use = ask(desk, "居务公开公示件", name="王小明", phone="13812345678")
    number = use.matter.number

    with pytest.raises(Refused, match="原因"):
        sealing.read_applicant(number, purpose="", actor=desk.ma, at=NOON)
    read = sealing.read_applicant(number, purpose="核对领取人", actor=desk.ma, at=NOON)

    assert read == ("王小明", "13812345678")
    assert set(Reading.objects.values_list("field", "purpose")) == {("name", "核对领取人"), ("phone", "核对领取人")}
    assert Party.objects.get(matter=use.matter, role="applicant").actor == use.applicant
    assert "王小明" not in str(Entry.objects.filter(matter=use.matter).values())


def test_who_may_not_read_contacts_does_not_learn_the_applicant(desk):
    use = ask(desk, "居务公开公示件", name="王小明")

    with pytest.raises(Refused):
        sealing.read_applicant(use.matter.number, purpose="好奇", actor=desk.bao, at=NOON)


def test_the_same_form_sent_twice_makes_one_request_and_a_changed_one_is_refused(desk):
    key = uuid4()
    first = ask(desk, "居务公开公示件", key=key)
    again = ask(desk, "居务公开公示件", key=key)

    with pytest.raises(ResentDifferentlyRefused):
        ask(desk, "活动告知书", key=key)

    assert first.pk == again.pk
    assert Matter.objects.filter(flow="seal_use").count() == 1


def test_the_same_stamp_sent_twice_takes_one_number(desk):
    use = ask(desk, "居务公开公示件")
    step(use, "approve", desk.bao)
    command, shown = uuid4(), [photo(desk.yin, "stamped")]

    step(use, "stamp", desk.yin, command=command, files=shown)
    step(use, "stamp", desk.yin, command=command, files=shown)

    assert [use.log_no for use in SealUse.objects.exclude(log_no=None)] == [1]


def test_who_no_longer_keeps_the_seal_stamps_no_more(desk):
    other = Actor.objects.create(kind="staff", name="新保管")
    Post.objects.create(actor=other, unit=desk.committee, over=desk.committee, role="seal_keeper", since=SINCE)
    use = ask(desk, "活动告知书")
    seals.hand_over(desk.seal, to=other.pk, witness=desk.ma.pk, actor=desk.bao, at=NOON)

    with pytest.raises(SealRefused, match="不由您保管"):
        step(use, "stamp", desk.yin)

    assert step(use, "stamp", other).stamped_by == other


@pytest.mark.parametrize("change", ["stopped", "lost"])
def test_a_seal_that_is_stopped_or_lost_stamps_nothing(desk, change):
    use = ask(desk, "活动告知书")
    seals.change_state(desk.seal, change, note="换发新章", actor=desk.bao, at=NOON)

    with pytest.raises(SealRefused, match="不能用印"):
        step(use, "stamp", desk.yin)


def test_annulled_keeps_its_number_and_the_next_one_follows(desk):
    first = stamped(desk)
    step(first, "annul", desk.bao, note="盖错位置")
    second = stamped(desk, "账目公开")

    assert (SealUse.objects.get(pk=first.pk).log_no, second.log_no) == (1, 2)


def test_the_head_refuses_with_a_reason_and_the_asker_withdraws(desk):
    refused, dropped = ask(desk, "居务公开公示件"), ask(desk, "账目公开")
    with pytest.raises(StepRefused, match="理由"):
        step(refused, "refuse", desk.bao)

    kept = step(refused, "refuse", desk.bao, note="内容未经监督委员会审核")

    assert (kept.matter.state, kept.refused_as, kept.refused_because) == (
        "refused", "approver", "内容未经监督委员会审核",
    )  # fmt: skip
    assert step(dropped, "withdraw", desk.ma, note="不用了").matter.state == "withdrawn"


def test_numbers_begin_anew_with_the_year_as_it_is_here(desk):
    eve = timezone.datetime(2026, 12, 31, 15, 59, tzinfo=NOON.tzinfo)
    last = stamped(desk, at=eve)
    first = stamped(desk, "账目公开", at=eve + timedelta(minutes=2))

    assert [(use.year, use.log_no) for use in (last, first)] == [(2026, 1), (2027, 1)]


@pytest.mark.parametrize(
    "sql",
    [
        "update lists_sealuse set log_no = 9 where matter_id = %s",
        "update lists_sealuse set paper = '另一份' where matter_id = %s",
        "delete from lists_sealuse where matter_id = %s",
    ],
)
def test_the_register_is_not_rewritten_by_hand(desk, sql):
    use = stamped(desk)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [use.pk])


@pytest.mark.parametrize("change", ["log_no = 2", "log_no = 1, stamped_by_id = made_by"])
def test_a_number_left_out_or_a_strangers_stamp_is_refused_by_the_database(desk, change):
    use = ask(desk, "活动告知书")
    given = f"year = 2026, seal_id = {desk.seal.pk}, stamped_at = '2026-03-02', stamped_by_id = '{desk.yin.pk}'"
    if "made_by" in change:
        given, change = given.replace(str(desk.yin.pk), str(desk.ma.pk)), "log_no = 1"

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update lists_sealuse set {given}, {change} where matter_id = %s", [use.pk])


@pytest.mark.django_db(transaction=True)
@pytest.mark.spec("000-29")
def test_eight_stamps_at_once_are_numbered_one_to_eight_without_a_gap(transactional_db, town):
    publish_list(town)
    put_seal(town)
    uses = [ask(town, f"活动告知书{n}", item="") for n in range(8)]
    shown = [photo(town.yin, "stamped", seed=n) for n in range(8)]
    together = Barrier(8)

    def stamp(n: int) -> int | None:
        try:
            together.wait()
            return step(uses[n], "stamp", town.yin, files=[shown[n]]).log_no
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        numbers = [f.result() for f in [pool.submit(stamp, n) for n in range(8)]]

    assert sorted(numbers) == list(range(1, 9))
