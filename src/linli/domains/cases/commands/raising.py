"""What people at the desk or in the field begin: reports in all their kinds, major information, calls to liaisons."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.cases.commands.acting import person_named, unit_named
from linli.domains.cases.commands.children import call_liaison, raise_major
from linli.domains.cases.commands.reporting import Report, Taken, report
from linli.domains.cases.models import Case
from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.access import stands_over
from linli.kernel.flow.commands import StepRefused
from linli.kernel.flow.given import GivenFile
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

CALLERS = ("dispatcher", "duty_chief", "grid_head", "leader")
"""Who may call a liaison."""


@transaction.atomic
def take_report(
    given: Report, *, role: str, actor: Actor, at: datetime, taken_at: datetime | None = None, is_late: bool = False
) -> Taken:  # fmt: skip
    """Take in what a member of staff writes down or found; its files stay for good. Raises ReportRefused.

    taken_at  when it was made without network; ``at`` otherwise
    is_late   that lies outside the listed limits of drift and delay
    """
    taken = report(given, at=at, actor=actor, role=role, taken_at=taken_at, is_late=is_late)
    evidence.retain([file.file_id for file in given.files], until=None)
    return taken


@transaction.atomic
def call(case: Case, choice: str, problem: str, *, actor: Actor, at: datetime) -> Matter:
    """Call a department's liaison on ``case``; ``choice`` is ``"unit:actor"``. Raises StepRefused (001g-19)."""
    if not stands_over(actor, case.matter, CALLERS, at=at):
        raise StepRefused(_("呼叫联络员由派遣员、值班长、网格长和领导发起。"))
    if not problem.strip():
        raise StepRefused(_("请写明要协调什么。"), field="problem")
    unit, _colon, person = choice.partition(":")
    try:
        found = unit_named(int(unit)), person_named(UUID(person))
    except ValueError:
        raise StepRefused(_("请选择联络员。"), field="liaison") from None
    return call_liaison(case, unit=found[0], liaison=found[1], problem=problem, actor=actor, at=at)


@transaction.atomic
def start_major(
    *, text: str, unit_id: int, known_at: datetime, case: Case | None, key: UUID | None, actor: Actor, at: datetime,
    files: Sequence[GivenFile] = (),
) -> Matter:  # fmt: skip
    """Start the four-hour chain for something grave inside one's own territory; its ``files`` stay for good.

    Raises StepRefused (004-82).
    """
    unit = unit_named(unit_id)
    if not org.covers(actor).reaches(unit.path):
        raise StepRefused(_("只能上报本辖区的重特大情况。"), field="unit")
    matter = raise_major(
        text=text, unit=unit, actor=actor, at=at, known_at=known_at, case=case, key=key, files=files
    )  # fmt: skip
    evidence.retain([file.file_id for file in files], until=None)
    return matter
