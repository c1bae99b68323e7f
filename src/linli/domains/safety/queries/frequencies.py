"""The frequencies of the three classes as streets have them, and who may set them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from linli.domains.safety.models import SafetyObject
from linli.domains.safety.queries import target_classes
from linli.domains.safety.queries.target_classes import Frequency
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.scope import below
from linli.kernel.registry.queries import paths_of

MOST = 200
SAID = ("target", "is_crowded", "every_days", "keeper_id", "operator", "industry", "problems")


@dataclass(frozen=True, slots=True)
class Street:
    id: int
    name: str
    figures: tuple[Frequency, ...]
    may_set: bool


def table(actor: Actor, *, at: datetime) -> Sequence[Street]:
    """The streets of the territory with the figures in force; a grid's people see those of their street."""
    today = timezone.localdate(at)
    paths = paths_of(actor, at)
    homes = {org.home_id_of(int(path.split(".")[-2])) for path in paths}
    streets = Unit.objects.filter(below(paths), kind__in=("street", "district")) | Unit.objects.filter(pk__in=homes)
    found = [unit for unit in streets.order_by("path").distinct()[:MOST] if unit.kind == "street" or len(homes) == 1]
    figures = target_classes.in_force([unit.pk for unit in found], on=today)
    return [
        Street(unit.pk, unit.name, tuple(figures[unit.pk].values()), _may_set(actor, unit, at=at)) for unit in found
    ]


def street_to_set(actor: Actor, unit_id: int, *, at: datetime) -> Unit:
    """Raises NotFound unless ``actor`` plans patrols over this street."""
    unit = org.kept_unit(unit_id)
    if unit.kind not in ("street", "district") or not _may_set(actor, unit, at=at):
        raise NotFound
    return unit


def _may_set(actor: Actor, unit: Unit, *, at: datetime) -> bool:
    return org.holds_right(actor, "plan_patrols", unit, at) is not None


def said_of(site_id: UUID) -> dict[str, Any]:
    """What is said of an object today, for its form; empty for a site that is none."""
    known = SafetyObject.objects.filter(pk=site_id).values(*SAID).first() or {}
    return {name.removesuffix("_id"): value for name, value in known.items()}
