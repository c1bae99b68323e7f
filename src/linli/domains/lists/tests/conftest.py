"""Small lists and the whole shipped ones, made by commands."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from linli.domains.lists.commands import loading
from linli.domains.lists.commands.standing import stand_anew
from linli.domains.lists.queries.rows import BODIES
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog.commands import ItemChange, Said
from linli.kernel.catalog.models import ListKind, WorkItem, WorkList
from linli.kernel.org.models import Actor, Unit
from tests.town import SINCE

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
Publish = Callable[..., list[WorkItem]]


DEPARTMENTS = "zz xc tz zf cg sz mz ws ga sf jy rs wl yj sc lh jt fg hb fgw xf"


@pytest.fixture
def kinds(db):
    """The shipped kinds of lists."""
    loading.load_kinds(loading.rows_of(loading.shipped() / "kinds.csv"))


@pytest.fixture
def publish_items(kinds) -> Publish:
    """``publish_items(kind, unit, actor, Said(...), …, at=NOON)`` makes a list of these and returns its items."""

    def publish(kind: str, unit: Unit, actor: Actor, *said: Said, at: datetime = NOON) -> Sequence[WorkItem]:
        worklist = catalog.open_list(ListKind.objects.get(pk=kind), unit, name=f"{unit.name}{kind}", at=at)
        changes = [ItemChange("add", said=one) for one in said]
        _version, items = catalog.publish_list(
            worklist, changes, valid_from=at.date(), reason="初版", actor=actor, at=at
        )
        stand_anew(worklist, at=at)
        return items

    return publish


@pytest.fixture
def lines(town):
    """The departments of the district and the bodies of East Street, by the keys the shipped lists use."""
    district, street = town.district, town.street
    Unit.objects.bulk_create(
        [
            Unit(
                code=f"{district.code}-{key}", name=f"东城区{key}局", kind="department", parent=district, tree="line",
                valid_from=SINCE,
            )
            for key in DEPARTMENTS.split()
        ]
        + [
            Unit(
                code=f"{street.code}-{key}", name=f"东街{name}", kind=layer, parent=street, tree="line",
                valid_from=SINCE,
            )
            for key, (layer, name) in BODIES.items()
            if not Unit.objects.filter(code=f"{street.code}-{key}").exists()
        ]
    )  # fmt: skip
    return town


@pytest.fixture
def shelf(lines):
    """The shipped kinds, documents, prohibitions and docking table, in the town."""
    loading.load_common(loading.shipped(), actor=lines.jin, at=NOON)
    return lines


@pytest.fixture
def duties(shelf) -> WorkList:
    """The 270 duties of East Street."""
    return loading.load_list(
        loading.shipped() / "cn_duties.csv", kind="duties", unit=shelf.street, actor=shelf.jin, at=NOON
    ).worklist
