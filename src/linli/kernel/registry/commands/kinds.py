"""Take in the kinds of sites of a pack."""

import csv
import io
from collections.abc import Iterable, Mapping
from importlib.resources import files

from django.db import transaction

from linli.kernel.registry.attributes import schema_of
from linli.kernel.registry.models import SiteKind


def shipped() -> list[dict[str, str]]:
    """The rows of the kinds that come with the product."""
    text = (files("linli.packs") / "safety" / "site_kinds.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


@transaction.atomic
def load_kinds(rows: Iterable[Mapping[str, str]] | None = None) -> int:
    """Take in ``rows`` (the shipped ones when None), in place of kinds of the same code; returns how many."""
    kinds = [_kind(position, row) for position, row in enumerate(shipped() if rows is None else rows)]
    SiteKind.objects.bulk_create(
        kinds,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "group", "is_small", "schema", "position", "source", "confidence"],
    )
    return len(kinds)


def _kind(position: int, row: Mapping[str, str]) -> SiteKind:
    return SiteKind(
        code=row["code"], name=row["name"], group=row["group"], is_small=row["is_small"] == "1",
        schema=schema_of(row["attributes"]), position=position, source=row["source"], confidence=row["confidence"],
    )  # fmt: skip
