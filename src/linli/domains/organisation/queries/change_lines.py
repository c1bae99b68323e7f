"""The change log of the organisation in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.org.models import Change

VERBS: Mapping[str, "str | Promise"] = {
    "found": _("设立"),
    "revoke_phone": _("停用手机"),
    "read_card": _("读卡登记"),
    "set_clock_limit": _("设定手机时限"),
    "rename": _("更名"),
    "move": _("调整隶属"),
    "set_pilot": _("设置试点"),
    "merge": _("合并"),
    "split": _("拆分"),
    "close": _("撤销"),
    "link": _("建立关系"),
    "unlink": _("解除关系"),
    "import_areas": _("导入区域"),
    "import": _("导入"),
    "import_divisions": _("导入区划"),
    "draw": _("划定"),
    "redraw": _("重划边界"),
    "describe": _("修改说明"),
    "assign": _("调整归属"),
    "end": _("停用"),
    "appoint": _("任职"),
    "end_post": _("免职"),
    "withdraw": _("撤回任职"),
    "deputise": _("代理"),
    "register": _("登记人员"),
    "open_account": _("开立账号"),
    "change_password": _("更改密码"),
    "set_active": _("启停账号"),
    "lock": _("锁定账号"),
    "unlock": _("解锁账号"),
    "revoke_sessions": _("结束会话"),
    "reset_second_factor": _("重置第二重验证"),
    "enable_totp": _("启用验证器"),
    "disable_totp": _("停用验证器"),
    "renew_recovery_codes": _("换一套备用码"),
    "add_passkey": _("登记通行密钥"),
    "remove_passkey": _("删除通行密钥"),
    "set_phone": _("改对外电话"),
    "erase_contact": _("销毁联系方式"),
    "export": _("导出"),
    "create_groups": _("建立信息群"),
    "add_member": _("加入信息群"),
    "remove_member": _("移出信息群"),
}
SUBJECTS: Mapping[str, "str | Promise"] = {
    "unit": _("单位"),
    "area": _("区域"),
    "post": _("岗位"),
    "actor": _("人员"),
    "account": _("账号"),
    "unitlink": _("单位关系"),
    "gridgroup": _("信息群"),
    "device": _("手机"),
    "clocklimit": _("手机时限"),
}
FIELDS: Mapping[str, "str | Promise"] = {
    "name": _("名称"),
    "code": _("编码"),
    "parent": _("上级"),
    "successor": _("承接单位"),
    "valid_to": _("失效日期"),
    "on": _("生效日期"),
    "version": _("版本"),
    "area_m2": _("面积"),
    "unit": _("单位"),
    "role": _("岗位"),
    "until": _("结束日期"),
    "pilot": _("试点"),
    "phone": _("对外电话"),
    "sessions": _("会话"),
    "passkey": _("通行密钥"),
    "rows": _("行数"),
    "what": _("内容"),
}
LISTED = 30


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change as shown; ``said`` are its before and after in short."""

    id: int
    at: datetime
    by: str
    verb: str
    subject: str
    reason: str
    said: str


def lines_of(rows: QuerySet[Change], *, most: int = LISTED) -> list[ChangeLine]:
    """The newest of ``rows``, in one statement."""
    return [_line(row) for row in rows.select_related("actor").order_by("-id")[:most]]


def changes_of(subjects: Iterable[str], *, most: int = LISTED) -> list[ChangeLine]:
    """What happened to ``subjects`` (``"unit:12"``), newest first."""
    return lines_of(Change.objects.filter(subject__in=tuple(subjects)), most=most)


def _line(row: Change) -> ChangeLine:
    kind, _colon, key = row.subject.partition(":")
    return ChangeLine(
        row.pk,
        row.at,
        row.actor.name,
        str(VERBS.get(row.verb, row.verb)),
        f"{SUBJECTS.get(kind, kind)} {key[:8]}",
        row.reason,
        _said(row.changes),
    )


def _said(changes: Mapping[str, object]) -> str:
    parts = []
    for name, label in FIELDS.items():
        value = changes.get(name)
        if value in (None, [], [None, None]):
            continue
        parts.append(f"{label} {_short(value)}")
    return "；".join(parts)


def _short(value: object) -> str:
    if isinstance(value, list) and len(value) == 2:
        before, after = value
        return f"{before} → {after}" if before is not None else str(after)
    return str(value)
