"""What passes from a unit that ends to the one that takes over."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.kernel.errors import Refused
from linli.kernel.org import succession
from linli.kernel.org.commands.changes import keep
from linli.kernel.org.models import Actor, Area, Post, Unit, UnitLink


class HandoverRefused(Refused):
    """The unit cannot end on that day."""


def hand_over(
    unit: Unit,
    successor: Unit | None,
    *,
    on: date,
    verb: str,
    actor: Actor,
    at: datetime,
    reason: str,
    parts: Sequence[Unit] = (),
) -> None:
    """End ``unit`` (locked) on ``on`` and pass its posts, units below, areas, links and open work to ``successor``.

    parts  all units a split made, for the log
    """
    if unit.valid_from is not None and unit.valid_from >= on:
        raise HandoverRefused(_("%(unit)s的撤销日期须晚于设立日期。") % {"unit": unit.name}, field="on")
    passed = {
        "posts": _pass_posts(unit, successor, on=on),
        "links": _pass_links(unit, successor, on=on),
    }
    if successor is not None:
        passed["units"] = _pass_units(unit, successor)
        passed["areas"] = _ids(Area.objects.filter(unit=unit, valid_to=None))
        Area.objects.filter(pk__in=passed["areas"]).update(unit=successor)
    unit.valid_to, unit.successor = on, successor
    unit.save(update_fields=["valid_to", "successor"])
    keep(
        unit,
        verb,
        actor=actor,
        at=at,
        reason=reason,
        changes={
            "valid_to": [None, on],
            "successor": [None, successor.pk if successor else None],
            "parts": [part.pk for part in parts],
            **passed,
        },
    )
    succession.follow(unit, successor, actor=actor, at=at)


def _ids(rows: QuerySet[Area]) -> list[int]:
    return list(rows.values_list("pk", flat=True))


def _pass_units(unit: Unit, successor: Unit) -> list[int]:
    children = list(Unit.objects.select_for_update().filter(parent=unit, valid_to=None).exclude(pk=successor.pk))
    for child in children:
        child.parent = successor
        child.save(update_fields=["parent"])
    return [child.pk for child in children]


def _pass_posts(unit: Unit, successor: Unit | None, *, on: date) -> list[int]:
    """Ends every post in or over the unit; each goes on in the successor unless its holder already has it there."""
    passed = []
    present = Q(until=None) | Q(until__gt=on)
    for post in Post.objects.select_for_update().filter(present, Q(unit=unit) | Q(over=unit)):
        new = _in_successor(post, unit, successor, on=on)
        if post.since >= on:
            post.delete()
        else:
            post.until = on
            post.save(update_fields=["until"])
        if new is not None and not _overlapping(new):
            new.save()
            passed.append(new.pk)
    return passed


def _in_successor(post: Post, unit: Unit, successor: Unit | None, *, on: date) -> Post | None:
    if successor is None:
        return None
    return Post(
        actor_id=post.actor_id,
        unit_id=successor.pk if post.unit_id == unit.pk else post.unit_id,
        over_id=successor.pk if post.over_id == unit.pk else post.over_id,
        role=post.role,
        title=post.title,
        deputy=post.deputy,
        since=max(post.since, on),
        until=post.until,
    )


def _overlapping(post: Post) -> bool:
    same = Post.objects.filter(actor=post.actor_id, unit=post.unit_id, over=post.over_id, role=post.role)
    if post.until is not None:
        same = same.filter(since__lt=post.until)
    return same.filter(Q(until=None) | Q(until__gt=post.since)).exists()


def _pass_links(unit: Unit, successor: Unit | None, *, on: date) -> list[int]:
    passed = []
    for link in UnitLink.objects.select_for_update().filter(Q(unit=unit) | Q(other=unit), valid_to=None):
        ends = {link.unit_id, link.other_id} - {unit.pk}
        link.valid_to = on
        if link.valid_from is not None and link.valid_from >= on:
            link.delete()
        else:
            link.save(update_fields=["valid_to"])
        if successor is None or successor.pk in ends:
            continue
        new = UnitLink(
            unit_id=successor.pk if link.unit_id == unit.pk else link.unit_id,
            other_id=successor.pk if link.other_id == unit.pk else link.other_id,
            kind=link.kind,
            valid_from=on,
        )
        if not UnitLink.objects.filter(unit=new.unit_id, other=new.other_id, kind=new.kind, valid_to=None).exists():
            new.save()
            passed.append(new.pk)
    return passed
