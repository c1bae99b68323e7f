"""Tie units together beside the tree: double lines of command, police beats, membership."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linli.kernel.errors import Refused
from linli.kernel.org.commands.changes import keep, require
from linli.kernel.org.models import Actor, Unit, UnitLink
from linli.kernel.org.queries.posts import day_of

_KINDS = {
    UnitLink.Kind.POLICE_BEAT: (frozenset(("grid", "committee", "village", "street")), frozenset(("police_beat",))),
    UnitLink.Kind.DOUBLE_LINE: (frozenset(Unit.Kind.values), frozenset(("street", "centre", "station", "district"))),
}
"""Kind of link → kinds of unit that may stand at either end; a kind not listed joins any two."""


class LinkRefused(Refused):
    """These two units cannot be tied like that."""


@transaction.atomic
def link(
    unit: Unit,
    other: Unit,
    kind: str,
    *,
    since: date | None = None,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> UnitLink:
    """Tie ``unit`` to ``other``; doing it again changes nothing. A grid has one police beat at a time.

    Raises LinkRefused, RightRefused.
    """
    require(actor, "edit_units", unit, at)
    _check(unit, other, kind)
    day = since or day_of(at)
    present = UnitLink.objects.select_for_update().filter(Q(valid_to=None) | Q(valid_to__gt=day), unit=unit, kind=kind)
    same = present.filter(other=other).first()
    if same is not None:
        return same
    if kind == UnitLink.Kind.POLICE_BEAT:
        for earlier in present:
            unlink(earlier, on=day, actor=actor, at=at, reason=reason)
    made = UnitLink.objects.create(unit=unit, other=other, kind=kind, valid_from=day)
    changes = {"unit": unit.pk, "other": other.pk, "kind": kind, "valid_from": day}
    keep(made, "link", actor=actor, at=at, reason=reason, changes=changes)
    return made


@transaction.atomic
def unlink(tie: UnitLink, *, on: date | None = None, actor: Actor, at: datetime, reason: str = "") -> None:
    """End a tie on the day ``on`` (today when None); one made the same day never was. Raises RightRefused."""
    row = UnitLink.objects.select_for_update().select_related("unit").get(pk=tie.pk)
    require(actor, "edit_units", row.unit, at)
    day = on or day_of(at)
    changes = {"unit": row.unit_id, "other": row.other_id, "kind": row.kind, "valid_to": [row.valid_to, day]}
    keep(row, "unlink", actor=actor, at=at, reason=reason, changes=changes)
    if row.valid_from is not None and row.valid_from >= day:
        row.delete()
        return
    row.valid_to = day
    row.save(update_fields=["valid_to"])


def _check(unit: Unit, other: Unit, kind: str) -> None:
    if kind not in UnitLink.Kind.values:
        raise LinkRefused(_("不认识的关系“%(kind)s”。") % {"kind": kind}, field="kind")
    if unit.pk == other.pk:
        raise LinkRefused(_("单位不能与自己建立关系。"), field="other")
    for end in (unit, other):
        if end.valid_to is not None:
            raise LinkRefused(_("%(unit)s已于%(on)s撤销。") % {"unit": end.name, "on": end.valid_to.isoformat()})
    sides = _KINDS.get(UnitLink.Kind(kind))
    if sides is not None and not (unit.kind in sides[0] and other.kind in sides[1]):
        words = {"unit": Unit.Kind(unit.kind).label, "other": Unit.Kind(other.kind).label}
        raise LinkRefused(_("%(unit)s与%(other)s之间不能建立这种关系。") % words, field="other")
