"""How the demonstration's items are carried out: plans of three years, two closed, money, check-ups, honours."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from linli.config.demo.territory import CAST_STREETS, District
from linli.domains.lists.commands import archiving, checking, executing, mending, noting, planning
from linli.domains.lists.commands.archiving import Awarded
from linli.domains.lists.models import CheckRun, Finding, PlanLine, Standing
from linli.kernel.catalog.models import WorkItem
from linli.kernel.ledger import commands as ledger
from linli.kernel.ledger.models import Account
from linli.kernel.org.models import Actor, Post, Unit

RESULTS = ("已按计划完成", "完成，资料已归档", "完成，问题已交办", "完成，情况已通报")
LATE = "因人手不足延后完成"
HONOURS = (
    (2024, "市容环境示范街道", "市绿化市容局"), (2025, "平安建设先进集体", "区委政法委"),
    (2025, "居民自治金项目优秀案例", "区民政局"),
)  # fmt: skip
NOTES = ("请在月底前明确施工时间并公示。", "现场看过，进度基本符合计划，注意夜间施工扰民。")
KEPT_IN_MIND = "机构调整中，方案确定后一并明确牵头单位。"
MONEY = 24
"""Items that get an account of their own."""


@dataclass(frozen=True, slots=True)
class _Stage:
    street: Unit
    keeper: Actor
    chance: random.Random
    at: datetime


def fill(district: District, chance: random.Random, at: datetime) -> int:
    """Let the lists of the street with the cast live; what is there stays. Returns how many lines were planned."""
    street = next(unit for unit in district.streets if unit.code == CAST_STREETS[district.plan.code])
    keeper = _holder(street, "list_keeper")
    committee = district.committees[street.pk][0]
    head = _holder(committee, "committee_head")
    planned = _plan_committee(committee, head, chance, at) if head else 0
    if keeper is None or not Standing.objects.filter(unit=street).exists():
        return planned
    stage = _Stage(street, keeper, chance, at)
    if PlanLine.objects.filter(plan_of=street).exists():
        return planned
    today = timezone.localdate(at)
    for year in (today.year - 2, today.year - 1, today.year):
        planned += _work_year(stage, year, today)
    _book_money(stage, today.year)
    _watch(stage)
    _check(stage)
    for year, title, awarded_by in HONOURS:
        archiving.register_honour(street, Awarded(year, title, awarded_by), actor=keeper, at=at)
    executing.count_executions(street, year=today.year, at=at)
    return planned


def _holder(unit: Unit, role: str) -> Actor | None:
    """Whoever holds ``role`` for ``unit``: of several the first appointed."""
    post = Post.objects.filter(role=role, over=unit).select_related("actor").order_by("id").first()
    return post.actor if post else None


def _plan_committee(committee: Unit, head: Actor, chance: random.Random, at: datetime) -> int:
    year = timezone.localdate(at).year
    if PlanLine.objects.filter(plan_of=committee).exists():
        return 0
    drafted = planning.draft_plan(committee, year, actor=head, at=at, begins=date(year, 1, 1))
    _finish(committee, year, head, chance, at, share=0.93)
    return drafted.lines


def _work_year(stage: _Stage, year: int, today: date) -> int:
    """Draft a year, do most of it in time and some of it late, and close it when it is over."""
    drafted = planning.draft_plan(stage.street, year, actor=stage.keeper, at=stage.at, begins=date(year, 1, 1))
    share = 0.97 - 0.03 * (today.year - year)
    _finish(stage.street, year, stage.keeper, stage.chance, stage.at, share=share)
    if year < today.year:
        archiving.close_year(
            stage.street, year, reason=f"{year}年度总结，经主任办公会审定(演示)", actor=stage.keeper, at=stage.at
        )
    return drafted.lines


def _finish(unit: Unit, year: int, actor: Actor, chance: random.Random, at: datetime, *, share: float) -> None:
    today = timezone.localdate(at)
    lines = PlanLine.objects.filter(plan_of=unit, year=year, due_on__lt=today, done_on=None)
    groups: dict[str, dict[int, date]] = {}
    for key, due in lines.order_by("pk").values_list("pk", "due_on"):
        luck = chance.random()
        if luck < share:
            groups.setdefault(chance.choice(RESULTS), {})[key] = due - timedelta(days=chance.randrange(6))
        elif luck < share + 0.02:
            groups.setdefault(LATE, {})[key] = due + timedelta(days=chance.randrange(2, 20))
    for result, done in groups.items():
        planning.finish_lines(done, result=result, actor=actor, at=at)


def _book_money(stage: _Stage, year: int) -> None:
    """Accounts for the dearest items: allotted at the beginning of the year, spent since."""
    rows = Standing.objects.filter(unit=stage.street, budget_fen__gt=0).order_by("-is_key", "-budget_fen", "code")
    for row in rows[:MONEY]:
        spent = round(row.budget_fen * stage.chance.choice((0.15, 0.6, 0.75, 0.85, 0.9, 1.0)) / 100) * 100
        _book(stage, row, year, spent)


def _book(stage: _Stage, row: Standing, year: int, spent_fen: int) -> None:
    source = _account(stage, year, f"{stage.street.code}-{year}-source", f"{year}年度预算", "source", "")
    held = _account(stage, year, f"{row.code}-{year}-held", row.title, "held", row.code)
    spent = _account(stage, year, f"{row.code}-{year}-spent", row.title, "spent", row.code)
    steps = (
        ("allocate", {source: -row.budget_fen, held: row.budget_fen}, "年初预算下达"),
        ("spend", {held: -spent_fen, spent: spent_fen}, "按进度支付"),
    )
    for kind, lines, text in steps:
        if spent_fen or kind == "allocate":
            key = uuid5(NAMESPACE_URL, f"linli/demo/{row.code}/{year}/{kind}")
            ledger.book(key, kind, lines, text=text, actor=stage.keeper, at=stage.at)


def _account(stage: _Stage, year: int, code: str, name: str, kind: str, purpose: str) -> Account:
    return ledger.open_account(
        code, name=name, unit=stage.street, kind=kind, year=year, actor=stage.keeper, at=stage.at, purpose=purpose
    )


def _watch(stage: _Stage) -> None:
    supervisor = _holder(stage.street, "supervisor") or stage.keeper
    keys = Standing.objects.filter(unit=stage.street, is_key=True).order_by("code").values_list("pk", flat=True)
    items = WorkItem.objects.select_related("worklist__unit").filter(pk__in=list(keys[:2])).order_by("pk")
    for item, text in zip(items, NOTES, strict=False):
        noting.note_key_project(item, text, actor=supervisor, at=stage.at - timedelta(days=3))


def _check(stage: _Stage) -> None:
    """Check-ups of three weeks, one finding set aside, one put into a change that waits to be submitted."""
    for days in (14, 7, 0):
        if not CheckRun.objects.filter(unit=stage.street, begun_at=stage.at - timedelta(days=days)).exists():
            checking.check_up(stage.street, at=stage.at - timedelta(days=days))
    ownerless = list(_open(stage, "no_owner"))
    if len(ownerless) > 1:
        until = timezone.localdate(stage.at) + timedelta(days=60)
        checking.set_aside(ownerless[0], reason=KEPT_IN_MIND, until=until, actor=stage.keeper, at=stage.at)
        mending.mend(ownerless[1], actor=stage.keeper, at=stage.at)


def _open(stage: _Stage, rule: str) -> Iterator[Finding]:
    found: Sequence[Finding] = list(
        Finding.objects.filter(worklist__unit=stage.street, rule=rule, gone_at=None).order_by("item__code")[:2]
    )
    yield from found
