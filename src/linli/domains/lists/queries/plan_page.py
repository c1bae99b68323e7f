"""What an address of the plan asks for, and the plan as a sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from linli.domains.lists.queries import plan, standpoint
from linli.domains.lists.queries.plan import Narrow
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.scope import Held
from linli.kernel.text.numbers import whole

FIRST_YEAR, LAST_YEAR = 2020, 2099
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    """An address of the plan as read. ``view`` as asked for; ``unit`` whose plan it is."""

    unit: Unit
    view: str
    narrow: Narrow
    with_committees: bool

    @property
    def unit_key(self) -> str:
        return str(self.unit.pk)

    def moved(self, by: int) -> dict[str, int]:
        """Year and month ``by`` months on; without a month, that many years."""
        year, month = self.narrow.year, self.narrow.month
        if month is None:
            return {"year": year + by}
        number = year * 12 + month - 1 + by
        return {"year": number // 12, "month": number % 12 + 1}


def read(given: Mapping[str, Sequence[str]], *, actor: Actor, post: Held | None, today: date) -> Asked:
    """The address in parts; what it says wrongly is left out. Raises ListNotFound for somebody else's unit."""

    def one(name: str) -> str:
        return next(iter(given.get(name, [""])), "")[:60]

    unit = standpoint.get_unit(one("unit"), actor, post)
    year = whole(one("year")) or today.year
    month = whole(one("month"))
    view = one("view")
    with_committees = one("below") == "1"
    narrow = Narrow(
        plans=_plans(unit, with_committees), year=year if FIRST_YEAR <= year <= LAST_YEAR else today.year, today=today,
        actor=actor.pk, mine=tuple(held.unit_id for held in org.posts_of(actor)),
        month=month if month and 1 <= month <= 12 else None, day=_day(one("day")), kind=one("kind"),
        heading=one("heading") if "heading" in given else None, unit=whole(one("doer")),
        only=frozenset(given.get("only", [])) & frozenset(plan.ONLY), find=one("q"),
    )  # fmt: skip
    if view == "month" and narrow.month is None:
        narrow = replace(narrow, month=today.month)
    return Asked(unit, view, narrow, with_committees)


def _plans(unit: Unit, with_committees: bool) -> tuple[int, ...]:
    """Whose plans a view of ``unit`` shows: its own; of a district those of its streets and departments too."""
    below = directory().tree.below(unit.path)
    inner = {"district": ("district", "department", "street")}.get(unit.kind, (unit.kind,))
    kinds = {*inner, "committee", "village"} if with_committees else set(inner)
    return (unit.pk, *(node.id for node in below if node.id != unit.pk and node.kind in kinds))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def sheet(narrow: Narrow) -> bytes:
    """The lines asked for as a workbook, at most ``MOST_ROWS``."""
    heads = [
        _("编号"), _("做什么"), _("期限"), _("责任单位"), _("责任人"), _("所属计划"), _("重点项目"), _("节点"),
        _("状态"), _("完成日期"), _("结果"),
    ]  # fmt: skip
    rows = (
        [
            line.code, line.title, line.due_on.isoformat(), line.unit, line.person, line.plan_of,
            _("是") if line.is_key else "", _("是") if line.is_milestone else "", line.state,
            line.done_on.isoformat() if line.done_on else "", line.result or line.dropped,
        ]
        for line in plan.lines(narrow, limit=MOST_ROWS).rows
    )  # fmt: skip
    return write_rows(heads, rows, kind="xlsx", title=_("工作计划"))
