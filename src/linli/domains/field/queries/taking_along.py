"""What a phone takes along: its person's work and what each part of the platform offers, sent only when it changed."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson

from linli.kernel.devices import verbs
from linli.kernel.org.models import Actor

WORK = "work"


def fresh(actor: Actor, at: datetime, *, have: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Source → its mark and value, only of those whose mark the phone does not ``have`` yet."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in _all(actor, at):
        written = orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS)
        mark = hashlib.sha256(written).hexdigest()[:16]
        if have.get(name) != mark:
            found[name] = {"etag": mark, "value": orjson.Fragment(written)}
    return found


def _all(actor: Actor, at: datetime) -> list[tuple[str, Any]]:
    work = [_plain(one) for one in verbs.work_of(actor, at)]
    return [(WORK, work), *((name, source(actor, at)) for name, source in verbs.sources().items())]


def _plain(one: verbs.Work) -> dict[str, Any]:
    plain = asdict(one)
    plain["steps"] = _steps(one.steps)
    plain["then"] = {name: _steps(after) for name, after in one.then.items()}
    plain["facts"] = [[str(label), str(value)] for label, value in one.facts]
    plain["state_label"] = str(one.state_label)
    return plain


def _steps(steps: tuple[tuple[str, str, str, tuple[str, ...]], ...]) -> list[dict[str, Any]]:
    return [
        {"verb": verb, "step": step, "label": str(label), "needs": list(needs)} for verb, step, label, needs in steps
    ]
