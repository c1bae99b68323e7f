"""Whole numbers as they come in addresses and forms: anything else is no number, never an error."""

LONGEST = 18
"""Digits that fit a key of the database."""


def whole(text: str) -> int | None:
    """``"42"`` → 42; None for what is not written in plain digits or is longer than any key."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None
