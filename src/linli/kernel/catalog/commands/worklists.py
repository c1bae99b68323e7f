"""Work lists: opened, published version by version; what stands on a binding list is admitted with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from linli.kernel.catalog.models import Admission, ListKind, ListVersion, Wording, WorkItem, WorkList
from linli.kernel.errors import Refused
from linli.kernel.org.models import Actor, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
Action = Literal["add", "alter", "retire"]


class ListRefused(Refused):
    """The list may not be changed in this way."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an item is to say: the fields of ``Wording`` that people write."""

    title: str
    heading: str = ""
    keywords: Sequence[str] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)
    position: int = 0
    source: str = ""
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One change within a version. ``admits`` False: standing on the list does not yet let an added item be asked."""

    action: Action
    item: WorkItem | None = None
    said: Said | None = None
    admits: bool = True


@transaction.atomic
def set_kinds(rows: Iterable[Mapping[str, Any]]) -> None:
    """Take in the kinds of lists; what a kind is called and shows may change, its prefix and bearer may not."""
    for row in rows:
        ListKind.objects.update_or_create(code=row["code"], defaults={k: v for k, v in row.items() if k != "code"})


def open_list(kind: ListKind, unit: Unit, *, name: str, at: datetime, part: str = "") -> WorkList:
    """The list of ``kind`` of ``unit``, made when it is not there yet.

    part  tells apart several lists of one kind in one unit, e.g. the four of a village cadre
    """
    code = f"{kind.prefix}{_short(unit)}{part}"
    made, _is_new = WorkList.objects.get_or_create(
        code=code, defaults={"kind": kind, "unit": unit, "name": name[:80], "opened_at": at}
    )
    return made


def _short(unit: Unit) -> str:
    """What stands for ``unit`` in the numbers of its lists: its division code without the zeros of lower levels."""
    code = unit.division_code
    while code.endswith("000"):
        code = code[:-3]
    return code or unit.code[:14]


@transaction.atomic
def publish_list(
    worklist: WorkList, changes: Sequence[ItemChange], *, valid_from: date, reason: str, actor: Actor, at: datetime,
    proposal: UUID | None = None,
) -> tuple[ListVersion, list[WorkItem]]:  # fmt: skip
    """Make the next version: the one before with ``changes``. Returns it and the item of each change, in their order.

    valid_from  not before that of the version before; the same day is allowed, later days are too
    Added items of a binding kind are admitted for the list's unit from that day; those of retired ones end with it.
    Raises ListRefused.
    """
    held = WorkList.objects.select_for_update().select_related("kind", "unit").get(pk=worklist.pk)
    if not changes:
        raise ListRefused(_("没有任何改动。"))
    last = held.versions.order_by("-no").first()
    if last is not None and valid_from < last.valid_from:
        raise ListRefused(_("生效日期不能早于上一版的%(day)s。") % {"day": last.valid_from}, field="valid_from")
    version = ListVersion.objects.create(
        worklist=held, no=last.no + 1 if last else 1, valid_from=valid_from, reason=reason[:400], proposal=proposal,
        published_at=at, published_by=actor,
    )  # fmt: skip
    items = _numbered(held, changes)
    _end_wordings(held, version, [item for c, item in zip(changes, items, strict=True) if c.action != "add"])
    Wording.objects.bulk_create(
        [_wording(held, version, item, c.said) for c, item in zip(changes, items, strict=True) if c.said is not None],
        batch_size=500,
    )
    version.is_sealed = True
    version.save(update_fields=["is_sealed"])
    version.refresh_from_db()
    _follow_with_admissions(held, version, changes, items, actor=actor, at=at)
    return version, items


def _numbered(held: WorkList, changes: Sequence[ItemChange]) -> list[WorkItem]:
    """The item of each change; new ones get the next serials of the list."""
    for change in changes:
        if (change.action == "add") != (change.item is None) or (change.action == "retire") != (change.said is None):
            raise ValueError(change)
    wanted = sum(change.item is None for change in changes)
    WorkList.objects.filter(pk=held.pk).update(last_serial=F("last_serial") + wanted)
    fresh = iter(
        WorkItem.objects.bulk_create(
            [
                WorkItem(worklist=held, serial=serial, code=f"{held.code}-{serial:04}")
                for serial in range(held.last_serial + 1, held.last_serial + 1 + wanted)
            ],
            batch_size=500,
        )
    )
    return [change.item or next(fresh) for change in changes]


def _end_wordings(held: WorkList, version: ListVersion, items: Sequence[WorkItem]) -> None:
    ended = Wording.objects.filter(worklist=held, item__in=items, until_no=None).update(until_no=version.no)
    if ended != len({item.pk for item in items}):
        raise ListRefused(_("有的条目已不在清单上，或不属于这份清单，请重新核对。"))


def _wording(held: WorkList, version: ListVersion, item: WorkItem, said: Said) -> Wording:
    return Wording(
        item=item, worklist=held, since_no=version.no, position=said.position or item.serial,
        heading=said.heading[:60], title=said.title.strip()[:120], keywords=[word[:40] for word in said.keywords],
        terms=dict(said.terms), source=said.source[:200], confidence=said.confidence[:10],
    )  # fmt: skip


def _follow_with_admissions(
    held: WorkList, version: ListVersion, changes: Sequence[ItemChange], items: Sequence[WorkItem], *, actor: Actor,
    at: datetime,
) -> None:  # fmt: skip
    retired = [item.pk for c, item in zip(changes, items, strict=True) if c.action == "retire"]
    midnight = datetime.combine(version.valid_from, time(), SHANGHAI)
    Admission.objects.filter(item__in=retired, ended_at=None).update(
        ended_at=max(at, midnight), ended_by=actor, end_reason=_("条目退出清单")
    )
    if held.kind.is_binding:
        Admission.objects.bulk_create(
            [
                Admission(
                    item=item, unit=held.unit, kind=Admission.Kind.LISTED, valid_from=version.valid_from,
                    decision=version.proposal, made_by=actor, made_at=at,
                )
                for c, item in zip(changes, items, strict=True)
                if c.action == "add" and c.admits
            ],
            batch_size=500,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about asking an item of a unit. ``amount_fen`` moves with it."""

    unit: Unit
    kind: str
    valid_from: date
    valid_to: date | None = None
    conditions: str = ""
    amount_fen: int = 0
    decision: UUID | None = None


