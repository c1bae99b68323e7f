"""Pieces of list pages: filter chips that stay in the address, and keyset pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

Text = str | Promise
_NOT_KEPT = ("after", "before")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice of a filter: where it leads, whether it is on, how many it would show (None: not counted)."""

    label: str
    url: str
    is_on: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ChipGroup:
    label: str
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class Keyset(Generic[Row]):
    """One page of a long list. ``after`` and ``before`` are what the next and previous page ask with, or "".

    total  how many there are in all, when that is known cheaply
    """

    rows: Sequence[Row]
    after: str = ""
    before: str = ""
    total: int | None = None


def chips(
    request: HttpRequest,
    param: str,
    choices: Sequence[tuple[str, Text] | tuple[str, Text, int]],
    *,
    label: Text = "",
    is_many: bool = False,
    everything: Text = "",
) -> ChipGroup:
    """Chips for the filter ``param``; a click sets it in the address, or takes it away when it is on.

    choices     (value, label) or (value, label, count)
    is_many     several values may be on at once
    everything  label of a first chip that takes the filter away, or "" for none
    """
    current = request.GET.getlist(param)
    made = [_chip(request.GET, param, choice, current, is_many=is_many) for choice in choices]
    if everything:
        made.insert(0, Chip(str(everything), address(request.GET, param, []), not current))
    return ChipGroup(str(label), tuple(made))


def address(query: QueryDict, param: str, values: Sequence[str]) -> str:
    """The same page with ``param`` set to ``values``, back on its first page."""
    changed = query.copy()
    for name in _NOT_KEPT:
        changed.pop(name, None)
    changed.setlist(param, list(values))
    if not values:
        changed.pop(param, None)
    return "?" + changed.urlencode()


def _chip(
    query: QueryDict,
    param: str,
    choice: tuple[str, Text] | tuple[str, Text, int],
    current: Sequence[str],
    *,
    is_many: bool,
) -> Chip:
    value, label, *count = choice
    is_on = str(value) in current
    others = [one for one in current if one != value] if is_many else []
    wanted = others if is_on else [*others, str(value)]
    return Chip(str(label), address(query, param, wanted), is_on, int(count[0]) if count else None)
