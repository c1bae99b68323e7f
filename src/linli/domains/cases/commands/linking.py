"""Cases that are about the same thing: linked and never merged away, so that every caller of either is answered."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.cases.models import Case, Occurrence
from linli.domains.cases.queries.family import DISMISSED, DUPLICATE, RELATED
from linli.domains.cases.queries.seeing import CaseNotFound, may_see
from linli.kernel.flow.access import stands_over
from linli.kernel.flow.commands import StepRefused, add_party, link
from linli.kernel.flow.models import Link, Matter
from linli.kernel.org.models import Actor

DESK = ("operator", "duty_chief", "dispatcher", "grid_head")


@transaction.atomic
def link_duplicate(case: Case, lead: Case, *, note: str, actor: Actor, at: datetime) -> None:
    """Say that ``case`` is the same thing as ``lead``: its callers become callers of the lead too.

    Both stay as they are; whoever reported either is answered with the lead. Raises StepRefused.
    """
    first, second = _locked(case, lead, actor)
    if second.closed_at is not None:
        raise StepRefused(_("主案已经办结，不能再并入；请关联为相关案件。"))
    if Link.objects.filter(matter=second, other=first, kind=DUPLICATE).exists():
        raise StepRefused(_("对方已并入本案。"))
    link(first, second, DUPLICATE, actor=actor, at=at, note=_reason(note))
    _bring_callers(first, second, at=at)


def _bring_callers(first: Matter, second: Matter, *, at: datetime) -> None:
    """Each caller of ``first`` counts on ``second`` from now on, waiting for an answer if they wait for one."""
    for caller in Occurrence.objects.filter(matter=first):
        Occurrence.objects.get_or_create(
            matter=second, actor_id=caller.actor_id,
            defaults={"at": caller.at, "text": caller.text,
                      "wants_answer": caller.wants_answer and caller.answered_at is None},
        )  # fmt: skip
        add_party(second, caller.actor, "caller", at=at)
    lead = Case.objects.select_for_update().get(pk=second.pk)
    lead.callers = Occurrence.objects.filter(matter=second).count()
    lead.save(update_fields=["callers"])


@transaction.atomic
def link_related(case: Case, other: Case, *, note: str, actor: Actor, at: datetime) -> None:
    """Say that two cases have to do with each other, each going its own way. Raises StepRefused."""
    first, second = _locked(case, other, actor)
    link(first, second, RELATED, actor=actor, at=at, note=_reason(note))


@transaction.atomic
def dismiss_duplicate(case: Case, other: Case, *, note: str, actor: Actor, at: datetime) -> None:
    """Say that a probable duplicate is none, with the reason; it is not shown again. Raises StepRefused."""
    first, second = _locked(case, other, actor)
    link(first, second, DISMISSED, actor=actor, at=at, note=_reason(note))


def _locked(case: Case, other: Case, actor: Actor) -> tuple[Matter, Matter]:
    """Both matters locked, lower key first, after asking whether ``actor`` may see and link the one and the other.

    Raises CaseNotFound, StepRefused.
    """
    if case.pk == other.pk:
        raise StepRefused(_("不能与自身关联。"), field="number")
    rows = Matter.objects.select_for_update(of=("self",)).select_related("home", "unit", "area__unit")
    rows = rows.filter(pk__in=[case.pk, other.pk])
    both = {matter.pk: matter for matter in rows.order_by("pk")}
    first, second = both[case.pk], both[other.pk]
    for matter in (first, second):
        if not may_see(actor, matter):
            raise CaseNotFound(matter.number)
    if not all(stands_over(actor, matter, DESK) for matter in (first, second)):
        raise StepRefused(_("关联案件由受理、派遣人员和值班长办理。"))
    return first, second


def _reason(note: str) -> str:
    words = note.strip()
    if not words:
        raise StepRefused(_("请写明理由。"), field="note")
    return words[:200]
