"""How people hear of their duties: one kind of message, in words."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from linli.kernel.duties.models import Duty
from linli.kernel.messages import commands as messages


def tell(duty: Duty, words: str, actor_ids: Collection[UUID], *, at: datetime) -> None:
    """Tell them ``words`` about ``duty``; nobody to tell is fine."""
    if actor_ids:
        context = {"title": duty.title, "unit": duty.unit.name, "text": words}
        messages.fan_out([messages.Event(kind="duty", actor_ids=actor_ids, context=context)], at=at)
