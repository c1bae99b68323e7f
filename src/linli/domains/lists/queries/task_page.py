"""The page of one task, and what the form of one of its steps offers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.lists.flow import TASK
from linli.domains.lists.models import Task, TaskBatch
from linli.domains.lists.queries import docking
from linli.domains.lists.queries.citing import ChoiceGroup, choices_for, related_items
from linli.domains.lists.queries.tasks import LOOKS, TaskNotFound, get_task
from linli.kernel.catalog.admitted import bound_kinds, standing
from linli.kernel.flow import journal
from linli.kernel.flow.models import Attachment, Mandate, Matter
from linli.kernel.ledger.amounts import yuan
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor
from linli.kernel.org.tree import Node

LOOK = journal.Look(
    expected={"given": ("accept",), "working": ("report",), "reported": ("confirm",), "refused": ("insist",),
              "disputed": ("overrule",)},
    grave=frozenset({"refuse", "withdraw", "uphold_refusal", "send_back"}),
    icons={"open": "send", "accept": "hand-stop", "hand_over": "arrow-down", "report": "checks",
           "confirm": "circle-check", "send_back": "arrow-back-up", "refuse": "ban", "insist": "gavel",
           "uphold_refusal": "shield-check", "overrule": "gavel", "withdraw": "trash"},
    at_once=frozenset({"accept", "confirm"}), opened=gettext_lazy("下达"),
)  # fmt: skip

WHY: Mapping[str, str | Promise] = {
    "hand_over": gettext_lazy("只能转给条块对接表指明的单位；转给居委会须有已准入的事项。"),
    "report": gettext_lazy("写明做了什么；按要求附上佐证。费用在确认办结时从事项经费中支付。"),
    "refuse": gettext_lazy("拒收由居委会作出，写明为什么；下达单位可以申请裁定。"),
    "insist": gettext_lazy("由准入审核员裁定。"),
}


@dataclass(frozen=True, slots=True)
class Cited:
    """The admission a committee was given it under, or why none was needed. ``conditions`` of the admission."""

    label: str
    code: str
    conditions: str
    until: str


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Everything the page shows."""

    number: str
    title: str
    state_label: str
    look: str
    is_closed: bool
    text: str
    item: str
    item_title: str
    unit: str
    layer: str
    asker: str
    guide: tuple[str, ...]
    evidence: tuple[str, ...]
    cited: Cited | None
    outcome: str
    hours: float | None
    cost: str
    opened_at: datetime
    due_at: datetime | None
    clock: journal.ClockLine
    batch: UUID | None
    together: int
    may_see_all: bool
    offers: tuple[journal.Offer, ...]
    lines: tuple[journal.Line, ...]
    files: tuple[journal.Shown, ...]
    seen: int
    command: UUID = field(default_factory=new_key)

    @property
    def is_one_of_many(self) -> bool:
        return self.batch is not None and self.together > 1

    @property
    def says_how(self) -> bool:
        return bool(self.guide or self.evidence)


def task_page(number: str, *, actor: Actor) -> TaskPage:
    """Raises TaskNotFound."""
    task = get_task(number, actor=actor)
    matter = task.matter
    shown = journal.files_of(matter)
    lines = journal.timeline(matter, LOOK, shown)
    return TaskPage(
        number=matter.number, title=matter.title, state_label=TASK.label_of(matter.state),
        look=LOOKS.get(matter.state, ""), is_closed=matter.closed_at is not None, text=task.text,
        item=task.item.code if task.item else "", item_title=task.item.standing.title if task.item else "",
        unit=matter.unit.name, layer=str(docking.LAYER_LABELS.get(task.layer, "")), asker=task.asker.name,
        guide=tuple(task.guide), evidence=tuple(task.evidence), cited=_cited(matter), outcome=task.outcome,
        hours=task.hours_spent, cost=yuan(task.cost_fen) if task.cost_fen else "", opened_at=matter.opened_at,
        due_at=matter.due_at, clock=journal.clock_of(matter), batch=task.batch_id,
        together=len(task.batch.units) if task.batch else 1, may_see_all=org.covers(actor).reaches(task.asker.path),
        offers=tuple(_offers(task, actor)), lines=tuple(lines), files=tuple(shown),
        seen=lines[0].seq if lines else 0,
    )  # fmt: skip


def _offers(task: Task, actor: Actor) -> list[journal.Offer]:
    """What may be done now; passing it on only where the docking table leads somewhere."""
    found = journal.offers(actor, task.matter, LOOK)
    if any(offer.name == "hand_over" for offer in found) and not _next(task):
        return [offer for offer in found if offer.name != "hand_over"]
    return found


