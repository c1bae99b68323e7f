"""A code by which a person proves to be there: shown by their own phone, read by the one who meets them.

``LINLI-HERE:<device>:<minute>:<code>``: the code is an HMAC of device and minute under a secret only that phone and
we know, so it works without network and is worth nothing some minutes later.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.devices import secrets
from linli.kernel.devices.models import Device
from linli.kernel.devices.refusals import DeviceRefused
from linli.kernel.org.models import Actor

PREFIX = "LINLI-HERE"
CODE_LENGTH = 12
MINUTES_OFF = 10
"""How far the two phones' clocks and a slow scan may be apart *(default)*."""


@dataclass(frozen=True, slots=True)
class Present:
    """Who was met. ``minute_off`` between their phone's clock and the time of the meeting."""

    actor: Actor
    device: UUID
    minutes_off: int


def code_of(secret: bytes, device: UUID, minute: int) -> str:
    return hmac.digest(secret, f"{device}:{minute}".encode(), hashlib.sha256).hex()[:CODE_LENGTH]


def who_is_here(text: str, *, taken_at: datetime) -> Present:
    """The person whose phone showed ``text`` about ``taken_at``. Raises DeviceRefused for any code that proves nothing.

    A phone that was revoked since still proves a meeting before that.
    """
    device_id, minute, code = _parts(text)
    device = Device.objects.select_related("actor").filter(pk=device_id).first()
    off = minute - int(taken_at.timestamp() // 60)
    is_known = device is not None and device.presence_enc and not _was_revoked(device, taken_at)
    if not is_known or device is None or abs(off) > MINUTES_OFF:
        raise _unproved()
    shown = code_of(secrets.opened(bytes(device.presence_enc)), device.pk, minute)
    if not hmac.compare_digest(shown.encode(), code.encode()):
        raise _unproved()
    return Present(device.actor, device.pk, off)


def _was_revoked(device: Device, at: datetime) -> bool:
    return device.revoked_at is not None and device.revoked_at <= at


def _parts(text: str) -> tuple[UUID, int, str]:
    prefix, _colon, rest = text[:120].partition(":")
    parts = rest.split(":")
    try:
        device, minute, code = UUID(parts[0]), int(parts[1]), parts[2]
    except (ValueError, IndexError):
        raise _unproved() from None
    if prefix != PREFIX or len(parts) != 3:
        raise _unproved()
    return device, minute, code


def _unproved() -> DeviceRefused:
    return DeviceRefused(_("在场码无效或已过时，请对方打开“我的在场码”重新扫。"), field="present")
