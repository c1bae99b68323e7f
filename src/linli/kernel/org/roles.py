"""The table of roles: what each is called, at which level of authority it stands, and what it may do.

Which steps of a flow a role may take is written in the flow's own table; ``linli roles`` prints both together.
"""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Role:
    """level  town, centre, grid or unit, or "" where the role is not tied to one
    rights  codes of what it may do beside the steps of flows, e.g. ``"read_contact"``
    """

    code: str
    label: str | Promise
    level: str = ""
    rights: frozenset[str] = field(default_factory=frozenset)


def _role(code: str, label: str | Promise, level: str = "", rights: str = "") -> Role:
    return Role(code, label, level, frozenset(rights.split()))


ROLES: tuple[Role, ...] = (
    _role("operator", _("受理员"), "centre", "read_contact search_caller"),
    _role("duty_chief", _("值班长"), "centre", "read_contact search_caller command coordinate mobilise"),
    _role("dispatcher", _("派遣员"), "centre", "read_contact coordinate mobilise"),
    _role("grid_head", _("网格长"), "grid", "coordinate"),
    _role("grid_officer", _("网格员"), "grid", "inspect"),
    _role("handler", _("处置人员"), "grid", ""),
    _role("unit_head", _("单位负责人"), "unit", "appoint_own"),
    _role("liaison", _("联络员"), "unit", ""),
    _role("committee_worker", _("社区工作者"), "unit", "read_contact"),
    _role("verifier", _("核查员"), "centre", "inspect"),
    _role("supervisor", _("督办员"), "centre", "inspect supervise"),
    _role("revisitor", _("回访员"), "centre", "read_contact search_caller"),
    _role("leader", _("领导"), "town", "command guide resources supervise"),
    _role("appraiser", _("考核员"), "town", "appraise inspect"),
    _role("list_keeper", _("清单管理员"), "centre", "edit_lists edit_decisions"),
    _role("reporter_desk", _("热线话务员"), "centre", "search_caller"),
    _role("informant", _("信息员"), "unit", ""),
    _role("system_admin", _("系统管理员"), "", "edit_units edit_areas edit_accounts"),
    _role("security_admin", _("安全管理员"), "", "edit_posts edit_roles rotate_keys erase_contact"),
    _role("audit_admin", _("审计管理员"), "", "read_readings read_changes verify_journal"),
)

BY_CODE: dict[str, Role] = {role.code: role for role in ROLES}

ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")
"""Kept apart (三员分立): nobody holds two of them at one time; the database refuses it."""


def having(right: str) -> frozenset[str]:
    """Codes of the roles that carry ``right``."""
    return frozenset(role.code for role in ROLES if right in role.rights)
