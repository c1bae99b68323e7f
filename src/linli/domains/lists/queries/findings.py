"""What the check-up found, as a page lists it: by rule and list, with counts, and the trend of runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.lists.models import CheckRun, Finding, Standing
from linli.domains.lists.queries.check_rules import RULES
from linli.domains.lists.queries.reach import ListNotFound, may
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.scope import below

PAGE = 50
RUNS = 12
RIGHT = "check_lists"

WHY: Mapping[str, str | Promise] = {
    "no_owner": _("没有写明由谁牵头（街道清单要落到内设机构），任务派不下去。"),
    "no_basis": _("没有关联任何依据文件，说不清为什么要做。"),
    "basis_expired": _("所依据的文件已失效或被替代，应更换依据或退出清单。"),
    "never_done": _("上清单满一年，没有一次执行记录。"),
    "always_late": _("近一年到期的执行大多逾期，时限或力量需要调整。"),
    "double": _("与另一事项内容相近，可考虑合并。"),
    "over_long": _("名称、内容或指引过长，不便查阅和执行。"),
    "sunset": _("已到期限，应评估后续期或退出。"),
    "prohibited": _("属于不得交给这一层级承担的职责，应当退出。"),
    "unlinked": _("职责没有对应的工作事项，或事项没有对应的职责。"),
}
"""What each rule means, for whoever is to put it right."""

DETAILS: Mapping[str, str | Promise] = {
    "title": _("名称%(n)s字"), "content": _("内容%(n)s字"), "steps": _("指引%(n)s步"), "step": _("单步指引%(n)s字"),
}  # fmt: skip


_ORDER = ("prohibited", "sunset", "basis_expired", "no_owner", "no_basis", "always_late", "never_done", "double",
          "over_long", "unlinked")  # fmt: skip
GRAVITY = Case(*(When(rule=rule, then=n) for n, rule in enumerate(_ORDER)), default=99, output_field=IntegerField())
"""The gravest first."""


@dataclass(frozen=True, slots=True)
class Line:
    """One finding as listed."""

    id: int
    code: str
    title: str
    rule: str
    rule_label: str
    detail: str
    other: str
    list_name: str
    found_at: datetime
    aside: str
    aside_until: date | None
    proposal: str
    may_mend: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the findings is wanted. ``aside``: those set aside instead of the open ones."""

    unit: Unit
    today: date
    rule: str = ""
    kind: str = ""
    find: str = ""
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Line]
    after: str = ""
    total: int = 0


def _of(unit: Unit) -> QuerySet[Finding]:
    return Finding.objects.filter(below([unit.path], path="worklist__unit__path"), gone_at=None)


def _still_aside(today: date) -> Q:
    return Q(aside_until__gt=today)


def _narrowed(asked: Asked) -> QuerySet[Finding]:
    rows = _of(asked.unit).filter(_still_aside(asked.today) if asked.aside else ~_still_aside(asked.today))
    if asked.kind:
        rows = rows.filter(worklist__kind=asked.kind)
    if asked.find:
        rows = rows.filter(Q(item__standing__title__contains=asked.find) | Q(item__code__startswith=asked.find))
    return rows


def listed(asked: Asked, *, actor: Actor, after: str = "") -> Page:
    """Findings by gravity and number, the next page after the one ``after`` names. Three SQL statements."""
    rows = _narrowed(asked)
    if asked.rule:
        rows = rows.filter(rule=asked.rule)
    total = rows.count()
    rows = rows.annotate(gravity=GRAVITY)
    gravity, code, key = (*after.split(","), "", "", "")[:3]
    if gravity.isdigit() and key.isdigit():
        later = Q(item__code__gt=code) | Q(item__code=code, pk__gt=int(key))
        rows = rows.filter(Q(gravity__gt=int(gravity)) | Q(gravity=int(gravity)) & later)
    page = list(
        rows.select_related("item__standing", "worklist__unit", "worklist__kind", "other__standing", "proposal__matter")
        .order_by("gravity", "item__code", "pk")[: PAGE + 1]
    )  # fmt: skip
    shown = page[:PAGE]
    last = shown[-1] if len(page) > PAGE else None
    may_mend = {unit: may(actor, "edit_lists", unit) for unit in {row.worklist.unit for row in shown}}
    return Page(
        [_line(row, may_mend[row.worklist.unit]) for row in shown],
        f"{last.gravity},{last.item.code},{last.pk}" if last else "",
        total,
    )


