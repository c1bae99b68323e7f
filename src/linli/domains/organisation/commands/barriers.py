"""What stands in the way of guessing: after some wrong tries each further one costs a longer wait.

A name, a browser known to belong to it, and a network address have barriers of their own. Who guesses at a name from
elsewhere thus cannot keep its owner out of their own browser.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from linli.domains.organisation.models import Barrier
from linli.web import rates


@dataclass(frozen=True, slots=True)
class Wall:
    """One barrier: what it stands before, how many tries are free, and the longest wait."""

    key: bytes
    free: int
    longest: timedelta


FIRST_WAIT = timedelta(minutes=1)
FORGET_AFTER = timedelta(hours=24)
"""Wrong tries longer ago than this no longer count."""

WRONG = """
insert into organisation_barrier as b (key, wrong, last_at, until) values (%(key)s, 1, %(at)s, null)
on conflict (key) do update set
  wrong = case when b.last_at < %(forget)s then 1 else b.wrong + 1 end,
  last_at = %(at)s
returning wrong
"""


def before_name(name: str) -> Wall:
    """Before a user name, whether it exists or not."""
    return Wall(_key("name", name), free=5, longest=timedelta(hours=1))


def before_device(account_id: int, device_key: bytes) -> Wall:
    """Before an account in a browser from which it was signed in to before."""
    return Wall(_key("device", f"{account_id}:{device_key.hex()}"), free=5, longest=timedelta(hours=1))


def before_address(address: str) -> Wall:
    """Before a network address, behind which a whole office may sit."""
    return Wall(_key("address", address), free=30, longest=timedelta(minutes=15))


def before_account(account_id: int) -> Wall:
    """Before the second factor of an account whose password is known."""
    return Wall(_key("second", str(account_id)), free=5, longest=timedelta(hours=1))


def pass_by(walls: Sequence[Wall], *, at: datetime) -> None:
    """Go on only when no barrier is closed. Raises TooManyRefused with the longest wait."""
    closed = Barrier.objects.filter(pk__in=[wall.key for wall in walls], until__gt=at)
    untils = [until for until in closed.values_list("until", flat=True) if until is not None]
    if untils:
        raise rates.too_many(max(untils) - at)


def build_up(walls: Sequence[Wall], *, at: datetime) -> None:
    """Count one wrong try before each."""
    with connection.cursor() as cursor:
        for wall in walls:
            cursor.execute(WRONG, {"key": wall.key, "at": at, "forget": at - FORGET_AFTER})
            wrong = cursor.fetchone()[0]
            if wrong >= wall.free:
                Barrier.objects.filter(pk=wall.key).update(until=at + wait_after(wrong, wall))


def wait_after(wrong: int, wall: Wall) -> timedelta:
    """One minute after the last free try, then twice as long each time."""
    doublings = min(wrong - wall.free, 20)
    return min(FIRST_WAIT * (1 << doublings), wall.longest)


def take_down(walls: Sequence[Wall]) -> None:
    """Success, or an administrator, clears the way."""
    Barrier.objects.filter(pk__in=[wall.key for wall in walls]).delete()


def forget_old(*, at: datetime) -> int:
    """Remove barriers that no longer count; returns how many."""
    return Barrier.objects.filter(last_at__lt=at - FORGET_AFTER).delete()[0]


def _key(kind: str, value: str) -> bytes:
    return salted_hmac(f"linli.organisation.barrier.{kind}", value, algorithm="sha256").digest()
