"""Electronic ledgers of a committee, made of what was done anyway: tasks, cases, lines of the plan (003-30).

Nothing is typed for a ledger. A row is a piece of work under an item: when, who, what, with what evidence, what came
of it; its number leads to where it is on record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.lists.models import Covered, PlanLine, Standing
from linli.domains.lists.queries import executions, reach
from linli.domains.lists.queries.docking import LAYERS
from linli.domains.lists.queries.reach import ListNotFound
from linli.kernel.catalog.terms import LOAD_KINDS
from linli.kernel.flow import registry
from linli.kernel.flow.models import Attachment, Entry, Matter
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held
from linli.kernel.org.tree import Node

PAGE = 50
MOST_ROWS = 5000
MOST_CASES = 2000
MOST_COMMITTEES = 400
RESULTS = ("report", "feed_back", "finish", "register", "confirm", "close")
"""Steps whose words say what came of the work, wherever it was done."""
BEARERS = {"committee": ("committee",), "village": ("village", "post"), "station": ("station",)}
"""Kind of unit → bearers of the lists its ledgers are made of."""

SORTS: Mapping[str, str | Promise] = {
    "heading": gettext_lazy("按清单类别"), "load": gettext_lazy("按负担类型"), "item": gettext_lazy("按事项"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which ledger: all items under a heading, of a sort of load, or one item; of which committee, in which days."""

    unit: int | None
    sort: str
    value: str
    since: date
    until: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Half-open: until the end of the last day."""
        after = self.until + timedelta(days=1)
        return timezone.make_aware(datetime.combine(self.since, time())), timezone.make_aware(
            datetime.combine(after, time())
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """A ledger to choose, with how many items it holds."""

    value: str
    label: str
    items: int


@dataclass(frozen=True, slots=True)
class Row:
    """One entry. ``route`` and ``key`` lead to the record it is made of."""

    at: datetime
    number: str
    what: str
    item: str
    who: str
    evidence: str
    result: str
    state: str
    route: str
    key: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The page: what may be chosen, and the ledger itself.

    tallies  committee → entries in the period, for posts over several
    """

    unit: Node | None
    units: tuple[Node, ...]
    choices: tuple[Choice, ...]
    chosen: Chosen
    title: str
    rows: tuple[Row, ...]
    after: str
    tallies: tuple[tuple[str, int, int], ...]


def committees_of(actor: Actor, post: Held | None) -> list[Node]:
    """Committees whose ledgers somebody at ``post`` may read."""
    if post is None:
        return []
    below = directory().tree.below(post.over_path)
    own = [node for node in below if LAYERS.get(node.kind) == "committee" and node.valid_to is None]
    above = [node for node in directory().up(post.unit_id) if LAYERS.get(node.kind) == "committee"]
    return list({node.id: node for node in (*above, *own)}.values())


def ledger(actor: Actor, post: Held | None, chosen: Chosen, *, after: str = "", limit: int = PAGE) -> Ledger:
    """The chosen ledger of a committee. Raises ListNotFound for a committee beyond one's posts."""
    units = committees_of(actor, post)
    unit = next((node for node in units if node.id == chosen.unit), None)
    if chosen.unit is not None and unit is None:
        raise ListNotFound
    shown = unit or (units[0] if units else None)
    if shown is None:
        return Ledger(None, (), (), chosen, "", (), "", ())
    items = _items(actor, shown)
    choices = _choices(items, chosen.sort)
    value = chosen.value or (choices[0].value if choices else "")
    within = [row for row in items if _in(row, chosen.sort, value)]
    rows = _rows(actor, shown, within, chosen, after=after, limit=limit + 1) if within else []
    label = next((one.label for one in choices if one.value == value), "")
    return Ledger(
        shown, tuple(units), tuple(choices), chosen, label, tuple(rows[:limit]),
        _token(rows[limit - 1]) if len(rows) > limit else "",
        tuple(_tallies(units, within, chosen)) if len(units) > 1 else (),
    )  # fmt: skip


