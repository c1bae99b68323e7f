"""Roles × steps × scopes, read from the flows themselves, for people to read."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.kernel.flow import registry
from linli.kernel.flow.definition import Flow, Who
from linli.kernel.org import roles

OVER: dict[str, "str | Promise"] = {"home": _("本街道(区)"), "unit": _("承办单位"), "area": _("所在网格")}
"""Over which unit of a matter the post must count."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What a role does in one flow. ``steps`` are (label, over what)."""

    flow: str
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RoleLine:
    code: str
    label: str
    level: str
    rights: tuple[str, ...]
    duties: tuple[Duty, ...]
    is_administrator: bool


def role_table() -> tuple[RoleLine, ...]:
    """Every role, in the order of the table of roles."""
    return _table(get_language() or "")


@lru_cache(maxsize=4)
def _table(language: str) -> tuple[RoleLine, ...]:
    """Kept for each ``language``, because labels are text by now."""
    return tuple(_line(role) for role in roles.ROLES)


def _line(role: roles.Role) -> RoleLine:
    duties = (Duty(str(flow.label), _steps(flow, role.code)) for flow in registry.flows().values())
    return RoleLine(
        role.code,
        str(role.label),
        str(roles.LEVELS[role.level][0]) if role.level else "",
        tuple(str(roles.RIGHTS[right]) for right in sorted(role.rights)),
        tuple(duty for duty in duties if duty.steps),
        role.code in roles.ADMINISTRATORS,
    )


def _steps(flow: Flow, role: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (str(step.label), ", ".join(sorted({_over(who) for who in step.who if who.role == role})))
        for step in flow.steps
        if any(who.role == role for who in step.who)
    )


def _over(who: Who) -> str:
    return str(OVER[who.over])
