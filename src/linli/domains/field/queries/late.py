"""What phones told late or with a wrong clock: the ledger of what was filed after the fact (000-54)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from linli.domains.field.queries.naming import KINDS, NAMES
from linli.domains.field.queries.phones import right_over
from linli.kernel.devices.models import Sent
from linli.kernel.devices.queries import limits_for
from linli.kernel.org.models import Actor, Post
from linli.kernel.org.scope import below

PAGE = 50
MOST_ROWS = 20_000
USUAL_DAYS, MOST_DAYS = 7, 92
FILED_AFTER_S = 600
"""From so many seconds on something counts as filed after the fact *(default)*."""
AFTERWARDS = timedelta(days=30)
"""A phone's sign-in lasts so long: what somebody did before they left may arrive until then."""
READERS = frozenset({"supervise", "appraise", "guard_accounts"})
"""Rights by which somebody may see how punctual a territory's phones are."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the ledger is narrowed to: days (both within), kind of fault or "", part of a name."""

    since: date
    until: date
    kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class LateLine:
    """taken_at  our clock: the phone's time corrected by the drift; ``drift_s`` is added to the phone's clock."""

    id: UUID
    person: str
    what: str | Promise
    number: str
    url: str
    claimed_at: datetime
    taken_at: datetime
    recorded_at: datetime
    delay_s: float
    drift_s: float
    is_late: bool
    is_off: bool
    state: str
    state_label: str
    message: str

    @property
    def delay(self) -> str:
        return span(self.delay_s)

    @property
    def drift(self) -> str:
        """How far the phone's clock was ahead (+) or behind (−)."""
        return ("−" if self.drift_s > 0 else "+") + span(abs(self.drift_s))


def span(seconds: float) -> str:
    """A time of this length in words, two units at most."""
    whole = max(0, round(seconds))
    if whole < 60:
        return _("%(n)d 秒") % {"n": whole}
    minutes, hours, days = whole // 60, whole // 3600, whole // 86_400
    if minutes < 60:
        return _("%(n)d 分钟") % {"n": minutes}
    if hours < 24:
        return _("%(h)d 小时 %(m)d 分") % {"h": hours, "m": minutes % 60}
    return _("%(d)d 天 %(h)d 小时") % {"d": days, "h": hours % 24}


def wanted(since: date | None, until: date | None, kind: str, text: str, *, at: datetime) -> Wanted:
    """Bounded: the last week, unless said; never more than three months."""
    last = until or timezone.localdate(at)
    first = since or last - timedelta(days=USUAL_DAYS)
    return Wanted(max(first, last - timedelta(days=MOST_DAYS)), last, kind if kind in KINDS else "", text.strip()[:40])


def page(actor: Actor, asked: Wanted, *, at: datetime, after: str = "") -> tuple[list[LateLine], str]:
    """A page, the newest first, and what the next one asks with."""
    rows = _rows(actor, asked, at)
    when, _bar, key = after.partition("|")
    try:
        mark = datetime.fromisoformat(when), UUID(key)
        rows = rows.filter(Q(recorded_at__lt=mark[0]) | Q(recorded_at=mark[0], id__lt=mark[1]))
    except ValueError:
        pass
    found = list(rows[: PAGE + 1])
    more = f"{found[PAGE - 1].recorded_at.isoformat()}|{found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return _lines(found[:PAGE], at), more


def everything(actor: Actor, asked: Wanted, *, at: datetime) -> Iterator[LateLine]:
    """For a spreadsheet; at most ``MOST_ROWS``."""
    yield from _lines(list(_rows(actor, asked, at)[:MOST_ROWS]), at)


def _rows(actor: Actor, asked: Wanted, at: datetime) -> QuerySet[Sent]:
    paths = right_over(actor, READERS, at).paths
    if not paths:
        return Sent.objects.none()
    before = ExpressionWrapper(F("recorded_at") - AFTERWARDS, output_field=DateTimeField())
    rows = Sent.objects.annotate(since_before=TruncDate("recorded_at"), until_after=TruncDate(before)).filter(
        Exists(_posts(paths)), recorded_at__gte=_midnight(asked.since),
        recorded_at__lt=_midnight(asked.until + timedelta(days=1)),
    ).filter(_fault(asked.kind, at))  # fmt: skip
    if asked.text:
        rows = rows.filter(device__actor__name__contains=asked.text)
    return rows.select_related("device__actor").order_by("-recorded_at", "-id")


def _posts(paths: Iterable[str]) -> QuerySet[Post]:
    """Posts in the territory that whoever sent it had then; for a while after it too: what waited on the phone."""
    return Post.objects.filter(
        below(paths, path="unit__path"),
        Q(until=None) | Q(until__gt=OuterRef("until_after")),
        actor=OuterRef("device__actor"), since__lte=OuterRef("since_before"),
    )  # fmt: skip


def _fault(kind: str, at: datetime) -> Q:
    drift = limits_for("", on=timezone.localdate(at)).drift_s * 1000
    faults = {
        "late": Q(is_late=True),
        "clock": Q(drift_ms__gt=drift) | Q(drift_ms__lt=-drift),
        "after": Q(delay_s__gte=FILED_AFTER_S),
        "refused": ~Q(state=Sent.State.ACCEPTED),
        "failed": Q(state=Sent.State.FAILED),
    }
    return faults[kind] if kind else faults["late"] | faults["clock"] | faults["after"] | faults["failed"]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _lines(rows: list[Sent], at: datetime) -> list[LateLine]:
    drift = limits_for("", on=timezone.localdate(at)).drift_s * 1000
    return [
        LateLine(
            id=row.pk, person=row.device.actor.name, what=NAMES.get(row.name, row.name),
            number=row.answer.get("number", ""), url=row.answer.get("url", ""), claimed_at=row.taken_at,
            taken_at=min(row.taken_at + timedelta(milliseconds=row.drift_ms), row.recorded_at),
            recorded_at=row.recorded_at, delay_s=row.delay_s, drift_s=row.drift_ms / 1000, is_late=row.is_late,
            is_off=abs(row.drift_ms) > drift, state=row.state, state_label=str(Sent.State(row.state).label),
            message=row.answer.get("message", ""),
        )
        for row in rows
    ]  # fmt: skip
