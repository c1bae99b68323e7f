"""Which matters the words of a report point to: names, everyday words and examples of the list, nothing learnt.

Two signs are added up. Whole everyday words ("垃圾桶满", "路灯不亮") found in the text, weighted by how few matters
share them, by length, and by how early they stand: people name the matter first. And BM25 over grams, which finds
what is told in other words. Deterministic: the same list gives the same answer on every machine.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from linli.kernel.catalog.entries import Entry
from linli.kernel.text import grams, normalise

READ_AT_MOST = 600
"""Characters of a report that are looked at: the matter is told by then, and the time stays bounded."""

FADE = 60
"""A word at this place of the text counts half as much as one at its beginning."""

AGAIN = 0.35
"""What a word counts when it is found once more."""

GRAMS_WEIGHT = 3.0
_K1, _B = 1.2, 0.6

Scores = npt.NDArray[np.float64]


def words_of(entry: Entry) -> list[str]:
    """What people may call a matter: its name without 异常 (that is, whatever is wrong with it) and its keywords."""
    return [entry.name.replace("异常", ""), *entry.keywords]


def texts_of(entry: Entry) -> list[str]:
    """The list's own texts about a matter, each as if it were a short report."""
    name, *keywords = words_of(entry)
    return [text for text in (name, *entry.attributes.get("examples", ()), " ".join(keywords)) if text]


class Retrieval:
    """Scores for every matter of a list; made once per edition of the list (about 50 ms for 280 matters)."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.codes = tuple(entry.code for entry in entries)
        self._words: dict[str, tuple[float, tuple[int, ...]]] = {}
        self._beginning: dict[str, list[str]] = defaultdict(list)
        self._postings: dict[str, tuple[npt.NDArray[np.intp], Scores]] = {}
        self._take_words(entries)
        self._take_grams(entries)

    def _take_words(self, entries: Sequence[Entry]) -> None:
        owners: dict[str, list[int]] = defaultdict(list)
        for place, entry in enumerate(entries):
            for word in {normalise(word) for word in words_of(entry) if len(word) > 1}:
                owners[word].append(place)
        for word, places in owners.items():
            weight = math.log(1 + len(entries) / len(places)) * (len(word) - 1) ** 0.7
            self._words[word] = weight, tuple(places)
            self._beginning[word[:2]].append(word)

    def _take_grams(self, entries: Sequence[Entry]) -> None:
        documents = [_document(entry) for entry in entries]
        found_in = Counter(gram for document in documents for gram in document)
        average = sum(document.total() for document in documents) / max(1, len(documents))
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, document in enumerate(documents):
            length = 1 - _B + _B * document.total() / average
            for gram, times in document.items():
                rarity = math.log(1 + (len(entries) - found_in[gram] + 0.5) / (found_in[gram] + 0.5))
                postings[gram].append((place, rarity * times * (_K1 + 1) / (times + _K1 * length)))
        for gram, pairs in postings.items():
            places, weights = zip(*pairs, strict=True)
            self._postings[gram] = np.array(places), np.array(weights)

    def scores(self, text: str) -> Scores:
        """One number per matter, in the order of ``codes``; 0 where nothing points to it."""
        start = normalise(text)[:READ_AT_MOST]
        scores = np.zeros(len(self.codes))
        cut = grams(start)
        for gram, times in Counter(cut).items():
            posting = self._postings.get(gram)
            if posting is not None:
                scores[posting[0]] += posting[1] * (GRAMS_WEIGHT * times / (times + 1) / math.sqrt(len(cut)))
        for weight, places in self._found_words(start):
            for place in places:
                scores[place] += weight
        return scores

    def _found_words(self, text: str) -> Iterable[tuple[float, tuple[int, ...]]]:
        seen: set[str] = set()
        for at in range(len(text) - 1):
            for word in self._beginning.get(text[at : at + 2], ()):
                if text.startswith(word, at):
                    weight, places = self._words[word]
                    yield weight / (1 + at / FADE) * (AGAIN if word in seen else 1), places
                    seen.add(word)


def _document(entry: Entry) -> Counter[str]:
    name, *keywords = words_of(entry)
    document: Counter[str] = Counter(grams(name) * 2)
    for text in (*keywords, *entry.attributes.get("examples", ())):
        document.update(grams(text))
    return document
