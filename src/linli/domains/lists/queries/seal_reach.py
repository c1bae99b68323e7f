"""Who sees what of seals: the people of the unit, and those above it who may agree to a stamp."""

from django.db.models import Q, QuerySet

from linli.domains.lists.models import Seal, SealOut, SealUse
from linli.kernel.errors import NotFound
from linli.kernel.flow.access import with_units
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.roles import having
from linli.kernel.org.scope import Held

READERS = having("look_up_seal") | {"leader", "list_approver"}
"""Roles that read requests, registers and ledgers of the units below them."""


class SealNotFound(NotFound): ...


def reading_paths(actor: Actor) -> list[str]:
    """Subtrees whose seals ``actor`` may look into."""
    return sorted({held.over_path for held in org.posts_of(actor) if held.role in READERS})


def within(actor: Actor, field: str) -> Q:
    """Filter for rows whose unit (at ``field``) lies where ``actor`` may look."""
    query = Q(pk__in=[])
    for path in reading_paths(actor):
        query |= Q(**{f"{field}__path__startswith": path})
    return query


def visible_uses(actor: Actor) -> QuerySet[SealUse]:
    return SealUse.objects.filter(within(actor, "matter__unit"))


def visible_seals(actor: Actor) -> QuerySet[Seal]:
    return Seal.objects.filter(within(actor, "unit"))


def get_use(number: str, *, actor: Actor) -> SealUse:
    """The request numbered ``number`` with its matter. Raises SealNotFound."""
    rows = visible_uses(actor).select_related("matter", "item", "wording", "seal", "stamped_by", "seal__keeper")
    use = rows.filter(matter__number=number).first()
    if use is None:
        raise SealNotFound
    with_units(use.matter)
    return use


def get_out(number: str, *, actor: Actor) -> SealOut:
    """The outing numbered ``number`` with its matter and seal. Raises SealNotFound."""
    rows = SealOut.objects.filter(within(actor, "matter__unit")).select_related("matter", "seal__unit", "companion")
    out = rows.filter(matter__number=number).first()
    if out is None:
        raise SealNotFound
    with_units(out.matter)
    return out


def get_seal(seal_id: int, *, actor: Actor) -> Seal:
    """The seal with its unit and keeper. Raises SealNotFound."""
    seal = visible_seals(actor).select_related("unit", "keeper", "image").filter(pk=seal_id).first()
    if seal is None:
        raise SealNotFound
    return seal


def asking_unit(actor: Actor, post: Held | None) -> Unit | None:
    """The unit for which ``actor`` may ask for a stamp: that of the post acted for, else the first that may."""
    return _unit_with(actor, post, "ask_seal")


def looking_unit(actor: Actor, post: Held | None) -> int | None:
    """Id of the unit whose seal lists hold where ``actor`` works."""
    held = post or next(iter(org.posts_of(actor)), None)
    return held.over_id if held else None


def ledger_unit(actor: Actor, post: Held | None) -> Unit | None:
    """The unit whose ledger of seals ``actor`` keeps; None when they keep none."""
    return _unit_with(actor, post, "edit_seals")


def _unit_with(actor: Actor, post: Held | None, right: str) -> Unit | None:
    roles = having(right)
    held = [one for one in org.posts_of(actor) if one.role in roles]
    chosen = next((one for one in held if post is not None and one.id == post.id), None) or next(iter(held), None)
    return org.kept_unit(chosen.over_id) if chosen else None


def may_read_applicant(actor: Actor, unit: Unit) -> bool:
    return org.holds_right(actor, "read_contact", unit) is not None
