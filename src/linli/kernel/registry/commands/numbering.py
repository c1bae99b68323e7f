"""Codes of sites: six digits of the district, the kind, a serial number."""

from django.db import connection

from linli.kernel.org import queries as org
from linli.kernel.org.models import Unit
from linli.kernel.registry.models import Site, SiteKind

NOWHERE = "000000"
"""Stands for a district whose division code is not known."""

TAKE = """
insert into registry_siteserial (prefix, last) values (%s, 1)
on conflict (prefix) do update set last = registry_siteserial.last + 1 returning last
"""


def next_code(kind: SiteKind, unit_id: int) -> str:
    """The next free code for a site of ``kind`` in the district of ``unit_id``: ``"310105-mall-0007"``."""
    prefix = f"{_division(unit_id)}-{kind.code}"
    while True:
        code = f"{prefix}-{_serial(prefix):04d}"
        if not Site.objects.filter(code=code).exists():
            return code


def _division(unit_id: int) -> str:
    chain = org.node_of(unit_id).chain
    known = dict(Unit.objects.filter(pk__in=chain).exclude(division_code="").values_list("pk", "division_code"))
    return next((known[above][:6] for above in chain if above in known), NOWHERE)


def _serial(prefix: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [prefix])
        return int(cursor.fetchone()[0])
