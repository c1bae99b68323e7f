"""What a row of a table does not speak of stays as it was."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from linli.kernel.catalog.terms import Stand, Terms, read, stored

_PLAIN = (
    "content", "public_class", "duty_class", "people", "things", "categories", "links", "bases", "conditions",
    "frequency", "forms", "load_kind", "evidence", "guide", "is_key", "sunset", "decision", "instead", "papers",
    "approval", "reason",
)  # fmt: skip
_FIELDS: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in _PLAIN},
    "money_yuan": ("budget_fen",),
    "limit": ("limit_amount", "limit_base"),
    "hours": ("minutes",),
}
"""Column → the terms it speaks of."""
_Key = tuple[str, str, str, str]


def kept(before: Terms, now: Mapping[str, Any], columns: Iterable[str]) -> dict[str, Any]:
    """``now`` as read from a table with ``columns``, with what those cannot say taken over from ``before``."""
    told = set(columns)
    after = read(now)
    whole = stored(after) | {"stands": [_stored(stand) for stand in _stands(before.stands, after.stands, told)]}
    old = stored(before)
    for name in (name for column, names in _FIELDS.items() if column not in told for name in names):
        whole.pop(name, None)
        if name in old:
            whole[name] = old[name]
    return stored(read(whole))


def _stored(stand: Stand) -> dict[str, str]:
    return {"layer": stand.layer, "unit": stand.unit, "office": stand.office, "part": stand.part, "duty": stand.duty}


def _key(stand: Stand) -> _Key:
    return stand.layer, stand.unit, stand.office, stand.part


def _stands(before: Sequence[Stand], after: Sequence[Stand], told: set[str]) -> list[Stand]:
    """The parts in the order they stood; those that no column of the table names, and their duties, stay."""
    old = {_key(stand): stand for stand in before}
    both = {_key(stand): stand for stand in before if _column(stand) not in told}
    for stand in after:
        duty = stand.duty if "duties" in told else getattr(old.get(_key(stand)), "duty", "")
        both[_key(stand)] = Stand(stand.layer, stand.unit, stand.office, stand.part, duty)
    order = list(old)
    return sorted(both.values(), key=lambda s: order.index(_key(s)) if _key(s) in old else len(order))


def _column(stand: Stand) -> str:
    """The column that speaks of a part; "" for one that none does."""
    if stand.layer == "committee":
        return "" if stand.unit else "committee"
    return stand.layer if stand.part == "lead" else "co"
