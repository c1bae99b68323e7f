"""The best few matters for the words of a report. It never decides: a person picks, or picks something else."""

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from linli.kernel.catalog.entries import Entry
from linli.kernel.catalog.learnt import Learnt, ModelRefused, load
from linli.kernel.catalog.retrieval import Retrieval, Scores

LEARNT_SHARE = 0.7
"""Weight of what was learnt from very many cases against what the list's words say, both in standard deviations."""

HALF_TRUSTED = 100
"""With so many confirmed cases the model has half of that weight. Both chosen on the first half of the gold set."""

SHARPNESS = 0.7
"""Makes scores behave like shares of being right: least log loss on the first half of the gold set was at 0.5–0.8."""
LOOK_EVERY_S = 2.0
MODEL_NAME = "categories.npz"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``score`` from 0 to 1 is the share of this matter among all, comparable within one answer."""

    code: str
    name: str
    score: float


class Suggester:
    """Ready to answer for one edition of the list and one model (or none)."""

    def __init__(self, entries: Sequence[Entry], learnt: Learnt | None = None) -> None:
        self._entries = tuple(entries)
        self._retrieval = Retrieval(entries)
        self._learnt = learnt
        known = {code: column for column, code in enumerate(learnt.codes)} if learnt else {}
        self._columns = np.array([known.get(entry.code, -1) for entry in entries], dtype=np.intp)

    def suggest(self, text: str, n: int = 3) -> list[Suggestion]:
        """The best ``n``, best first; fewer or none when nothing in the text points anywhere."""
        said = self._retrieval.scores(text)
        learnt = self._learnt.scores(text) if self._learnt else None
        if n < 1 or (learnt is None and not said.any()):
            return []
        combined = self._weighed(said, learnt)
        shares = np.exp((combined - combined.max()) * SHARPNESS)
        shares /= shares.sum()
        best = np.argsort(-combined, kind="stable")[:n]
        return [
            Suggestion(self._entries[place].code, self._entries[place].name, float(shares[place]))
            for place in best
            if learnt is not None or said[place] > 0
        ]

    def _weighed(self, said: Scores, learnt: Scores | None) -> Scores:
        """What the list's words say and what was learnt, in standard deviations, weighed together."""
        if self._learnt is None or learnt is None:
            return _standardised(said)
        own = np.where(self._columns >= 0, learnt[self._columns], learnt.min())
        share = LEARNT_SHARE * self._learnt.examples / (self._learnt.examples + HALF_TRUSTED)
        return share * _standardised(own) + (1 - share) * _standardised(said)


def _standardised(scores: Scores) -> Scores:
    spread = float(scores.std())
    standardised: Scores = (scores - scores.mean()) / spread if spread else scores * 0
    return standardised


class ModelFile:
    """The site's model, read again when its file changes; no file, no model."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._seen: tuple[int, int] | None = None
        self._model: Learnt | None = None
        self._look_at = 0.0
        self._lock = threading.Lock()

    def install(self, folder: Path | None) -> None:
        """Use the model in this folder from now on; None: none."""
        self._path = folder / MODEL_NAME if folder else None
        self._look_at = 0.0

    def look_again(self) -> None:
        """Look at the file at the next ``get`` instead of in two seconds."""
        self._look_at = 0.0

    def path(self) -> Path:
        """Where the model is kept. Raises RuntimeError before ``install``."""
        if self._path is None:
            raise RuntimeError("no folder for models was installed")
        return self._path

    def get(self) -> Learnt | None:
        """The present model; looks at the file at most every ``LOOK_EVERY_S`` seconds."""
        if time.monotonic() < self._look_at:
            return self._model
        with self._lock:
            seen = _stamp(self._path)
            if seen != self._seen:
                self._model = _read(self._path) if seen and self._path else None
                self._seen = seen
            self._look_at = time.monotonic() + LOOK_EVERY_S
            return self._model


def _read(path: Path) -> Learnt | None:
    """A report must not fail because of a broken model: it is answered without one."""
    try:
        return load(path)
    except (ModelRefused, OSError):
        logging.getLogger(__name__).exception("the model for categories cannot be read")
        return None


def _stamp(path: Path | None) -> tuple[int, int] | None:
    if path is None or not path.exists():
        return None
    state = path.stat()
    return state.st_mtime_ns, state.st_size


model_file = ModelFile()
