"""Special inspections: how far each is, by unit and by kind of site, and which sites are still outstanding."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from linli.domains.safety.models import Campaign, Hazard, Inspection, SafetyObject
from linli.domains.safety.queries.hazards import OPEN
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.roles import having
from linli.kernel.org.scope import below
from linli.kernel.org.tree import kept as tree
from linli.kernel.registry import queries as registry

MOST = 200
RIGHT = "plan_patrols"


class CampaignNotFound(NotFound): ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the sites of one group are done."""

    label: str
    all: int
    done: int

    @property
    def share(self) -> float | None:
        return self.done / self.all if self.all else None


@dataclass(frozen=True, slots=True)
class Row:
    """A campaign as listed."""

    id: UUID
    title: str
    field: str
    unit: str
    starts_on: date
    ends_on: date
    is_closed: bool
    is_late: bool
    whole: Progress


@dataclass(frozen=True, slots=True)
class Outstanding:
    code: str
    name: str
    kind: str
    unit: str
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """Everything the page shows. ``hazards``/``struck_off``: found by its inspections, and over."""

    row: Row
    demands: str
    summary: str
    kinds: tuple[str, ...]
    made_by: str
    units: tuple[Progress, ...]
    by_kind: tuple[Progress, ...]
    outstanding: tuple[Outstanding, ...]
    hazards: int
    major: int
    struck_off: int
    may_close: bool


def visible_campaigns(actor: Actor) -> QuerySet[Campaign]:
    """Those of the territory ``actor`` sees, and those above it, which they take part in."""
    paths = registry.paths_of(actor)
    above = {int(part) for path in paths for part in path.rstrip(".").split(".")}
    return Campaign.objects.filter(below(paths, path="unit__path") | Q(unit__in=above)).select_related(
        "unit", "made_by"
    )


def listed(actor: Actor, *, closed: bool, at: datetime) -> list[Row]:
    """Running ones by their end, or those that are over, newest first; one query each for its progress."""
    rows = visible_campaigns(actor).filter(closed_at__isnull=not closed).prefetch_related("kinds")
    rows = rows.order_by("-closed_at", "ends_on", "pk")[:MOST]
    return [_row(row, list(_sites(row, actor)), at) for row in rows]


def _row(row: Campaign, sites: list[SafetyObject], at: datetime) -> Row:
    is_closed = row.closed_at is not None
    return Row(
        row.pk, row.title, row.field, row.unit.name, row.starts_on, row.ends_on, is_closed,
        not is_closed and row.ends_on < timezone.localdate(at), _progress("", sites),
    )  # fmt: skip


def _sites(campaign: Campaign, actor: Actor) -> QuerySet[SafetyObject]:
    """The safety objects it goes through as far as ``actor`` sees them, each saying whether it is ``done``."""
    done = Inspection.objects.filter(object=OuterRef("pk"), campaign=campaign)
    inside = below([campaign.unit.path], path="site__unit__path") & below(
        registry.paths_of(actor), path="site__unit__path"
    )
    rows = SafetyObject.objects.filter(inside).exclude(site__state="closed")
    kinds = [kind.pk for kind in campaign.kinds.all()]
    rows = rows.filter(site__kind__in=kinds) if kinds else rows
    return rows.annotate(done=Exists(done)).select_related("site__kind")


def _progress(label: str, sites: Iterable[SafetyObject]) -> Progress:
    every = list(sites)
    return Progress(label, len(every), sum(site.done for site in every))  # type: ignore[attr-defined]  # annotated


def campaign_page(key: UUID, *, actor: Actor, at: datetime) -> CampaignPage:
    """Raises CampaignNotFound."""
    campaign = visible_campaigns(actor).filter(pk=key).prefetch_related("kinds").first()
    if campaign is None:
        raise CampaignNotFound(key)
    sites = list(_sites(campaign, actor))
    left = [site for site in sites if not site.done]  # type: ignore[attr-defined]  # annotated
    units, depth = tree.get().by_id, campaign.unit.path.count(".")
    by_unit: dict[str, list[SafetyObject]] = {}
    by_kind: dict[str, list[SafetyObject]] = {}
    for site in sites:
        chain = [int(part) for part in units[site.site.unit_id].path.rstrip(".").split(".")]
        unit = units[chain[depth] if len(chain) > depth else chain[-1]]
        by_unit.setdefault(unit.name, []).append(site)
        by_kind.setdefault(site.site.kind.name, []).append(site)
    found = Hazard.objects.filter(inspection__campaign=campaign)
    return CampaignPage(
        row=_row(campaign, sites, at), demands=campaign.demands, summary=campaign.summary,
        kinds=tuple(kind.name for kind in campaign.kinds.all()), made_by=campaign.made_by.name,
        units=tuple(_progress(name, group) for name, group in sorted(by_unit.items())),
        by_kind=tuple(_progress(name, group) for name, group in sorted(by_kind.items())),
        outstanding=tuple(_outstanding(site) for site in left[:MOST]), hazards=found.count(),
        major=found.filter(grade="major").count(), struck_off=found.exclude(matter__state__in=OPEN).count(),
        may_close=campaign.closed_at is None and org.holds_right(actor, RIGHT, campaign.unit, at) is not None,
    )  # fmt: skip


def _outstanding(site: SafetyObject) -> Outstanding:
    unit = tree.get().by_id[site.site.unit_id].name
    return Outstanding(site.site.code, site.site.name, site.site.kind.name, unit, site.last_inspection_at)


def planned_over(actor: Actor, at: datetime) -> list[tuple[str, str]]:
    """The territorial units in which ``actor`` may hold a campaign, their own first."""
    codes = having(RIGHT)
    nodes = tree.get()
    own = [nodes.by_id[held.over_id] for held in org.posts_of(actor, at) if held.role in codes]
    lower = [
        node for top in own for node in nodes.below(top.path)
        if node.kind in ("district", "street", "committee", "grid") and node.valid_to is None
    ]  # fmt: skip
    return list(dict.fromkeys((str(node.id), node.name) for node in lower))[:MOST]
