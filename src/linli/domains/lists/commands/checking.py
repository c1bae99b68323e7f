"""The check-up of lists: run over an area, findings kept open until they are gone or set aside, and put right."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from linli.domains.lists.models import CheckRun, Finding
from linli.domains.lists.queries import check_rules
from linli.domains.lists.queries.check_rules import RULES, Found
from linli.domains.lists.queries.executions import SHANGHAI
from linli.domains.lists.queries.reach import may
from linli.kernel.errors import Refused
from linli.kernel.org.models import Actor, Unit

RIGHT = "check_lists"
TASK = "lists.carry_out_check"
RUNNING_AT_MOST = timedelta(minutes=10)
"""A run older than that, not ended, was broken off."""
LONGEST_ASIDE = timedelta(days=366)


class CheckRefused(Refused):
    """The check-up or what is to be done about a finding is refused."""


def check_up(unit: Unit, *, at: datetime, actor: Actor | None = None) -> CheckRun:
    """Check every item of the lists of ``unit`` and below against all rules; each rule is its own transaction.

    actor  who asked for it; None by night
    A run that is under way is not begun again. Raises CheckRefused.
    """
    return carry_out(begin_check(unit, at=at, actor=actor), at=at)


@transaction.atomic
def begin_check(unit: Unit, *, at: datetime, actor: Actor | None = None) -> CheckRun:
    """Note that a run begins; the one under way when there is one. Raises CheckRefused."""
    if actor is not None and not may(actor, RIGHT, unit):
        raise CheckRefused(_("您的岗位不能对%(unit)s的清单体检。") % {"unit": unit.name})
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    under_way = CheckRun.objects.filter(unit=unit, ended_at=None, begun_at__gt=at - RUNNING_AT_MOST).first()
    if under_way is not None:
        return under_way
    items = check_rules.checked_items(unit.path, at=at)
    return CheckRun.objects.create(unit=unit, begun_at=at, items=items, actor=actor)


def carry_out(run: CheckRun, *, at: datetime) -> CheckRun:
    """Go through the rules that the run has not checked yet, so that one broken off goes on where it was."""
    if run.ended_at is not None:
        return run
    for rule in RULES[run.checked :]:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("set local statement_timeout = '60s'")
            found = check_rules.found_by(rule, run.unit.path, at=at)
            _keep(run.unit, rule, found, at=at)
            run.checked += 1
            run.found += len(found)
            run.counts = run.counts | {rule: len(found)}
            run.save(update_fields=["checked", "found", "counts"])
    run.ended_at = at
    run.save(update_fields=["ended_at"])
    return run


def carry_out_run(run_id: int, *, at: datetime) -> CheckRun:
    """As ``carry_out``, by the id of the run; for the worker."""
    return carry_out(CheckRun.objects.select_related("unit").get(pk=run_id), at=at)


def go_on_later(run: CheckRun) -> None:
    """Leave the rest of a run to the worker."""
    app.configure_task(TASK, queue="lists").defer(run_id=run.pk)


KEEP = """
with found as (select * from unnest(%(items)s::bigint[], %(others)s::bigint[], %(details)s::text[])
               as f(item_id, other_id, detail)),
seen as (
  update lists_finding x set seen_at = %(at)s, detail = f.detail from found f
  where x.item_id = f.item_id and x.rule = %(rule)s and x.other_id is not distinct from f.other_id and x.gone_at is null
  returning x.id),
gone as (
  update lists_finding x set gone_at = %(at)s from catalog_worklist l join org_unit u on u.id = l.unit_id
  where x.rule = %(rule)s and x.gone_at is null and x.worklist_id = l.id and starts_with(u.path, %(path)s)
    and not exists (select 1 from found f where f.item_id = x.item_id and f.other_id is not distinct from x.other_id)
  returning x.id)
insert into lists_finding (item_id, worklist_id, rule, other_id, detail, found_at, seen_at, aside_because)
select f.item_id, i.worklist_id, %(rule)s, f.other_id, f.detail, %(at)s, %(at)s, ''
from found f join catalog_workitem i on i.id = f.item_id
where not exists (select 1 from lists_finding x where x.item_id = f.item_id and x.rule = %(rule)s
                  and x.other_id is not distinct from f.other_id and x.gone_at is null)
"""


def _keep(unit: Unit, rule: str, found: Sequence[Found], *, at: datetime) -> None:
    """What is found again stays open, what is new is opened, what is no longer found is gone. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP,
            {
                "items": [one.item_id for one in found], "others": [one.other_id for one in found],
                "details": [one.detail for one in found], "rule": rule, "at": at, "path": unit.path,
            },
        )  # fmt: skip


@transaction.atomic
def set_aside(finding: Finding, *, reason: str, until: date | None, actor: Actor, at: datetime) -> None:
    """It is known and left so for now: out of the counts until ``until`` (a year at most). Raises CheckRefused."""
    today = at.astimezone(SHANGHAI).date()
    held = _held(finding, actor)
    if not reason.strip():
        raise CheckRefused(_("请写明搁置的理由。"), field="reason")
    if until is None or not today < until <= today + LONGEST_ASIDE:
        raise CheckRefused(_("请填写搁置到哪一天，最长一年。"), field="until")
    held.aside_because, held.aside_by, held.aside_until = reason.strip()[:200], actor, until
    held.save(update_fields=["aside_because", "aside_by", "aside_until"])


@transaction.atomic
def take_back_aside(finding: Finding, *, actor: Actor) -> None:
    """It counts again."""
    held = _held(finding, actor)
    held.aside_because, held.aside_by, held.aside_until = "", None, None
    held.save(update_fields=["aside_because", "aside_by", "aside_until"])


def _held(finding: Finding, actor: Actor) -> Finding:
    held = Finding.objects.select_for_update(of=("self",)).select_related("worklist__unit").get(pk=finding.pk)
    if not may(actor, RIGHT, held.worklist.unit):
        raise CheckRefused(_("您的岗位不能处理这条体检结果。"))
    if held.gone_at is not None:
        raise CheckRefused(_("这条体检结果已经消除。"))
    return held