def _line(row: Finding, may_mend: bool) -> Line:
    other = row.other.standing if row.other else None
    return Line(
        row.pk, row.item.code, row.item.standing.title, row.rule, str(row.get_rule_display()),
        detail_of(row.rule, row.detail), f"{other.code} {other.title}" if other else "", row.worklist.name,
        row.found_at, row.aside_because, row.aside_until, row.proposal.matter.number if row.proposal else "", may_mend,
    )  # fmt: skip


def detail_of(rule: str, detail: str) -> str:
    """What a rule noted, in words."""
    if rule == "over_long":
        parts = (part.partition(" ") for part in detail.split("；"))
        return "；".join(str(DETAILS[name]) % {"n": n} for name, _space, n in parts if name in DETAILS)
    if rule == "always_late":
        return str(_("近一年 %(detail)s 次逾期")) % {"detail": detail}
    return detail


def counts(asked: Asked) -> dict[str, int]:
    """Rule → findings, all rules, none left out."""
    found = dict(_narrowed(asked).values_list("rule").annotate(n=Count("pk")).order_by())
    return {rule: found.get(rule, 0) for rule in RULES}


def kinds(unit: Unit) -> list[tuple[str, str, int]]:
    """Kinds of lists with something found."""
    rows = _of(unit).values_list("worklist__kind", "worklist__kind__name").annotate(n=Count("pk"))
    return list(rows.order_by("worklist__kind__position"))


def label_of(rule: str) -> str:
    return str(Finding.Rule(rule).label)


def runs(unit: Unit) -> list[CheckRun]:
    """The last runs of ``unit``, newest first."""
    return list(CheckRun.objects.filter(unit=unit).select_related("actor").order_by("-begun_at", "-pk")[:RUNS])


def trend(past: Sequence[CheckRun]) -> dict[str, Any]:
    """The last runs as a chart: found by rule."""
    ended = [run for run in reversed(past) if run.ended_at]
    rules = [rule for rule in RULES if any(run.counts.get(rule) for run in ended)]
    return {
        "kind": "stack", "unit": str(_("条")), "labels": [run.begun_at.strftime("%m-%d") for run in ended],
        "series": [{"name": label_of(rule), "values": [run.counts.get(rule, 0) for run in ended]} for rule in rules],
    }  # fmt: skip


def get_finding(key: int, *, actor: Actor) -> Finding:
    """The finding, for whoever may check its list. Raises ListNotFound."""
    row = Finding.objects.select_related("item__standing", "worklist__unit", "other__standing").filter(pk=key).first()
    if row is None or not may(actor, RIGHT, row.worklist.unit):
        raise ListNotFound
    return row


def open_of_item(item: int, today: date) -> list[tuple[str, str]]:
    """(label, why) of what the last check-up found at one item."""
    rows = Finding.objects.filter(~_still_aside(today), item=item, gone_at=None).values_list("rule", flat=True)
    return [(label_of(rule), str(WHY[rule])) for rule in rows]


def healthy_share(unit: Unit, today: date) -> float | None:
    """Share of items of the area without any open finding, 0.0-1.0; None without items."""
    items = Standing.objects.filter(below([unit.path], path="unit__path"), wording__isnull=False).count()
    ill = _narrowed(Asked(unit, today)).values("item").distinct().count()
    return 1 - ill / items if items else None
