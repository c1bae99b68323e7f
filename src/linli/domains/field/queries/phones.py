"""Lists of phones: one's own, those of a territory, and those that people who left still have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.devices.models import Device
from linli.kernel.devices.punctuality import Limits
from linli.kernel.devices.queries import limits_for
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Post
from linli.kernel.org.roles import BY_CODE
from linli.kernel.org.scope import Scope, below, widest

PAGE = 50
IN_CHARGE = frozenset({"guard_accounts", "edit_accounts"})
"""Rights by which somebody looks after the phones of a territory."""
SILENT = timedelta(days=7)
"""A phone not heard of for so long may be lost *(default)*."""

STATES: dict[str, str | Promise] = {
    "used": _("在用"), "left": _("已离任"), "silent": _("7 天没有联系"), "off": _("时钟不准"), "ended": _("登录已过期"),
    "revoked": _("已停用"), "forgetting": _("等待清空"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """A phone as listed. ``drift_s`` is added to its clock to get ours; ``state`` a code of ``STATES``.

    left_on  the first day on which the person had no post any more; None for somebody who has one
    """

    id: UUID
    name: str
    person: str
    unit: str
    left_on: date | None
    app: str
    enrolled_at: datetime
    seen_at: datetime | None
    valid_to: datetime
    drift_s: float
    worst_drift_s: float
    is_off: bool
    state: str
    state_label: str | Promise
    look: str
    sent: int
    late: int
    waiting: int
    revoked_at: datetime | None
    reason: str
    forget_at: datetime | None
    forgotten_at: datetime | None

    @property
    def is_in_use(self) -> bool:
        return self.revoked_at is None

    @property
    def may_be_cleared(self) -> bool:
        """It was stopped, but not asked to delete what it holds."""
        return self.revoked_at is not None and self.forget_at is None


LOOKS = {
    "used": "is-ok", "left": "is-late", "silent": "is-warn", "off": "is-warn", "ended": "is-warn", "revoked": "",
    "forgetting": "is-late",
}  # fmt: skip


def mine(actor: Actor, at: datetime) -> list[PhoneLine]:
    """The person's phones, those in use first."""
    rows = _counted(Device.objects.filter(actor=actor)).order_by(F("revoked_at").asc(nulls_first=True), "-enrolled_at")
    return _lines(rows[:PAGE], at)


def own(key: UUID, *, actor: Actor, at: datetime) -> PhoneLine:
    """Raises NotFound."""
    return _one(Device.objects.filter(pk=key, actor=actor), at)


def one(key: UUID, *, actor: Actor, at: datetime) -> PhoneLine:
    """A phone of somebody in the territory ``actor`` is in charge of. Raises NotFound."""
    return _one(_in_charge(actor, at).filter(pk=key), at)


def _one(rows: QuerySet[Device], at: datetime) -> PhoneLine:
    found = _lines(_counted(rows)[:1], at)
    if not found:
        raise NotFound
    return found[0]


def in_charge(
    actor: Actor, *, at: datetime, text: str = "", state: str = "", after: str = ""
) -> tuple[list[PhoneLine], str]:
    """A page of the phones of the territory, the newest first, and what the next page asks with."""
    rows = _in_charge(actor, at)
    if text:
        rows = rows.filter(Q(actor__name__contains=text) | Q(name__contains=text))
    if state in STATES:
        rows = rows.filter(_is(state, at))
    if mark := _mark(after):
        rows = rows.filter(Q(enrolled_at__lt=mark[0]) | Q(enrolled_at=mark[0], id__lt=mark[1]))
    found = list(_counted(rows).order_by("-enrolled_at", "-id")[: PAGE + 1])
    more = f"{found[PAGE - 1].enrolled_at.isoformat()}|{found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return _lines(found[:PAGE], at), more


def _mark(after: str) -> tuple[datetime, UUID] | None:
    when, _bar, key = after.partition("|")
    try:
        return datetime.fromisoformat(when), UUID(key)
    except ValueError:
        return None


def count_left(actor: Actor, *, at: datetime) -> int:
    """How many phones of people who left can still be used."""
    return _in_charge(actor, at).filter(_is("left", at)).count()


