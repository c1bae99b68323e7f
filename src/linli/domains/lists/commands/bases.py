"""Basis documents are registered and ended by who keeps lists."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from linli.domains.lists.queries.reach import ListNotFound
from linli.kernel.evidence import commands as evidence
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

RIGHT = "edit_lists"


@transaction.atomic
def register(given: Mapping[str, Any], *, actor: Actor, at: datetime) -> BasisDocument:
    """Enter a document; ``given`` as ``evidence.register_basis`` takes it. Raises Refused, ListNotFound."""
    _only_keepers(actor, at)
    return evidence.register_basis(**given, source="", actor=actor, at=at)


@transaction.atomic
def end(key: int, *, valid_to: date, note: str, actor: Actor, at: datetime) -> None:
    """Say from which day a document no longer holds. Raises Refused, ListNotFound."""
    _only_keepers(actor, at)
    document = BasisDocument.objects.select_for_update().filter(pk=key).first()
    if document is None:
        raise ListNotFound
    evidence.end_basis(document, valid_to=valid_to, note=note)


def _only_keepers(actor: Actor, at: datetime) -> None:
    if org.holds_right(actor, RIGHT, at=at) is None:
        raise ListNotFound
