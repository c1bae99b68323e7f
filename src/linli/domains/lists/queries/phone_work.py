"""Tasks of lists as a phone takes them along."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.domains.lists.flow import TASK
from linli.kernel.devices.verbs import Work
from linli.kernel.flow.access import open_steps, taken_by, with_units
from linli.kernel.flow.carried import last_seen
from linli.kernel.flow.definition import Step
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

MOST = 100
STEPS = frozenset({"accept", "report", "refuse"})
"""What is done in the street; passing on and judging is done on the pages."""


def work(actor: Actor, at: datetime) -> list[Work]:
    """Tasks of the person and of their units, soonest due first. Four SQL statements."""
    units = [held.unit_id for held in org.posts_of(actor, at)]
    mine = Q(assignee=actor) | Q(unit__in=units, assignee=None)
    rows = Matter.objects.filter(mine, flow=TASK.code, state__in=("given", "working"), closed_at=None)
    found = list(rows.select_related("task__item__standing", "task__asker").order_by("due_at", "id")[:MOST])
    taken = taken_by(actor, [matter.pk for matter in found])
    last = last_seen([matter.pk for matter in found])
    made = []
    for matter in map(with_units, found):
        flow = TASK.at(matter.flow_version)
        steps = open_steps(flow.steps_from(matter.state), matter, actor, barred=taken[matter.pk])
        made.append(_as_work(matter, [step for step in steps if step.name in STEPS], last[matter.pk]))
    return made


def _as_work(matter: Matter, steps: list[Step], seen: int) -> Work:
    task = matter.task
    facts = [(_("要求"), task.text), (_("佐证"), "、".join(task.evidence)), (_("下达"), task.asker.name)]
    if task.item:
        facts.insert(0, (_("清单事项"), f"{task.item.code} {task.item.standing.title}"))
    facts += [(_("第 %(n)d 步") % {"n": number}, line) for number, line in enumerate(task.guide, start=1)]
    return Work(
        kind=TASK.code, about=matter.number, number=matter.number, title=matter.title, state=matter.state,
        state_label=str(TASK.label_of(matter.state)), opened_at=matter.opened_at, due_at=matter.due_at, lon=None,
        lat=None, address=matter.unit.name, seen=seen,
        steps=tuple(("task.step", step.name, str(step.label), _needs(step, bool(task.evidence))) for step in steps),
        facts=tuple((label, text) for label, text in facts if text),
    )  # fmt: skip


def _needs(step: Step, wants_evidence: bool) -> tuple[str, ...]:
    return (*step.needs, "report") if step.name == "report" and wants_evidence else step.needs