def admit(item: WorkItem | None, decided: Decided, *, actor: Actor, at: datetime, title: str = "") -> Admission:
    """Let ``item`` be asked of ``decided.unit`` and those below it; no item and a ``title``: an emergency, for days.

    Raises ListRefused when the same already stands, or when dates do not fit.
    """
    if decided.valid_to is not None and decided.valid_to <= decided.valid_from:
        raise ListRefused(_("有效期的结束须晚于开始。"), field="valid_to")
    if item is not None and Admission.objects.filter(
        item=item, unit=decided.unit, kind=decided.kind, valid_from=decided.valid_from, ended_at=None
    ).exists():  # fmt: skip
        raise ListRefused(_("这一事项已准入。"))
    return Admission.objects.create(
        item=item, unit=decided.unit, kind=decided.kind, title=title[:120], valid_from=decided.valid_from,
        valid_to=decided.valid_to, conditions=decided.conditions[:400], amount_fen=decided.amount_fen,
        decision=decided.decision, made_by=actor, made_at=at,
    )  # fmt: skip


def end_admission(admission: Admission, *, actor: Actor, at: datetime, reason: str) -> None:
    """From ``at`` on it may not be asked any more. Waits for tasks that are passing at this moment."""
    if not reason.strip():
        raise ListRefused(_("请写明理由。"), field="reason")
    ended = Admission.objects.filter(pk=admission.pk, ended_at=None).update(
        ended_at=at, ended_by=actor, end_reason=reason.strip()[:400]
    )
    if not ended:
        raise ListRefused(_("这项准入已经终止。"))
