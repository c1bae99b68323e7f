"""What nobody did in time is found out by one statement, not by looking at each."""

from datetime import datetime

from django.db import connection

from linli.kernel.duties.models import Swap

AT_ONCE = 5000

MISS = """
update duties_occurrence set state = 'missed'
where id in (
    select id from duties_occurrence where state = 'due' and misses_at <= %(at)s
    order by misses_at limit %(most)s for update skip locked
)
"""


def miss_due(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Turn what was due and is over, grace included, into missed. Returns how many; ``limit``: perhaps more."""
    with connection.cursor() as cursor:
        cursor.execute(MISS, {"at": at, "most": limit})
        return int(cursor.rowcount)


def lapse_swaps(*, at: datetime) -> int:
    """Close the swaps asked for whose time has come without an answer. Returns how many."""
    waiting = Swap.objects.filter(state=Swap.State.ASKED, occurrence__opens_at__lte=at)
    return waiting.update(state=Swap.State.LAPSED, answered_at=at)
