"""Federations somebody may see, their members, and how much of the district they cover (000-44)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from linli.domains.safety.models import Federation, Member
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Account, Actor, Change, Post, Unit
from linli.kernel.org.queries.contacts import Masked
from linli.kernel.org.queries.posts import day_of
from linli.kernel.org.roles import having
from linli.kernel.org.scope import below
from linli.kernel.registry.models import Site

RIGHT = "convene"
MALLS = frozenset(("mall", "market"))
"""Kinds of site counted apart from the buildings: the federation is said to have 17 buildings, malls not counted."""
JOINING = ("office_building", "mall", "market", "hotel", "leisure", "hospital")
"""Kinds of site offered when somebody joins."""
MOST = 300


@dataclass(frozen=True, slots=True)
class Line:
    """A federation as listed."""

    id: int
    name: str
    home: str
    founded_on: date
    buildings: int
    malls: int
    dissolved_on: date | None


@dataclass(frozen=True, slots=True)
class MemberLine:
    """contact  name and phone as they may be shown: of a person with a sign-in in plain, else masked"""

    id: int
    site: str
    code: str
    address: str
    kind: str
    is_mall: bool
    body: str
    post: str
    post_label: str
    contact: str
    phone: str
    has_sign_in: bool
    is_sealed: bool
    since: date
    until: date | None
    end_reason: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the office buildings registered in the street, how many belong; ``missing`` the first of the others."""

    buildings: int
    members: int
    missing: tuple[str, ...]

    @property
    def share(self) -> float | None:
        return self.members / self.buildings if self.buildings else None


@dataclass(frozen=True, slots=True)
class FederationPage:
    """Everything on one federation but its meetings and notices."""

    id: int
    name: str
    home: str
    founded_on: date
    years: int
    purpose: str
    members: tuple[MemberLine, ...]
    former: tuple[MemberLine, ...]
    buildings: int
    malls: int
    chair: MemberLine | None
    unreachable: int
    points: Mapping[str, Any]
    coverage: Coverage
    history: tuple[tuple[datetime, str, str], ...]
    may_keep: bool
    may_read_contacts: bool
    dissolved_on: date | None
    dissolved_why: str
    handed_to: str


def visible(actor: Actor, at: datetime) -> QuerySet[Federation]:
    """Those of units that the posts of ``actor`` reach: the street's staff, and who works for a member."""
    scope = org.covers(actor, at)
    return Federation.objects.select_related("unit", "home", "handed_to").filter(scope.below(path="unit__path"))


def get_federation(unit_id: int, *, actor: Actor, at: datetime) -> Federation:
    """Raises NotFound."""
    found = visible(actor, at).filter(pk=unit_id).first()
    if found is None:
        raise NotFound
    return found


def get_kept(unit_id: int, *, actor: Actor, at: datetime) -> Federation:
    """One that there still is and that ``actor`` keeps: may convene over it. Raises NotFound."""
    found = get_federation(unit_id, actor=actor, at=at)
    if found.dissolved_on is not None or org.holds_right(actor, RIGHT, found.unit, at=at) is None:
        raise NotFound
    return found


def get_member(unit_id: int, member_id: int, *, actor: Actor, at: datetime) -> Member:
    """A member of a federation that ``actor`` may see. Raises NotFound."""
    rows = Member.objects.select_related("federation__unit", "federation__home", "site__kind", "contact")
    found = rows.filter(pk=member_id, federation=get_federation(unit_id, actor=actor, at=at)).first()
    if found is None:
        raise NotFound
    return found


def listed(actor: Actor, at: datetime) -> list[Line]:
    """The first 200 by name, those dissolved last; one statement."""
    now = Q(members__until=None)
    malls = Q(members__site__kind__in=MALLS)
    rows = visible(actor, at).annotate(
        buildings=Count("members", filter=now & ~malls), malls=Count("members", filter=now & malls)
    )
    return [
        Line(row.pk, row.unit.name, row.home.name, row.founded_on, row.buildings, row.malls, row.dissolved_on)
        for row in rows.order_by(F("dissolved_on").desc(nulls_first=True), "unit__name", "pk")[:200]
    ]


def may_found(actor: Actor, at: datetime) -> list[tuple[str, str]]:
    """(id, name) of the streets over which ``actor`` may found one."""
    held = [post for post in org.posts_of(actor, at) if post.role in having(RIGHT)]
    if not held:
        return []
    rows = Unit.objects.filter(below([post.over_path for post in held]), kind="street", valid_to=None)
    return [(str(pk), name) for pk, name in rows.order_by("name").values_list("pk", "name")[:300]]


def idle_associations(home: Unit) -> list[tuple[str, str]]:
    """(id, name) of associations of the street that hold no federation yet."""
    rows = Unit.objects.filter(below([home.path]), kind="association", valid_to=None, federation=None)
    return [(str(pk), name) for pk, name in rows.order_by("name").values_list("pk", "name")[:100]]


