"""Take in a spreadsheet of sites: looked at first, then row by row; a second time changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.safety.commands import objects
from linli.domains.safety.commands.objects import Watched
from linli.domains.safety.models import SafetyObject
from linli.kernel.catalog.sheets import read_rows
from linli.kernel.errors import Refused
from linli.kernel.org.coordinates import SYSTEMS
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor
from linli.kernel.registry import commands as registry
from linli.kernel.registry.models import Site, SiteKind

MOST_ROWS = 2000
COLUMNS = ("编号", "名称", "类别", "地址", "经度", "纬度", "坐标系", "巡查对象", "人员密集", "运营单位", "行业")
NEEDED = ("编号", "名称", "类别", "经度", "纬度")
YES = frozenset(("是", "1", "y", "yes", "true"))


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sheet does, or would do. Rows with a problem are left out, the others are taken."""

    added: int
    altered: int
    same: int
    problems: tuple[Problem, ...]

    @property
    def rows(self) -> int:
        return self.added + self.altered + self.same + len(self.problems)


def preview(content: bytes, *, actor: Actor, at: datetime) -> Outcome:
    """What ``take`` would do; nothing of it stays. Raises SheetRefused."""
    with transaction.atomic():
        seen = _each(content, actor=actor, at=at)
        transaction.set_rollback(True)
    return seen


@transaction.atomic
def take(content: bytes, *, actor: Actor, at: datetime) -> Outcome:
    """Register the rows with new codes, amend those whose code is known. Raises SheetRefused."""
    return _each(content, actor=actor, at=at)


def _each(content: bytes, *, actor: Actor, at: datetime) -> Outcome:
    kinds = {name: code for code, name in SiteKind.objects.values_list("code", "name")}
    counts = {"added": 0, "altered": 0, "same": 0}
    problems: list[Problem] = []
    seen: set[str] = set()
    for row in read_rows(content, most_rows=MOST_ROWS, expects=NEEDED).rows:
        code = row.values.get("编号", "")
        try:
            if not code or code in seen or row.problem:
                raise Refused(row.problem or (_("表中编号重复。") if code else _("请填写编号，导入按编号对照。")))
            seen.add(code)
            with transaction.atomic():
                counts[_one(row.values, kinds, actor=actor, at=at)] += 1
        except Refused as refusal:
            problems.append(Problem(row.line, code, str(refusal)))
    return Outcome(counts["added"], counts["altered"], counts["same"], tuple(problems))


def _one(cells: Mapping[str, str], kinds: Mapping[str, str], *, actor: Actor, at: datetime) -> str:
    """added, altered or same."""
    kind = kinds.get(cells["类别"]) or (cells["类别"] if cells["类别"] in kinds.values() else "")
    if not kind:
        raise Refused(_("不认识的场所类别“%(code)s”。") % {"code": cells["类别"]})
    crs = (cells.get("坐标系") or "wgs84").lower().replace("-", "")
    if crs not in SYSTEMS:
        raise Refused(_("不认识的坐标系“%(crs)s”。") % {"crs": cells["坐标系"]})
    lon, lat = _degrees(cells, "经度"), _degrees(cells, "纬度")
    site = Site.objects.filter(code=cells["编号"]).first()
    if site is None:
        site = registry.register(
            kind, cells["名称"], lon, lat, crs=crs, address=cells.get("地址", ""), code=cells["编号"], actor=actor,
            at=at, key=new_key(), reason=_("表格导入"),
        )  # fmt: skip
        _watch(site, cells, actor=actor, at=at)
        return "added"
    registry.locked(site.pk, actor=actor, at=at)
    wanted = {"name": cells["名称"], "kind_id": kind, "address": cells.get("地址", "") or site.address}
    is_other = any(getattr(site, name) != value for name, value in wanted.items())
    if is_other:
        registry.amend(
            site.pk, name=wanted["name"], kind=kind, address=wanted["address"], reason=_("表格导入"), actor=actor, at=at
        )
    return "altered" if _watch(site, cells, actor=actor, at=at) or is_other else "same"


def _degrees(cells: Mapping[str, str], column: str) -> float:
    try:
        return float(cells[column])
    except ValueError:
        raise Refused(_("%(column)s不是数字。") % {"column": column}) from None


def _watch(site: Site, cells: Mapping[str, str], *, actor: Actor, at: datetime) -> bool:
    """Put it under safety management when a column says so; True when that changed something."""
    labels = {str(label): code for code, label in SafetyObject.Target.choices}
    target = labels.get(cells.get("巡查对象", ""), "")
    if cells.get("巡查对象") and not target:
        raise Refused(_("巡查对象应为：%(names)s。") % {"names": "、".join(labels)})
    is_crowded = cells.get("人员密集", "").lower() in YES
    operator, industry = cells.get("运营单位", ""), cells.get("行业", "")
    known = SafetyObject.objects.filter(pk=site.pk).first()
    if not (target or is_crowded or operator or industry):
        return False
    wanted: dict[str, Any] = {
        "target": target, "is_crowded": is_crowded, "operator": operator, "industry": industry,
    }  # fmt: skip
    if known and all(getattr(known, name) == value for name, value in wanted.items()):
        return False
    said = Watched(target=target, is_crowded=is_crowded, operator=operator, industry=industry)
    if known:
        said = replace(said, every_days=known.every_days, keeper=known.keeper_id, problems=known.problems)
    objects.watch(site.pk, said, actor=actor, at=at, reason=_("表格导入"))
    return True


def pattern() -> tuple[Sequence[str], list[list[str]]]:
    """Head and one line of an empty sheet."""
    return COLUMNS, [
        ["310105-XD-001", _("示例便利店"), _("小商店"), _("示例路1号"), "121.405", "31.210", "wgs84", "", "", "", ""]
    ]
