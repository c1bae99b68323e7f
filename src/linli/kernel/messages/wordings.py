"""Texts of messages: shipped in ``wordings.csv``, overruled by local ``Template`` rows, filled in without a language.

Only ``{name}`` is replaced; nothing in a wording can compute, loop or reach into an object.
"""

import csv
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files

from django.utils import timezone

SLOT = re.compile(r"\{([a-z_]+)\}")
MISSING = "—"
"""Stands where a message should have named something and nobody gave it."""
SUBJECT_LENGTH = 160
CHINESE = "zh-hans"
LANGUAGES = (CHINESE, "en")
SHORT_CHANNELS = frozenset({"sms", "wecom", "dingtalk", "webhook"})

Fact = str | int | datetime
Wording = tuple[str, str]
"""Subject and body."""


@cache
def shipped() -> Mapping[tuple[str, str, str], Wording]:
    """(code, language, ``long`` or ``short``) → wording."""
    found: dict[tuple[str, str, str], Wording] = {}
    lines = (files("linli.kernel.messages") / "wordings.csv").read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(lines):
        found[row["code"], row["language"], "long"] = (row["subject"], row["body"])
        found[row["code"], row["language"], "short"] = (row["subject"], row["short"])
    return found


def wording(local: Mapping[tuple[str, str, str], Wording], *, code: str, channel: str, language: str) -> Wording:
    """The wording to use: the local one of the channel; for mail also that of the pages; else the shipped one.

    local  (code, channel, language) → wording
    """
    candidates = (channel, "in_app") if channel == "email" else (channel,)
    for name in candidates:
        if found := local.get((code, name, language)):
            return found
    length = "short" if channel in SHORT_CHANNELS else "long"
    return shipped()[code, language, length]


def filled(text: str, facts: Mapping[str, Fact]) -> str:
    """``text`` with every ``{name}`` replaced; times are shown as here, to the minute."""

    def fact(slot: re.Match[str]) -> str:
        value = facts.get(slot[1], "")
        if isinstance(value, datetime):
            return timezone.localtime(value).strftime("%m-%d %H:%M")
        return str(value) if value != "" else MISSING

    return SLOT.sub(fact, text)


def slots(text: str) -> set[str]:
    """The names a text asks for."""
    return set(SLOT.findall(text))
