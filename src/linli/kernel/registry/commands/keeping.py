"""What every command on a site does besides its work: who may, the lock, the history, what waits for it."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.org import queries as org
from linli.kernel.org.commands.changes import require
from linli.kernel.org.locating import Located
from linli.kernel.org.models import Actor
from linli.kernel.registry.models import Site, SiteChange
from linli.kernel.registry.refusals import SiteNotFound, SiteRefused
from linli.kernel.text import clean

RIGHT = "keep_sites"
"""Who may register and change the sites of a unit."""
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without 0 and o, 1, i and l: a tag may have to be read aloud from a worn sign."""
TAG_LENGTH = 10
REASON_LENGTH = 200


def fresh_tag() -> str:
    """Not to be guessed: 31 to the power of 10."""
    return "".join(secrets.choice(ALPHABET) for _n in range(TAG_LENGTH))


def locked(site_id: UUID, *, actor: Actor, at: datetime) -> Site:
    """The site for this transaction alone. Raises SiteNotFound, RightRefused."""
    site = Site.objects.select_for_update().filter(pk=site_id).first()
    if site is None:
        raise SiteNotFound
    require(actor, RIGHT, org.kept_unit(site.unit_id), at)
    return site


def spot(lon: float, lat: float, crs: str) -> Located:
    """Where a position belongs. Raises SiteRefused outside all areas, PositionRefused for one that cannot exist."""
    located = org.locate(lon, lat, crs=crs)
    if located.outside or located.unit_id is None:
        raise SiteRefused(_("这个位置不在任何网格或社区范围内，请核对坐标。"), field="lon")
    return located


def note(
    site: Site, verb: str, *, actor: Actor, at: datetime, reason: str = "", changes: Mapping[str, Any] | None = None
) -> SiteChange:
    """Keep what was done to ``site``."""
    return SiteChange.objects.create(
        site=site, verb=verb, reason=reason.strip(), changes=dict(changes or {}), actor=actor, at=at
    )


def with_reason(reason: str) -> str:
    """The reason in form. Raises SiteRefused without one."""
    said = clean(reason, REASON_LENGTH)
    if len(said) < 2:
        raise SiteRefused(_("请写明理由。"), field="reason")
    return said


def queue(name: str) -> None:
    """One at a time for what goes by ``name``, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"site {name}"])
