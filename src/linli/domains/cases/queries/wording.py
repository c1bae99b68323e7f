"""What codes of cases are called on pages, and which look goes with them. Lists come from the catalogue."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.cases.models import Case
from linli.kernel.catalog import queries as catalog
from linli.kernel.flow import registry
from linli.kernel.org.roles import BY_CODE

Text = str | Promise

STATE_LOOKS: Mapping[str, str] = {
    "reported": "accent", "verifying": "brand", "accepted": "brand", "filed": "accent", "dispatched": "brand",
    "handling": "brand", "returned": "warn", "done": "warn", "checking": "warn", "checked": "warn",
    "on_spot": "accent", "closed": "ok", "revisited": "ok", "archived": "ok",
    "asked": "accent", "working": "brand", "invited": "accent", "sent": "accent", "called": "accent",
    "missed": "late", "unanswered": "late", "at_grid": "late", "at_station": "late", "at_street": "late",
    "at_district": "late",
}  # fmt: skip

STAGES: Mapping[str, Text] = {
    "report": _("上报"),
    "accept": _("受理立案"),
    "dispatch": _("派遣"),
    "handle": _("处置"),
    "check": _("核查"),
    "close": _("结案"),
}
"""The six public stages, in order (001g-06, 003-14)."""

CLOCKS: Mapping[str, Text] = {
    "accept": _("受理时限"),
    "verify": _("核实时限"),
    "file": _("立案时限"),
    "dispatch": _("派遣时限"),
    "take_over": _("接单时限"),
    "handle": _("处置时限"),
    "arbitrate": _("裁定时限"),
    "check": _("核查时限"),
    "close": _("结案时限"),
    "register": _("补登记时限"),
    "revisit": _("回访时限"),
    "answer": _("答复时限"),
    "decide": _("审批时限"),
    "arrive": _("到场时限"),
    "chain": _("全程四小时"),
    "hop_grid": _("网格上报"),
    "hop_station": _("工作站上报"),
    "hop_street": _("街道上报"),
    "hop_district": _("区级上报"),
}

BASES: Mapping[str, Text] = {
    "continuous": _("连续计时"),
    "working_minutes": _("工作时间"),
    "working_days": _("工作日"),
}

CHANNELS: Mapping[str, Text] = {
    "web": _("居民网页"),
    "desk": _("坐席登记"),
    "hotline": _("热线"),
    "counter": _("窗口"),
    "api": _("接口"),
    "open311": _("Open311"),
    "import": _("批量导入"),
    "field": _("移动端"),
}

URGE_LEVELS: Mapping[int, Text] = {1: _("中心督办"), 2: _("街道领导督办"), 3: _("区级督办")}
LINKAGES: Mapping[str, Text] = {"grid": _("网格联动"), "town": _("镇级联动")}
FILE_KINDS: Mapping[str, Text] = {
    "report": _("上报"),
    "before": _("处置前"),
    "after": _("处置后"),
    "check": _("核查"),
    "other": _("其他"),
}
ACTING_AS: Mapping[str, Text] = {
    "assignee": _("经办人"),
    "reporter": _("反映人"),
    "caller": _("反映人"),
    "system": _("系统"),
}


def state(flow: str, code: str) -> str:
    """The name of a state, e.g. ``待派遣``."""
    return registry.flow(flow).label_of(code)


def look_of(code: str) -> str:
    """Look of the badge of a state: ok, warn, late, brand, accent or ""."""
    return STATE_LOOKS.get(code, "")


def step(flow: str, name: str) -> str:
    """The name of a step; of the first line of a journal too."""
    if name == "open":
        return str(_("上报")) if flow == "case" else str(_("发起"))
    if name == "succession":
        return str(_("承接单位变更"))
    found = registry.flow(flow).step(name)
    return str(found.label) if found else name


def role(code: str) -> str:
    """As what somebody took a step: the role of their post, or their part in the matter."""
    if code in BY_CODE:
        return str(BY_CODE[code].label)
    return str(ACTING_AS.get(code, code))


def category(code: str) -> str:
    return catalog.name_of("matters", code) if code else ""


def listed(code_set: str, code: str) -> str:
    """The name of an item of a catalogue list; "" for no code."""
    return catalog.name_of(code_set, code) if code else ""


def choices(code_set: str, *, kind: str = "") -> list[tuple[str, str]]:
    """(code, name) of a catalogue list in its order."""
    return [(entry.code, entry.name) for entry in catalog.items(code_set, kind=kind)]


def emergency(level: int) -> str:
    return str(Case.Emergency(level).label) if level in Case.Emergency.values else str(level)


def sphere(code: str) -> str:
    return str(Case.Sphere(code).label) if code in Case.Sphere.values else code


def satisfaction(grade: int | None) -> str:
    return str(Case.Satisfaction(grade).label) if grade in Case.Satisfaction.values else ""


def emergencies() -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in Case.Emergency.choices]


def spheres() -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in Case.Sphere.choices]


def satisfactions() -> list[tuple[str, str]]:
    """Best first, as people read them."""
    return [(str(value), str(label)) for value, label in reversed(Case.Satisfaction.choices)]


def flow(code: str) -> str:
    """The name of a kind of matter, e.g. ``协办``."""
    return str(registry.flow(code).label)
