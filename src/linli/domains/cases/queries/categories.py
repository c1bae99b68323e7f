"""Categories of cases: items of the national matters list, what they suggest, and how long each stage may take."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from django.utils.translation import get_language

from linli.domains.cases.flow import CASE
from linli.domains.cases.models import Case
from linli.domains.cases.queries import deciding
from linli.kernel.calendar.working_time import Base
from linli.kernel.catalog import queries as catalog
from linli.kernel.catalog.entries import Entry as Item
from linli.kernel.catalog.limits import Limit as Found
from linli.kernel.flow.definition import Limit
from linli.kernel.flow.models import Matter
from linli.kernel.org.directory import directory

if TYPE_CHECKING:
    from linli.domains.cases.queries.placing import Placed

LIST = "matters"
STANDARD = "GB/T 47678.5-2026"
SUGGESTED_AT_MOST = 3


def item(code: str) -> Item | None:
    """The matter with this code, in force today, or None."""
    return catalog.item(LIST, code)


def begins_any(beginning: str) -> bool:
    """Whether any matter or class in force has a code that begins so."""
    return any(entry.code.startswith(beginning) for entry in catalog.items(LIST))


def is_known(code: str) -> bool:
    return item(code) is not None


def suggested_for(text: str) -> tuple[str, ...]:
    """The three most likely codes, best first. A person decides."""
    return tuple(s.code for s in catalog.suggest(text, n=SUGGESTED_AT_MOST))


def stage_limit(stage: str, code: str, placed: "Placed", emergency: int, *, at: datetime) -> Limit | None:
    """The listed limit of ``stage``; None where the flow's default holds."""
    return _listed(stage, code, "", emergency, chain=directory().unit(placed.unit_id).chain, at=at)


def handle_limit(case: Case, matter: Matter, *, at: datetime) -> Limit | None:
    return limit_of(case, matter, "handle", at=at)


def limit_of(case: Case, matter: Matter, kind: str, *, at: datetime | None = None) -> Limit | None:
    """What the lists say about clock ``kind`` of ``case``: the decision table's row, else the time limits."""
    where = matter.area.unit_id if matter.area else matter.home_id
    if kind == "handle" and not case.emergency and (decided := _decided(case.category, where)):
        return decided
    chain = directory().unit(where).chain
    return _listed(kind, case.category, case.condition, case.emergency, chain=chain, at=at or matter.opened_at)


def _decided(code: str, unit_id: int) -> Limit | None:
    """The limit that the deciding row of the decision table gives; an emergency level goes by the list instead."""
    row = deciding.decide(code, unit_id=unit_id)
    if row.limit_amount is None:
        return None
    usual = CASE.clocks["handle"]
    return Limit(row.limit_amount, cast(Base, row.limit_base), usual.shares, usual.escalates_by, row.why)


def _listed(
    stage: str, code: str, condition: str, emergency: int, *, chain: tuple[int, ...], at: datetime
) -> Limit | None:
    level = str(emergency) if emergency else ""
    found = catalog.limit_for(code, condition, chain, at, stage, emergency=level)
    if found is None:
        return None
    usual = CASE.clocks[stage]
    why = _explained(found, catalog.revision(), get_language())
    return Limit(found.amount, found.base, usual.shares, usual.escalates_by, why)


@lru_cache(maxsize=4096)
def _explained(found: Found, _revision: int, _language: str | None) -> str:
    """Why a limit holds: few limits, many reports, and the words take longer than the choice."""
    return catalog.explain(found)
