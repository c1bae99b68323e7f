"""What other pages of lists put on the page of an item: its execution, what may be done with it."""

from datetime import datetime
from typing import Any

from linli.kernel.org.http import ActorRequest


def slots_of(_request: ActorRequest, _item: Any, *, at: datetime) -> dict[str, Any]:
    """Context for the pieces that ``lists/browse/item.html`` includes. ``_item``: the work item with its list."""
    return {"slots_at": at}
