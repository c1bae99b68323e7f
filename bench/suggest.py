"""How often the right category is among those suggested, on real messages. Prints Markdown tables.

    python bench/suggest.py [--quick]

1. The seven top classes that came with 6,404 labelled messages (tokens only) and 341 full texts: a fifth is held back
   (every fifth message), against always guessing the commonest class and against multinomial naive Bayes.
2. A gold set labelled by hand to GB/T 47678.5 matters (src/linli/kernel/catalog/tests/gold.csv: message ids and
   codes, no texts). Suggestions from the list's words alone, and with a model learnt from the gold set in five folds.

Reads ../shared/data/complaints; the messages are not part of the project.
"""

import argparse
import csv
import gzip
import os
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
os.environ.setdefault("LINLI_TESTING", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from bench.locate import calibration_ms
from linli.kernel.catalog import packs
from linli.kernel.catalog.entries import Entry
from linli.kernel.catalog.learning import FOLDS, Example, learn
from linli.kernel.catalog.suggesting import Suggester
from linli.kernel.text import grams

MESSAGES = ROOT.parent / "shared" / "data" / "complaints"
GOLD = ROOT / "src" / "linli" / "kernel" / "catalog" / "tests" / "gold.csv"
NONE = "none"
SHARED, EVERYDAY = 5, 20

Guess = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message, its code or "none", and a second code that would be right too, or ""."""

    text: str
    code: str
    also: str = ""


def rows(name: str) -> Iterator[dict[str, str]]:
    csv.field_size_limit(10_000_000)
    with gzip.open(MESSAGES / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as opened:
        yield from csv.DictReader(opened)


def gold() -> list[Labelled]:
    """The gold set with its texts: title and body as one report."""
    with GOLD.open(encoding="utf-8", newline="") as opened:
        labels = list(csv.DictReader(opened))
    texts = {
        (name, row["msg_id"]): f"{row['title'].strip()}。{''.join(row['body'].split())}"
        for name in {label["file"] for label in labels}
        for row in rows(name)
    }
    return [Labelled(texts[label["file"], label["msg_id"]], label["code"], label["also"]) for label in labels]


def matters(*, with_local: bool) -> list[Entry]:
    """The shipped list; the local extensions (90xxx) only where asked for."""
    (shipped,) = (one for one in packs.read_sets(packs.shipped()) if one.code == "matters")
    return [entry for entry in shipped.entries if entry.kind == "matter" and (with_local or not entry.is_local)]


def share(messages: Sequence[Labelled], guess: Guess) -> tuple[float, float, float, float]:
    """Right first, right among three; then the same when the second label counts as right too."""
    found = [(message, list(guess(message.text))[:3]) for message in messages]
    counts = (
        sum(codes[:1] == [message.code] for message, codes in found),
        sum(message.code in codes for message, codes in found),
        sum(bool({message.code, message.also} & set(codes[:1])) for message, codes in found),
        sum(bool({message.code, message.also} & set(codes)) for message, codes in found),
    )
    first, three, first_either, three_either = (count / len(messages) for count in counts)
    return first, three, first_either, three_either


def by_suggester(suggester: Suggester) -> Guess:
    return lambda text: [found.code for found in suggester.suggest(text)]


def fold_of(messages: Sequence[Labelled]) -> list[int]:
    """A fold for each message. Messages whose titles share five characters are never apart: they may tell of one event.

    Stretches that more than 20 titles have are everyday words and connect nothing.
    """
    folds, load = [0] * len(messages), [0] * FOLDS
    groups: dict[int, list[int]] = defaultdict(list)
    for place, group in enumerate(_event_of(messages)):
        groups[group].append(place)
    for places in sorted(groups.values(), key=len, reverse=True):
        lightest = load.index(min(load))
        load[lightest] += len(places)
        for place in places:
            folds[place] = lightest
    return folds


def _event_of(messages: Sequence[Labelled]) -> list[int]:
    having: dict[str, list[int]] = defaultdict(list)
    for place, message in enumerate(messages):
        title = message.text.split("。")[0]
        for stretch in {title[at : at + SHARED] for at in range(len(title) - SHARED + 1)}:
            having[stretch].append(place)
    pairs = [(places[0], other) for places in having.values() if len(places) <= EVERYDAY for other in places[1:]]
    one, other = zip(*pairs, strict=True)
    size = len(messages)
    table = coo_matrix(([1] * len(pairs), (one, other)), shape=(size, size))
    return [int(event) for event in connected_components(table, directed=False)[1]]


def by_folds(messages: Sequence[Labelled], entries: Sequence[Entry]) -> Guess:
    """Each message is answered by a model that was learnt without its fold."""
    answers: dict[str, list[str]] = {}
    folds = fold_of(messages)
    for fold in range(FOLDS):
        pairs = list(zip(messages, folds, strict=True))
        known = [Example(message.text, message.code) for message, own in pairs if own != fold]
        guess = by_suggester(Suggester(entries, learn(known, entries)))
        answers |= {message.text: list(guess(message.text)) for message, own in pairs if own == fold}
    return answers.__getitem__


def line(name: str, figures: Sequence[float]) -> str:
    return f"| {name} | " + " | ".join(f"{100 * figure:.1f} %" for figure in figures) + " |"


def gold_tables(messages: Sequence[Labelled]) -> Iterator[str]:
    national = [message for message in messages if message.code != NONE and not message.code.startswith("90")]
    local = [message for message in messages if message.code != NONE]
    commonest, times = Counter(message.code for message in national).most_common(1)[0]
    yield f"{len(messages)} messages labelled by hand: {len(national)} to {len({m.code for m in national})} "
    yield f"matters of the standard, {len(local) - len(national)} to local extensions, the others to none.\n"
    yield "| standard's matters only | first | among three | first, second label too | among three, second too |"
    yield "|---|---|---|---|---|"
    bare = [Entry(entry.code, entry.name, entry.kind) for entry in matters(with_local=False)]
    entries = matters(with_local=False)
    yield line(f"always {commonest}", (times / len(national),)) + " – | – | – |"
    yield line("names of the list alone", share(national, by_suggester(Suggester(bare))))
    shipped = by_suggester(Suggester(entries))
    folds = by_folds(national, entries)
    yield line("**shipped: names, everyday words, examples**", share(national, shipped))
    yield line("**learnt from the others, five folds**", share(national, folds))
    whole = matters(with_local=True)
    yield line("with local extensions, shipped", share(local, by_suggester(Suggester(whole))))
    yield line("with local extensions, learnt", share(local, by_folds(local, whole)))


def class_table() -> Iterator[str]:
    yield "\n| seven top classes, first guess | tokens (1,281 held back) | full texts (five folds) |"
    yield "|---|---|---|"
    tokens = list({row["tokens"]: Labelled(row["tokens"], row["label1"]) for row in rows(LABELLED_TOKENS)}.values())
    full = [Labelled(f"{row['title']}。{row['body']}", row["label1"]) for row in rows("taidi2020_labelled_495")]
    held, known = tokens[::FOLDS], [m for place, m in enumerate(tokens) if place % FOLDS]
    figures = []
    for name, make in (("commonest class", _commonest), ("naive Bayes", _naive_bayes), ("the linear model", _linear)):
        on_tokens = share(held, make(known))[0]
        on_full = [
            share(full[fold::FOLDS], make([m for p, m in enumerate(full) if p % FOLDS != fold]))[0]
            for fold in range(FOLDS)
        ]
        figures.append(line(name, (on_tokens, statistics.fmean(on_full))))
    yield from figures


LABELLED_TOKENS = "taidi2020_labelled_segmented_9210"


def _commonest(known: Sequence[Labelled]) -> Guess:
    code = Counter(message.code for message in known).most_common(1)[0][0]
    return lambda _text: [code]


def _naive_bayes(known: Sequence[Labelled]) -> Guess:
    cutter = CountVectorizer(analyzer=grams)
    model = MultinomialNB().fit(cutter.fit_transform(m.text for m in known), [m.code for m in known])
    return lambda text: [str(model.predict(cutter.transform([text]))[0])]


def _linear(known: Sequence[Labelled]) -> Guess:
    entries = [Entry(code, code, "matter") for code in sorted({message.code for message in known})]
    learnt = learn([Example(message.text, message.code) for message in known], entries)
    return lambda text: [learnt.codes[int(scores.argmax())]] if (scores := learnt.scores(text)) is not None else []


def timing(messages: Sequence[Labelled]) -> str:
    """CPU time of one answer with the whole list, without and with a learnt model."""
    entries = matters(with_local=True)
    examples = [Example(message.text, message.code) for message in messages if message.code != NONE]
    said = []
    for name, suggester in (("shipped", Suggester(entries)), ("learnt", Suggester(entries, learn(examples, entries)))):
        taken = []
        for message in messages:
            start = time.process_time_ns()
            suggester.suggest(message.text)
            taken.append((time.process_time_ns() - start) / 1e6)
        taken.sort()
        said.append(f"{name}: median {statistics.median(taken):.2f}, 99 % within {taken[int(len(taken) * 0.99)]:.2f}")
    return f"\nCPU-milliseconds an answer — {'; '.join(said)} (calibration: {calibration_ms():.0f} CPU-ms)."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="the gold set alone, without the seven classes")
    options = parser.parse_args()
    messages = gold()
    for text in gold_tables(messages):
        sys.stdout.write(text + "\n")
    if not options.quick:
        for text in class_table():
            sys.stdout.write(text + "\n")
    sys.stdout.write(timing(messages) + "\n")


if __name__ == "__main__":
    main()
