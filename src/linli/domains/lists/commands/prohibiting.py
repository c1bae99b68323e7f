"""What a kind of unit may not be given: a class is barred from a day on, or let go again, with a reason (003-03)."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.lists.commands import amending
from linli.domains.lists.commands.amending import AmendmentRefused
from linli.domains.lists.models import Prohibition
from linli.domains.lists.queries import prohibitions
from linli.domains.lists.queries.amendments import districts_kept, keeps_all
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Barred:
    """A class for a kind of unit. ``area`` None: everywhere. ``name`` may be left out for a class that is known."""

    duty_class: str
    unit_kind: str
    valid_from: date
    name: str = ""
    area: Unit | None = None
    basis: str = ""
    note: str = ""


@transaction.atomic
def bar(given: Barred, *, reason: str, actor: Actor, at: datetime) -> Prohibition:
    """From a day on no such duty comes into force for such units. Raises AmendmentRefused."""
    said = amending.asked(reason)
    _refuse_stranger(given.area, actor)
    name = clean(given.name, 60) or dict(prohibitions.class_choices()).get(given.duty_class, "")
    if not given.duty_class or not name:
        raise AmendmentRefused(_("请选择职责类别，或给新类别写上代码和名称。"), field="name")
    if given.unit_kind not in Unit.Kind.values:
        raise AmendmentRefused(_("请选择哪类单位。"), field="unit_kind")
    if given.valid_from < at.astimezone(SHANGHAI).date():
        raise AmendmentRefused(_("新的禁止事项从今天或以后起生效。"), field="valid_from")
    Unit.objects.select_for_update(no_key=True).order_by("pk").filter(kind="district").first()
    same = Prohibition.objects.filter(duty_class=given.duty_class, unit_kind=given.unit_kind, valid_to=None)
    if same.filter(area=given.area).exists():
        raise AmendmentRefused(_("这类单位已经禁止承担这一类职责。"), field="unit_kind")
    made = Prohibition.objects.create(
        duty_class=given.duty_class[:40], name=name, unit_kind=given.unit_kind, area=given.area,
        basis=given.basis[:200], valid_from=given.valid_from, note=clean(given.note, 200), source=_("本地登记"),
    )  # fmt: skip
    amending.record(
        amending.PROHIBITION, given.area, _subject(made), before="", reason=said, actor=actor, at=at,
        after="；".join(filter(None, (_("自%(day)s起禁止") % {"day": made.valid_from}, made.note))),
    )  # fmt: skip
    return made


@transaction.atomic
def lift(key: int, *, on: date, reason: str, actor: Actor, at: datetime) -> None:
    """Let it end on ``on``, the first day on which it no longer holds. Raises AmendmentRefused."""
    said = amending.asked(reason)
    row = Prohibition.objects.select_for_update(of=("self",)).select_related("area").filter(pk=key).first()
    if row is None or row.valid_to is not None:
        raise AmendmentRefused(_("这一条已经停止适用。"))
    _refuse_stranger(row.area, actor)
    if on < at.astimezone(SHANGHAI).date() or on <= row.valid_from:
        raise AmendmentRefused(_("停止适用的日期不能早于今天，也不能早于生效日期。"), field="on")
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    amending.record(
        amending.PROHIBITION, row.area, _subject(row), before=_("禁止"), reason=said, actor=actor, at=at,
        after=_("自%(day)s起不再禁止") % {"day": on},
    )  # fmt: skip


def _subject(row: Prohibition) -> str:
    return f"{row.name} · {prohibitions.kind_name(row.unit_kind)}"


def _refuse_stranger(area: Unit | None, actor: Actor) -> None:
    is_kept = keeps_all(actor) if area is None else area.pk in {unit.pk for unit in districts_kept(actor)}
    if not is_kept:
        raise AmendmentRefused(_("禁止下派的职责由区清单管理员登记；各区通用的，由各区共同的清单管理员登记。"))
