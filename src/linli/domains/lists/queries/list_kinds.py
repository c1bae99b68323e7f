"""The kinds of lists as a table: whose work each holds, what follows from standing on it, how many lists there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from linli.domains.lists.queries.amendments import districts_kept, keeps_all
from linli.domains.lists.queries.reach import ListNotFound
from linli.domains.lists.queries.rows import COLUMNS
from linli.domains.lists.queries.sureness import sureness
from linli.kernel.catalog.models import ListKind, WorkList
from linli.kernel.org.models import Actor


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. ``why_not``: why who looks may not change it, "" when they may; ``is_shared``: as others use it."""

    code: str
    name: str
    prefix: str
    bearer: str
    is_binding: bool
    is_public: bool
    approval_steps: int
    columns: tuple[str, ...]
    labels: tuple[str, ...]
    position: int
    note: str
    source: str
    sureness: str
    lists: int
    why_not: str
    is_shared: bool


def kinds(actor: Actor) -> list[Kind]:
    """All kinds in their order; a handful of SQL statements."""
    counts = dict(WorkList.objects.values_list("kind").annotate(n=Count("id")))
    strange = _kept_elsewhere(actor)
    rows = ListKind.objects.order_by("position", "code")
    return [_kind(row, counts.get(row.pk, 0), strange) for row in rows]


def get_kind(code: str, *, actor: Actor) -> Kind:
    """One kind. Raises ListNotFound."""
    found = next((kind for kind in kinds(actor) if kind.code == code), None)
    if found is None:
        raise ListNotFound
    return found


def _kind(row: ListKind, lists: int, strange: Sequence[str] | None) -> Kind:
    return Kind(
        row.code, row.name, row.prefix, str(row.get_bearer_display()), row.is_binding, row.is_public,
        row.approval_steps, tuple(row.columns), tuple(str(COLUMNS.get(name, name)) for name in row.columns),
        row.position, row.note, row.source, sureness(row.confidence), lists, _why_not(row, strange),
        strange is not None and row.code in strange,
    )  # fmt: skip


def _why_not(row: ListKind, strange: Sequence[str] | None) -> str:
    if strange is None:
        return _("清单种类由区清单管理员维护。")
    return _("这一种类各区共用，须由各区共同的清单管理员修改。") if row.code in strange else ""


def _kept_elsewhere(actor: Actor) -> list[str] | None:
    """Codes of kinds that have lists where ``actor`` keeps none, and of those without lists, which every district may
    yet use, unless ``actor`` keeps all; None for who keeps no district's lists.
    """
    kept = districts_kept(actor)
    if not kept:
        return None
    rows = list(WorkList.objects.values_list("kind", "unit__path").distinct())
    strange = {kind for kind, path in rows if not any(path.startswith(unit.path) for unit in kept)}
    if not keeps_all(actor):
        strange |= set(ListKind.objects.exclude(pk__in={kind for kind, _path in rows}).values_list("pk", flat=True))
    return sorted(strange)


def why_not(row: ListKind, actor: Actor) -> str:
    """Why ``actor`` may not change this kind; "" when they may."""
    return _why_not(row, _kept_elsewhere(actor))


def column_choices() -> list[tuple[str, str]]:
    return [(code, str(label)) for code, label in COLUMNS.items()]
