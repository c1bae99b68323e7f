"""What becomes of a problem in the log: a case or a hazard, linked with the line it came from."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.safety.models import LogEntry, LogFollow
from linli.domains.safety.queries.patrol_reach import visible_patrols
from linli.kernel.errors import NotFound, Refused
from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor


class FollowRefused(Refused):
    """The line and the matter cannot be put together."""


@transaction.atomic
def follow(entry_id: UUID, matter_id: UUID, *, actor: Actor, at: datetime) -> LogFollow:
    """Say that ``matter`` came of a line of the log; said twice, it is said once. Raises NotFound, FollowRefused."""
    entry = LogEntry.objects.filter(pk=entry_id).first()
    if entry is None or not (entry.actor_id == actor.pk or visible_patrols(actor).filter(pk=entry.patrol_id).exists()):
        raise NotFound
    if entry.condition == LogEntry.Condition.FINE:
        raise FollowRefused(_("这条记录是“正常”，没有问题可转。"))
    matter = Matter.objects.filter(pk=matter_id).first()
    if matter is None:
        raise NotFound
    return LogFollow.objects.get_or_create(entry=entry, matter=matter, defaults={"at": at})[0]
