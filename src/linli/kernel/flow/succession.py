"""What happens to open matters when the unit that holds them ends: they move on, with a line in the journal of each."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.kernel.flow.models import Entry, Matter, Outbox
from linli.kernel.flow.refusals import StepRefused
from linli.kernel.org.models import Actor, Unit

STEP = "succession"
_PORTION = 500


def move_open_work(ended: Unit, successor: Unit | None, actor: Actor, at: datetime) -> int:
    """Pass every open matter that ``ended`` holds or answers for to ``successor``; returns how many.

    State, clocks and assignee stay. Closed matters stay with the unit that closed them. Call inside a transaction.
    Raises StepRefused when there is open work and nobody to take it.
    """
    concerned = Matter.objects.filter(Q(unit=ended) | Q(home=ended), closed_at=None)
    if successor is None:
        if count := concerned.count():
            raise StepRefused(
                _("%(unit)s还有%(count)d件未办结，请先指定承接单位。") % {"unit": ended.name, "count": count}
            )
        return 0
    moved = 0
    while portion := list(concerned.select_for_update(of=("self",)).order_by("id")[:_PORTION]):
        for matter in portion:
            matter.unit_id = successor.pk if matter.unit_id == ended.pk else matter.unit_id
            matter.home_id = successor.pk if matter.home_id == ended.pk else matter.home_id
        _journal(portion, ended, successor, actor, at)
        Matter.objects.bulk_update(portion, ["unit", "home"])
        moved += len(portion)
    return moved


def _journal(matters: list[Matter], ended: Unit, successor: Unit, actor: Actor, at: datetime) -> None:
    note = _("%(old)s的工作由%(new)s承接") % {"old": ended.name, "new": successor.name}
    entries = Entry.objects.bulk_create(
        Entry(
            matter=matter,
            round=matter.round,
            step=STEP,
            source=matter.state,
            target=matter.state,
            actor=actor,
            role="",
            unit_id=matter.unit_id,
            assignee_id=matter.assignee_id,
            taken_at=at,
            note=note,
        )
        for matter in matters
    )
    Outbox.objects.bulk_create(
        Outbox(
            matter=matter,
            kind=f"{matter.flow}.{STEP}",
            payload={"seq": entry.seq, "actor": str(actor.pk), "unit": matter.unit_id, "home": matter.home_id},
        )
        for matter, entry in zip(matters, entries, strict=True)
    )