def _items(actor: Actor, unit: Node) -> list[Standing]:
    """Items of the lists that bear upon a committee: its own, and those for all committees above it."""
    rows = Standing.objects.filter(
        worklist__in=reach.visible_lists(actor), worklist__unit__in=unit.chain, wording__isnull=False,
        worklist__kind__bearer__in=BEARERS.get(unit.kind, ()),
    ).exclude(kind="seal")  # fmt: skip
    return list(rows.order_by("worklist__kind__position", "position", "item")[:2000])


def _key(row: Standing, sort: str) -> str:
    return {"load": row.load_kind or "task", "item": row.code}.get(sort, row.heading)


def _in(row: Standing, sort: str, value: str) -> bool:
    return _key(row, sort) == value


def _choices(items: Sequence[Standing], sort: str) -> list[Choice]:
    counts: dict[str, int] = {}
    labels: dict[str, str] = {}
    for row in items:
        key = _key(row, sort)
        counts[key] = counts.get(key, 0) + 1
        labels[key] = _label(row, sort)
    return [Choice(key, labels[key], n) for key, n in counts.items()]


def _label(row: Standing, sort: str) -> str:
    if sort == "load":
        return str(LOAD_KINDS.get(row.load_kind or "task", row.load_kind))
    return f"{row.code} {row.title}" if sort == "item" else row.heading or _("未分类")


def _rows(actor: Actor, unit: Node, items: Sequence[Standing], chosen: Chosen, *, after: str, limit: int) -> list[Row]:
    before, mark = _cursor(after)
    names = {row.pk: f"{row.code} {row.title}" for row in items}
    categories = dict(Covered.objects.filter(item__in=list(names)).values_list("category", "item_id"))
    matters = _matters(actor, unit, names, categories, chosen, before)
    found = _of_matters(matters, names, limit)
    found += _of_lines(unit, names, chosen, before, limit)
    found.sort(key=lambda row: (row.at, row.number), reverse=True)
    if mark and before is not None:
        found = [row for row in found if (row.at, row.number) < (before, mark)]
    return found[:limit]


def _matters(
    actor: Actor, unit: Node, names: Mapping[int, str], categories: Mapping[str, int], chosen: Chosen,
    before: datetime | None,
) -> QuerySet[Matter]:  # fmt: skip
    """Work that the unit holds under one of the items: tasks, what cites its admission, cases it covers."""
    since, until = chosen.moments
    outer: dict[UUID, str] = {}
    for source in executions.sources() if categories else ():
        runs = source.runs(
            list(categories), unit.path, actor=actor, since=since, until=until, after="", limit=MOST_CASES
        )
        outer |= {run.id: source.url_name for run in runs}
    under = Q(task__item__in=list(names)) | Q(mandate__admission__item__in=list(names)) | Q(pk__in=list(outer))
    rows = Matter.objects.filter(under, unit__path__startswith=unit.path, opened_at__lt=until)
    found = _worked(rows).filter(on__gte=since, on__lt=until)
    found = found.filter(on__lte=before) if before is not None else found
    shown: QuerySet[Matter] = found.select_related("task", "mandate__admission").order_by("-on", "-number").distinct()
    return shown


def _worked(rows: QuerySet[Matter]) -> Any:
    """Those of which something came, ``on`` being when that was last said; what only waits is no work done yet."""
    said = Entry.objects.filter(matter=OuterRef("pk"), step__in=RESULTS).order_by("-seq")
    return rows.annotate(on=Subquery(said.values("taken_at")[:1])).filter(on__isnull=False)


def _of_matters(matters: QuerySet[Matter], names: Mapping[int, str], limit: int) -> list[Row]:
    found = list(matters[: limit + PAGE])
    keys = [matter.pk for matter in found]
    said = _results(keys)
    files = dict(
        Attachment.objects.filter(matter__in=keys).values_list("matter_id").annotate(n=Count("file", distinct=True))
    )
    return [_of_matter(matter, names, said.get(matter.pk), files.get(matter.pk, 0)) for matter in found]


