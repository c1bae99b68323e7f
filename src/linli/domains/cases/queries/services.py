"""The categories a report may be given, as other programs list them."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils import timezone

from linli.domains.cases.queries import categories
from linli.kernel.catalog import queries as catalog

LONGEST_CONDITION = 60


@dataclass(frozen=True, slots=True)
class Service:
    """One category. ``conditions`` are the filing conditions it is told apart by; ``group`` the class it is in."""

    code: str
    name: str
    group_code: str
    group: str
    keywords: tuple[str, ...]
    conditions: tuple[str, ...]
    component: str


def services() -> list[Service]:
    """All of them in the order of the list. From memory, made anew when the lists change."""
    return list(_services(catalog.revision(), timezone.localdate()))


def service(code: str) -> Service | None:
    """The one with this code."""
    return next((one for one in services() if one.code == code), None)


@lru_cache(maxsize=2)
def _services(_revision: int, on: date) -> tuple[Service, ...]:
    groups = {entry.code: entry.name for entry in catalog.items(categories.LIST, on, kind="class")}
    return tuple(
        Service(
            entry.code, entry.name, entry.parent_code, groups.get(entry.parent_code, ""), entry.keywords,
            _conditions(entry.code, on), str(entry.attributes.get("component_code", "")),
        )
        for entry in catalog.items(categories.LIST, on, kind="matter")
    )  # fmt: skip


def _conditions(code: str, on: date) -> tuple[str, ...]:
    found = (rule.condition for rule in catalog.limits_of(code, on=on))
    return tuple(dict.fromkeys(name for name in found if 0 < len(name) <= LONGEST_CONDITION))
