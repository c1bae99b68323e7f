"""Assess the risks of an object, keep them in check, let them end: the double prevention (双重预防)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import RiskPoint, SafetyObject
from linli.domains.safety.queries.risk_scales import RANK, colour_of, is_on_scale, score_of
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.commands.changes import RightRefused
from linli.kernel.org.models import Actor
from linli.kernel.registry import commands as registry
from linli.kernel.registry.models import Site
from linli.kernel.registry.queries import may_see
from linli.kernel.text import clean, personal_data_in

CHECKERS = ("keep_sites", "inspect")
"""Who checks a risk on the spot holds one of these over it."""


class RiskRefused(Refused):
    """Not to be assessed like that."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """What is said of a risk point; see ``RiskPoint``. ``exposure`` only with LEC."""

    name: str
    method: str
    likelihood: float
    severity: float
    measures: str
    responsible: str
    exposure: float | None = None
    accident: str = ""
    control: str = RiskPoint.Control.UNIT
    every_days: int = 30


@transaction.atomic
def assess(
    object_id: UUID, said: Assessed, *, actor: Actor, at: datetime, replaces: int | None = None, reason: str = ""
) -> RiskPoint:
    """A risk with its score and colour; the object takes the colour of its worst open one.

    replaces  an open risk of the object that is assessed anew: it ends with ``reason`` and stays readable

    Raises RiskRefused (not on the scale, words missing), SiteRefused (no reason), RightRefused, NotFound.
    """
    site = registry.locked(object_id, actor=actor, at=at)
    one = SafetyObject.objects.select_for_update().filter(pk=object_id).first()
    if one is None:
        raise NotFound
    _check(said)
    before = _open(object_id, replaces) if replaces is not None else None
    if before:
        _finish(before, registry.with_reason(reason), at=at)
    score = score_of(said.method, said.likelihood, said.exposure, said.severity)
    risk = RiskPoint.objects.create(
        object=one, name=clean(said.name, 120), accident=clean(said.accident, 60), method=said.method,
        likelihood=said.likelihood, exposure=said.exposure if said.method == "lec" else None, severity=said.severity,
        score=score, colour=colour_of(said.method, score), control=said.control, measures=clean(said.measures, 400),
        responsible=clean(said.responsible, 80), every_days=said.every_days, assessed_by=actor, assessed_at=at,
        checked_on=before.checked_on if before else None,
    )  # fmt: skip
    colours = [before.colour if before else "", risk.colour]
    registry.note(site, "assess", actor=actor, at=at, reason=reason, changes={"risk": risk.name, "colour": colours})
    _recolour(one)
    return risk


@transaction.atomic
def end(risk_id: int, *, actor: Actor, at: datetime, reason: str) -> RiskPoint:
    """The risk is gone. Raises RiskRefused, NotFound, RightRefused."""
    risk = RiskPoint.objects.select_related("object").filter(pk=risk_id).first()
    if risk is None:
        raise NotFound
    site = registry.locked(risk.object_id, actor=actor, at=at)
    risk = _open(risk.object_id, risk_id)
    _finish(risk, registry.with_reason(reason), at=at)
    registry.note(site, "end_risk", actor=actor, at=at, reason=reason, changes={"risk": risk.name})
    _recolour(risk.object)
    return risk


@transaction.atomic
def check(risk_id: int, *, actor: Actor, at: datetime) -> RiskPoint:
    """Today its measures were found to hold. Raises NotFound, RightRefused."""
    risk = RiskPoint.objects.select_for_update().filter(pk=risk_id, ended_at=None).first()
    if risk is None:
        raise NotFound
    site = Site.objects.get(pk=risk.object_id)
    if not may_see(actor, site, at):
        raise NotFound
    unit = org.kept_unit(site.unit_id)
    if not any(org.holds_right(actor, right, unit, at) for right in CHECKERS):
        raise RightRefused(_("您不能登记这处风险的检查。"))
    risk.checked_on = max(timezone.localdate(at), risk.checked_on or date.min)
    risk.save(update_fields=["checked_on"])
    registry.note(site, "check_risk", actor=actor, at=at, changes={"risk": risk.name})
    return risk


def _open(object_id: UUID, risk_id: int) -> RiskPoint:
    risk = RiskPoint.objects.select_for_update().select_related("object").filter(pk=risk_id).first()
    if risk is None or risk.object_id != object_id:
        raise NotFound
    if risk.ended_at is not None:
        raise RiskRefused(_("这条风险已经结束。"))
    return risk


def _finish(risk: RiskPoint, reason: str, *, at: datetime) -> None:
    risk.ended_at, risk.end_reason = at, reason
    risk.save(update_fields=["ended_at", "end_reason"])


def _recolour(one: SafetyObject) -> None:
    colours = RiskPoint.objects.filter(object=one, ended_at=None).values_list("colour", flat=True)
    one.colour = max(colours, key=lambda colour: RANK[colour], default="")
    one.save(update_fields=["colour"])


def _check(said: Assessed) -> None:
    for field, text in (("name", said.name), ("measures", said.measures), ("responsible", said.responsible)):
        if not text.strip():
            raise RiskRefused(_("风险名称、管控措施和责任岗位都要填写。"), field=field)
        if personal_data_in(text):
            raise RiskRefused(_("这里不要写电话、证件号等个人信息。"), field=field)
    if said.method not in RiskPoint.Method.values:
        raise RiskRefused(_("请选择评估方法。"), field="method")
    factors = [("likelihood", said.likelihood), ("severity", said.severity)]
    for field, value in factors + ([("exposure", said.exposure)] if said.method == "lec" else []):
        if not is_on_scale(said.method, field, value):
            raise RiskRefused(_("请从这种方法的取值中选择。"), field=field)
    if said.control not in RiskPoint.Control.values or not 1 <= said.every_days <= 366:
        raise RiskRefused(_("请选择管控层级，检查间隔应在1到366天之间。"), field="every_days")
