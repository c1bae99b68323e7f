"""The electronic patrol log: narrowed, paged by keyset, the same three statements for ten lines or a million."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.safety.models import LogEntry, LogFollow, PatrolTeam, TeamMember
from linli.domains.safety.queries.patrol_reach import visible_patrols
from linli.domains.safety.queries.proof import DOUBT_M
from linli.kernel.errors import NotFound
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held
from linli.kernel.org.tree import kept as tree
from linli.kernel.registry.models import Site
from linli.kernel.text import bigrams

PAGE = 50
DAYS = 30
"""How far back the log is read unless asked for more."""
MOST_DAYS = 400
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
"""Days asked for beyond these are taken for these."""
MOST_SITES = 200
CONDITION_LOOKS = {"fine": "ok", "mended": "brand", "problem": "warn"}
PROOF_LOOKS = {"code": "ok", "position": "brand", "none": "warn"}
GROUND = frozenset({"district", "street", "committee", "village", "grid"})
"""Kinds of units that have a territory of their own; whoever works elsewhere reads their own team's log."""
SYNCS: Mapping[str, str | Promise] = {"afterwards": _("事后同步"), "doubtful": _("时间存疑")}
FOLLOW_PAGES = {"case": "cases:case", "hazard": "safety:hazard"}


class EntryNotFound(NotFound): ...


@dataclass(frozen=True, slots=True)
class Narrow:
    """How the log is narrowed; empty parts do not narrow. ``since`` and ``until``: both days are shown."""

    since: date | None = None
    until: date | None = None
    unit: int | None = None
    person: UUID | None = None
    site: UUID | None = None
    team: int | None = None
    kind: str = ""
    condition: str = ""
    proof: str = ""
    sync: str = ""
    text: str = ""

    def span(self, at: datetime) -> tuple[date, date]:
        """The days shown, the last ``DAYS`` unless asked otherwise, at most ``MOST_DAYS``."""
        until = min(max(self.until or timezone.localdate(at), EARLIEST), LATEST)
        since = self.since or until - timedelta(days=DAYS - 1)
        return max(min(since, until), until - timedelta(days=MOST_DAYS)), until


