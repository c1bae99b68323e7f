"""Duties set, changed from a day on, and ended."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, ForeignObjectRel, Model, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.duties import eligibility, overlaps, rules
from linli.kernel.duties.commands.making import DAYS_AHEAD, make_ahead, windows
from linli.kernel.duties.eligibility import PlanRefused
from linli.kernel.duties.kinds import BY_CODE, WANTS
from linli.kernel.duties.models import Duty, DutyChange, Occurrence
from linli.kernel.errors import NotFound
from linli.kernel.org import roles
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean, personal_data_in

MOST_GRACE = 30 * 1440
_KEPT = ("title", "holder_id", "role", "rule", "starts_on", "ends_on", "opens", "closes", "grace_minutes", "wants",
         "working_days_only", "why")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A duty as planned. ``grace_minutes`` and ``wants``: None takes what is usual for the kind.

    unit  who answers for it; ``over`` in whose territory, None: the same; ``holder`` or, for anybody there, ``role``
    ends_on  the first day without it
    """

    kind: str
    title: str
    unit: Unit
    rule: str
    starts_on: date
    opens: time
    closes: time
    over: Unit | None = None
    holder: Actor | None = None
    role: str = ""
    ends_on: date | None = None
    grace_minutes: int | None = None
    wants: Sequence[str] | None = None
    working_days_only: bool = False
    why: str = ""


@transaction.atomic
def set_duty(draft: Draft, *, actor: Actor, at: datetime, key: UUID | None = None, knowing: bool = False) -> Duty:
    """Set a duty and make its first occurrences; with a ``key`` known already the duty set with it is given back.

    knowing  the holder's overlaps have been seen and are meant

    Raises PlanRefused, RuleRefused, OverlapRefused.
    """
    if key and (known := Duty.objects.filter(pk=key).first()):
        if known.made_by_id != actor.pk:
            raise PlanRefused(_("这个编号已用于别的记录。"))
        return known
    eligibility.require_planner(actor, draft.kind, draft.unit, at=at)
    if draft.starts_on < timezone.localdate(at):
        raise PlanRefused(_("不能从过去的日子开始。"), field="starts_on")
    duty = _checked(draft, actor=actor, at=at)
    duty.pk = key or new_key()
    _warn(duty, knowing=knowing)
    duty.save(force_insert=True)
    make_ahead(at=at, only=[duty.pk])
    return duty


@transaction.atomic
def change(
    duty_id: UUID, draft: Draft, *, from_on: date, reason: str, actor: Actor, at: datetime, knowing: bool = False
) -> Duty:
    """From ``from_on`` the duty goes on as in ``draft``; what lies before stays, what was made ahead is made anew.

    The kind and the unit stay; intervals are counted anew from ``from_on``. An occurrence of a later day that
    something already refers to (a substitution, a patrol begun) is excused with the reason instead.

    Raises NotFound, PlanRefused, RuleRefused, OverlapRefused.
    """
    duty = _own(duty_id, actor, at)
    today = timezone.localdate(at)
    if not today < from_on <= today + timedelta(days=DAYS_AHEAD):
        raise PlanRefused(
            _("变更从明天起的%(days)d天之内开始。") % {"days": DAYS_AHEAD}, field="from_on"
        )  # fmt: skip
    why = _reason(reason)
    draft = replace(draft, kind=duty.kind, unit=duty.unit, starts_on=from_on)
    new, before = _checked(draft, actor=actor, at=at), _kept(duty)
    make_ahead(at=at, only=[duty.pk])
    _take_back(duty, from_on=from_on, reason=why)
    _warn(new, knowing=knowing)
    for name in (*_KEPT, "over_id"):
        setattr(duty, name, getattr(new, name))
    duty.made_ahead_to = from_on
    duty.save()
    DutyChange.objects.create(
        duty=duty, from_on=from_on, before=before, after=_kept(duty), reason=why, actor=actor, at=at
    )
    make_ahead(at=at, only=[duty.pk])
    duty.refresh_from_db()
    return duty


@transaction.atomic
def end_duty(duty_id: UUID, *, reason: str, actor: Actor, at: datetime) -> Duty:
    """End a duty now: what has not begun is taken back. Raises NotFound, PlanRefused."""
    duty = _own(duty_id, actor, at)
    why = _reason(reason)
    _take_back(duty, from_on=timezone.localdate(at), reason=why, not_before=at)
    duty.ended_at, duty.end_reason = at, why
    tomorrow = timezone.localdate(at) + timedelta(days=1)
    duty.ends_on = max(duty.starts_on, min(duty.ends_on or tomorrow, tomorrow))
    duty.save(update_fields=["ended_at", "end_reason", "ends_on"])
    return duty


