"""Learning the linear model from confirmed cases and the list's own texts. Only the command line imports this."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from linli.kernel.catalog.entries import Entry
from linli.kernel.catalog.learnt import Learnt
from linli.kernel.catalog.retrieval import READ_AT_MOST, texts_of
from linli.kernel.catalog.suggesting import Suggester
from linli.kernel.text import grams, without_personal_data

MOST_GRAMS = 60_000
MOST_OF_ONE_CODE = 2_000
FOLDS = 5
RARE_WHEN_MANY = 5_000
"""From so many texts on, grams found in one text only are left out."""


@dataclass(frozen=True, slots=True)
class Example:
    """A report and the matter a person confirmed for it."""

    text: str
    code: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Shares of right answers on examples the model had not seen, 0.0–1.0."""

    examples: int
    first: float
    among_three: float


def usable(examples: Iterable[Example], entries: Sequence[Entry]) -> list[Example]:
    """Examples with words and a number of the list, each text once, at most ``MOST_OF_ONE_CODE`` (newest) of one.

    Phone numbers and the like are blotted out: the model's file holds grams of the texts.
    """
    codes = {entry.code for entry in entries}
    taken: Counter[str] = Counter()
    seen: set[str] = set()
    kept = []
    for example in examples:
        text = without_personal_data(example.text).strip()[:READ_AT_MOST]
        if not text or text in seen or example.code not in codes or taken[example.code] >= MOST_OF_ONE_CODE:
            continue
        seen.add(text)
        taken[example.code] += 1
        kept.append(Example(text, example.code))
    return kept


def learn(examples: Sequence[Example], entries: Sequence[Entry]) -> Learnt:
    """The model from these examples (newest first) and, for every matter, the list's own texts. Deterministic."""
    texts = [example.text for example in examples]
    codes = [example.code for example in examples]
    for entry in entries:
        for text in texts_of(entry):
            texts.append(text)
            codes.append(entry.code)
    seen_in = 2 if len(texts) > RARE_WHEN_MANY else 1
    cutter = TfidfVectorizer(analyzer=grams, sublinear_tf=True, min_df=seen_in, max_features=MOST_GRAMS)
    table = cutter.fit_transform(texts)
    classifier = LinearSVC(C=1.0, random_state=0).fit(table, codes)
    return Learnt(
        codes=tuple(str(code) for code in classifier.classes_),
        vocabulary=tuple(cutter.get_feature_names_out()),
        rarity=cutter.idf_.astype(np.float32),
        weights=np.ascontiguousarray(classifier.coef_.T, dtype=np.float32),
        intercepts=classifier.intercept_.astype(np.float32),
        examples=len(examples),
    )


def measure(examples: Sequence[Example], entries: Sequence[Entry]) -> Measured | None:
    """How good suggestions would be, each example answered by a model that never saw it; None with too few."""
    if len(examples) < 10 * FOLDS:
        return None
    first = among_three = 0
    for fold in range(FOLDS):
        known = [example for place, example in enumerate(examples) if place % FOLDS != fold]
        suggester = Suggester(entries, learn(known, entries))
        for example in examples[fold::FOLDS]:
            found = [suggestion.code for suggestion in suggester.suggest(example.text)]
            first += found[:1] == [example.code]
            among_three += example.code in found
    return Measured(len(examples), first / len(examples), among_three / len(examples))
