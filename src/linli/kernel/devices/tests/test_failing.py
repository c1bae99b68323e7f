"""A command at which the server itself fails: tried again, then refused in words, never waiting for ever."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError
from psycopg.errors import QueryCanceled

from linli.kernel.devices import commands, verbs
from linli.kernel.devices.commands import Arrived, Sending
from linli.kernel.devices.commands.failing import PATIENCE, TRIES
from linli.kernel.devices.models import ClockLimit, Failure, Sent
from linli.kernel.devices.verbs import Done

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def spoilt(made):
    """Against a rule of the database that nobody thought of: the same row twice."""
    for _n in range(2):
        ClockLimit.objects.create(name="twice", drift_s=1, delay_s=60, valid_from=NOON.date())
    return Done("")


def unreachable(_made):
    raise OperationalError("server closed the connection unexpectedly")


def slow(_made):
    raise OperationalError("canceling statement due to statement timeout") from QueryCanceled()


@pytest.fixture
def device(town, monkeypatch):
    known = {"spoilt": spoilt, "away": unreachable, "slow": slow, "fine": lambda _made: Done("好")}
    for name, verb in known.items():
        monkeypatch.setitem(verbs._verbs, f"test.{name}", verb)
    return commands.enrol(device=uuid4(), name="a", app="1", actor=town.hua, at=NOON).device


def made(name="test.spoilt", no=1, **more):
    return Arrived(uuid4(), no, name, NOON, **more)


def contact(device, *what, after=timedelta(0)):
    return commands.receive(Sending(device, NOON + after, NOON + after), what)


def many(device, *what, count=TRIES, over=PATIENCE):
    """So many contacts, the last of them ``over`` after the first."""
    return [contact(device, *what, after=over * n / (count - 1)) for n in range(count)][-1]


def test_what_the_database_will_not_have_is_refused_after_some_contacts_and_the_rest_goes_on(device):
    one, next_one = made(), made("test.fine", no=2)

    first = contact(device, one, next_one)
    last = many(device, one)

    assert [told.state for told in first] == ["wait", "accepted"]
    assert [told.state for told in last] == ["refused"]
    assert "平台出错" in last[0].message
    assert (Sent.objects.get(pk=one.id).state, Failure.objects.get(pk=one.id).error) == ("failed", "IntegrityError")
    assert not ClockLimit.objects.filter(name="twice").exists()


def test_sent_again_it_keeps_its_answer_and_what_builds_upon_it_does_not_wait(device):
    one = made()
    many(device, one)
    upon = made("test.fine", no=2, after=one.id)

    again, hanging = contact(device, one, upon, after=PATIENCE)

    assert (again.state, hanging.state, hanging.field) == ("refused", "refused", "after")
    assert Sent.objects.filter(pk=one.id).count() == 1


def test_many_contacts_in_a_minute_do_not_give_it_up(device):
    last = many(device, made(), count=3 * TRIES, over=timedelta(minutes=1))

    assert [told.state for told in last] == ["wait"]


def test_a_database_that_is_away_is_waited_for_however_long(device):
    last = many(device, made("test.away"), count=3 * TRIES, over=timedelta(days=3))

    assert [told.state for told in last] == ["wait"]
    assert not Failure.objects.exists()


def test_what_takes_longer_than_any_statement_may_is_not_waited_for(device):
    assert [told.state for told in many(device, made("test.slow"))] == ["refused"]


def test_one_that_was_mended_in_between_is_carried_out(device, monkeypatch):
    one = made()
    many(device, one, count=TRIES - 1)
    monkeypatch.setitem(verbs._verbs, "test.spoilt", lambda _made: Done("好"))

    assert contact(device, one, after=PATIENCE)[0].state == "accepted"
