"""Is every list what was approved, and does every downward task cite what was admitted? For ``linli verify``."""

from collections.abc import Iterator

from django.db import connection

from linli.kernel.flow.guarding import Fault

APART = """
select l.code, v.no from catalog_listversion v join catalog_worklist l on l.id = v.worklist_id
where not v.is_sealed or v.digest <> catalog_version_digest(v)
order by l.code, v.no limit 1000
"""
WITHOUT = """
select m.number from flow_matter m left join flow_mandate g on g.matter_id = m.id
where m.closed_at is null and g.matter_id is null and m.unit_id in (
    select u.id from org_unit u join catalog_boundkind b on b.unit_kind = u.kind)
order by m.number limit 1000
"""


def faults() -> Iterator[Fault]:
    """Versions whose content is not what was sealed, and downward tasks that cite nothing."""
    with connection.cursor() as cursor:
        cursor.execute(APART)
        yield from (Fault("list_version_changed", f"{code} v{no}") for code, no in cursor.fetchall())
        cursor.execute(WITHOUT)
        yield from (Fault("task_without_mandate", number) for (number,) in cursor.fetchall())
