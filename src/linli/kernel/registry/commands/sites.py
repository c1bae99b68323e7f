"""Register, amend and move sites, and give them a new sign."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.org import coordinates
from linli.kernel.org import queries as org
from linli.kernel.org.commands.changes import require
from linli.kernel.org.models import Actor
from linli.kernel.registry.attributes import checked
from linli.kernel.registry.commands.keeping import RIGHT, fresh_tag, locked, note, queue, spot, with_reason
from linli.kernel.registry.commands.numbering import next_code
from linli.kernel.registry.models import Site, SiteKind
from linli.kernel.registry.refusals import SiteRefused
from linli.kernel.text import clean

NAME_LENGTH = 120
ADDRESS_LENGTH = 200
CODE_LENGTH = 40
SHAPE = re.compile(r"[\w.-]+")
DIGIT = re.compile(r"\d")
DEEPEST = 4
"""Sites within sites: compound, building, floor, check point."""


@transaction.atomic
def register(
    kind: str,
    name: str,
    lon: float,
    lat: float,
    *,
    actor: Actor,
    at: datetime,
    key: UUID,
    crs: str = "wgs84",
    address: str = "",
    code: str = "",
    within: Site | None = None,
    attributes: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Site:
    """A new site with a code and a tag; its unit and area follow from where it is.

    kind  code of a SiteKind; ``key`` made by the sender: the same key again gives the site of the first time
    crs   of lon and lat; stored is WGS84
    code  "" for the next one: ``<six digits of the district>-<kind>-<serial>``

    Raises SiteRefused (outside, unknown kind, code taken, attributes), PositionRefused, RightRefused.
    """
    queue(str(key))
    known, named = _kind_of(kind), _named(name)
    if earlier := Site.objects.filter(pk=key).first():
        return _first(earlier, known, named, actor)
    located = spot(lon, lat, crs)
    unit_id = located.unit_id or 0
    require(actor, RIGHT, org.kept_unit(unit_id), at)
    _check_within(within, of=None)
    lon, lat = coordinates.to_wgs84(lon, lat, crs)
    site = Site.objects.create(
        id=key, code=_free(code) or next_code(known, unit_id), tag=fresh_tag(), kind=known, name=named,
        address=clean(address, ADDRESS_LENGTH), lon=lon, lat=lat, unit_id=unit_id, area_id=located.area_id,
        within=within, attributes=checked(attributes or {}, known.schema), made_by=actor, made_at=at,
    )  # fmt: skip
    note(site, "register", actor=actor, at=at, reason=reason, changes={"code": site.code})
    return site


@transaction.atomic
def amend(
    site_id: UUID,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    name: str | None = None,
    address: str | None = None,
    kind: str | None = None,
    within: Site | None = None,
    is_apart: bool = False,
    attributes: Mapping[str, Any] | None = None,
) -> Site:
    """Change what is written down; what is None stays. ``is_apart`` takes it out of the site it was part of.

    Raises SiteRefused (nothing changed, no reason, attributes), SiteNotFound, RightRefused.
    """
    site = locked(site_id, actor=actor, at=at)
    said = with_reason(reason)
    wanted_kind = site.kind if kind is None else _kind_of(kind)
    _check_within(within, of=site)
    wanted: dict[str, Any] = {
        "name": site.name if name is None else _named(name),
        "address": site.address if address is None else clean(address, ADDRESS_LENGTH),
        "kind_id": wanted_kind.pk,
        "within_id": None if is_apart else within.pk if within else site.within_id,
        "attributes": checked(site.attributes if attributes is None else attributes, wanted_kind.schema),
    }
    changes = {field: [_plain(getattr(site, field)), _plain(new)] for field, new in wanted.items()
               if getattr(site, field) != new}  # fmt: skip
    if not changes:
        raise SiteRefused(_("没有改动。"))
    for field, new in wanted.items():
        setattr(site, field, new)
    site.save(update_fields=list(wanted))
    note(site, "amend", actor=actor, at=at, reason=said, changes=changes)
    return site


@transaction.atomic
def move(site_id: UUID, lon: float, lat: float, *, actor: Actor, at: datetime, reason: str, crs: str = "wgs84") -> Site:
    """Correct where it is; unit and area follow. Needs the right there, too. Raises as ``register``."""
    site = locked(site_id, actor=actor, at=at)
    said = with_reason(reason)
    located = spot(lon, lat, crs)
    require(actor, RIGHT, org.kept_unit(located.unit_id or 0), at)
    lon, lat = coordinates.to_wgs84(lon, lat, crs)
    changes = {"lon": [site.lon, lon], "lat": [site.lat, lat], "unit_id": [site.unit_id, located.unit_id]}
    site.lon, site.lat, site.unit_id, site.area_id = lon, lat, located.unit_id or 0, located.area_id
    site.save(update_fields=["lon", "lat", "unit", "area"])
    note(site, "move", actor=actor, at=at, reason=said, changes=changes)
    return site


@transaction.atomic
def new_tag(site_id: UUID, *, actor: Actor, at: datetime, reason: str) -> Site:
    """A new tag, because the sign was lost, copied or torn down; the old one leads nowhere any more."""
    site = locked(site_id, actor=actor, at=at)
    said = with_reason(reason)
    site.tag = fresh_tag()
    site.save(update_fields=["tag"])
    note(site, "new_tag", actor=actor, at=at, reason=said)
    return site


def _first(earlier: Site, kind: SiteKind, name: str, actor: Actor) -> Site:
    if (earlier.kind_id, earlier.name, earlier.made_by_id) != (kind.pk, name, actor.pk):
        raise SiteRefused(_("这个编号的登记已经用于另一处场所。"))
    return earlier


def _kind_of(code: str) -> SiteKind:
    kind = SiteKind.objects.filter(pk=code).first()
    if kind is None:
        raise SiteRefused(_("不认识的场所类别“%(code)s”。") % {"code": code}, field="kind")
    return kind


def _named(name: str) -> str:
    said = clean(name, NAME_LENGTH)
    if not said:
        raise SiteRefused(_("请填写场所名称。"), field="name")
    return said


def _free(code: str) -> str:
    said = clean(code, CODE_LENGTH)
    if said and not (SHAPE.fullmatch(said) and DIGIT.search(said)):
        raise SiteRefused(_("编号只用文字、数字、点和横线，至少有一位数字。"), field="code")
    if said and Site.objects.filter(code=said).exists():
        raise SiteRefused(_("编号“%(code)s”已经使用。") % {"code": said}, field="code")
    return said


def _check_within(within: Site | None, *, of: Site | None) -> None:
    """A site cannot lie in itself nor in a part of itself, nor too deep."""
    above, depth = within, 0
    while above is not None:
        depth += 1
        if (of is not None and above.pk == of.pk) or depth >= DEEPEST:
            raise SiteRefused(_("上级场所不能是它自己或它的下级，且最多三层。"), field="within")
        above = above.within


def _plain(value: object) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool | dict) else str(value)
