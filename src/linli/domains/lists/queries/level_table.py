"""The table of review levels of a district, for whoever sets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli.domains.lists.models import ReviewLevel
from linli.domains.lists.queries import amendments, review_levels
from linli.domains.lists.queries.review_levels import NOT_REVIEWING
from linli.kernel.catalog.models import Admission
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit

RIGHT = "review_admission"
MOST = 3


@dataclass(frozen=True, slots=True)
class Before:
    """A level that was in force before."""

    name: str
    kind: str
    made_at: datetime
    valid_to: datetime | None


@dataclass(frozen=True, slots=True)
class Table:
    """``lines`` number → what the form shows, empty ones to fill; ``kinds`` of units that may review.

    may_set  whether who looks sets them; who keeps lists only reads
    """

    district: str
    lines: tuple[tuple[int, Mapping[str, Any]], ...]
    in_force: tuple[Mapping[str, Any], ...]
    kinds: tuple[tuple[str, str], ...]
    before: tuple[Before, ...]
    is_default: bool
    may_set: bool
    history: tuple[amendments.Line, ...]


def district_set_by(actor: Actor, at: datetime) -> Unit | None:
    """The district whose levels ``actor`` sets: one where their post lies over the whole of it."""
    for held in org.posts_of(actor, at):
        unit = org.kept_unit(held.over_id)
        if held.role == "admission_reviewer" and review_levels.district_of(unit).pk == unit.pk:
            return unit
    return None


def may_set(actor: Actor, *, at: datetime) -> bool:
    return district_set_by(actor, at) is not None


def may_end(actor: Actor, admission: Admission, *, at: datetime) -> bool:
    """Whether ``actor`` may end it: an admission that was decided, over whose unit they review."""
    is_decided = admission.kind in (Admission.Kind.REGULAR, Admission.Kind.TRIAL) and admission.ended_at is None
    return is_decided and org.holds_right(actor, RIGHT, org.kept_unit(admission.unit_id), at) is not None


def table(actor: Actor, *, at: datetime) -> Table | None:
    """None for those who neither set levels nor keep lists."""
    own = district_set_by(actor, at)
    district = own or _district_of_keeper(actor, at)
    if district is None:
        return None
    levels = review_levels.levels_of(district)
    lines: list[tuple[int, Mapping[str, Any]]] = [
        (lv.no, {"unit_kind": lv.unit_kind, "name": lv.name, "opinions": lv.opinions, "days": lv.days}) for lv in levels
    ]
    lines += [(no, {}) for no in range(len(lines) + 1, MOST + 1)]
    names = dict(Unit.Kind.choices)
    kinds = tuple((code, str(name)) for code, name in names.items() if code not in NOT_REVIEWING)
    past = ReviewLevel.objects.filter(district=district).order_by("-made_at", "no")[:30]
    return Table(
        district.name, tuple(lines), tuple(_shown(level, names) for level in levels), kinds,
        tuple(Before(f"{row.no}. {row.name}", str(names.get(row.unit_kind, "")), row.made_at, row.valid_to)
              for row in past),
        not past, own is not None, tuple(amendments.history("levels", [district.pk])),
    )  # fmt: skip


def _shown(level: review_levels.Level, names: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "no": level.no, "name": level.name, "kind": str(names.get(level.unit_kind, "")), "opinions": level.opinions,
        "days": level.days,
    }  # fmt: skip


def _district_of_keeper(actor: Actor, at: datetime) -> Unit | None:
    held = org.holds_right(actor, amendments.RIGHT, at=at)
    return review_levels.district_of(org.kept_unit(held.over_id)) if held is not None else None
