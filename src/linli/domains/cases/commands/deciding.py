"""The decision table as people change it: drafted from the one in force, edited row by row, put in force by another."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.cases.models import Rule, RuleTable
from linli.domains.cases.queries import categories, deciding
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org import roles
from linli.kernel.org.models import Actor, Post, Unit

RIGHT = "edit_decisions"
MOST_ROWS = 20_000
BASES = ("continuous", "working_minutes", "working_days")


class DecisionsRefused(Refused):
    """The decision table cannot be changed so; ``field`` names the input."""


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A row as somebody writes it; fields as in ``models.Rule``, units by id."""

    category: str = ""
    area: int | None = None
    lead: int | None = None
    lead_kind: str = ""
    co_units: tuple[int, ...] = field(default=())
    limit_amount: float | None = None
    limit_base: str = ""
    disposal_class: int = 0
    note: str = ""


@transaction.atomic
def draft(district_id: int, *, note: str, actor: Actor, at: datetime) -> RuleTable:
    """A new version to edit: a copy of the one in force. One draft at a time."""
    district = _district(district_id, actor=actor, at=at)
    tables = RuleTable.objects.filter(district=district)
    if tables.filter(status="draft").exists():
        raise DecisionsRefused(_("已有一份草稿，请继续编辑或先撤回。"))
    last = tables.aggregate(last=Max("no"))["last"] or 0
    table = RuleTable.objects.create(district=district, no=last + 1, note=note.strip()[:200], made_by=actor, made_at=at)
    in_force = tables.filter(status="in_force").first()
    if in_force is not None:
        rows = list(Rule.objects.filter(table=in_force).order_by("no"))
        for row in rows:
            row.pk, row.table_id = None, table.pk
        Rule.objects.bulk_create(rows)
    return table


@transaction.atomic
def set_row(table_id: int, given: GivenRow, *, no: int | None, actor: Actor, at: datetime) -> int:
    """Write row ``no`` of a draft anew, or a further one behind the last (None). Returns its number."""
    table = _drafted(table_id, actor=actor, at=at)
    checked = check(given, district=table.district)
    if no is not None:
        if not Rule.objects.filter(table=table, no=no).update(**_columns(checked)):
            raise NotFound
        return no
    number = (Rule.objects.filter(table=table).aggregate(last=Max("no"))["last"] or 0) + 1
    Rule.objects.create(table=table, no=number, **_columns(checked))
    return number


@transaction.atomic
def drop_row(table_id: int, no: int, *, actor: Actor, at: datetime) -> None:
    """Take row ``no`` out of a draft; the numbers of the others stay."""
    table = _drafted(table_id, actor=actor, at=at)
    if not Rule.objects.filter(table=table, no=no).delete()[0]:
        raise NotFound


@transaction.atomic
def replace_rows(table_id: int, rows: Sequence[GivenRow], *, actor: Actor, at: datetime) -> int:
    """The rows of a spreadsheet in place of the draft's; returns how many. All of them or none."""
    table = _drafted(table_id, actor=actor, at=at)
    if not 0 < len(rows) <= MOST_ROWS:
        raise DecisionsRefused(_("文件中没有可用的行，或超过%(most)d行。") % {"most": MOST_ROWS}, field="file")
    checked = [check(row, district=table.district) for row in rows]
    Rule.objects.filter(table=table).delete()
    Rule.objects.bulk_create(Rule(table=table, no=no, **_columns(row)) for no, row in enumerate(checked, start=1))
    return len(checked)


@transaction.atomic
def put_in_force(table_id: int, *, reason: str, actor: Actor, at: datetime) -> RuleTable:
    """The draft decides from now on, the one before is kept as replaced.

    Four eyes: who drafted it does not put it in force as long as somebody else in the district might.
    """
    table = _drafted(table_id, actor=actor, at=at)
    if not reason.strip():
        raise DecisionsRefused(_("请写明理由。"), field="reason")
    if not Rule.objects.filter(table=table).exists():
        raise DecisionsRefused(_("草稿是空的。"))
    if table.made_by_id == actor.pk and others_who_may(table, at=at):
        raise DecisionsRefused(_("起草人不能生效自己的草稿，请由另一位清单管理员复核后生效。"))
    RuleTable.objects.filter(district=table.district, status="in_force").update(status="replaced", valid_to=at)
    RuleTable.objects.filter(pk=table.pk).update(
        status="in_force", valid_from=at, put_in_force_by=actor, reason=reason.strip()[:200]
    )
    transaction.on_commit(deciding.forget)
    table.refresh_from_db()
    return table


