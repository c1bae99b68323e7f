"""Questions about the organisation."""

from linli.kernel.org.queries.contacts import address_for_delivery, masked
from linli.kernel.org.queries.grids import grid_check, staffing
from linli.kernel.org.queries.places import locate, locate_many, police_beat_of, warm
from linli.kernel.org.queries.posts import covers, holds, holds_right, posts_of
from linli.kernel.org.queries.units import (
    above,
    area_of,
    home_id_of,
    home_of,
    in_force,
    kept_area,
    kept_unit,
    node_of,
    phone_for,
    present,
    subtree,
    successor_of,
    unit_of,
)

__all__ = [
    "above",
    "address_for_delivery",
    "area_of",
    "covers",
    "grid_check",
    "holds",
    "holds_right",
    "home_id_of",
    "home_of",
    "in_force",
    "kept_area",
    "kept_unit",
    "locate",
    "locate_many",
    "masked",
    "node_of",
    "phone_for",
    "police_beat_of",
    "posts_of",
    "present",
    "staffing",
    "subtree",
    "successor_of",
    "unit_of",
    "warm",
]
