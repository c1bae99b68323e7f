"""A linear model over grams, learnt from confirmed cases: its file, and scores from it. Learning is in ``learning``.

The file holds numbers and text only (NumPy arrays without pickled objects), so that reading one runs no code.
"""

import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from linli.kernel.catalog.retrieval import READ_AT_MOST, Scores
from linli.kernel.errors import Refused
from linli.kernel.text import grams

FORMAT = 1
MOST_BYTES = 256 * 1024 * 1024


class ModelRefused(Refused):
    """The file is not a model of this program."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """Weights of every gram for every code.

    vocabulary  grams, in the order of the rows of ``weights``
    rarity      inverse document frequency of each gram
    weights     grams × codes
    examples    number of confirmed cases it was learnt from
    """

    codes: tuple[str, ...]
    vocabulary: tuple[str, ...]
    rarity: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]
    intercepts: npt.NDArray[np.float32]
    examples: int
    _rows: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rows", {gram: row for row, gram in enumerate(self.vocabulary)})

    def scores(self, text: str) -> Scores | None:
        """One number per code, higher is likelier; None when no gram of the text is known.

        The same weighting as in learning: 1 + ln(times), by rarity.
        """
        counts = Counter(gram for gram in grams(text[:READ_AT_MOST]) if gram in self._rows)
        if not counts:
            return None
        rows = [self._rows[gram] for gram in counts]
        times = np.fromiter(counts.values(), np.float32, len(counts))
        values = (1 + np.log(times)) * self.rarity[rows]
        values /= np.sqrt((values * values).sum())
        scores: Scores = (values @ self.weights[rows] + self.intercepts).astype(np.float64)
        return scores


def save(model: Learnt, path: Path) -> None:
    """Write the file so that a reader sees the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".new")
    with written.open("wb") as out:
        np.savez_compressed(
            out,
            format=np.int64(FORMAT),
            examples=np.int64(model.examples),
            codes=_packed(model.codes),
            vocabulary=_packed(model.vocabulary),
            rarity=model.rarity,
            weights=model.weights.astype(np.float16),
            intercepts=model.intercepts,
        )
    written.replace(path)


def load(path: Path) -> Learnt:
    """Read a model; refused when it is too large, of another format, or its parts do not fit together."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
                raise ModelRefused("model too large")
        with np.load(path, allow_pickle=False) as parts:
            if int(parts["format"]) != FORMAT:
                raise ModelRefused("model of another format")
            model = Learnt(
                _unpacked(parts["codes"]),
                _unpacked(parts["vocabulary"]),
                parts["rarity"].astype(np.float32),
                parts["weights"].astype(np.float32),
                parts["intercepts"].astype(np.float32),
                int(parts["examples"]),
            )
    except (KeyError, ValueError, zipfile.BadZipFile, EOFError) as error:
        raise ModelRefused("not a model") from error
    grams_count, codes_count = len(model.vocabulary), len(model.codes)
    fits = (
        model.rarity.shape == (grams_count,)
        and model.weights.shape == (grams_count, codes_count)
        and model.intercepts.shape == (codes_count,)
        and bool(np.isfinite(model.weights).all())
    )
    if not fits:
        raise ModelRefused("not a model")
    return model


def _packed(texts: tuple[str, ...]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _unpacked(raw: npt.NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(raw.tobytes().decode().split("\n"))
