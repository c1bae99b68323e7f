"""Taking phones away: one's own, and those of the people one looks after."""

from datetime import datetime
from uuid import UUID

from linli.domains.field.queries import phones
from linli.kernel.devices import commands as devices
from linli.kernel.devices.models import Device
from linli.kernel.org.models import Actor


def stop_own(key: UUID, *, reason: str, forgets: bool, actor: Actor, at: datetime) -> Device:
    """A phone of one's own, lost or no longer used. Raises NotFound, DeviceRefused."""
    phones.own(key, actor=actor, at=at)
    return devices.revoke(key, reason=reason, forgets=forgets, actor=actor, at=at)


def stop(key: UUID, *, reason: str, forgets: bool, actor: Actor, at: datetime) -> Device:
    """A phone in the territory one is in charge of. Raises NotFound, DeviceRefused."""
    phones.one(key, actor=actor, at=at)
    return devices.revoke(key, reason=reason, forgets=forgets, actor=actor, at=at)
