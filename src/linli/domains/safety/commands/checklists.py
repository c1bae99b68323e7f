"""What is looked at during inspections: the shipped items in, an own item added, one ended with a reason."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import CheckItem
from linli.domains.safety.queries import checklists
from linli.kernel.errors import Refused
from linli.kernel.flow.commands import StepRefused
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.registry.models import SiteKind
from linli.kernel.text import clean

ROLES = ("list_keeper", "safety_officer")
SINCE = date(2020, 1, 1)
"""First day of the shipped items."""
JOIN = "；"
SHIPPED = "check_items.csv"
TEXTS = ("group", "text", "basis", "method", "angle", "grade", "category", "source", "confidence")


class ChecklistRefused(Refused):
    """The item cannot be put on the list like this; ``field`` names what to mend."""


def shipped() -> list[dict[str, str]]:
    """The rows of the items that come with the product."""
    text = (files("linli.packs") / "safety" / SHIPPED).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


@transaction.atomic
def load(rows: Iterable[Mapping[str, str]] | None = None) -> int:
    """Take in items whose code is not known yet, with their kinds; what a street ended or added stays. How many."""
    known = set(CheckItem.objects.values_list("code", flat=True))
    kinds = {kind.code: kind for kind in SiteKind.objects.all()}
    fresh = 0
    for position, row in enumerate(shipped() if rows is None else rows):
        if row["code"] in known:
            continue
        item = CheckItem.objects.create(
            code=row["code"], days=int(row["days"]), position=position, valid_from=SINCE,
            **{name: row[name] for name in TEXTS},
        )  # fmt: skip
        item.kinds.set([kinds[code] for code in row["kinds"].split(JOIN) if code in kinds])
        fresh += 1
    return fresh


@dataclass(frozen=True, slots=True)
class NewItem:
    """kinds  codes of the kinds of sites it is for; none: all. ``days``: how long putting it right usually takes"""

    group: str
    text: str
    kinds: Sequence[str] = ()
    basis: str = ""
    method: str = ""
    angle: str = ""
    grade: str = "general"
    days: int = 7
    reason: str = ""


@transaction.atomic
def add(given: NewItem, *, actor: Actor, at: datetime) -> CheckItem:
    """Put an own item on the list from today. Raises ChecklistRefused, StepRefused."""
    _require(actor, at)
    if not given.reason.strip():
        raise ChecklistRefused(_("请写明理由。"), field="reason")
    if not given.text.strip() or not given.group.strip():
        raise ChecklistRefused(_("请写明检查内容和类别。"), field="text")
    if given.grade not in checklists.GRADES or not 1 <= given.days <= 365:
        raise ChecklistRefused(_("请填写 1 到 365 天的整改期限和通常等级。"), field="days")
    kinds = list(SiteKind.objects.filter(pk__in=given.kinds))
    if len(kinds) != len(set(given.kinds)):
        raise ChecklistRefused(_("没有这一类场所。"), field="kinds")
    number = CheckItem.objects.filter(code__startswith="BD").count() + 1
    item = CheckItem.objects.create(
        code=f"BD{number:03d}", group=clean(given.group, 40), text=clean(given.text, 200),
        basis=clean(given.basis, 200), method=clean(given.method, 200), angle=clean(given.angle, 120),
        grade=given.grade, days=given.days, position=1000 + number, valid_from=timezone.localdate(at),
        source=clean(f"本地增加：{given.reason}", 200), confidence="local",
    )  # fmt: skip
    item.kinds.set(kinds)
    return item


@transaction.atomic
def end(code: str, *, reason: str, actor: Actor, at: datetime) -> CheckItem:
    """Take an item off the list from today; what was found by it stays. Raises ChecklistRefused, StepRefused."""
    _require(actor, at)
    if not reason.strip():
        raise ChecklistRefused(_("请写明理由。"), field="reason")
    item = CheckItem.objects.select_for_update().filter(code=code, valid_to=None).first()
    if item is None:
        raise ChecklistRefused(_("没有这一检查项，或已停用。"))
    item.valid_to = max(timezone.localdate(at), item.valid_from)
    item.source = clean(f"{item.source}；停用：{reason}"[:200], 200)
    item.save(update_fields=["valid_to", "source"])
    return item


def _require(actor: Actor, at: datetime) -> None:
    if not any(held.role in ROLES for held in org.posts_of(actor, at)):
        raise StepRefused(_("检查清单由清单管理员和安全专管员维护。"))
