"""Taking a step on a hazard: grade, notice, the five to be settled, putting right, rechecking, striking off."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.flow import HAZARD
from linli.domains.safety.flow.guards import PLAN
from linli.domains.safety.models import Hazard
from linli.domains.safety.queries.hazard_limits import end_of
from linli.kernel.evidence import commands as evidence
from linli.kernel.flow import clocks
from linli.kernel.flow.commands import Command, GivenFile, StepRefused, answered_before, lock, take_command
from linli.kernel.flow.models import Entry
from linli.kernel.flow.whole import whole
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean, personal_data_in

MOST_YUAN = 1_000_000_000
ON_SPOT_BASIS = "当场发现、当场整改排除"
"""Basis of the grade of what was put right at once: general by definition. Source: hazard_grades.csv."""
TEXTS = {"body": 120, "person": 80, "measures": 1000, "contingency": 1000, "control": 400}
"""Fields of the five and of the control, with the most characters each may have."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gives with a step of a hazard or a listing. ``fields``: what is particular to one step, as text.

    seen, command, is_late, arrived_at  see ``kernel.flow.given.Command``
    """

    note: str = ""
    unit: int | None = None
    files: Sequence[GivenFile] = ()
    seen: int | None = None
    command: UUID | None = None
    is_late: bool = False
    arrived_at: datetime | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    def signed(self, name: str, actor: Actor) -> bytes:
        said = [name, actor.pk, self.note, self.unit, [f.sha256 for f in self.files], dict(self.fields)]
        return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest()

    def text(self, name: str, limit: int) -> str:
        """What was given as ``name``, cleaned. Raises StepRefused for personal data in it."""
        words = clean(self.fields.get(name, ""), limit)
        if found := personal_data_in(words):
            raise StepRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field=name)
        return words

    def day(self, name: str) -> date | None:
        words = self.fields.get(name, "").strip()
        try:
            return date.fromisoformat(words) if words else None
        except ValueError as wrong:
            raise StepRefused(_("日期写作 2026-11-22。"), field=name) from wrong


Changes = dict[str, Any]


@whole
def act(hazard: Hazard, name: str, given: Given, *, actor: Actor, at: datetime) -> Entry:
    """Take step ``name`` on ``hazard``. Raises StepRefused and its kin; files given with it stay for good."""
    matter, said = lock(hazard.pk), given.signed(name, actor)
    if given.command and (earlier := answered_before(matter, given.command, said)):
        return earlier
    hazard.refresh_from_db()
    hazard.matter = matter
    changes = _BEFORE.get(name, _nothing)(hazard, given, at)
    unit = Unit.objects.filter(pk=given.unit, valid_to=None).first() if given.unit and name == "notify" else None
    entry = take_command(
        HAZARD,
        hazard,
        Command(
            name, actor, at, note=given.note, changes=changes or None, files=given.files, unit=unit,
            assignee=actor if name == "take_over" else None, seen=given.seen, command=given.command,
            is_late=given.is_late, arrived_at=given.arrived_at, held=matter, said=said,
        ),
    )  # fmt: skip
    evidence.retain([file.file_id for file in given.files], until=None)
    return entry


def _nothing(_hazard: Hazard, _given: Given, _at: datetime) -> Changes:
    return {}


def _propose_major(hazard: Hazard, given: Given, at: datetime) -> Changes:
    return {"proposed_major": clean(given.note, 400)}


def _graded(grade: str) -> Callable[[Hazard, Given, datetime], Changes]:
    def changes(hazard: Hazard, given: Given, at: datetime) -> Changes:
        return {"grade": grade, "grade_basis": given.text("grade_basis", 200)}

    return changes


def _regrade(hazard: Hazard, given: Given, at: datetime) -> Changes:
    return {"grade": ""}


def _control(hazard: Hazard, given: Given, at: datetime) -> Changes:
    return {"control": clean(given.note, 400)}


def _draw_up(hazard: Hazard, given: Given, at: datetime) -> Changes:
    """The five and, for a major hazard, the six elements of its plan: what was given of them replaces what was."""
    changes: Changes = {name: given.text(name, limit) for name, limit in TEXTS.items() if name in given.fields}
    if "funds_yuan" in given.fields:
        changes["funds_fen"] = _fen(given.fields["funds_yuan"])
    if "due_on" in given.fields and (day := _new_day(given, at)) is not None:
        changes |= _day_unless_running(hazard, day)
    if any(f"plan_{key}" in given.fields for key in PLAN):
        changes["plan"] = {key: given.text(f"plan_{key}", 400) or hazard.plan.get(key, "") for key in PLAN}
    return changes


def _day_unless_running(hazard: Hazard, day: date) -> Changes:
    """A day under a running clock is moved by an extension alone."""
    if hazard.matter.state in ("notified", "rectifying") and hazard.due_on != day:
        raise StepRefused(_("通知已下发，改期请走“延期”。"), field="due_on")
    return {"due_on": day}


def _fen(text: str) -> int | None:
    if not text.strip():
        return None
    try:
        yuan = float(text)
    except ValueError:
        yuan = -1
    if not 0 <= yuan <= MOST_YUAN:
        raise StepRefused(_("请填写 0 到 %(most)g 之间的数。") % {"most": MOST_YUAN}, field="funds_yuan")
    return round(100 * yuan)


def _new_day(given: Given, at: datetime) -> date | None:
    day = given.day("due_on")
    if day is not None and day < timezone.localdate(at):
        raise StepRefused(_("整改期限不能早于今天。"), field="due_on")
    return day


def _notify(hazard: Hazard, given: Given, at: datetime) -> Changes:
    """The notice goes out with its number: by issuing unit and year, never used twice."""
    return _draw_up(hazard, given, at) | _next_notice(hazard, at)


def _next_notice(hazard: Hazard, at: datetime) -> Changes:
    """The series of the street's code and the year goes on whatever the street is called; one at a time takes from it.

    Four digits, five once a year has more than 9,999 of them.
    """
    home, year = hazard.matter.home, timezone.localdate(at).year
    Unit.objects.select_for_update(of=("self",)).get(pk=home.pk)
    series = f"{home.code}安改〔{year}〕"
    last = Hazard.objects.filter(notice_series=series).aggregate(last=Max("notice_serial"))["last"] or 0
    return {
        "notice_series": series, "notice_serial": last + 1, "notice_number": f"{series}{last + 1:04d}号",
    }  # fmt: skip


def _extend(hazard: Hazard, given: Given, at: datetime) -> Changes:
    day = _new_day(given, at)
    if day is None or hazard.due_on is None or day <= hazard.due_on:
        raise StepRefused(_("新的期限须晚于原期限。"), field="due_on")
    minutes = (end_of(day) - end_of(hazard.due_on)).total_seconds() / 60
    clocks.extend(hazard.matter, "rectify", amount=minutes, at=at)
    return {"due_on": day}


def _rectify(hazard: Hazard, given: Given, at: datetime) -> Changes:
    """Each time it is said to be right it is shown anew."""
    if not any(file.kind == "after" for file in given.files):
        raise StepRefused(_("请附整改后的照片。"), field="files")
    return {"outcome": given.text("outcome", 1000) or clean(given.note, 1000), "rectified_at": _believed(given, at)}


def _believed(given: Given, at: datetime) -> datetime:
    """When it counts as done: as claimed, unless the claim lies outside the listed limits."""
    return given.arrived_at if given.is_late and given.arrived_at is not None else at


def _mended(hazard: Hazard, given: Given, at: datetime) -> Changes:
    outcome = given.text("outcome", 1000) or clean(given.note, 1000)
    return {
        "outcome": outcome, "rectified_at": _believed(given, at), "on_spot": True, "grade": Hazard.Grade.GENERAL,
        "grade_basis": hazard.grade_basis or ON_SPOT_BASIS,
    }  # fmt: skip


def _pass(hazard: Hazard, given: Given, at: datetime) -> Changes:
    return {"recheck": clean(given.note, 400)}


def _fail(hazard: Hazard, given: Given, at: datetime) -> Changes:
    """Back to be put right, with a new day when the old one has passed."""
    day = _new_day(given, at) or hazard.due_on
    if day is None or day < timezone.localdate(at):
        raise StepRefused(_("请写明新的整改期限。"), field="due_on")
    return {"recheck": clean(given.note, 400), "rectified_at": None, "outcome": "", "due_on": day}


def _reopen(hazard: Hazard, given: Given, at: datetime) -> Changes:
    return {"grade": "", "rectified_at": None, "outcome": "", "recheck": "", "due_on": None, "on_spot": False}


_BEFORE: Mapping[str, Callable[[Hazard, Given, datetime], Changes]] = {
    "propose_major": _propose_major,
    "grade_general": _graded(Hazard.Grade.GENERAL),
    "grade_major": _graded(Hazard.Grade.MAJOR),
    "regrade": _regrade,
    "control": _control,
    "draw_up": _draw_up,
    "notify": _notify,
    "extend": _extend,
    "rectify": _rectify,
    "mended": _mended,
    "pass_recheck": _pass,
    "fail_recheck": _fail,
    "reopen": _reopen,
}
