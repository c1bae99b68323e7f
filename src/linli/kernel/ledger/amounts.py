"""Amounts of money: whole fen (分, a hundredth of a yuan), never fractions."""

MOST_FEN = 10**15
"""No line and no balance is larger, either way; sums of them stay far within 64 bits."""


def yuan(fen: int) -> str:
    """``fen`` as people write it: ``123456`` → ``"1,234.56"``."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02}"
