"""Counting how many cases lie in each cell of the map, now and then, in the database alone."""

from datetime import datetime
from itertools import pairwise

from django.db import connection, transaction

from linli.kernel.flow.cells import DEPTH

LEVELS = (17, 15, 13, 11, 9)

FINEST = """
insert into cases_mapcell (zoom, cell, home_id, state, "group", count, late, made_at)
select %(zoom)s, p.cell >> %(shift)s, m.home_id, m.state, left(c.category, 2), count(*),
       count(*) filter (where m.due_at < %(now)s and m.closed_at is null), %(now)s
from flow_place p join flow_matter m on m.id = p.matter_id join cases_case c on c.matter_id = p.matter_id
where p.cell is not null
group by 2, 3, 4, 5
"""
COARSER = """
insert into cases_mapcell (zoom, cell, home_id, state, "group", count, late, made_at)
select %(zoom)s, cell >> 4, home_id, state, "group", sum(count), sum(late), %(now)s
from cases_mapcell where zoom = %(finer)s group by 2, 3, 4, 5
"""


@transaction.atomic
def count_cells(*, at: datetime) -> int:
    """Count all cells anew; pages keep the earlier counts until it is done. Returns how many cells there are."""
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = '120s'")
        cursor.execute("select pg_try_advisory_xact_lock(hashtext('cases.map'))")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("delete from cases_mapcell")
        first = LEVELS[0]
        cursor.execute(FINEST, {"zoom": first, "shift": 2 * (DEPTH - first), "now": at})
        made = int(cursor.rowcount)
        for finer, zoom in pairwise(LEVELS):
            cursor.execute(COARSER, {"zoom": zoom, "finer": finer, "now": at})
            made += cursor.rowcount
    return made