def _cited(matter: Matter) -> Cited | None:
    row = Mandate.objects.filter(matter=matter).select_related("admission__item").first()
    if row is None or row.bearer_id != matter.unit_id:
        return None
    if row.admission is None:
        words = _("居委会自行发起") if row.exempt == "level" else _("居民诉求，不受清单限制")
        return Cited(words, "", "", "")
    one = row.admission
    until = one.valid_to.isoformat() if one.valid_to else ""
    return Cited(str(one.get_kind_display()), one.item.code if one.item else one.title, one.conditions, until)


@dataclass(frozen=True, slots=True)
class UnitChoices:
    label: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Stepping:
    """A step about to be taken, with what may be chosen.

    units       where the docking table leads from here, layer by layer
    admissions  what may be asked of the committees here, when the item itself is not admitted for them
    """

    task: Task
    number: str
    title: str
    state_label: str
    offer: journal.Offer
    why: str
    is_open: bool
    seen: int
    units: tuple[UnitChoices, ...]
    admissions: tuple[ChoiceGroup, ...]
    command: UUID = field(default_factory=new_key)


def stepping(number: str, name: str, *, actor: Actor) -> Stepping:
    """Step ``name`` on the task ``number``. Raises TaskNotFound."""
    task = get_task(number, actor=actor)
    matter = task.matter
    step = TASK.at(matter.flow_version).step(name)
    if step is None:
        raise TaskNotFound(number)
    now = {offer.name: offer for offer in journal.offers(actor, matter, LOOK)}
    units = _next(task) if name == "hand_over" else {}
    return Stepping(
        task=task, number=matter.number, title=matter.title, state_label=TASK.label_of(matter.state),
        offer=now.get(name) or journal.offer_of(step, LOOK), why=str(WHY.get(name, "")), is_open=name in now,
        seen=journal.last_seen(matter),
        units=tuple(UnitChoices(str(docking.LAYER_LABELS[layer]), nodes) for layer, nodes in units.items()),
        admissions=tuple(_admissions(task, units.get("committee", ()))),
    )  # fmt: skip


def _next(task: Task) -> dict[str, tuple[Node, ...]]:
    source = directory().unit(task.matter.unit_id)
    said, table = docking.said_of(task.item), docking.table_of(docking.district_of(source.id))
    streets = [street] if (street := docking.street_of(source)) else docking.streets_of(docking.district_of(source.id))
    found: dict[str, tuple[Node, ...]] = {}
    for one in streets:
        for layer, nodes in docking.next_units(source, said, one, table).items():
            found[layer] = (*found.get(layer, ()), *nodes)
    return found


def _admissions(task: Task, committees: tuple[Node, ...]) -> list[ChoiceGroup]:
    """What may be asked of these committees, where the item is admitted for none of them."""
    bound = [node for node in committees if node.kind in bound_kinds()]
    if not bound:
        return []
    now = timezone.now()
    unit = org.kept_unit(bound[0].id)
    own = related_items(task.item_id) if task.item_id else []
    above = [int(part) for part in unit.path.rstrip(".").split(".")]
    if own and standing(now).filter(item__in=own, unit__in=above).exists():
        return []
    return choices_for(unit, at=now)


def file_on(number: str, file_id: UUID, *, actor: Actor) -> UUID:
    """The file, if it is on a task ``actor`` may see. Raises TaskNotFound."""
    task = get_task(number, actor=actor)
    if not Attachment.objects.filter(matter=task.matter, file=file_id).exists():
        raise TaskNotFound(file_id)
    return file_id


@dataclass(frozen=True, slots=True)
class BatchPage:
    """A giving to many: how far it is, how many are done, who could not be given it."""

    id: UUID
    title: str
    asker: str
    item: str
    item_title: str
    wanted: int
    given: int
    done: int
    refused: tuple[tuple[str, str], ...]
    is_running: bool
    made_at: datetime


def batch_page(key: UUID, *, actor: Actor) -> BatchPage:
    """For those who may see the unit that gave it. Raises TaskNotFound."""
    found = TaskBatch.objects.filter(org.covers(actor).below(path="asker__path"), pk=key)
    batch = found.select_related("item__standing", "asker").first()
    if batch is None:
        raise TaskNotFound(key)
    tasks = Matter.objects.filter(task__batch=batch)
    units = directory().tree.by_id
    return BatchPage(
        batch.pk, batch.title, batch.asker.name, batch.item.code if batch.item else "",
        batch.item.standing.title if batch.item else "", len(batch.units), tasks.count(),
        tasks.filter(state="done").count(), tuple((units[unit].name, reason) for unit, reason in batch.refused),
        batch.ended_at is None, batch.made_at,
    )  # fmt: skip
