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


RIGHTS: dict[str, str | Promise] = {
    "guide": _("指导"),
    "inspect": _("督察"),
    "coordinate": _("协调"),
    "appraise": _("考核"),
    "command": _("指挥重大事项"),
    "mobilise": _("调度力量"),
    "resources": _("保障资源"),
    "supervise": _("督办"),
    "report": _("上报"),
    "self_govern": _("自治处置"),
    "operate": _("实体运作"),
    "convene": _("召集会议"),
    "read_contact": _("查看联系方式"),
    "search_caller": _("按来电人查找"),
    "edit_lists": _("维护清单"),
    "edit_decisions": _("维护权责表"),
    "plan_work": _("编排计划、登记完成"),
    "check_lists": _("清单体检"),
    "give_tasks": _("下达清单任务"),
    "keep_sites": _("维护场所底数"),
    "plan_patrols": _("编排巡查与值守"),
    "approve_plans": _("审批一点一方案"),
    "apply_admission": _("申请准入"),
    "review_admission": _("审核准入"),
    "declare_emergency": _("应急下派"),
    "complain_burden": _("投诉增负"),
    "look_up_seal": _("查用印范围"),
    "ask_seal": _("申请用印"),
    "edit_seals": _("维护印章台账"),
    "edit_units": _("维护单位"),
    "edit_areas": _("维护网格与边界"),
    "edit_accounts": _("维护账号"),
    "edit_posts": _("任免岗位"),
    "guard_accounts": _("锁定账号、撤销会话、重置第二重验证"),
    "rotate_keys": _("更换密钥"),
    "erase_contact": _("销毁联系方式"),
    "read_readings": _("查阅调阅记录"),
    "read_changes": _("查阅变更记录"),
    "verify_journal": _("核验日志"),
}
"""What a role may do beside the steps of flows."""

LEVELS: dict[str, tuple[str | Promise, frozenset[str]]] = {
    "town": (_("镇级"), frozenset(("command", "resources", "guide", "appraise"))),
    "centre": (_("中心级"), frozenset(("coordinate", "mobilise", "guide", "inspect", "supervise", "appraise"))),
    "grid": (_("网格级"), frozenset(("operate", "inspect", "coordinate", "report"))),
    "unit": (_("单元级"), frozenset(("self_govern", "report"))),
}
"""The four levels of authority: what a post may command follows from the level of the unit it is over, too."""

ROLES: tuple[Role, ...] = (
    _role("operator", _("受理员"), "centre", "read_contact search_caller"),
    _role(
        "duty_chief",
        _("值班长"),
        "centre",
        "read_contact search_caller command coordinate mobilise convene declare_emergency",
    ),
    _role("dispatcher", _("派遣员"), "centre", "read_contact coordinate mobilise convene"),
    _role("grid_head", _("网格长"), "grid", "operate coordinate report convene keep_sites plan_patrols"),
    _role("grid_deputy", _("常务副网格长"), "grid", "operate coordinate report convene keep_sites plan_patrols"),
    _role("grid_officer", _("网格员"), "grid", "operate inspect report"),
    _role("handler", _("处置人员"), "grid", "operate"),
    _role("unit_head", _("单位负责人"), "unit", "self_govern report convene plan_work give_tasks apply_admission"),
    _role("department_clerk", _("部门经办人"), "unit", "report plan_work give_tasks apply_admission"),
    _role("liaison", _("联络员"), "unit", "report"),
    _role(
        "committee_worker",
        _("社区工作者"),
        "unit",
        "self_govern report read_contact convene plan_work complain_burden look_up_seal ask_seal keep_sites",
    ),
    _role(
        "committee_head",
        _("居委会主任"),
        "unit",
        "self_govern report convene plan_work complain_burden look_up_seal ask_seal edit_seals keep_sites plan_patrols",
    ),
    _role("seal_keeper", _("印章保管员"), "unit", "look_up_seal ask_seal"),
    _role("verifier", _("核查员"), "centre", "inspect"),
    _role("supervisor", _("督办员"), "centre", "inspect supervise convene"),
    _role("revisitor", _("回访员"), "centre", "read_contact search_caller"),
    _role(
        "leader",
        _("领导"),
        "town",
        "command guide resources supervise convene give_tasks declare_emergency approve_plans",
    ),
    _role("appraiser", _("考核员"), "town", "appraise inspect"),
    _role("list_keeper", _("清单管理员"), "centre", "edit_lists edit_decisions plan_work check_lists give_tasks"),
    _role("list_approver", _("清单审批人"), "town", "check_lists"),
    _role("admission_reviewer", _("准入审核员"), "centre", "review_admission check_lists"),
    _role("reporter_desk", _("热线话务员"), "centre", "search_caller"),
    _role("informant", _("信息员"), "unit", "report"),
    _role("patroller", _("巡防队员"), "unit", "report"),
    _role("safety_officer", _("安全专管员"), "centre", "inspect report convene keep_sites plan_patrols read_contact"),
    _role("system_admin", _("系统管理员"), "", "edit_units edit_areas edit_accounts"),
    _role("security_admin", _("安全管理员"), "", "edit_posts guard_accounts rotate_keys erase_contact"),
    _role("audit_admin", _("审计管理员"), "", "read_readings read_changes verify_journal"),
)

BY_CODE: dict[str, Role] = {role.code: role for role in ROLES}

ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")
"""Kept apart (三员分立): nobody holds two of them at one time; the database refuses it."""


def having(right: str) -> frozenset[str]:
    """Codes of the roles that carry ``right``."""
    return frozenset(role.code for role in ROLES if right in role.rights)
