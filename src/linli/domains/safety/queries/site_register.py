"""The register of sites and safety objects as a desk shows it: filtered, counted, page by page, on the map."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from linli.domains.safety.models import Colour, Plan, Responsibility, SafetyObject, TargetClass
from linli.domains.safety.queries.responsibility_holders import gone_of
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Post
from linli.kernel.org.scope import below
from linli.kernel.registry import queries as registry
from linli.kernel.registry.models import Site, SiteKind
from linli.kernel.text import bigrams

PAGE = 50
ON_MAP = 3000
FIVE = len(Responsibility.Kind.values)
WANTS = ("small", "crowded", "unwatched", "no_plan", "blanks", "unpatrolled")


@dataclass(frozen=True, slots=True)
class Narrow:
    """What is asked for.

    wants  several of WANTS, all of which hold
    state  open (in use or paused), closed
    """

    text: str = ""
    kind: str = ""
    target: str = ""
    colour: str = ""
    unit: int | None = None
    wants: tuple[str, ...] = ()
    state: str = "open"


@dataclass(frozen=True, slots=True)
class Row:
    """A site as listed. ``blanks``: of the five responsibilities; None for one that is no safety object."""

    id: UUID
    code: str
    name: str
    kind: str
    address: str
    unit: str
    state: str
    state_label: str
    lon: float
    lat: float
    is_object: bool
    target_label: str
    is_crowded: bool
    colour: str
    colour_label: str
    blanks: int | None
    plan_no: int | None
    plan_to: Any
    every_days: int | None
    last_patrol_at: datetime | None
    is_unpatrolled: bool
    operator: str


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Row]
    after: str = ""
    before: str = ""
    total: int | None = None


def page(actor: Actor, narrow: Narrow, *, at: datetime, after: str = "", before: str = "", limit: int = PAGE) -> Page:
    """One page by code. ``after`` and ``before``: codes to go on from."""
    sites = matching(actor, narrow, at=at).select_related("kind", "unit", "safety")
    if before:
        found = list(sites.filter(code__lt=before).order_by("-code")[: limit + 1])
        more, found = len(found) > limit, found[:limit][::-1]
        return Page(_rows(found), found[-1].code if found else "", found[0].code if more and found else "")
    found = list((sites.filter(code__gt=after) if after else sites).order_by("code")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    return Page(_rows(found), found[-1].code if more else "", found[0].code if after and found else "")


def matching(actor: Actor, narrow: Narrow, *, at: datetime) -> QuerySet[Site]:
    """The sites asked for, with ``held``, ``plan_no``, ``plan_to``, ``every`` and ``is_unpatrolled``."""
    sites = with_facts(registry.visible_sites(actor, at), at=at)
    sites = sites.filter(state="closed") if narrow.state == "closed" else sites.exclude(state="closed")
    if narrow.text:
        sites = _with_words(sites, narrow.text)
    if narrow.kind:
        sites = sites.filter(kind=narrow.kind)
    if narrow.target:
        sites = sites.filter(safety__target=narrow.target)
    if narrow.colour:
        sites = sites.filter(safety__colour=narrow.colour)
    if narrow.unit is not None:
        sites = sites.filter(below((org.node_of(narrow.unit).path,), path="unit__path"))
    for want in narrow.wants:
        sites = sites.filter(_WANTED[want])
    return sites


_WANTED: dict[str, Q] = {
    "small": Q(kind__is_small=True),
    "crowded": Q(safety__is_crowded=True),
    "unwatched": Q(safety=None),
    "no_plan": Q(safety__isnull=False, plan_no=None),
    "blanks": Q(safety__isnull=False, held__lt=FIVE),
    "unpatrolled": Q(is_unpatrolled=True),
}


def with_facts(sites: QuerySet[Site], *, at: datetime) -> QuerySet[Site]:
    """What the desk shows beside a site, each by a subquery over an index."""
    today = timezone.localdate(at)
    plans = Plan.objects.filter(object=OuterRef("pk"), state=Plan.State.IN_FORCE, valid_to__gt=today)
    figure = (
        TargetClass.objects.filter(Q(home=OuterRef("safety__home")) | Q(home=None))
        .filter(target=OuterRef("safety__target"), valid_from__lte=today)
        .order_by(F("home").asc(nulls_last=True), "-valid_from")
    )
    held = held_rows(today).filter(object=OuterRef("pk")).values("object").annotate(n=Count("id")).values("n")
    known = sites.annotate(
        plan_no=Subquery(plans.values("no")[:1]), plan_to=Subquery(plans.values("valid_to")[:1]),
        held=Coalesce(Subquery(held, output_field=IntegerField()), 0),
        every=Coalesce("safety__every_days", Subquery(figure.values("every_days")[:1])),
    )  # fmt: skip
    since = ExpressionWrapper(Value(at) - F("every") * timedelta(days=1), output_field=DateTimeField())
    late = Q(every__isnull=False) & (
        Q(safety__last_patrol_at__lt=since) | Q(safety__last_patrol_at=None, safety__made_at__lt=since)
    )
    return known.annotate(is_unpatrolled=ExpressionWrapper(late, output_field=BooleanField()))


def held_rows(today: date) -> QuerySet[Responsibility]:
    """Responsibilities that somebody named holds today; who left their post holds none any more."""
    posts = Post.objects.filter(actor=OuterRef("actor"), since__lte=today).filter(Q(until=None) | Q(until__gt=today))
    there = posts.filter(_begins("unit__path", OuterRef("unit__path")))
    above = posts.filter(_begins(OuterRef("unit__path"), "over__path"))
    held = Q(outside__isnull=False) | Exists(there) | Exists(above)
    return Responsibility.objects.filter(held, until=None)


def _begins(path: Any, start: Any) -> Func:
    return Func(path, start, function="starts_with", output_field=BooleanField())


def tallies(actor: Actor, narrow: Narrow, *, at: datetime) -> dict[str, int]:
    """How many sites each warning names, and each colour; the other filters stay. Five queries at most."""
    sites = matching(actor, replace(narrow, wants=(), colour=""), at=at)
    wanted = {name: Count("pk", filter=condition) for name, condition in _WANTED.items() if name != "blanks"}
    colours = {colour: Count("pk", filter=Q(safety__colour=colour)) for colour in Colour.values}
    counts = sites.aggregate(total=Count("pk"), objects=Count("safety"), **wanted, **colours)
    held = held_set(timezone.localdate(at)).filter(object__site__in=sites.order_by().values("pk"))
    complete = held.values("object").annotate(n=Count("pk")).filter(n=FIVE).count()
    return {**counts, "blanks": counts["objects"] - complete}


def held_set(today: date) -> QuerySet[Responsibility]:
    """As ``held_rows``, for counting over many objects: who is gone is found once for each person and unit."""
    rows = Responsibility.objects.filter(until=None)
    pairs = set(rows.filter(actor__isnull=False).values_list("actor_id", "unit_id").distinct())
    gone = gone_of(pairs, on=today)
    held = rows.filter(Q(outside__isnull=False) | Q(actor__isnull=False))
    if not gone:
        return held
    suspects = rows.filter(actor__in={actor_id for actor_id, _unit in gone}).values_list("pk", "actor_id", "unit_id")
    return held.exclude(pk__in=[pk for pk, actor_id, unit_id in suspects if (actor_id, unit_id) in gone])


def on_map(actor: Actor, narrow: Narrow, *, at: datetime) -> dict[str, Any]:
    """The same set as points; at most ON_MAP. Only what a point shows is asked for."""
    columns = ("pk", "code", "name", "lon", "lat", "safety__colour", "safety__is_crowded")
    points = matching(actor, narrow, at=at).order_by("code").values_list(*columns)[:ON_MAP]
    return {"type": "FeatureCollection", "features": [_feature(*point) for point in points]}


def _feature(
    key: UUID, code: str, name: str, lon: float, lat: float, colour: str | None, crowded: bool | None
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {
            "id": str(key), "number": code, "title": name, "look": colour or "done",
            "shape": "square" if crowded else "circle", "code": code,
        },
        "geometry": {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]},
    }  # fmt: skip


def _with_words(sites: QuerySet[Site], text: str) -> QuerySet[Site]:
    wanted = " ".join(text.split())[:60]
    if Site.objects.filter(code=wanted).exists():
        return sites.filter(code=wanted)
    grams = bigrams(wanted)
    return sites.filter(grams__contains=grams) if grams else sites.none()


def _rows(sites: Sequence[Any]) -> list[Row]:
    return [_row(site) for site in sites]


def _row(site: Any) -> Row:
    one: SafetyObject | None = getattr(site, "safety", None)
    colour = one.colour if one else ""
    return Row(
        site.pk, site.code, site.name, site.kind.name, site.address, org.kept_unit(site.unit_id).name, site.state,
        str(Site.State(site.state).label), site.lon, site.lat, one is not None,
        str(SafetyObject.Target(one.target).label) if one and one.target else "", bool(one and one.is_crowded),
        colour, str(Colour(colour).label) if colour else "", FIVE - site.held if one else None, site.plan_no,
        site.plan_to, site.every, one.last_patrol_at if one else None, bool(site.is_unpatrolled),
        one.operator if one else "",
    )  # fmt: skip


def kind_counts(actor: Actor, narrow: Narrow, *, at: datetime) -> list[tuple[str, str, int]]:
    """(code, name, how many) of the kinds that occur, in their order. Two queries."""
    sites = matching(actor, replace(narrow, kind=""), at=at).order_by()
    counted = dict(sites.values_list("kind").annotate(n=Count("pk")))
    names = SiteKind.objects.filter(pk__in=counted).order_by("position").values_list("code", "name")
    return [(code, name, counted[code]) for code, name in names]
