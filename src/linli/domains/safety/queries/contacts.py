"""The regular contact of grids and committees: plans, what was written down, what waits, what was missed (001g-53)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.safety.models import ContactLog
from linli.domains.safety.queries.contact_sides import COMMITTEE, GRID, ROLES, sides_of
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.duties import patterns
from linli.kernel.duties.kinds import BY_CODE as KINDS
from linli.kernel.duties.models import Duty, Occurrence
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Post, Unit
from linli.kernel.org.queries.posts import day_of
from linli.kernel.org.roles import having
from linli.kernel.org.scope import below

PAGE = 30
PAIRS = 60
DAYS = 90
"""How far back plans are counted."""
SHEET = 5_000
WAYS = (
    ("visit", gettext_lazy("上门")), ("phone", gettext_lazy("电话")), ("meeting", gettext_lazy("会议")),
    ("online", gettext_lazy("线上")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """A grid and a committee with their plan, counted over the last 90 days. ``share`` None when nothing fell due."""

    duty_id: UUID
    grid_id: int
    grid: str
    committee_id: int
    committee: str
    rule: str
    done: int
    late: int
    missed: int
    last_at: datetime | None
    next_at: datetime | None
    unconfirmed: int

    @property
    def share(self) -> float | None:
        due = self.done + self.late + self.missed
        return (self.done + self.late) / due if due else None


@dataclass(frozen=True, slots=True)
class LogLine:
    id: UUID
    at: datetime
    way_label: str
    grid: str
    committee: str
    topics: str
    agreed: str
    by: str
    side_label: str
    is_planned: bool
    is_late: bool
    case_number: str
    confirmed_by: str
    confirmed_at: datetime | None
    may_confirm: bool


@dataclass(frozen=True, slots=True)
class Missed:
    on: date
    grid: str
    committee: str
    committee_id: int


def has_officers(grid: Unit, *, at: datetime) -> bool:
    on = day_of(at)
    posts = Post.objects.filter(Q(until=None) | Q(until__gt=on), over=grid, role="grid_officer", since__lte=on)
    return posts.exists()


def _plans(actor: Actor, at: datetime) -> QuerySet[Duty]:
    scope = org.covers(actor, at)
    near = scope.below(path="unit__path") | scope.below(path="over__path")
    return Duty.objects.filter(near, kind="contact", ended_at=None).select_related("unit", "over")


def visible_logs(actor: Actor, at: datetime) -> QuerySet[ContactLog]:
    scope = org.covers(actor, at)
    near = scope.below(path="grid__path") | scope.below(path="committee__path")
    return ContactLog.objects.filter(near).select_related("grid", "committee", "actor", "confirmed_by", "case")


def get_log(key: UUID, *, actor: Actor, at: datetime) -> ContactLog:
    """Raises NotFound."""
    found = visible_logs(actor, at).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def get_committee(unit_id: int, *, actor: Actor, at: datetime) -> Unit:
    """A committee whose contacts ``actor`` may see: of their own subtree, or one their grid is in contact with.

    Raises NotFound.
    """
    unit = Unit.objects.filter(pk=unit_id, kind__in=("committee", "village")).first()
    if unit is None:
        raise NotFound
    inside = org.covers(actor, at).reaches(unit.path)
    if not inside and not _plans(actor, at).filter(over=unit).exists():
        raise NotFound
    return unit


def pairs(
    actor: Actor, *, at: datetime, committee: Unit | None = None, after: str = ""
) -> tuple[list[Pair], str]:  # fmt: skip
    """Plans with how they were kept, those of one committee or all; four statements."""
    rows = _plans(actor, at)
    if committee is not None:
        rows = rows.filter(over=committee)
    over, _comma, unit = after.partition("-")
    if over.isdecimal() and unit.isdecimal():
        rows = rows.filter(Q(over_id__gt=int(over)) | Q(over_id=int(over), unit_id__gt=int(unit)))
    found = list(rows.order_by("over_id", "unit_id")[: PAIRS + 1])
    more = found[PAIRS - 1] if len(found) > PAIRS else None
    return _pairs(found[:PAIRS], at), f"{more.over_id}-{more.unit_id}" if more else ""


def _pairs(duties: Sequence[Duty], at: datetime) -> list[Pair]:
    kept = _kept(duties, at)
    ahead = Occurrence.objects.filter(duty__in=duties, state="due", closes_at__gte=at).order_by("opens_at")
    upcoming: dict[UUID, datetime] = {}
    for duty_id, opens_at in ahead.values_list("duty_id", "opens_at")[: PAIRS * 30]:
        upcoming.setdefault(duty_id, opens_at)
    last, open_logs = _logged(duties)
    return [
        Pair(
            duty.pk, duty.unit_id, duty.unit.name, duty.over_id, duty.over.name,
            patterns.words(duty.rule, opens=duty.opens, closes=duty.closes), kept[duty.pk, "done"],
            kept[duty.pk, "late"], kept[duty.pk, "missed"], last.get((duty.unit_id, duty.over_id)),
            upcoming.get(duty.pk), open_logs.get((duty.unit_id, duty.over_id), 0),
        )
        for duty in duties
    ]  # fmt: skip


def _kept(duties: Sequence[Duty], at: datetime) -> dict[tuple[UUID, str], int]:
    since = day_of(at) - timedelta(days=DAYS)
    rows = Occurrence.objects.filter(duty__in=duties, on__gte=since).values("duty_id", "state").annotate(n=Count("pk"))
    found: dict[tuple[UUID, str], int] = defaultdict(int)
    for row in rows.order_by():
        found[row["duty_id"], row["state"]] = row["n"]
    return found


def _logged(duties: Sequence[Duty]) -> tuple[dict[tuple[int, int], datetime], dict[tuple[int, int], int]]:
    """Pair → its last contact; pair → how many wait to be confirmed."""
    rows = ContactLog.objects.filter(grid__in={one.unit_id for one in duties}).order_by(
        "grid_id", "committee_id", "-at"
    )
    newest = rows.distinct("grid_id", "committee_id").values_list("grid_id", "committee_id", "at")
    last = {(grid, committee): at for grid, committee, at in newest}
    waiting = rows.order_by().filter(confirmed_at=None).values("grid_id", "committee_id").annotate(n=Count("pk"))
    return last, {(row["grid_id"], row["committee_id"]): row["n"] for row in waiting}


def logs(
    actor: Actor, *, at: datetime, committee: Unit | None = None, only: str = "", text: str = "", after: str = ""
) -> tuple[list[LogLine], str]:
    """What was written down, newest first. ``only``: waiting, or waiting for mine."""
    rows = visible_logs(actor, at)
    if committee is not None:
        rows = rows.filter(committee=committee)
    if only == "waiting":
        rows = rows.filter(confirmed_at=None)
    if words := text.strip():
        rows = rows.filter(Q(topics__icontains=words) | Q(agreed__icontains=words))
    moment, _comma, key = after.partition("~")
    try:
        if key:
            when = datetime.fromisoformat(moment)
            rows = rows.filter(Q(at__lt=when) | Q(at=when, pk__lt=UUID(key)))
    except ValueError:
        rows = rows.none()
    found = list(rows.order_by("-at", "-pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return [_line(row, actor, at) for row in found[:PAGE]], f"{last.at.isoformat()}~{last.pk}" if last else ""


def _line(row: ContactLog, actor: Actor, at: datetime) -> LogLine:
    return LogLine(
        row.pk, row.at, str(dict(WAYS).get(row.way, row.way)), row.grid.name, row.committee.name, row.topics,
        row.agreed, row.actor.name, side_label(row.side), row.occurrence_id is not None, row.is_late,
        row.case.number if row.case else "", row.confirmed_by.name if row.confirmed_by else "", row.confirmed_at,
        may_confirm(row, actor, at),
    )  # fmt: skip


def may_confirm(row: ContactLog, actor: Actor, at: datetime) -> bool:
    if row.confirmed_at is not None or row.actor_id == actor.pk:
        return False
    return bool(sides_of(actor, grid=row.grid, committee=row.committee, at=at) - {row.side})


def side_label(side: str) -> str:
    return _("网格填写") if side == GRID else _("居委填写")


def missed(actor: Actor, *, at: datetime, committee: Unit | None = None) -> list[Missed]:
    """Contacts that did not take place in the last 90 days, newest first, at most 100."""
    plans = _plans(actor, at)
    if committee is not None:
        plans = plans.filter(over=committee)
    since = day_of(at) - timedelta(days=DAYS)
    rows = Occurrence.objects.filter(duty__in=plans, state="missed", on__gte=since)
    found = rows.select_related("duty__unit", "duty__over").order_by("-on", "pk")[:100]
    return [Missed(row.on, row.duty.unit.name, row.duty.over.name, row.duty.over_id) for row in found]


def grids_of(actor: Actor, at: datetime) -> list[tuple[str, str]]:
    """(id, name) of the grids ``actor`` may write a contact for: of their side, or of their committee; at most 300."""
    held = [post for post in org.posts_of(actor, at) if post.role in ROLES[GRID] | ROLES[COMMITTEE]]
    return _units([post.over_path for post in held], ("grid",)) if held else []


def committees_of(actor: Actor, at: datetime) -> list[tuple[str, str]]:
    """(id, name) of the committees ``actor`` may write a contact with: above their grid, planned, or their own."""
    held = [post for post in org.posts_of(actor, at) if post.role in ROLES[GRID] | ROLES[COMMITTEE]]
    if not held:
        return []
    above = {unit_id for post in held for unit_id in org.node_of(post.over_id).chain}
    planned = _plans(actor, at).values_list("over_id", flat=True)
    rows = Unit.objects.filter(Q(pk__in=above) | Q(pk__in=planned) | below([p.over_path for p in held]))
    return _named(rows.filter(kind__in=("committee", "village"), valid_to=None))


def plannable(actor: Actor, at: datetime) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Grids whose contact ``actor`` may plan, and committees of their streets."""
    rights = KINDS["contact"].rights
    held = [post for post in org.posts_of(actor, at) if any(post.role in having(right) for right in rights)]
    if not held:
        return [], []
    homes = [org.kept_unit(org.node_of(post.over_id).home_id).path for post in held]
    return _units([post.over_path for post in held], ("grid",)), _units(homes, ("committee", "village"))


def _units(paths: Iterable[str], kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    return _named(Unit.objects.filter(below(paths), kind__in=kinds, valid_to=None))


def _named(rows: QuerySet[Unit]) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in rows.order_by("name", "pk").values_list("pk", "name")[:300]]


def sheet(actor: Actor, *, at: datetime, committee: Unit | None = None) -> bytes:
    """The newest 5,000 contacts."""
    rows = visible_logs(actor, at)
    if committee is not None:
        rows = rows.filter(committee=committee)
    heads = [
        _("时间"),
        _("网格"),
        _("居(村)委会"),
        _("方式"),
        _("谈了什么"),
        _("商定"),
        _("填写"),
        _("计划内"),
        _("对方确认"),
        _("案件"),
    ]
    lines = (_line(row, actor, at) for row in rows.order_by("-at", "-pk")[:SHEET])
    cells = [
        [f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}", one.grid, one.committee, one.way_label, one.topics, one.agreed,
         f"{one.by}({one.side_label})", _("是") if one.is_planned else _("否"), one.confirmed_by, one.case_number]
        for one in lines
    ]  # fmt: skip
    return write_rows(heads, cells, kind="xlsx", title=_("定期联系"))