def _own(duty_id: UUID, actor: Actor, at: datetime) -> Duty:
    """The duty under lock, if ``actor`` plans there and it has not ended."""
    duty = Duty.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=duty_id).first()
    if duty is None:
        raise NotFound
    eligibility.require_planner(actor, duty.kind, duty.unit, at=at)
    if duty.ended_at is not None:
        raise PlanRefused(_("这项定期工作已经结束。"))
    return duty


def _take_back(duty: Duty, *, from_on: date, reason: str, not_before: datetime | None = None) -> None:
    """Remove what was made ahead for [from_on, …) and nothing refers to; excuse what something refers to."""
    ahead = Occurrence.objects.filter(duty=duty, on__gte=from_on, state=Occurrence.State.DUE)
    if not_before is not None:
        ahead = ahead.filter(opens_at__gt=not_before)
    keys = list(ahead.select_for_update().values_list("pk", flat=True))
    untouched = Occurrence.objects.filter(pk__in=keys)
    for referring in _referring(untouched):
        untouched = untouched.exclude(referring)
    untouched.delete()
    Occurrence.objects.filter(pk__in=keys).update(state=Occurrence.State.EXCUSED, note=reason)


def _referring(rows: QuerySet[Occurrence]) -> list[Exists]:
    """One condition for each table, of whatever floor, that points at occurrences."""
    found = []
    for relation in rows.model._meta.get_fields(include_hidden=True):
        model = relation.related_model
        if isinstance(relation, ForeignObjectRel) and isinstance(model, type) and issubclass(model, Model):
            found.append(Exists(model._base_manager.filter(**{relation.field.name: OuterRef("pk")})))
    return found


def _checked(draft: Draft, *, actor: Actor, at: datetime) -> Duty:
    kind = BY_CODE[draft.kind]
    title = clean(draft.title, 120).strip()
    if not title:
        raise PlanRefused(_("请填写名称。"), field="title")
    if found := personal_data_in(f"{title} {draft.why}"):
        raise PlanRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field="title")
    _check_who(draft, at=at)
    _check_when(draft)
    wants = kind.wants if draft.wants is None else tuple(dict.fromkeys(draft.wants))
    if set(wants) - WANTS.keys():
        raise PlanRefused(_("请选择要留的凭证。"), field="wants")
    return Duty(
        kind=draft.kind, title=title, unit=draft.unit, over=draft.over or draft.unit, holder=draft.holder,
        role="" if draft.holder else draft.role, rule=rules.checked(draft.rule, starts_on=draft.starts_on),
        starts_on=draft.starts_on, ends_on=draft.ends_on, opens=draft.opens, closes=draft.closes,
        grace_minutes=kind.grace_minutes if draft.grace_minutes is None else draft.grace_minutes, wants=list(wants),
        working_days_only=draft.working_days_only, why=clean(draft.why, 200), made_by=actor, made_at=at,
    )  # fmt: skip


def _check_who(draft: Draft, *, at: datetime) -> None:
    if draft.holder is None:
        if draft.role not in roles.BY_CODE:
            raise PlanRefused(_("请选择由谁完成：一个人，或一类岗位。"), field="holder")
        return
    if draft.holder.kind == Actor.Kind.STAFF and not eligibility.works_at(draft.holder, draft.unit, at=at):
        raise PlanRefused(
            _("%(person)s不在%(unit)s任职。") % {"person": draft.holder.name, "unit": draft.unit.name}, field="holder"
        )


def _check_when(draft: Draft) -> None:
    if draft.opens == draft.closes:
        raise PlanRefused(_("开始和结束不能是同一时刻。"), field="closes")
    if draft.ends_on is not None and draft.ends_on <= draft.starts_on:
        raise PlanRefused(_("结束日期应晚于开始日期。"), field="ends_on")
    if draft.grace_minutes is not None and not 0 <= draft.grace_minutes <= MOST_GRACE:
        raise PlanRefused(_("宽限应在0到30天之间。"), field="grace_minutes")


def _warn(duty: Duty, *, knowing: bool) -> None:
    if knowing or duty.holder is None:
        return
    until = duty.starts_on + timedelta(days=DAYS_AHEAD)
    spans = [(one.opens_at, one.closes_at) for one in windows(duty, first=duty.starts_on, until=until)]
    overlaps.warn(duty.holder, overlaps.overlapping(duty.holder, spans))


def _reason(reason: str) -> str:
    if not reason.strip():
        raise PlanRefused(_("请写明理由。"), field="reason")
    return clean(reason, 200)


def _kept(duty: Duty) -> dict[str, Any]:
    """What a change keeps of a duty, as plain values."""
    found = {name: getattr(duty, name) for name in _KEPT}
    return {
        name: value if isinstance(value, str | int | list | bool | None) else str(value)
        for name, value in found.items()
    }