@transaction.atomic
def withdraw(table_id: int, *, reason: str, actor: Actor, at: datetime) -> None:
    """Give a draft up; it stays as withdrawn, with the reason."""
    table = _drafted(table_id, actor=actor, at=at)
    if not reason.strip():
        raise DecisionsRefused(_("请写明理由。"), field="reason")
    RuleTable.objects.filter(pk=table.pk).update(status="withdrawn", valid_to=at, reason=reason.strip()[:200])


def others_who_may(table: RuleTable, *, at: datetime) -> bool:
    """Whether anybody but the drafter may put this table in force today."""
    day = timezone.localdate(at)
    posts = Post.objects.filter(role__in=roles.having(RIGHT), since__lte=day).exclude(actor_id=table.made_by_id)
    paths = posts.exclude(until__lte=day).values_list("over__path", flat=True)
    return any(table.district.path.startswith(path) for path in paths)


def check(given: GivenRow, *, district: Unit) -> GivenRow:
    """``given`` when it can stand in a table of ``district``. Raises DecisionsRefused naming the field."""
    if given.category and not categories.begins_any(given.category):
        raise DecisionsRefused(_("没有以%(code)s开头的分类。") % {"code": given.category}, field="category")
    for name, key in (("area", given.area), ("lead", given.lead), *(("co_units", unit) for unit in given.co_units)):
        if key is not None and not _node_path(key).startswith(district.path):
            raise DecisionsRefused(_("单位不在本区。"), field=name)
    if given.lead is None and not given.lead_kind:
        raise DecisionsRefused(_("请指定牵头单位或单位类型。"), field="lead")
    if given.lead_kind and given.lead_kind not in Unit.Kind.values:
        raise DecisionsRefused(_("没有这种单位类型：%(kind)s。") % {"kind": given.lead_kind}, field="lead_kind")
    if given.disposal_class not in (0, 1, 2, 3):
        raise DecisionsRefused(_("处置类别只有一、二、三类。"), field="disposal_class")
    _check_limit(given)
    return given


def _check_limit(given: GivenRow) -> None:
    if given.limit_amount is None:
        return
    if not 0 < given.limit_amount <= 366 * 1440:
        raise DecisionsRefused(_("时限须大于零且不超过一年。"), field="limit_amount")
    if given.limit_base not in BASES:
        raise DecisionsRefused(_("请选择时限的计时方式。"), field="limit_base")


def _columns(given: GivenRow) -> dict[str, object]:
    return {
        "category": given.category, "area_id": given.area, "lead_id": given.lead,
        "lead_kind": "" if given.lead else given.lead_kind, "co_units": list(dict.fromkeys(given.co_units)),
        "limit_amount": given.limit_amount, "limit_base": given.limit_base if given.limit_amount else "",
        "disposal_class": given.disposal_class, "note": given.note[:200],
    }  # fmt: skip


def _node_path(unit_id: int) -> str:
    try:
        return org.node_of(unit_id).path
    except NotFound:
        raise DecisionsRefused(_("没有这个单位。")) from None


def _district(district_id: int, *, actor: Actor, at: datetime) -> Unit:
    district = Unit.objects.select_for_update().filter(pk=district_id).first()
    if district is None:
        raise NotFound
    if org.holds_right(actor, RIGHT, district, at) is None:
        raise DecisionsRefused(_("只有负责本区的清单管理员可以修改决策表。"))
    return district


def _drafted(table_id: int, *, actor: Actor, at: datetime) -> RuleTable:
    table = RuleTable.objects.select_for_update(of=("self",)).select_related("district").filter(pk=table_id).first()
    if table is None:
        raise NotFound
    if table.status != "draft":
        raise DecisionsRefused(_("生效的版本不能修改，请另起草稿。"))
    _district(table.district_id, actor=actor, at=at)
    return table