def _results(keys: Sequence[UUID]) -> dict[UUID, Entry]:
    """The last entry of each matter that says what came of it; one query."""
    later = Entry.objects.filter(matter=OuterRef("matter"), step__in=RESULTS, seq__gt=OuterRef("seq")).exclude(note="")
    rows = Entry.objects.filter(matter__in=keys, step__in=RESULTS).exclude(note="").filter(~Exists(later))
    return {entry.matter_id: entry for entry in rows.select_related("actor")}


def _of_matter(matter: Any, names: Mapping[int, str], said: Entry | None, files: int) -> Row:
    flow = registry.flow(matter.flow)
    task = getattr(matter, "task", None)
    mandate = getattr(matter, "mandate", None)
    item = task.item_id if task is not None else None
    if item not in names and mandate is not None and mandate.admission is not None:
        item = mandate.admission.item_id
    route = "lists:task" if matter.flow == "task" else _page_of(matter)
    label = _("%(n)d 个文件") % {"n": files} if files else ""
    return Row(
        at=matter.on, number=matter.number, what=matter.title,
        item=names.get(item, "") if item is not None else "", who=said.actor.name if said else "", evidence=label,
        result=said.note if said else "", state=flow.label_of(matter.state), route=route, key=matter.number,
    )  # fmt: skip


def _page_of(matter: Matter) -> str:
    """The page of a matter of another domain; "" where none was named in the table of executions."""
    return next((source.url_name for source in executions.sources() if source.code == matter.flow), "")


def _of_lines(unit: Node, names: Mapping[int, str], chosen: Chosen, before: datetime | None, limit: int) -> list[Row]:
    until = min(chosen.until, timezone.localdate(before)) if before is not None else chosen.until
    rows = PlanLine.objects.filter(item__in=list(names), unit=unit.id, done_on__range=(chosen.since, until))
    return [
        Row(
            at=timezone.make_aware(datetime.combine(line.done_on or line.due_on, time())), number=f"P{line.pk:09}",
            what=line.title, item=names.get(line.item_id, ""), who=line.done_by.name if line.done_by else "",
            evidence=_("%(n)d 个文件") % {"n": 1} if line.file_id else "", result=line.result,
            state=_("计划已完成"), route="lists:plan_line", key=str(line.pk),
        )
        for line in rows.select_related("done_by").order_by("-done_on", "-id")[: limit + PAGE]
    ]  # fmt: skip


def _token(row: Row) -> str:
    return f"{row.at.isoformat()}~{row.number}"


def _cursor(token: str) -> tuple[datetime | None, str]:
    moment, mark, number = token.partition("~")
    try:
        return (datetime.fromisoformat(moment), number) if mark else (None, "")
    except ValueError:
        return None, ""


def _tallies(units: Sequence[Node], items: Sequence[Standing], chosen: Chosen) -> list[tuple[str, int, int]]:
    """(committee, its id, entries) of tasks and lines of the plan in the period, for all of them in two statements."""
    since, until = chosen.moments
    keys = [row.pk for row in items]
    nodes = units[:MOST_COMMITTEES]
    ids = [node.id for node in nodes]
    under = Q(task__item__in=keys) | Q(mandate__admission__item__in=keys)
    matters = Matter.objects.filter(under, unit__in=ids, opened_at__lt=until)
    matters = _worked(matters).filter(on__gte=since, on__lt=until)
    counts = dict(matters.values_list("unit_id").annotate(n=Count("id", distinct=True)))
    lines = PlanLine.objects.filter(item__in=keys, unit__in=ids, done_on__range=(chosen.since, chosen.until))
    for unit, n in lines.values_list("unit_id").annotate(n=Count("id")):
        counts[unit] = counts.get(unit, 0) + n
    found = [(node.name, node.id, counts.get(node.id, 0)) for node in nodes]
    return sorted(found, key=lambda one: -one[2])
