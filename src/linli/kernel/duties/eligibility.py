"""Who may do a duty and who may plan it. Warm, none of these asks the database."""

from datetime import datetime

from django.utils.translation import gettext as _

from linli.kernel.duties.kinds import BY_CODE
from linli.kernel.duties.models import Duty, Occurrence
from linli.kernel.errors import Refused
from linli.kernel.org import queries as org
from linli.kernel.org import roles
from linli.kernel.org.models import Actor, Unit


class PlanRefused(Refused):
    """Their posts do not let them plan there, or not this."""


class NotTheirsRefused(Refused):
    """The occurrence is somebody else's."""


def may_plan(actor: Actor, kind: str, unit: Unit, *, at: datetime) -> bool:
    """Whether ``actor`` may set, change and end duties of ``kind`` of ``unit``. The system may."""
    if actor.kind == Actor.Kind.SYSTEM:
        return True
    return any(org.holds_right(actor, right, unit, at) for right in BY_CODE[kind].rights)


def require_planner(actor: Actor, kind: str, unit: Unit, *, at: datetime) -> None:
    """Raises PlanRefused."""
    if kind not in BY_CODE:
        raise PlanRefused(_("请选择是什么工作。"), field="kind")
    if not may_plan(actor, kind, unit, at=at):
        raise PlanRefused(
            _("您不能为%(unit)s编排“%(kind)s”。") % {"unit": unit.name, "kind": BY_CODE[kind].label}, field="unit"
        )


def works_at(person: Actor, unit: Unit, *, at: datetime, role: str = "") -> bool:
    """Whether ``person`` has a post (in ``role``) in ``unit`` or below, or one that reaches over it."""
    return any(
        (not role or held.role == role) and (held.unit_path.startswith(unit.path) or held.reaches(unit.path))
        for held in org.posts_of(person, at)
    )


def is_theirs(occurrence: Occurrence, duty: Duty, actor: Actor, *, at: datetime) -> bool:
    """Whether it is for ``actor`` to do: theirs by name, after substitutions, or, where nobody is named, by role."""
    if occurrence.holder_id is not None:
        return occurrence.holder_id == actor.pk
    return works_at(actor, duty.unit, at=at, role=duty.role)


def require_theirs(occurrence: Occurrence, duty: Duty, actor: Actor, *, at: datetime) -> None:
    """Raises NotTheirsRefused."""
    if is_theirs(occurrence, duty, actor, at=at):
        return
    if occurrence.holder_id is None:
        role = roles.BY_CODE[duty.role].label if duty.role in roles.BY_CODE else duty.role
        raise NotTheirsRefused(
            _("“%(title)s”由%(unit)s的%(role)s完成。") % {"title": duty.title, "unit": duty.unit.name, "role": role}
        )
    raise NotTheirsRefused(_("“%(title)s”这一次不是您的；有人替班时由替班人完成。") % {"title": duty.title})
