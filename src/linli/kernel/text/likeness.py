"""How alike two reports read: the same matter told twice is mostly told in other words and another order."""

from collections import Counter
from collections.abc import Callable

from rapidfuzz.fuzz import token_sort_ratio

from linli.kernel.text.grams import grams

SHORT = 12
"""Grams below which the share of common pairs is too coarse, and the order of characters is looked at as well."""


def likeness(a: str, b: str) -> float:
    """0.0 (nothing in common) to 1.0 (the same words); symmetric; order of sentences does not matter.

    The share of common grams, counted with repetitions and measured against the shorter text with half weight, so
    that a short report wholly contained in a long one still scores well above chance.
    """
    return likeness_to(a)(b)


def likeness_to(a: str) -> Callable[[str], float]:
    """``likeness`` to ``a``, which is cut up only once."""
    first = Counter(grams(a))
    first_size = first.total()

    def to(b: str) -> float:
        second = Counter(grams(b))
        sizes = sorted((first_size, second.total()))
        if not sizes[0]:
            return 1.0 if a.strip() == b.strip() else 0.0
        common = sum(min(count, first[gram]) for gram, count in second.items() if gram in first)
        score = 0.5 * common / sizes[0] + common / (sizes[0] + sizes[1])
        if sizes[0] < SHORT:
            score = 0.5 * score + 0.5 * float(token_sort_ratio(a, b)) / 100
        return min(1.0, score)

    return to