def federation_page(federation: Federation, *, actor: Actor, at: datetime) -> FederationPage:
    """In eight statements, whatever the number of members."""
    everybody = member_lines(federation)
    members = tuple(line for line in everybody if line.until is None)
    until = min(day_of(at), federation.dissolved_on or day_of(at))
    is_there = federation.dissolved_on is None
    return FederationPage(
        federation.pk, federation.unit.name, federation.home.name, federation.founded_on,
        until.year - federation.founded_on.year - ((until.month, until.day)
                                                   < (federation.founded_on.month, federation.founded_on.day)),
        federation.purpose, members, tuple(line for line in everybody if line.until is not None),
        sum(not line.is_mall for line in members), sum(line.is_mall for line in members),
        next((line for line in members if line.post == "chair"), None),
        sum(not line.has_sign_in for line in members), points(members), coverage(federation),
        _history(federation, everybody),
        is_there and org.holds_right(actor, RIGHT, federation.unit, at=at) is not None,
        org.holds_right(actor, "read_contact", federation.unit, at=at) is not None,
        federation.dissolved_on, federation.dissolved_why, federation.handed_to.name if federation.handed_to else "",
    )  # fmt: skip


def member_lines(federation: Federation) -> list[MemberLine]:
    """Those of now by post, then by name; those that left last; three statements."""
    rows = Member.objects.filter(federation=federation).select_related("site__kind", "contact")
    found = list(rows.order_by("pk")[: MOST * 2])
    keys = [row.contact_id for row in found if row.contact_id]
    sealed = org.masked([row.contact.pk for row in found if row.contact and row.contact.kind == Actor.Kind.OUTSIDE])
    able = set(Account.objects.filter(actor_id__in=keys, is_active=True).values_list("actor_id", flat=True))
    order = {post: n for n, post in enumerate(Member.Post.values)}
    found.sort(key=lambda row: (row.until is not None, order[row.post], row.site.name))
    return [_member(row, sealed, able) for row in found]


def _member(row: Member, sealed: Mapping[UUID, Masked], able: set[UUID]) -> MemberLine:
    mask = sealed.get(row.contact_id) if row.contact_id else None
    contact = mask.name if mask else (row.contact.name if row.contact else "")
    site = row.site
    return MemberLine(
        row.pk, site.name, site.code, site.address, site.kind.name, site.kind_id in MALLS, row.body, row.post,
        str(row.get_post_display()), contact, mask.phone if mask else "", row.contact_id in able, mask is not None,
        row.since, row.until, row.end_reason, site.lon, site.lat,
    )  # fmt: skip


def points(members: Sequence[MemberLine]) -> dict[str, Any]:
    """Members as GeoJSON: buildings are circles, malls squares; the chair's stands out."""
    features = [
        {
            "type": "Feature", "id": str(line.id),
            "geometry": {"type": "Point", "coordinates": [line.lon, line.lat]},
            "properties": {"id": str(line.id), "title": f"{line.site} · {line.body}", "number": line.post_label,
                           "look": "warn" if line.post == "chair" else "ok",
                           "shape": "square" if line.is_mall else "circle"},
        }
        for line in members
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def coverage(federation: Federation) -> Coverage:
    """Office buildings of the street against those that belong; two statements."""
    rows = Site.objects.filter(below([federation.home.path], path="unit__path"), kind="office_building")
    standing = rows.exclude(state="closed")
    joined = Q(pk__in=Member.objects.filter(federation=federation, until=None).values("site_id"))
    counted = standing.aggregate(all=Count("pk"), members=Count("pk", filter=joined))
    missing = standing.exclude(joined).order_by("name", "pk").values_list("name", flat=True)[:20]
    return Coverage(counted["all"], counted["members"], tuple(missing))


def joinable(federation: Federation) -> list[tuple[str, str]]:
    """(id, name · kind · address) of buildings and malls of the street that do not belong yet."""
    rows = Site.objects.filter(below([federation.home.path], path="unit__path"), kind__in=JOINING)
    members = Member.objects.filter(federation=federation, until=None).values("site_id")
    free = rows.exclude(state="closed").exclude(pk__in=members).select_related("kind").order_by("name", "pk")
    return [(str(site.pk), f"{site.name} · {site.kind.name} · {site.address}".strip(" ·")) for site in free[:MOST]]


def speakers(federation: Federation, at: datetime) -> list[tuple[str, str]]:
    """(id, name) of people with a post over the federation and a sign-in: contacts to be chosen from."""
    on = day_of(at)
    posts = Post.objects.filter(Q(until=None) | Q(until__gt=on), over=federation.unit, since__lte=on)
    rows = Actor.objects.filter(pk__in=posts.values("actor_id"), account__is_active=True)
    return [(str(key), name) for key, name in rows.order_by("name").values_list("pk", "name")[:MOST]]


def _history(federation: Federation, members: Sequence[MemberLine]) -> tuple[tuple[datetime, str, str], ...]:
    """(when, what, about whom) of the last 30 changes of the federation and its members."""
    about = {f"member:{line.id}": line.body for line in members} | {f"federation:{federation.pk}": ""}
    rows = Change.objects.filter(subject__in=list(about)).order_by("-id")[:30]
    return tuple((row.at, _verb(row.verb), about[row.subject]) for row in rows)


def _verb(verb: str) -> str:
    return {
        "found": _("联合会成立"), "dissolve": _("联合会解散"), "join": _("入会"), "leave": _("退会"),
        "set_post": _("调整职务"), "set_contact": _("更换联系人"),
    }.get(verb, verb)  # fmt: skip
