"""Cutting text into what the search index holds: pairs of Chinese characters, and whole Latin or digit words.

The SQL function ``text_bigrams(text)`` (migration 0001 of this app) does exactly the same; a property test holds
the two together. Change both or neither.
"""

import re
import unicodedata

WORD_LIMIT = 40
"""Characters kept of a Latin or digit word: an index entry has a size limit, and nobody searches longer ones."""

HAN = "\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003134f"
LETTERS = "0-9a-z\u00df-\u00f6\u00f8-\u024f\u0370-\u0373\u0376-\u0377\u037b-\u037d\u03ac-\u03ce\u0430-\u045f"

_CONTEXTUAL = frozenset("\u0130\u03a3")
"""The two letters whose lower case in Python is two letters, or depends on the neighbours: İ and Σ."""

_RUN = re.compile(f"[{HAN}]{{2,}}|[{LETTERS}]+")
_HAN_FIRST = re.compile(f"[{HAN}]")


def normalise(text: str) -> str:
    """Unicode NFKC (full width becomes half width), then every character in lower case by itself."""
    plain = unicodedata.normalize("NFKC", text)
    if _CONTEXTUAL.isdisjoint(plain):
        return plain.lower()
    return "".join(char.lower()[0] for char in plain)


def grams(text: str) -> list[str]:
    """Pairs of neighbouring Chinese characters and whole words, in order, with repetitions.

    A lone Chinese character gives nothing, so that the grams of a search phrase are among those of any text that
    contains the phrase.
    """
    found: list[str] = []
    for run in _RUN.findall(normalise(text)):
        if _HAN_FIRST.match(run):
            found += [run[at : at + 2] for at in range(len(run) - 1)]
        else:
            found.append(run[:WORD_LIMIT])
    return found


def bigrams(text: str) -> list[str]:
    """What the index holds of ``text``: each gram once, in code point order; equals SQL ``text_bigrams(text)``."""
    return sorted(set(grams(text)))
