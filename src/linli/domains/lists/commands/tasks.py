"""Giving work under an item: to one unit or to many, each its own matter, along the docking table and the lists."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import orjson
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from linli.domains.lists.flow import TASK
from linli.domains.lists.models import Task, TaskBatch
from linli.domains.lists.queries import docking
from linli.domains.lists.queries.asking import asker_of
from linli.domains.lists.queries.citing import cited_by
from linli.domains.lists.queries.task_limits import terms_of
from linli.kernel.catalog.models import Admission, WorkItem
from linli.kernel.catalog.terms import Terms
from linli.kernel.errors import Refused
from linli.kernel.flow.commands import open_matter, start_clocks, wait_for_key
from linli.kernel.flow.mandates import OffListRefused
from linli.kernel.flow.refusals import ResentDifferentlyRefused
from linli.kernel.flow.whole import whole
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.scope import Held
from linli.kernel.text import clean, personal_data_in

MOST_UNITS = 300
PORTION = 25
"""Units in one transaction."""
AT_ONCE = 50
"""More than this is carried on by the worker, while the page shows how far it is."""
JOB = "lists.give_tasks"


class GivingRefused(Refused):
    """The work cannot be given like this; ``field`` names what to mend."""


@dataclass(frozen=True, slots=True)
class Giving:
    """What is to be done, and by whom.

    item       null only in an emergency, which ``admission`` names then
    admission  the admission committees are given it under; None: the one that fits the item
    due_on     the day it is wanted by; None: the limit its item says
    """

    item: WorkItem | None
    units: Sequence[int]
    title: str = ""
    text: str = ""
    due_on: date | None = None
    admission: int | None = None

    def digest(self, actor: Actor) -> bytes:
        said = [
            self.item.pk if self.item else None, sorted(self.units), self.title, self.text, self.due_on,
            self.admission, actor.pk,
        ]  # fmt: skip
        return hashlib.sha256(orjson.dumps(said)).digest()


def give(giving: Giving, *, key: UUID, actor: Actor, at: datetime, post: Held | None = None) -> TaskBatch:
    """Give the work to every unit named; those that may not be asked are named in ``refused`` with the reason.

    key  made by the sender; sent again, nothing is given twice
    Raises GivingRefused, OffListRefused when nobody could be given it, ResentDifferentlyRefused.
    """
    batch = _begin(giving, key, actor, post, at)
    for _n in range(AT_ONCE // PORTION):
        if carry_on_once(batch.pk, at=at):
            break
    batch.refresh_from_db()
    if batch.ended_at is None:
        app.configure_task(JOB, queue="lists").defer(batch=str(batch.pk))
    elif len(batch.refused) == len(batch.units):
        raise GivingRefused("".join(dict.fromkeys(reason for _unit, reason in batch.refused)), field="units")
    return batch


@transaction.atomic
def _begin(giving: Giving, key: UUID, actor: Actor, post: Held | None, at: datetime) -> TaskBatch:
    wait_for_key(key)
    if earlier := TaskBatch.objects.filter(pk=key).first():
        if bytes(earlier.digest) != giving.digest(actor):
            raise ResentDifferentlyRefused(_("这个编号已用于别的事项。"))
        return earlier
    asker = asker_of(actor, post)
    _check(giving, asker, at)
    return TaskBatch.objects.create(
        id=key, item=giving.item, admission_id=giving.admission, asker=asker, title=_title(giving),
        text=clean(giving.text, 4000), due_on=giving.due_on, units=list(dict.fromkeys(giving.units)),
        digest=giving.digest(actor), made_by=actor, made_at=at,
    )  # fmt: skip


def _title(giving: Giving) -> str:
    if giving.title.strip():
        return clean(giving.title, 120)
    if giving.item is not None:
        return giving.item.standing.title
    return Admission.objects.values_list("title", flat=True).get(pk=giving.admission or 0)


def _check(giving: Giving, asker: Unit, at: datetime) -> None:
    _check_basis(giving)
    _check_words(giving, at)
    if not giving.units:
        raise GivingRefused(_("请选择承办单位。"), field="units")
    if len(set(giving.units)) > MOST_UNITS:
        raise GivingRefused(_("一次最多下达 %(most)d 个单位。") % {"most": MOST_UNITS}, field="units")
    known = directory()
    if any(unit not in known.tree.by_id for unit in giving.units):
        raise GivingRefused(_("没有这个单位，或已撤并。"), field="units")
    source = known.unit(asker.pk)
    said, table = docking.said_of(giving.item), docking.table_of(docking.district_of(asker.pk))
    for unit in giving.units:
        if why := docking.refusal(source, known.unit(unit), said, table):
            raise GivingRefused(why, field="units")


def _check_basis(giving: Giving) -> None:
    if giving.item is None:
        found = Admission.objects.filter(pk=giving.admission or 0, kind=Admission.Kind.EMERGENCY).exists()
        if not found:
            raise GivingRefused(_("请选择清单事项；只有应急下派可以不引用清单事项。"), field="item")
    elif giving.item.standing.retired_on is not None or giving.item.standing.wording_id is None:
        raise GivingRefused(_("这一事项已不在清单上，不能据此下达任务。"), field="item")


def _check_words(giving: Giving, at: datetime) -> None:
    if giving.due_on is not None and giving.due_on < timezone.localdate(at):
        raise GivingRefused(_("完成日期不能早于今天。"), field="due_on")
    if found := personal_data_in(f"{giving.title} {giving.text}"):
        raise GivingRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field="text")


@transaction.atomic
def carry_on_once(key: UUID, *, at: datetime) -> bool:
    """Give the next portion of a batch; true when nothing is left of it."""
    batch = TaskBatch.objects.select_for_update(of=("self",)).select_related("item", "asker", "made_by").get(pk=key)
    if batch.ended_at is not None:
        return True
    done = set(Task.objects.filter(batch=batch).values_list("given_to_id", flat=True))
    done |= {unit for unit, _reason in batch.refused}
    left = [unit for unit in batch.units if unit not in done]
    units = Unit.objects.in_bulk(left[:PORTION])
    cited = cited_by(batch.item_id, batch.admission_id, units.values(), at=at)
    said = terms_of(batch.item_id)
    for unit in left[:PORTION]:
        _try(batch, units[unit], said, cited, at)
    if len(left) <= PORTION:
        batch.ended_at = at
    batch.save(update_fields=["refused", "ended_at"])
    return batch.ended_at is not None


def _try(batch: TaskBatch, unit: Unit, said: Terms, cited: Mapping[int, int], at: datetime) -> None:
    try:
        open_task(batch, unit, said, admission=cited.get(unit.pk), at=at)
    except OffListRefused as refusal:
        batch.refused = [*batch.refused, [unit.pk, str(refusal)]]


@whole
def open_task(batch: TaskBatch, unit: Unit, said: Terms, *, admission: int | None, at: datetime) -> Task:
    """One task of a batch, with its clock. Raises OffListRefused."""
    matter = open_matter(
        TASK, title=batch.title, home=batch.asker, unit=unit, actor=batch.made_by, at=at, words=batch.text,
        changes={"item": batch.item.code if batch.item else ""}, admission=admission,
    )  # fmt: skip
    task = Task.objects.create(
        matter=matter, item=batch.item, asker=batch.asker, layer=docking.layer_of(directory().unit(unit.pk)),
        text=batch.text, guide=[step[:120] for step in said.guide], evidence=[one[:60] for one in said.evidence],
        batch=batch, given_to=unit,
    )  # fmt: skip
    start_clocks(matter, task, ("handle",), at=at)
    return task
