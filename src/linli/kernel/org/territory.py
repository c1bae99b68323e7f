"""Which areas belong to which unit, in memory; the boundaries themselves are kept by ``locating``."""

from collections import defaultdict
from dataclasses import dataclass

from linli.kernel.org.fresh import Kept
from linli.kernel.org.models import Area


@dataclass(frozen=True, slots=True)
class Territory:
    """``area_ids``: unit id → ids of its areas, ended ones too."""

    area_ids: dict[int, tuple[int, ...]]


def _load(_previous: Territory | None) -> Territory:
    by_unit: dict[int, list[int]] = defaultdict(list)
    for area_id, unit_id in Area.objects.order_by("id").values_list("id", "unit_id"):
        by_unit[unit_id].append(area_id)
    return Territory({unit_id: tuple(ids) for unit_id, ids in by_unit.items()})


kept: Kept[Territory] = Kept(_load, topics=("area",))
