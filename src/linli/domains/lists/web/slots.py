"""What other pages of lists put on the page of an item: its execution, what is wrong with it, what may be done."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from linli.domains.lists.queries import findings, reach, runs
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest


def slots_of(request: ActorRequest, item: Any, *, at: datetime) -> dict[str, Any]:
    """Context for the pieces of ``lists/browse/item.html``. ``item``: the work item with its list, kind and unit."""
    return {
        "execution": runs.execution_of(item),
        "findings": findings.open_of_item(item.pk, timezone.localdate(at)),
        "may_edit": reach.may(request.actor, "edit_lists", item.worklist.unit),
        "may_give": org.holds_right(request.actor, "give_tasks", at=at) is not None,
    }
