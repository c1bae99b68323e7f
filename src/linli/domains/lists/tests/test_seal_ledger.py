"""The ledger of seals: keepers and witnesses, stopping, losing, destroying, taking out and bringing back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from linli.domains.lists.commands import outings, seals
from linli.domains.lists.commands.outings import Outing, OutingRefused
from linli.domains.lists.commands.sealing import Given, SealRefused
from linli.domains.lists.commands.seals import NewSeal, SealLedgerRefused
from linli.domains.lists.models import Seal, SealEvent, SealOut
from linli.domains.lists.queries import seal_desk
from linli.domains.lists.tests.stamping import NOON, ask, publish_list, put_seal, step
from linli.kernel.flow.clocks import fire
from linli.kernel.flow.models import Clock, Matter, Outbox
from linli.kernel.flow.refusals import ResentDifferentlyRefused, StepRefused
from linli.kernel.org.commands.changes import RightRefused
from linli.kernel.org.models import Actor, Post
from tests.town import SINCE


@pytest.fixture
def seal(town):
    publish_list(town)
    return put_seal(town)


@pytest.fixture
def other(town):
    """A second keeper of the committee."""
    person = Actor.objects.create(kind="staff", name="新保管")
    Post.objects.create(actor=person, unit=town.committee, over=town.committee, role="seal_keeper", since=SINCE)
    return person


def test_a_seal_is_entered_with_its_keeper_once(town, seal):
    assert (seal.keeper, seal.state) == (town.yin, "in_use")
    assert [event.kind for event in seal.events.all()] == ["registered"]
    with pytest.raises(SealLedgerRefused, match="已经登记"):
        put_seal(town)


def test_only_who_is_appointed_as_keeper_keeps_a_seal(town, seal):
    with pytest.raises(SealLedgerRefused, match="保管员"):
        seals.register(NewSeal("专用章", keeper=town.ma.pk), unit=town.committee, actor=town.bao, at=NOON)


@pytest.mark.parametrize("who", ["ma", "yin", "zhou"])
def test_only_the_head_changes_the_ledger(town, seal, who):
    with pytest.raises(RightRefused):
        seals.change_state(seal, "stopped", note="换发", actor=getattr(town, who), at=NOON)


def test_a_seal_is_handed_over_before_a_witness(town, seal, other):
    seals.hand_over(seal, to=other.pk, witness=town.ma.pk, note="印章完好", actor=town.bao, at=NOON)

    event = seal.events.get(kind="handed_over")
    assert (event.before, event.after, event.witness) == (town.yin, other, town.ma)
    assert Seal.objects.get(pk=seal.pk).keeper == other


@pytest.mark.parametrize("witness", [None, "yin", "other"])
def test_without_a_third_person_nothing_is_handed_over(town, seal, other, witness):
    person = {"yin": town.yin, "other": other}.get(witness or "")

    with pytest.raises(SealLedgerRefused, match="监交人"):
        seals.hand_over(seal, to=other.pk, witness=person.pk if person else None, actor=town.bao, at=NOON)


def test_a_seal_in_use_is_stopped_before_it_is_destroyed_and_stays_destroyed(town, seal):
    with pytest.raises(SealLedgerRefused):
        seals.change_state(seal, "destroyed", note="旧章", actor=town.bao, at=NOON)
    seals.change_state(seal, "stopped", note="换发新章", actor=town.bao, at=NOON)
    seals.change_state(seal, "destroyed", note="交公安销毁", actor=town.bao, at=NOON)

    with pytest.raises(SealLedgerRefused):
        seals.change_state(seal, "resumed", note="再用", actor=town.bao, at=NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        Seal.objects.filter(pk=seal.pk).update(state="in_use")


def test_a_stopped_seal_may_be_used_again_and_its_keeper_reports_it_lost(town, seal):
    seals.change_state(seal, "stopped", note="清点", actor=town.bao, at=NOON)
    seals.change_state(seal, "resumed", note="清点完", actor=town.bao, at=NOON)

    seals.change_state(seal, "lost", note="找不到", actor=town.yin, at=NOON)

    assert Seal.objects.get(pk=seal.pk).state == "lost"


@pytest.mark.parametrize("sql", ["update lists_sealevent set note = ''", "delete from lists_sealevent",
                                 "delete from lists_seal"])  # fmt: skip
def test_what_happened_to_a_seal_only_grows(seal, sql):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert SealEvent.objects.count() == 1


def outing(town, seal, *, key=None, **more) -> Outing:
    given = {"purpose": "街道现场签约", "companion": town.bao.pk, "back_at": NOON + timedelta(hours=5), **more}
    return Outing(key or uuid4(), seal.pk, **given)


def go(out: SealOut, name: str, who, *, at=NOON, **given) -> str:
    outings.take(SealOut.objects.get(pk=out.pk), name, Given(**given), actor=who, at=at)
    return Seal.objects.get(pk=out.seal_id).state


def test_a_seal_goes_out_with_two_people_until_an_hour_and_comes_back_checked(town, seal):
    out = outings.ask(outing(town, seal), actor=town.ma, at=NOON)
    go(out, "approve", town.bao)

    assert go(out, "take_out", town.yin) == "out"
    clock = Clock.objects.get(matter_id=out.pk, kind="return", stopped_at=None)
    assert clock.due_at == out.back_at
    assert go(out, "bring_back", town.yin, at=NOON + timedelta(hours=4), note="印面完好") == "in_use"
    assert not Clock.objects.filter(matter_id=out.pk, stopped_at=None).exists()


def test_a_seal_that_is_out_stamps_nothing_and_stops_nobody_from_asking(town, seal):
    out = outings.ask(outing(town, seal), actor=town.ma, at=NOON)
    go(out, "approve", town.bao)
    go(out, "take_out", town.yin)
    use = ask(town, "活动告知书")

    with pytest.raises(SealRefused, match="外借"):
        step(use, "stamp", town.yin)


def test_a_seal_not_back_in_time_is_told_and_listed(town, seal):
    out = outings.ask(outing(town, seal), actor=town.ma, at=NOON)
    go(out, "approve", town.bao)
    go(out, "take_out", town.yin)
    late = NOON + timedelta(hours=6)

    fire(now=late)

    assert Outbox.objects.filter(matter_id=out.pk, kind="clock.warning").exists()
    assert Matter.objects.get(pk=out.pk).assignee == town.ma
    desk = seal_desk.desk(town.ma, tab="out", after="", at=late)
    assert (desk.late, [row.is_late for row in desk.outs]) == (1, [True])


def test_a_seal_lost_outside_is_lost_in_the_ledger(town, seal):
    out = outings.ask(outing(town, seal), actor=town.ma, at=NOON)
    go(out, "approve", town.bao)
    go(out, "take_out", town.yin)

    assert go(out, "report_lost", town.ma, note="途中遗失，已报警") == "lost"
    assert seal.events.filter(kind="lost").exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"companion": None}, "companion"), ({"purpose": " "}, "purpose"), ({"purpose": "找 13812345678"}, "purpose"),
     ({"back_at": None}, "back_at"), ({"back_at": NOON - timedelta(hours=1)}, "back_at"),
     ({"back_at": NOON + timedelta(days=40)}, "back_at")],
)  # fmt: skip
def test_an_outing_says_why_with_whom_and_until_when(town, seal, wrong, field):
    with pytest.raises(OutingRefused) as refusal:
        outings.ask(outing(town, seal, **wrong), actor=town.ma, at=NOON)

    assert refusal.value.field == field


def test_nobody_goes_along_with_themselves_or_approves_their_own_outing(town, seal):
    with pytest.raises(OutingRefused):
        outings.ask(outing(town, seal, companion=town.ma.pk), actor=town.ma, at=NOON)
    own = outings.ask(outing(town, seal, companion=town.ma.pk), actor=town.bao, at=NOON)

    with pytest.raises(StepRefused):
        go(own, "approve", town.bao)


def test_only_its_keeper_hands_a_seal_out(town, seal, other):
    out = outings.ask(outing(town, seal), actor=town.ma, at=NOON)
    go(out, "approve", town.bao)

    with pytest.raises(OutingRefused, match="不由您保管"):
        go(out, "take_out", other)


def test_of_two_outings_approved_for_one_seal_only_one_begins(town, seal):
    first, second = (outings.ask(outing(town, seal), actor=town.ma, at=NOON) for _time in range(2))
    for out in (first, second):
        go(out, "approve", town.bao)
    go(first, "take_out", town.yin)

    with pytest.raises(OutingRefused, match="外借"):
        go(second, "take_out", town.yin)


def test_the_same_outing_sent_twice_is_one_and_a_changed_one_is_refused(town, seal):
    key = uuid4()
    first = outings.ask(outing(town, seal, key=key), actor=town.ma, at=NOON)
    again = outings.ask(outing(town, seal, key=key), actor=town.ma, at=NOON)

    with pytest.raises(ResentDifferentlyRefused):
        outings.ask(outing(town, seal, key=key, purpose="另一件事"), actor=town.ma, at=NOON)

    assert first.pk == again.pk
