from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from linli.web import rates

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
TWICE = rates.Rate("test", 2, 60)

pytestmark = pytest.mark.django_db


def test_one_use_too_many_is_refused_with_the_time_to_wait():
    rates.use(TWICE, "1.2.3.4", at=NOON)
    rates.use(TWICE, "1.2.3.4", at=NOON + timedelta(seconds=20))

    with pytest.raises(rates.TooManyRefused) as refusal:
        rates.use(TWICE, "1.2.3.4", at=NOON + timedelta(seconds=30))

    assert refusal.value.wait_seconds == 30


def test_others_are_not_affected():
    for _time in range(2):
        rates.use(TWICE, "1.2.3.4", at=NOON)

    rates.use(TWICE, "1.2.3.5", at=NOON)


def test_after_the_time_it_may_be_used_again():
    for _time in range(2):
        rates.use(TWICE, "1.2.3.4", at=NOON)

    rates.use(TWICE, "1.2.3.4", at=NOON + timedelta(seconds=60))


def test_what_is_over_is_cleared_away(monkeypatch):
    from django.db import connection

    monkeypatch.setattr(rates, "FORGET_SHARE", 1)
    rates.use(TWICE, "1.2.3.4", at=NOON)

    rates.use(TWICE, "1.2.3.5", at=NOON + timedelta(seconds=61))

    with connection.cursor() as cursor:
        cursor.execute("select count(*) from web_rate")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "expected"),
    [
        ("203.0.113.9", "", 0, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.7", 0, "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.7", 1, "198.51.100.7"),
        ("10.0.0.1", "", 1, "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "", 0, "203.0.113.9"),
        ("", "", 0, ""),
    ],
)
def test_the_address_is_the_peer_or_what_trusted_proxies_say(settings, peer, forwarded, proxies, expected):
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)

    assert rates.client_address(request) == expected
