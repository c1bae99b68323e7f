"""Who holds the responsibilities of objects today, and which of the five nobody holds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import Responsibility
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Post
from linli.kernel.registry import queries as registry

KINDS: tuple[str, ...] = tuple(Responsibility.Kind.values)


@dataclass(frozen=True, slots=True)
class Holder:
    """One of the five of one object.

    state  held; unnamed: a body without a person; gone: the person left that post; none
    name   of our staff in plain; of outside people masked
    """

    kind: str
    label: str
    state: str
    row_id: int | None = None
    unit: str = ""
    post_title: str = ""
    name: str = ""
    phone: str = ""
    is_outside: bool = False
    since: date | None = None

    @property
    def is_blank(self) -> bool:
        return self.state != "held"

    @property
    def words(self) -> str:
        """In one line, for tables and spreadsheets."""
        if self.state == "none":
            return ""
        gone = f"（{_('已离岗')}）" if self.state == "gone" else ""
        return " · ".join(part for part in (self.unit, self.post_title, self.name + gone) if part)


def holders_of(object_ids: Collection[UUID], *, on: date) -> dict[UUID, dict[str, Holder]]:
    """Object → the five kinds in order, each with its holder or none. Three queries however many objects."""
    rows = list(
        Responsibility.objects.filter(object_id__in=object_ids, until=None).select_related("unit", "actor", "outside")
    )
    standing = _standing([row for row in rows if row.actor_id], on=on)
    masked = org.masked([row.outside_id for row in rows if row.outside_id])
    found: dict[UUID, dict[str, Holder]] = {key: {kind: _nobody(kind) for kind in KINDS} for key in object_ids}
    for row in rows:
        contact = masked.get(row.outside_id) if row.outside_id else None
        found[row.object_id][row.kind] = Holder(
            row.kind, str(Responsibility.Kind(row.kind).label), _state(row, standing), row.pk,
            row.unit.name if row.unit else row.body, row.post_title,
            (row.actor.name if row.actor else "") or (contact.name if contact else ""),
            contact.phone if contact else "", row.outside_id is not None, row.since,
        )  # fmt: skip
    return found


def _nobody(kind: str) -> Holder:
    return Holder(kind, str(Responsibility.Kind(kind).label), "none")


def _state(row: Responsibility, standing: set[int]) -> str:
    if row.actor_id:
        return "held" if row.pk in standing else "gone"
    return "held" if row.outside_id else "unnamed"


def _standing(rows: Sequence[Responsibility], *, on: date) -> set[int]:
    """Ids of rows whose person still has a post in the unit they hold it for, below it, or over it."""
    gone = gone_of({(row.actor_id, row.unit_id) for row in rows if row.actor_id}, on=on)
    return {row.pk for row in rows if (row.actor_id, row.unit_id) not in gone}


def gone_of(pairs: Collection[tuple[UUID, int | None]], *, on: date) -> set[tuple[UUID, int | None]]:
    """The (person, unit) pairs where the person has no post in the unit, below it or over it any more. One query."""
    posts: dict[UUID, list[tuple[str, str]]] = {}
    held = Post.objects.filter(actor_id__in={actor_id for actor_id, _unit in pairs}, since__lte=on)
    for actor_id, path, over in held.exclude(until__lte=on).values_list("actor_id", "unit__path", "over__path"):
        posts.setdefault(actor_id, []).append((path, over))
    return {(actor_id, unit_id) for actor_id, unit_id in pairs if not _fits(posts.get(actor_id, []), unit_id)}


def _fits(posts: list[tuple[str, str]], unit_id: int | None) -> bool:
    if unit_id is None:
        return bool(posts)
    there = org.node_of(unit_id).path
    return any(path.startswith(there) or there.startswith(over) for path, over in posts)


def holder_of(object_id: UUID, kind: str, *, on: date) -> Holder:
    """One of the five of one object."""
    return holders_of([object_id], on=on)[object_id][kind]


def outside_of(code: str, row_id: int, *, actor: Actor, at: datetime) -> Holder:
    """An outside holder of a visible site, masked, for who may open contacts there. Raises NotFound."""
    site = registry.get_site(code, actor=actor, at=at)
    if org.holds_right(actor, "read_contact", org.kept_unit(site.unit_id), at) is None:
        raise NotFound
    holders = holders_of([site.pk], on=timezone.localdate(at))[site.pk].values()
    found = next((one for one in holders if one.row_id == row_id and one.is_outside), None)
    if found is None:
        raise NotFound
    return found
