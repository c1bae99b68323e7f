"""How alike two reports read: the same matter told twice is mostly told in other words and another order."""

from collections import Counter

from rapidfuzz.fuzz import token_sort_ratio

from linli.kernel.text.grams import grams

SHORT = 12
"""Grams below which the share of common pairs is too coarse, and the order of characters is looked at as well."""


def likeness(a: str, b: str) -> float:
    """0.0 (nothing in common) to 1.0 (the same words); symmetric; order of sentences does not matter.

    The share of common grams, counted with repetitions and measured against the shorter text with half weight, so
    that a short report wholly contained in a long one still scores well above chance.
    """
    first, second = Counter(grams(a)), Counter(grams(b))
    sizes = sorted((first.total(), second.total()))
    if not sizes[0]:
        return 1.0 if a.strip() == b.strip() else 0.0
    common = (first & second).total()
    score = 0.5 * common / sizes[0] + common / (sizes[0] + sizes[1])
    if sizes[0] < SHORT:
        score = 0.5 * score + 0.5 * float(token_sort_ratio(a, b)) / 100
    return min(1.0, score)
