"""Who sees which menu. An entry appears once its page exists and the post acted for has one of its roles."""

from django.utils.translation import gettext_lazy as _

from linli.kernel.org.roles import BY_CODE
from linli.web.menu import Entry, Group

CENTRE = frozenset({"operator", "duty_chief", "dispatcher", "reporter_desk", "revisitor", "verifier", "supervisor"})
FIELD = frozenset({"grid_head", "grid_officer", "handler", "unit_head", "liaison", "committee_worker", "informant"})
ADMIN = frozenset({"system_admin", "security_admin", "audit_admin"})
TABLES = frozenset({"list_keeper", "duty_chief", "operator", "dispatcher", "supervisor", "leader"})
LISTS = frozenset({"list_keeper", "list_approver", "admission_reviewer", "department_clerk", "unit_head", "leader"})
KEEPERS = frozenset({"list_keeper", "list_approver", "leader"})
TOP = frozenset({"leader", "duty_chief", "supervisor", "appraiser"})

SEALS = frozenset({"committee_worker", "committee_head", "seal_keeper", "leader", "list_approver"})
COMMITTEE = frozenset({"committee_worker", "committee_head"})
DOERS = COMMITTEE | {"department_clerk", "unit_head", "handler", "liaison", "grid_head", "leader", "list_keeper"}
ADMISSION = COMMITTEE | {"department_clerk", "unit_head", "admission_reviewer", "leader"}
BURDEN = COMMITTEE | {"admission_reviewer", "list_keeper", "list_approver", "leader", "supervisor", "appraiser"}

PLANNERS = COMMITTEE | {"safety_officer", "grid_head", "grid_deputy", "leader"}
WORKERS = frozenset(BY_CODE) - ADMIN

FEDERATION = CENTRE | TOP | {"safety_officer", "unit_head", "liaison"}
ON_FOOT = FIELD | COMMITTEE | TOP | {"grid_deputy", "safety_officer", "patroller"}
OUTSIDE = FIELD | COMMITTEE | {"grid_deputy", "safety_officer", "patroller", "verifier"}
WATCHERS = frozenset(
    {"duty_chief", "dispatcher", "grid_head", "grid_deputy", "committee_head", "safety_officer", "leader"}
)
JOINING = frozenset({"unit_head", "department_clerk", "liaison", "handler", "grid_head", "grid_deputy", "grid_officer"})
CONTACT = COMMITTEE | TOP | {"grid_head", "grid_deputy", "grid_officer", "safety_officer"}

