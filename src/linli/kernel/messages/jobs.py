"""Sending out what is due. Called every few seconds by the worker; several workers may do so at once."""

from collections.abc import Iterable, Iterator
from itertools import groupby

import structlog
from django.utils import timezone
from django.utils.translation import gettext, override

from linli.kernel.messages import commands
from linli.kernel.messages.adapters import GROUP_CHANNELS, DeliveryFailed, Outgoing, adapter_for
from linli.kernel.messages.commands.sending import Claimed
from linli.kernel.messages.people import NoAddress, address_of, language_of
from linli.kernel.org.sealing import SealBroken

log = structlog.get_logger("linli.messages")


def deliver_due() -> bool:
    """Send one batch; True when there may be more."""
    commands.expire(at=timezone.now())
    claimed = commands.claim_due(at=timezone.now())
    for group in _grouped(claimed):
        _deliver(group)
    return bool(claimed)


def _grouped(claimed: Iterable[Claimed]) -> Iterator[list[Claimed]]:
    """One by one, except that what waits for somebody's digest goes out together."""

    def key(delivery: Claimed) -> tuple[str, str, int]:
        alone = 0 if delivery.is_digest else delivery.id
        return str(delivery.actor_id), delivery.channel, alone

    for _key, group in groupby(sorted(claimed, key=key), key=key):
        yield list(group)


def _deliver(group: list[Claimed]) -> None:
    first, keys = group[0], [delivery.id for delivery in group]
    try:
        adapter_for(first.channel)(_outgoing(group))
    except DeliveryFailed as failure:
        error, is_final = str(failure), failure.is_final
    except (NoAddress, SealBroken) as failure:
        error, is_final = type(failure).__name__, True
    except Exception as failure:  # the edge to other people's programs: one message must not stop the others
        log.exception("message.failed", deliveries=keys)
        error, is_final = type(failure).__name__, False
    else:
        commands.record_sent(keys, at=timezone.now())
        return
    tries = max(delivery.tries for delivery in group)
    commands.record_failed(keys, error=error, is_final=is_final, tries=tries, at=timezone.now())


def _outgoing(group: list[Claimed]) -> Outgoing:
    first = group[0]
    address = first.address
    if not address and first.channel not in GROUP_CHANNELS:
        if first.actor_id is None:
            raise NoAddress
        address = address_of(first.actor_id, first.channel)
    if len(group) == 1:
        return Outgoing(first.channel, address, first.subject, first.body, f"{first.id}")
    with override(language_of(first.actor_id)):
        subject = gettext("您有%(count)d条新消息") % {"count": len(group)}
    body = "\n\n".join(f"{delivery.subject}\n{delivery.body}" for delivery in group)
    return Outgoing(first.channel, address, subject, body, f"{first.id}")
