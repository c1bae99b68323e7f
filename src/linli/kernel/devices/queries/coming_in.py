"""Who comes in by a phone's token."""

from datetime import datetime

from django.utils.translation import gettext as _

from linli.kernel.devices.models import Device
from linli.kernel.devices.refusals import TurnedAway
from linli.kernel.devices.secrets import hash_of
from linli.kernel.org import queries as org


def by_token(token: str, *, at: datetime) -> Device:
    """The phone with ``token``. Raises TurnedAway: revoked, run out, or its person may do nothing any more."""
    device = Device.objects.select_related("actor__account").filter(token_hash=hash_of(token)).first()
    if device is None:
        raise TurnedAway(_("这部手机需要重新登录。"), reason="expired")
    if device.revoked_at is not None:
        raise TurnedAway(_("这部手机已被停用。"), reason="revoked", forgets=device.forget_at is not None)
    if not device.actor.account.is_active or not org.posts_of(device.actor, at):
        raise TurnedAway(_("您的账号或岗位已停用。"), reason="revoked", forgets=device.forget_at is not None)
    if device.valid_to <= at:
        raise TurnedAway(_("登录已过期，请重新登录。"), reason="expired")
    return device