MENU: tuple[Group, ...] = (
    Group(
        _("我的工作"),
        (
            Entry(_("工作台"), "cases:workbench", "inbox", CENTRE | FIELD | TOP, count="mine", key="w"),
            Entry(_("我该做什么"), "lists:mine", "checklist", DOERS, count="to_do", key="t"),
            Entry(_("我的值守与巡查"), "safety:my_duties", "calendar", ON_FOOT),
            Entry(_("现场"), "field:shell", "device-mobile", OUTSIDE),
            Entry(_("搜索"), "cases:search", "search", CENTRE | FIELD | TOP, key="s"),
            Entry(_("消息"), "organisation:notices", "bell", count="unread"),
            Entry(_("会商"), "organisation:meetings", "users-group", CENTRE | FIELD | TOP | {"safety_officer"}),
        ),
    ),
    Group(
        _("接报"),
        (
            Entry(_("登记上报"), "cases:take_report", "plus", CENTRE | FIELD, key="n"),
            Entry(_("待受理"), "cases:intake", "clipboard-list", CENTRE, count="intake", key="i"),
            Entry(_("批量导入"), "cases:imports", "file-import", frozenset({"operator", "duty_chief", "list_keeper"})),
        ),
    ),
    Group(
        _("派遣"),
        (
            Entry(
                _("派遣台"),
                "cases:dispatch_desk",
                "route",
                frozenset({"dispatcher", "duty_chief", "grid_head", "unit_head"}),
                count="dispatch",
                key="d",
            ),
            Entry(_("案件地图"), "cases:map", "map-2", CENTRE | FIELD | TOP, key="m"),
        ),
    ),
    Group(
        _("巡查与走访"),
        (
            Entry(_("值守与巡查日历"), "safety:duties", "calendar-plus", ON_FOOT),
            Entry(_("巡查计划"), "safety:patrol_plan", "route", ON_FOOT | CENTRE),
            Entry(_("巡查实时"), "safety:patrols_live", "radar", WATCHERS),
            Entry(_("巡查日志"), "safety:patrol_log", "notebook", ON_FOOT | CENTRE),
            Entry(_("巡查覆盖"), "safety:coverage", "map-2", ON_FOOT | CENTRE),
            Entry(_("漏巡清单"), "safety:missed_patrols", "alert-circle", ON_FOOT | CENTRE),
            Entry(_("巡逻记录册"), "safety:patrol_books", "books", ON_FOOT),
            Entry(_("群防群治队伍"), "safety:teams", "users-group", ON_FOOT | CENTRE),
            Entry(_("特保调度"), "safety:guard", "send", WATCHERS | {"patroller"}),
            Entry(_("联合巡查"), "safety:joints", "users", JOINING | {"duty_chief", "leader"}),
            Entry(_("网格与居委联系"), "safety:contacts", "heart-handshake", CONTACT),
            Entry(_("走访"), "safety:visits", "walk", ON_FOOT),
        ),
    ),
    Group(
        _("场所与隐患"),
        (
            Entry(_("场所与责任"), "safety:sites", "building-community", ON_FOOT),
            Entry(_("一点一方案"), "safety:plans", "file-text", PLANNERS, count="plans"),
            Entry(_("风险四色图"), "safety:risks", "alert-triangle", PLANNERS),
            Entry(_("隐患台"), "safety:hazards", "alert-triangle", ON_FOOT | CENTRE | {"department_clerk"}, key="z"),
            Entry(_("挂牌督办"), "safety:listings", "flag", ON_FOOT | CENTRE | {"department_clerk"}),
            Entry(_("安全检查"), "safety:inspections", "clipboard-check", ON_FOOT | CENTRE),
            Entry(_("商圈联合会"), "safety:federations", "building", FEDERATION),
        ),
    ),
    Group(
        _("督办"),
        (
            Entry(_("督办台"), "cases:supervision_desk", "eye", TOP, count="overdue", key="u"),
            Entry(_("补传台账"), "phones:late", "device-mobile", frozenset({"leader", "supervisor", "appraiser"})),
            Entry(_("重大信息"), "cases:major", "urgent", CENTRE | TOP, count="major"),
        ),
    ),
    Group(
        _("用印"),
        (
            Entry(_("用印台"), "lists:seal_desk", "rubber-stamp", SEALS, count="seals"),
            Entry(_("查用印范围"), "lists:look_seal", "list-search", SEALS | CENTRE | FIELD | TABLES),
        ),
    ),
    Group(
        _("清单"),
        (
            Entry(_("清单总览"), "lists:overview", "dashboard", LISTS | TOP, key="o"),
            Entry(_("全部清单"), "lists:home", "list-check", WORKERS, key="l"),
            Entry(_("清单变更"), "lists:proposals", "git-branch", KEEPERS),
            Entry(_("清单体检"), "lists:check_up", "activity", KEEPERS - {"leader"} | {"admission_reviewer"}),
            Entry(_("清单种类"), "lists:kinds", "list-details", KEEPERS),
            Entry(_("依据库"), "lists:bases", "books", LISTS),
            Entry(_("资金使用"), "lists:money", "coin", LISTS | TOP),
            Entry(_("年度档案"), "lists:years", "archive", LISTS | TOP),
        ),
    ),
    Group(
        _("任务与计划"),
        (
            Entry(_("清单任务"), "lists:tasks", "subtask", DOERS | KEEPERS | {"admission_reviewer"}),
            Entry(_("工作计划"), "lists:plan", "calendar", DOERS | KEEPERS | TOP, key="p"),
            Entry(_("重点项目"), "lists:key_projects", "star", LISTS | TOP),
            Entry(_("条块对接表"), "lists:docking", "route", LISTS),
            Entry(_("工作模块"), "lists:modules", "grid-dots", LISTS),
            Entry(_("事项转移"), "lists:handings", "heart-handshake", KEEPERS | {"unit_head", "supervisor"}),
            Entry(_("电子台账"), "lists:ledgers", "notebook", COMMITTEE | KEEPERS | {"unit_head", "appraiser"}),
        ),
    ),
    Group(
        _("准入与减负"),
        (
            Entry(_("事项准入"), "lists:admission", "gavel", ADMISSION),
            Entry(_("禁止下派的职责"), "lists:prohibitions", "ban", ADMISSION | KEEPERS),
            Entry(_("可以要我们做什么"), "lists:asked_of_us", "shield-check", COMMITTEE),
            Entry(_("居(村)委会负担"), "lists:loads", "chart-bar", BURDEN),
            Entry(_("清单外下派"), "lists:adhoc", "urgent", BURDEN),
            Entry(_("增负投诉"), "lists:complaints", "flag", ADMISSION),
        ),
    ),
    Group(
        _("办案规则"),
        (
            Entry(
                _("案件类别"), "cases:categories", "list-details", frozenset({"list_keeper", "duty_chief", "operator"})
            ),
            Entry(_("办理时限"), "cases:limits", "hourglass", frozenset({"list_keeper", "duty_chief"})),
            Entry(_("责任决策表"), "cases:decisions", "git-branch", TABLES),
            Entry(_("责任空白"), "cases:decision_gaps", "alert-triangle", frozenset({"list_keeper", "duty_chief"})),
            Entry(_("值班班次"), "cases:shifts", "clock", frozenset({"list_keeper", "duty_chief"})),
            Entry(_("手机时钟与补传时限"), "phones:limits", "clock", frozenset({"list_keeper"})),
        ),
    ),
    Group(
        _("登记"),
        (
            Entry(_("单位"), "organisation:units", "sitemap"),
            Entry(_("网格与区域"), "organisation:areas", "polygon"),
            Entry(_("人员与岗位"), "organisation:people", "users"),
            Entry(_("网格信息群"), "organisation:groups", "messages"),
        ),
    ),
    Group(
        _("系统"),
        (
            Entry(_("登录与会话"), "account:accounts", "shield-lock", frozenset({"system_admin", "security_admin"})),
            Entry(_("现场手机"), "phones:listed", "device-mobile", frozenset({"system_admin", "security_admin"})),
            Entry(_("查阅记录"), "organisation:readings", "history", frozenset({"audit_admin"})),
            Entry(_("变更与导出"), "organisation:changes", "notebook", frozenset({"audit_admin"})),
            Entry(_("日志核验"), "organisation:journal", "shield-check", frozenset({"audit_admin"})),
            Entry(_("消息模板"), "organisation:wordings", "message-2", frozenset({"list_keeper"})),
            Entry(_("发送记录"), "organisation:deliveries", "send", frozenset({"system_admin"})),
        ),
    ),
)

LINKS = {
    "search": "cases:search",
    "live": "live_ticket",
    "counts": "web:counts",
    "bell": "organisation:notices",
    "profile": "account:me",
    "sign_in": "account:sign_in",
    "sign_out": "account:sign_out",
    "phone_sign_in": "account:phone",
    "resident_home": "resident:home",
}
"""Names the frame uses → the pages behind them."""
