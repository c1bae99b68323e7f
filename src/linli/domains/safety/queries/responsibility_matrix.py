"""The matrix: objects × five responsibilities with their holders; blanks are counted and listed (000-49)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import Responsibility
from linli.domains.safety.queries import site_register
from linli.domains.safety.queries.responsibility_holders import KINDS, Holder, holders_of
from linli.domains.safety.queries.site_register import FIVE, Narrow
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.org.models import Actor
from linli.kernel.registry.models import Site

PAGE = 40
MOST_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Line:
    """An object and its five."""

    code: str
    name: str
    kind: str
    unit: str
    is_crowded: bool
    holders: tuple[Holder, ...]
    blanks: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """``filled``: per kind (label, held, of how many)."""

    rows: Sequence[Line]
    after: str
    before: str
    objects: int
    blanks: int
    filled: tuple[tuple[str, int, int], ...]


def labels() -> list[str]:
    return [str(Responsibility.Kind(kind).label) for kind in KINDS]


def matrix(actor: Actor, narrow: Narrow, *, at: datetime, after: str = "", before: str = "") -> Matrix:
    """One page with the counts of everything asked for."""
    watched = _watched(actor, narrow, at=at)
    objects = watched.count()
    held = _held_by_kind(watched, at=at)
    filled = tuple((label, held.get(kind, 0), objects) for kind, label in zip(KINDS, labels(), strict=True))
    sites = watched.select_related("kind", "unit", "safety")
    if before:
        found = list(sites.filter(code__lt=before).order_by("-code")[: PAGE + 1])
        more, found = len(found) > PAGE, found[:PAGE][::-1]
        newer, older = (found[0].code if more and found else ""), (found[-1].code if found else "")
    else:
        found = list((sites.filter(code__gt=after) if after else sites).order_by("code")[: PAGE + 1])
        more, found = len(found) > PAGE, found[:PAGE]
        newer, older = (found[0].code if after and found else ""), (found[-1].code if more else "")
    return Matrix(lines(found, at=at), older, newer, objects, objects * FIVE - sum(held.values()), filled)


def _watched(actor: Actor, narrow: Narrow, *, at: datetime) -> QuerySet[Site]:
    return site_register.matching(actor, replace(narrow), at=at).filter(safety__isnull=False)


def _held_by_kind(watched: QuerySet[Site], *, at: datetime) -> dict[str, int]:
    rows = site_register.held_set(timezone.localdate(at)).filter(object__site__in=watched.order_by().values("pk"))
    return dict(rows.values_list("kind").annotate(n=Count("pk")))


def lines(sites: Sequence[Site], *, at: datetime) -> list[Line]:
    """Three queries however many."""
    holders = holders_of([site.pk for site in sites], on=timezone.localdate(at))
    return [
        Line(
            site.code, site.name, site.kind.name, site.unit.name, site.safety.is_crowded,
            tuple(holders[site.pk].values()), sum(one.is_blank for one in holders[site.pk].values()),
        )
        for site in sites
    ]  # fmt: skip


def as_sheet(actor: Actor, narrow: Narrow, *, at: datetime) -> bytes:
    """The matrix as XLSX; outside holders masked."""
    sites = list(_watched(actor, narrow, at=at).select_related("kind", "unit", "safety").order_by("code")[:MOST_ROWS])
    heads = [_("编号"), _("名称"), _("类别"), _("所在单位"), _("人员密集"), *labels(), _("空缺数")]
    rows = (
        [line.code, line.name, line.kind, line.unit, _("是") if line.is_crowded else "",
         *(holder.words or _("空缺") for holder in line.holders), line.blanks]
        for line in lines(sites, at=at)
    )  # fmt: skip
    return write_rows(heads, rows, kind="xlsx", title=_("责任矩阵"))
