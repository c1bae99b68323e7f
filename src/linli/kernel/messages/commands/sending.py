"""The life of a delivery: claimed for a while, then sent, failed and tried again, or given up."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from linli.kernel.errors import NotFound, Refused
from linli.kernel.messages.adapters import masked
from linli.kernel.messages.kinds import LOG_RIGHT
from linli.kernel.messages.models import Delivery
from linli.kernel.messages.wordings import Fact, filled, shipped
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.sealing import keyring, new_data_key, seal, unseal

LEASE = timedelta(minutes=2)
"""How long a claimed delivery stays out of others' hands; a worker that dies gives it back that way."""
PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""Between one try and the next; after the last one the delivery is given up."""
PURPOSE = "linli delivery"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery to be sent now. ``address`` is "" when it is to be looked up by ``actor_id``, or for a group."""

    id: int
    actor_id: UUID | None
    channel: str
    address: str
    subject: str
    body: str
    is_digest: bool
    tries: int


CLAIM = """
update notices_delivery set tries = tries + 1, next_try_at = %(lease)s
where id in (
    select id from notices_delivery where next_try_at <= %(now)s
    order by next_try_at, actor_id limit %(most)s for update skip locked
)
returning id, actor_id, channel, subject, body, sealed, data_key_enc, key_no, is_digest, tries
"""


def claim_due(*, at: datetime, most: int = 20) -> list[Claimed]:
    """Take what is due; several workers never get the same."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": at, "lease": at + LEASE, "most": most})
        return [_claimed(*row) for row in cursor.fetchall()]


def _claimed(
    key: int,
    actor_id: UUID | None,
    channel: str,
    subject: str,
    body: str,
    sealed: bytes,
    data_key_enc: bytes,
    key_no: int | None,
    is_digest: bool,
    tries: int,
) -> Claimed:
    if sealed and key_no is not None:
        opened = json.loads(unseal(keyring().unwrap(bytes(data_key_enc), key_no), bytes(sealed), PURPOSE))
        return Claimed(key, None, channel, opened["address"], opened["subject"], opened["body"], False, tries)
    return Claimed(key, actor_id, channel, "", subject, body, is_digest, tries)


def record_sent(delivery_ids: Sequence[int], *, at: datetime) -> None:
    """They went out."""
    Delivery.objects.filter(pk__in=delivery_ids).update(
        status=Delivery.Status.SENT, sent_at=at, next_try_at=None, error="", sealed=b"", data_key_enc=b""
    )


def record_failed(delivery_ids: Sequence[int], *, error: str, is_final: bool, tries: int, at: datetime) -> None:
    """They did not go out; they are tried again after a growing pause, or given up.

    error  name of the failure, without content
    tries  how many there have been, this one included
    """
    rows = Delivery.objects.filter(pk__in=delivery_ids)
    if is_final or tries > len(PAUSES):
        rows.update(status=Delivery.Status.GIVEN_UP, next_try_at=None, error=error[:80], sealed=b"", data_key_enc=b"")
    else:
        rows.update(status=Delivery.Status.FAILED, next_try_at=at + PAUSES[tries - 1], error=error[:80])


def expire(*, at: datetime) -> int:
    """Give up what is worth nothing any more, such as a code that has run out. Returns how many."""
    rows = Delivery.objects.filter(next_try_at__isnull=False, expires_at__lte=at)
    return rows.update(status=Delivery.Status.GIVEN_UP, next_try_at=None, error="Expired", sealed=b"", data_key_enc=b"")


@transaction.atomic
def resend(delivery_id: int, *, actor: Actor, at: datetime) -> None:
    """Send a delivery again by hand. Raises NotFound, Refused."""
    if not org.holds_right(actor, LOG_RIGHT, at=at):
        raise NotFound
    delivery = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound
    if not delivery.body:
        raise Refused(_("一次性验证码不能重发，请重新获取。"))
    if delivery.status == Delivery.Status.QUEUED:
        raise Refused(_("这条消息正在等待发送。"))
    delivery.status, delivery.tries, delivery.error = Delivery.Status.QUEUED, 0, ""
    delivery.next_try_at, delivery.sent_at, delivery.is_digest = at, None, False
    delivery.save()


def send_to_address(
    address: str,
    *,
    channel: str,
    code: str,
    context: Mapping[str, Fact],
    at: datetime,
    language: str = "zh-hans",
    expires_at: datetime | None = None,
) -> None:
    """Send to a bare phone number or mail address, such as a one-time code.

    Address and text are kept sealed until it is over, then not at all; the log shows the masked address.
    """
    subject, body = shipped()[code, language, "short" if channel == "sms" else "long"]
    ring, data_key = keyring(), new_data_key()
    content = {"address": address, "subject": filled(subject, context), "body": filled(body, context)}
    Delivery.objects.create(
        code=code,
        channel=channel,
        sealed=seal(data_key, json.dumps(content).encode(), PURPOSE),
        data_key_enc=ring.wrap(data_key),
        key_no=ring.newest,
        hint=masked(address),
        next_try_at=at,
        expires_at=expires_at,
        made_at=at,
    )
