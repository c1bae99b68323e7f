"""Put a site under safety management, and say how often the objects of a class are to be patrolled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import SafetyObject, TargetClass
from linli.domains.safety.queries import target_classes
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.commands.changes import require
from linli.kernel.org.models import Actor, Unit
from linli.kernel.registry import commands as registry
from linli.kernel.registry.models import Site
from linli.kernel.text import clean, personal_data_in

LONGEST_INTERVAL = 366


class ObjectRefused(Refused):
    """Not to be put under safety management like that."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is said of a safety object; see ``SafetyObject``. ``keeper``: key of a member of the grid, or None."""

    target: str = ""
    is_crowded: bool = False
    every_days: int | None = None
    keeper: UUID | None = None
    operator: str = ""
    industry: str = ""
    problems: str = ""


@transaction.atomic
def watch(site_id: UUID, said: Watched, *, actor: Actor, at: datetime, reason: str = "") -> SafetyObject:
    """Make a site a safety object, or change what is said of it; kept in the history of the site.

    Raises ObjectRefused, RightRefused (keep_sites), SiteNotFound.
    """
    site = registry.locked(site_id, actor=actor, at=at)
    wanted = _checked(site, said, at=at)
    known = SafetyObject.objects.filter(pk=site_id).first()
    if known is None:
        home_id = org.home_id_of(site.unit_id)
        made = SafetyObject.objects.create(site=site, home_id=home_id, made_by=actor, made_at=at, **wanted)
        registry.note(site, "watch", actor=actor, at=at, reason=reason, changes=_plain(wanted))
        return made
    changes = {name: [getattr(known, name), value] for name, value in wanted.items() if getattr(known, name) != value}
    if changes:
        for name, value in wanted.items():
            setattr(known, name, value)
        known.save(update_fields=list(wanted))
        registry.note(site, "watch", actor=actor, at=at, reason=reason, changes=_plain(changes))
    return known


@transaction.atomic
def relocate(
    site_id: UUID, lon: float, lat: float, *, crs: str = "wgs84", actor: Actor, at: datetime, reason: str
) -> Site:
    """Correct where a site is; a safety object passes to the street of its new place. Raises as ``registry.move``."""
    site = registry.move(site_id, lon, lat, crs=crs, actor=actor, at=at, reason=reason)
    SafetyObject.objects.filter(pk=site_id).update(home_id=org.home_id_of(site.unit_id))
    return site


def follow_home(ended: Unit, successor: Unit | None, actor: Actor, at: datetime) -> int:
    """The objects and the figures of a street that ended pass to its successor; returns how many objects."""
    if successor is None:
        return 0
    return SafetyObject.objects.filter(home=ended).update(home=successor)


@transaction.atomic
def set_frequency(
    home: Unit | None, target: str, every_days: int, *, valid_from: date, actor: Actor, at: datetime, source: str = ""
) -> TargetClass:
    """From ``valid_from`` on, objects of this class in this street are to be patrolled every so many days.

    home  None: everywhere that has no figure of its own; only for the system
    """
    if home is None and actor.kind != Actor.Kind.SYSTEM:
        raise ObjectRefused(_("全局频次随程序提供，请为本街镇单独设定。"))
    require(actor, "plan_patrols", home, at)
    _check_interval(every_days)
    if target not in SafetyObject.Target.values:
        raise ObjectRefused(_("请选择三类对象之一。"), field="target")
    if actor.kind != Actor.Kind.SYSTEM and valid_from < timezone.localdate(at):
        raise ObjectRefused(_("生效日期不能早于今天。"), field="valid_from")
    return TargetClass.objects.update_or_create(
        home=home, target=target, valid_from=valid_from,
        defaults={"every_days": every_days, "source": clean(source, 200), "confidence": ""},
    )[0]  # fmt: skip


@transaction.atomic
def load_targets() -> int:
    """Take in the shipped frequencies of the three classes; returns how many. A second time changes nothing."""
    rows = target_classes.shipped()
    TargetClass.objects.bulk_create(
        [
            TargetClass(
                target=row["target"], every_days=int(row["every_days"]), source=row["source"],
                valid_from=date.fromisoformat(row["valid_from"]), confidence=row["confidence"],
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return len(rows)


def find(site_id: UUID) -> SafetyObject:
    """The object of this site. Raises NotFound."""
    found = SafetyObject.objects.select_related("site").filter(pk=site_id).first()
    if found is None:
        raise NotFound
    return found


def _checked(site: Site, said: Watched, *, at: datetime) -> dict[str, object]:
    if said.target not in ("", *SafetyObject.Target.values):
        raise ObjectRefused(_("请选择三类对象之一。"), field="target")
    if said.every_days is not None:
        _check_interval(said.every_days)
    problems = clean(said.problems, 400)
    if personal_data_in(problems):
        raise ObjectRefused(_("既往问题里不要写电话、证件号等个人信息。"), field="problems")
    return {
        "target": said.target, "is_crowded": said.is_crowded, "every_days": said.every_days,
        "keeper_id": _keeper(site, said.keeper, at=at), "operator": clean(said.operator, 120),
        "industry": clean(said.industry, 60), "problems": problems,
    }  # fmt: skip


def _keeper(site: Site, key: UUID | None, *, at: datetime) -> UUID | None:
    if key is None:
        return None
    person = Actor.objects.filter(pk=key, kind=Actor.Kind.STAFF).first()
    path = org.node_of(site.unit_id).path
    if person is None or not any(held.reaches(path) for held in org.posts_of(person, at)):
        raise ObjectRefused(_("责任人应当在这个网格或它的上级任职。"), field="keeper")
    return person.pk


def _check_interval(every_days: int) -> None:
    if not 1 <= every_days <= LONGEST_INTERVAL:
        raise ObjectRefused(
            _("巡查间隔应在1到%(most)d天之间。") % {"most": LONGEST_INTERVAL}, field="every_days"
        )  # fmt: skip


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _value(value) for name, value in values.items() if value not in ("", None, False)}


def _value(value: object) -> object:
    if isinstance(value, list):
        return [_value(part) for part in value]
    return str(value) if isinstance(value, UUID) else value
