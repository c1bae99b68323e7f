"""What a phone takes along of cases: the categories to report under, those used most here first."""

import time
from collections import Counter
from datetime import datetime
from typing import Any

from linli.domains.cases.models import Case
from linli.domains.cases.queries import categories as listed
from linli.kernel.catalog import queries as catalog
from linli.kernel.org.models import Actor

LOOKS_AT = 5_000
"""The newest cases, of the whole platform, by which frequency is judged."""
LOOKS_EVERY_S = 600.0


def categories(_actor: Actor, _at: datetime) -> list[dict[str, Any]]:
    """Code, name, parent and how often it was used lately; classes carry no parent."""
    used = _used()
    rows = [
        {"code": one.code, "name": one.name, "parent": one.parent_code, "used": used[one.code]}
        for one in catalog.items(listed.LIST)
    ]
    return sorted(rows, key=lambda row: (-row["used"], row["code"]))


_held: tuple[float, Counter[str]] | None = None


def _used() -> Counter[str]:
    """Category → uses among the newest cases, as of at most ten minutes ago; in tens, so that marks change rarely."""
    global _held
    now = time.monotonic()
    if _held is None or now - _held[0] > LOOKS_EVERY_S:
        newest = Case.objects.order_by("-matter_id").values_list("category", flat=True)[:LOOKS_AT]
        counted = Counter(newest)
        _held = (now, Counter({code: count // 10 * 10 for code, count in counted.items()}))
    return _held[1]