def _in_charge(actor: Actor, at: datetime) -> QuerySet[Device]:
    """Phones of people who hold a post in the territory; and, as long as there is something to do about them, of those
    who held their last there and have none any more. Who works elsewhere now is looked after there.
    """
    paths = right_over(actor, IN_CHARGE, at).paths
    if not paths:
        return Device.objects.none()
    theirs = Post.objects.filter(below(paths, path="unit__path"), actor=OuterRef("actor"))
    last = Post.objects.filter(actor=OuterRef("actor")).order_by("-until", "-id").values("unit__path")[:1]
    is_open = Q(revoked_at=None) | Q(forget_at__isnull=False, forgotten_at=None)
    left = is_open & ~_has_post(at) & below(paths, path="last_path")
    return Device.objects.annotate(last_path=Subquery(last)).filter(Exists(theirs.filter(_holds(at))) | left)


def _holds(at: datetime) -> Q:
    """Of posts: in force."""
    on = timezone.localdate(at)
    return Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))


def _has_post(at: datetime) -> Exists:
    """Of phones: whoever they are of has a post somewhere."""
    return Exists(Post.objects.filter(_holds(at), actor=OuterRef("actor")))


def right_over(actor: Actor, rights: frozenset[str], at: datetime) -> Scope:
    """The territory over which a post of ``actor`` carries one of ``rights``."""
    held = [post.over_path for post in org.posts_of(actor, at) if rights & BY_CODE[post.role].rights]
    return Scope(widest(held))


def _counted(rows: QuerySet[Device]) -> QuerySet[Device]:
    return rows.select_related("actor").annotate(
        count_sent=Count("sent"), count_late=Count("sent", filter=Q(sent__is_late=True))
    )


def _is(state: str, at: datetime) -> Q:
    limits = limits_for("", on=timezone.localdate(at))
    alive = Q(revoked_at=None)
    return {
        "used": alive & Q(valid_to__gt=at),
        "left": alive & Q(~_has_post(at)),
        "silent": alive & (Q(seen_at__lt=at - SILENT) | Q(seen_at=None, enrolled_at__lt=at - SILENT)),
        "off": alive & (Q(drift_ms__gt=limits.drift_s * 1000) | Q(drift_ms__lt=-limits.drift_s * 1000)),
        "ended": alive & Q(valid_to__lte=at),
        "revoked": Q(revoked_at__isnull=False),
        "forgetting": Q(forget_at__isnull=False, forgotten_at=None),
    }[state]


def _lines(rows: Sequence[Device] | QuerySet[Device], at: datetime) -> list[PhoneLine]:
    found = list(rows)
    limits = limits_for("", on=timezone.localdate(at))
    posts = _posts([row.actor_id for row in found], at)
    return [_line(row, *posts.get(row.actor_id, ("", None)), limits, at) for row in found]


def _posts(people: Sequence[UUID], at: datetime) -> dict[UUID, tuple[str, date | None]]:
    """Of each where they work and None; of those who left where they worked last, and since when they do not."""
    on = timezone.localdate(at)
    posts = Post.objects.filter(actor__in=people).select_related("unit").order_by(F("until").asc(nulls_last=True), "id")
    found: dict[UUID, tuple[str, date | None]] = {}
    for post in posts:
        if post.since <= on:
            ended = post.until if post.until is not None and post.until <= on else None
            found[post.actor_id] = (post.unit.name, ended)
    return found


def _line(row: Device, unit: str, left_on: date | None, limits: Limits, at: datetime) -> PhoneLine:
    state = _state(row, limits, at, has_left=left_on is not None)
    return PhoneLine(
        id=row.pk, name=row.name, person=row.actor.name, unit=unit, left_on=left_on, app=row.app_version,
        enrolled_at=row.enrolled_at, seen_at=row.seen_at, valid_to=row.valid_to, drift_s=row.drift_ms / 1000,
        worst_drift_s=row.worst_drift_ms / 1000, is_off=abs(row.drift_ms) > limits.drift_s * 1000, state=state,
        state_label=STATES[state], look=LOOKS[state], sent=getattr(row, "count_sent", 0),
        late=getattr(row, "count_late", 0), waiting=row.waiting, revoked_at=row.revoked_at, reason=row.revoke_reason,
        forget_at=row.forget_at, forgotten_at=row.forgotten_at,
    )  # fmt: skip


def _state(row: Device, limits: Limits, at: datetime, *, has_left: bool) -> str:
    if row.revoked_at is not None:
        return "forgetting" if row.forget_at is not None and row.forgotten_at is None else "revoked"
    if has_left:
        return "left"
    if row.valid_to <= at:
        return "ended"
    if (row.seen_at or row.enrolled_at) < at - SILENT:
        return "silent"
    return "off" if abs(row.drift_ms) > limits.drift_s * 1000 else "used"
