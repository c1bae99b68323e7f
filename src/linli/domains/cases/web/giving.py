"""From a posted form to what a step is given."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from linli.domains.cases.commands import Given, GivenFile


def given_from(values: dict[str, Any], *, files: Sequence[GivenFile], command: str) -> Given:
    """What a step is given from the cleaned ``values`` of its form."""
    unit, assignee = values.pop("unit", ""), values.pop("assignee", "")
    units = values.pop("units", ())
    note = join_reason(values.pop("reason_pick", ""), values.pop("note", ""))
    seen = values.pop("seen", None)
    fields = {name: _text(value) for name, value in values.items() if value not in ("", None)}
    return Given(
        note=note,
        unit=int(unit) if unit else None,
        units=[int(one) for one in units],
        assignee=UUID(assignee) if assignee else None,
        files=files,
        seen=seen,
        command=UUID(command) if command else None,
        fields=fields,
    )


def join_reason(picked: str, words: str) -> str:
    """The usual reason and the free words as one sentence."""
    return ";".join(filter(None, (picked.strip(), words.strip())))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)
