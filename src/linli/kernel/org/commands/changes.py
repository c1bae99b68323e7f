"""What every command on the organisation does besides its work: ask for the right, keep the change, tell programs."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from linli.kernel.errors import Refused
from linli.kernel.org import fresh, queries, roles
from linli.kernel.org.models import Actor, Change, Unit


class RightRefused(Refused):
    """Their posts do not give them the right."""


def require(actor: Actor, right: str, unit: Unit | None, at: datetime) -> None:
    """Go on only when ``actor`` holds ``right`` over ``unit`` (anywhere, when None). The system may always."""
    if actor.kind == Actor.Kind.SYSTEM or queries.holds_right(actor, right, unit, at) is not None:
        return
    label = roles.RIGHTS[right]
    if unit is None:
        raise RightRefused(_("您没有“%(right)s”的权限。") % {"right": label})
    raise RightRefused(_("您在%(unit)s没有“%(right)s”的权限。") % {"unit": unit.name, "right": label})


def keep(
    subject: models.Model,
    verb: str,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> Change:
    """Write ``verb`` on ``subject`` to the change log, and drop what this program remembers."""
    change = Change.objects.create(
        actor=actor, at=at, subject=named(subject), verb=verb, reason=reason, changes=_storable(changes or {})
    )
    forget()
    return change


def forget() -> None:
    """Drop what is remembered now, and again once others can see the change."""
    fresh.forget()
    transaction.on_commit(fresh.forget)


def named(subject: models.Model) -> str:
    """``"unit:12"``: how the change log names a row."""
    return f"{subject._meta.model_name}:{subject.pk}"


def _storable(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {field: _plain(value) for field, value in changes.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
