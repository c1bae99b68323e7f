"""Scales and bands of the two ways to assess a risk, as the pack has them: from factors to a score to a colour."""

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

RANK = {"red": 4, "orange": 3, "yellow": 2, "blue": 1, "": 0}
"""The higher the worse."""


@dataclass(frozen=True, slots=True)
class Grade:
    """One value of a factor and what it stands for."""

    value: float
    words: str


@dataclass(frozen=True, slots=True)
class Band:
    """From this score on a risk has this colour."""

    at_least: float
    colour: str
    source: str
    confidence: str


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("linli.packs") / "safety" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


@cache
def scales() -> dict[tuple[str, str], tuple[Grade, ...]]:
    """(method, factor) → its values, the worst first."""
    found: dict[tuple[str, str], tuple[Grade, ...]] = {}
    for row in _rows("risk_scales.csv"):
        key = (row["method"], row["factor"])
        found[key] = (*found.get(key, ()), Grade(float(row["value"]), row["words"]))
    return found


@cache
def bands(method: str) -> tuple[Band, ...]:
    """The bands of a method, the highest first."""
    rows = [row for row in _rows("risk_bands.csv") if row["method"] == method]
    found = [Band(float(row["at_least"]), row["colour"], row["source"], row["confidence"]) for row in rows]
    return tuple(sorted(found, key=lambda band: -band.at_least))


def is_on_scale(method: str, factor: str, value: float | None) -> bool:
    return any(grade.value == value for grade in scales().get((method, factor), ()))


def score_of(method: str, likelihood: float, exposure: float | None, severity: float) -> float:
    """LEC: likelihood × exposure × consequence; matrix: likelihood × severity."""
    return round(likelihood * (exposure if method == "lec" and exposure is not None else 1.0) * severity, 3)


def colour_of(method: str, score: float) -> str:
    return next(band.colour for band in bands(method) if score >= band.at_least)