@dataclass(frozen=True, slots=True)
class Follow:
    number: str
    url: str
    state_is_closed: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line as listed. ``looks``: for badges; ``is_doubtful``: its code was scanned far from where the site is."""

    id: UUID
    patrol: UUID
    at: datetime
    recorded_at: datetime
    who: str
    filed_by: str
    team: str
    unit: str
    kind: str
    site: str
    site_code: str
    scanned: str
    condition: str
    condition_look: str
    proof: str
    proof_look: str
    distance_m: int | None
    is_doubtful: bool
    note: str
    photos: tuple[UUID, ...]
    is_late: bool
    is_late_sync: bool
    lon: float | None
    lat: float | None
    follows: tuple[Follow, ...]
    may_report: bool
    """A problem of which nothing has come yet."""


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    before: str
    after: str


def page(
    actor: Actor, post: Held | None, narrow: Narrow, *, at: datetime, after: str = "", before: str = "",
    limit: int = PAGE,
) -> Page:  # fmt: skip
    """One page of the log, newest first; four SQL statements at most."""
    backwards = bool(before) and not after
    keys = _keys(actor, post, narrow, at, cursor=_cursor(after or before), backwards=backwards, limit=limit + 1)
    more = len(keys) > limit
    keys = keys[:limit]
    if backwards:
        keys.reverse()
    newer = _token(keys[0]) if keys and (more if backwards else bool(after)) else ""
    older = _token(keys[-1]) if keys and (True if backwards else more) else ""
    return Page(rows([key for key, _at in keys]), newer, older)


def _keys(
    actor: Actor, post: Held | None, narrow: Narrow, at: datetime, *, cursor: tuple[datetime, UUID] | None,
    backwards: bool, limit: int,
) -> list[tuple[UUID, datetime]]:  # fmt: skip
    where, params = _where(actor, post, narrow, at)
    if cursor is not None:
        where.append(f"(e.taken_at, e.id) {'>' if backwards else '<'} (%s, %s)")
        params += list(cursor)
    way = "asc" if backwards else "desc"
    sql = f"""select e.id, e.taken_at from safety_logentry e join safety_patrol p on p.id = e.patrol_id
              where {" and ".join(where)} order by e.taken_at {way}, e.id {way} limit %s"""
    with connection.cursor() as rows_of:
        rows_of.execute(sql, [*params, limit])
        return list(rows_of.fetchall())


def _where(actor: Actor, post: Held | None, narrow: Narrow, at: datetime) -> tuple[list[str], list[Any]]:
    where, params = _territory(actor, post, narrow)
    since, until = narrow.span(at)
    where.append("e.taken_at >= %s and e.taken_at < %s")
    params += [_midnight(since), _midnight(until + timedelta(days=1))]
    wanted: tuple[tuple[str, Any], ...] = (
        ("e.actor_id = %s", narrow.person), ("e.site_id = %s", narrow.site), ("p.team_id = %s", narrow.team),
        ("p.kind = %s", narrow.kind), ("e.condition = %s", narrow.condition), ("e.proof = %s", narrow.proof),
    )  # fmt: skip
    for sql, value in wanted:
        if value:
            where.append(sql)
            params.append(value)
    if narrow.sync in SYNCS:
        where.append("e.is_late_sync" if narrow.sync == "afterwards" else "e.is_late")
    if text := narrow.text.strip():
        where.append("(e.note ilike %s or e.site_id = any(%s))")
        params += [f"%{_escaped(text)}%", _sites(text)]
    return where, params


def _territory(actor: Actor, post: Held | None, narrow: Narrow) -> tuple[list[str], list[Any]]:
    units = territory(post)
    if narrow.unit is not None:
        inside = set(units)
        node = tree.get().by_id.get(narrow.unit)
        chosen = [one.id for one in tree.get().below(node.path)] if node else []
        return ["e.unit_id = any(%s)"], [[one for one in chosen if one in inside]]
    if units:
        return ["e.unit_id = any(%s)"], [units]
    teams = list(TeamMember.objects.filter(actor=actor, until=None).values_list("team_id", flat=True))
    teams += list(PatrolTeam.objects.filter(unit=post.over_id).values_list("pk", flat=True)) if post else []
    return ["(e.actor_id = %s or p.team_id = any(%s))"], [actor.pk, teams]


def territory(post: Held | None) -> list[int]:
    """Units of the ground a post is over; none when it is over a team or a department."""
    if post is None or tree.get().by_id[post.over_id].kind not in GROUND:
        return []
    return [node.id for node in tree.get().below(post.over_path)]


def _sites(text: str) -> list[UUID]:
    grams = bigrams(text)
    if not grams:
        return []
    return list(Site.objects.filter(grams__contains=grams).values_list("pk", flat=True)[:MOST_SITES])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _token(key: tuple[UUID, datetime]) -> str:
    return f"{key[1].isoformat()}~{key[0]}"


def _cursor(token: str) -> tuple[datetime, UUID] | None:
    moment, _mark, key = token.partition("~")
    try:
        return datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        return None


def rows(keys: Sequence[UUID]) -> list[Row]:
    """The lines for ``keys`` in their order; two SQL statements."""
    found = LogEntry.objects.filter(pk__in=list(keys)).select_related(
        "actor", "unit", "site", "scanned", "patrol__team", "patrol__filed_by"
    )
    follows = _follows(keys)
    by_key = {entry.pk: _row(entry, follows.get(entry.pk, ())) for entry in found}
    return [by_key[key] for key in keys if key in by_key]


def _follows(keys: Collection[UUID]) -> dict[UUID, tuple[Follow, ...]]:
    found: dict[UUID, tuple[Follow, ...]] = {}
    for one in LogFollow.objects.filter(entry__in=list(keys)).select_related("matter").order_by("id"):
        page_of = FOLLOW_PAGES.get(one.matter.flow)
        url = reverse(page_of, args=[one.matter.number]) if page_of else ""
        shown = Follow(one.matter.number, url, one.matter.closed_at is not None)
        found[one.entry_id] = (*found.get(one.entry_id, ()), shown)
    return found


def _row(entry: LogEntry, follows: tuple[Follow, ...]) -> Row:
    patrol, site = entry.patrol, entry.site
    return Row(
        id=entry.pk, patrol=entry.patrol_id, at=entry.taken_at, recorded_at=entry.recorded_at, who=entry.actor.name,
        filed_by=patrol.filed_by.name if patrol.filed_by else "", team=patrol.team.name if patrol.team else "",
        unit=entry.unit.name, kind=str(patrol.get_kind_display()), site=site.name if site else "",
        site_code=site.code if site else "", scanned=entry.scanned.name if entry.scanned else "",
        condition=str(entry.get_condition_display()), condition_look=CONDITION_LOOKS[entry.condition],
        proof=str(entry.get_proof_display()) if site else "", proof_look=PROOF_LOOKS[entry.proof],
        distance_m=None if entry.distance_m is None else round(entry.distance_m),
        is_doubtful=entry.proof == LogEntry.Proof.CODE and (entry.distance_m or 0) > DOUBT_M, note=entry.note,
        photos=tuple(entry.files), is_late=entry.is_late, is_late_sync=entry.is_late_sync, lon=entry.lon,
        lat=entry.lat, follows=follows,
        may_report=entry.condition == LogEntry.Condition.PROBLEM and not follows,
    )  # fmt: skip


def of_site(site: UUID, *, limit: int = 10) -> list[Row]:
    """The last lines about a site, newest first: for its page. Whether the site may be seen is for the caller."""
    keys = LogEntry.objects.filter(site=site).order_by("-taken_at").values_list("pk", flat=True)[:limit]
    return rows(list(keys))


def photo_of(entry_id: UUID, file_id: UUID, *, actor: Actor) -> UUID:
    """The photo, if it is on a line of a walk ``actor`` may see. Raises EntryNotFound."""
    entry = LogEntry.objects.filter(pk=entry_id, files__contains=[file_id]).first()
    if entry is None or not visible_patrols(actor).filter(pk=entry.patrol_id).exists():
        raise EntryNotFound(entry_id)
    return file_id
