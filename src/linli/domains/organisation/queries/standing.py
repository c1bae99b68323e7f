"""Lists that stand fast: kinds, levels and ties of units, professions of a joint team, task lines, informants."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.errors import NotFound
from linli.kernel.org import roles
from linli.kernel.org.models import Area, Unit, UnitLink

Choice = tuple[str, "str | Promise"]

KIND_CHOICES: list[Choice] = list(Unit.Kind.choices)
LEVEL_CHOICES: list[Choice] = list(Unit.Level.choices)
TREE_CHOICES: list[Choice] = list(Unit.Tree.choices)
LINK_CHOICES: list[Choice] = list(UnitLink.Kind.choices)
AREA_CHOICES: list[Choice] = list(Area.Kind.choices)
GRID_TYPES: list[Choice] = list(Area.GridType.choices)
CRS_CHOICES: list[Choice] = list(Area.Crs.choices)
ROLE_CHOICES: list[Choice] = [(role.code, role.label) for role in roles.ROLES]


def get_link(link_id: int, *, unit: Unit) -> UnitLink:
    """A tie of ``unit``. Raises NotFound."""
    found = UnitLink.objects.select_related("unit", "other").filter(pk=link_id, unit=unit).first()
    if found is None:
        raise NotFound
    return found


PROFESSIONS: list[Choice] = [
    ("urban_management", _("城管执法")),
    ("police", _("公安")),
    ("market", _("市场监管")),
    ("safety", _("安全生产")),
    ("fire", _("消防")),
    ("greening", _("市容绿化")),
    ("water", _("水务环保")),
    ("housing", _("房屋管理")),
    ("traffic", _("交通管理")),
]
"""Professions of a joint team (001g-07 says nine without naming them; this list is ours and may be changed)."""

TASK_LINES: list[Choice] = [
    ("opinion", _("社情民意研判")),
    ("coordination", _("城市管理协调")),
    ("hotline", _("市民热线服务")),
    ("emergency", _("应急事务处置")),
    ("duty", _("值守应急")),
]
"""The five lines of work of a command centre (001g-08); a post of the centre says in its title which it does."""

INFORMANTS: list[Choice] = [
    ("urban_management", _("城市管理队员")),
    ("police", _("民警")),
    ("auxiliary", _("协管员")),
    ("unit", _("单位信息员")),
    ("property", _("物业人员")),
    ("resident", _("居民信息员")),
    ("volunteer", _("志愿者")),
]
"""Kinds of information officers (001g-22); the title of the post says which."""

TITLES: list[str | Promise] = [label for _code, label in (*PROFESSIONS, *TASK_LINES, *INFORMANTS)]
"""Offered when a post is given; any other title may be written."""
