"""How far a phone's word on the time is taken. Nothing here asks the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """drift_s  largest difference of the clocks, delay_s longest time between doing and telling; both in seconds."""

    drift_s: int
    delay_s: int


USUAL = Limits(drift_s=120, delay_s=86_400)
"""Where no row of ``ClockLimit`` is in force *(default)*."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is made of a phone's claim.

    taken_at  when it was made by our clock: the phone's time corrected by the drift, never after it arrived
    drift_ms  what is added to the phone's clock to get ours
    delay_s   from making to sending by the phone's own clock, so that drift does not count twice
    is_late   outside the limits: punctuality takes the time of arrival
    """

    taken_at: datetime
    drift_ms: int
    delay_s: float
    is_late: bool


def drift_of(*, sent_at: datetime, arrived_at: datetime) -> timedelta:
    """What is added to the phone's clock to get ours; includes the way through the network, seconds at most."""
    return arrived_at - sent_at


def judge(
    *, claimed: datetime, sent_at: datetime, arrived_at: datetime, before: datetime | None, limits: Limits
) -> Judged:
    """Weigh a claim.

    claimed, sent_at  when it was made and when it was sent, the phone's clock
    arrived_at        our clock
    before            what the phone's clock said at its last earlier command; None for its first
    """
    drift = drift_of(sent_at=sent_at, arrived_at=arrived_at)
    delay = (sent_at - claimed).total_seconds()
    went_back = before is not None and (before - claimed).total_seconds() > limits.drift_s
    is_off = abs(drift.total_seconds()) > limits.drift_s
    from_the_future = -delay > limits.drift_s
    return Judged(
        taken_at=min(_added(claimed, drift), arrived_at),
        drift_ms=round(drift.total_seconds() * 1000),
        delay_s=delay,
        is_late=is_off or delay > limits.delay_s or went_back or from_the_future,
    )


def _added(claimed: datetime, drift: timedelta) -> datetime:
    """A clock at the end of time stays a refusal of punctuality, not an error."""
    try:
        return claimed + drift
    except OverflowError:
        return claimed
