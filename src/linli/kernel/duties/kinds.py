"""Kinds of duties: what they are called, who may set them, which evidence they want unless the plan says otherwise."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """rights  any of which, held over the unit, lets somebody set and change duties of this kind
    wants     evidence wanted unless the plan says otherwise
    grace_minutes  how long after its window it still counts, as late *(default)*
    """

    code: str
    label: str | Promise
    rights: tuple[str, ...] = ("plan_patrols",)
    wants: tuple[str, ...] = ()
    grace_minutes: int = 60


KINDS: tuple[Kind, ...] = (
    Kind("patrol", _("巡查"), wants=("code",)),
    Kind("inspection", _("安全检查"), wants=("photo",), grace_minutes=1440),
    Kind("building_log", _("楼宇日常巡逻"), wants=("note",), grace_minutes=240),
    Kind("watch", _("值守"), wants=("note",)),
    Kind("visit", _("走访"), wants=("note",), grace_minutes=1440),
    Kind("contact", _("定期联系"), ("plan_patrols", "convene"), ("note",), 2880),
    Kind("drill", _("应急演练"), ("plan_patrols", "keep_sites"), ("photo", "note"), 2880),
    Kind("meeting", _("例会"), ("convene",), (), 10080),
    Kind("other", _("其他定期工作"), wants=("note",)),
)

BY_CODE: dict[str, Kind] = {kind.code: kind for kind in KINDS}

WANTS: dict[str, str | Promise] = {
    "photo": _("照片"),
    "code": _("到点扫码"),
    "position": _("到点定位"),
    "note": _("文字记录"),
}
"""Evidence that a duty may want."""

ON_THE_SPOT = frozenset(("code", "position"))
"""What only a patrol or an inspection shows, never words from a desk."""
