"""For the audit administrator: who read personal data, what was changed and exported, whether the journal holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.organisation.queries import change_lines, charge
from linli.domains.organisation.queries.change_lines import ChangeLine
from linli.kernel.errors import NotFound, Refused
from linli.kernel.flow import guarding
from linli.kernel.flow.guarding import Fault
from linli.kernel.flow.models import Anchor
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Change, Reading

PAGE = 50
EXPORT_PAGE = 2000
MOST_EXPORTED = 50_000
"""Rows of one export; more than that is asked for in shorter periods."""
MOST_FAULTS = 200
PATIENCE = "60s"
"""How long a page waits for the journal to be hashed again; a larger one is verified from the command line."""

FIELDS: dict[str, "str | Promise"] = {
    "name": gettext_lazy("姓名"),
    "phone": gettext_lazy("电话"),
    "email": gettext_lazy("邮箱"),
    "words": gettext_lazy("原文"),
    "phone_search": gettext_lazy("按电话查找"),
    "track": gettext_lazy("巡查轨迹"),
}
FAULTS: dict[str, "str | Promise"] = {
    "entry_missing": gettext_lazy("记录缺失"),
    "chain_broken": gettext_lazy("链条断裂"),
    "content_changed": gettext_lazy("内容被改"),
    "state_apart_from_journal": gettext_lazy("状态与日志不符"),
    "words_changed": gettext_lazy("反映内容或位置被改"),
    "anchor_not_met": gettext_lazy("与锚点不符"),
    "anchor_forged": gettext_lazy("锚点签名不符"),
    "anchor_key_missing": gettext_lazy("签锚点的密钥已不在 LINLI_KEYS 中，无法核对"),
    "file_not_in_journal": gettext_lazy("文件不在日志中"),
    "balance_apart_from_lines": gettext_lazy("余额与分录不符"),
    "booking_not_balanced": gettext_lazy("一笔账收支不平"),
    "list_version_changed": gettext_lazy("清单版本被改"),
    "task_without_mandate": gettext_lazy("下派任务没有清单依据"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which readings: of readers whose name holds ``reader``, from the day ``since`` to the day ``until``, both in."""

    reader: str = ""
    since: date | None = None
    until: date | None = None


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """Somebody saw a field of somebody in plain; whose it was is told by a key, never by name."""

    id: int
    reader: str
    whose: str
    field: str
    purpose: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AnchorLine:
    on: date
    matters: int
    entries: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found: words and where; nothing when the journal is as it was written."""

    faults: tuple[tuple[str, str], ...]

    @property
    def is_whole(self) -> bool:
        return not self.faults


def readings(
    *, actor: Actor, at: datetime, wanted: Wanted = EVERYTHING, before: int | None = None, most: int = PAGE
) -> list[ReadingLine]:
    """A page of readings by people of the subtree ``actor`` audits, newest first. Raises NotFound."""
    rows = _readings(actor, at, wanted).select_related("reader")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_reading(row) for row in rows.order_by("-id")[:most]]


def all_readings(*, actor: Actor, at: datetime, wanted: Wanted) -> list[ReadingLine]:
    """Everything ``wanted``, fetched page by page. Raises NotFound, Refused (more than a file holds)."""
    found: list[ReadingLine] = []
    before = None
    while rows := readings(actor=actor, at=at, wanted=wanted, before=before, most=EXPORT_PAGE):
        found += rows
        before = rows[-1].id
        if len(found) > MOST_EXPORTED:
            raise Refused(_("一次最多导出%(most)s条，请缩短起止日期。") % {"most": f"{MOST_EXPORTED:,}"}, field="until")
    return found


def count_readings(*, actor: Actor, at: datetime, wanted: Wanted) -> int:
    """How many rows an export of ``wanted`` would hold. Raises NotFound."""
    return _readings(actor, at, wanted).count()


def _readings(actor: Actor, at: datetime, wanted: Wanted) -> QuerySet[Reading]:
    scope = charge.charge_of(actor, "read_readings", at=at)
    mine = charge.people(scope, person="reader")
    rows = Reading.objects.filter(mine | charge.without_post(person="reader") if charge.is_whole(scope) else mine)
    if wanted.reader.strip():
        rows = rows.filter(reader__name__icontains=wanted.reader.strip())
    if wanted.since is not None:
        rows = rows.filter(at__gte=timezone.make_aware(datetime.combine(wanted.since, time.min)))
    if wanted.until is not None:
        rows = rows.filter(at__lte=timezone.make_aware(datetime.combine(wanted.until, time.max)))
    return rows


def _reading(row: Reading) -> ReadingLine:
    field = str(FIELDS.get(row.field, row.field))
    return ReadingLine(row.pk, row.reader.name, str(row.actor_id)[-8:], field, row.purpose, row.at)


def changes(
    *, actor: Actor, at: datetime, verb: str = "", by: str = "", before: int | None = None
) -> Sequence[ChangeLine]:
    """A page of the change log, newest first: what people of the audited subtree did, and what was done to it.

    Raises NotFound.
    """
    scope = charge.charge_of(actor, "read_changes", at=at)
    mine = charge.people(scope, person="actor") | charge.subjects(scope)
    rows = Change.objects.filter(mine | charge.without_post(person="actor") if charge.is_whole(scope) else mine)
    if verb:
        rows = rows.filter(verb=verb)
    if by.strip():
        rows = rows.filter(actor__name__icontains=by.strip())
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return change_lines.lines_of(rows, most=PAGE)


def anchors(*, actor: Actor, at: datetime) -> list[AnchorLine]:
    """The last signed states of the journal. Raises NotFound."""
    _require(actor, "verify_journal", at)
    rows = Anchor.objects.order_by("-on")[:30]
    return [AnchorLine(row.on, row.matters, row.entries, row.made_at) for row in rows]


def verify(*, actor: Actor, at: datetime) -> Verified:
    """Hash the journal again, at most 200 faults. Raises NotFound, Refused (too large for a page)."""
    _require(actor, "verify_journal", at)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("select set_config('statement_timeout', %s, true)", [PATIENCE])
            found = list(islice(guarding.faults(), MOST_FAULTS))
    except OperationalError as cut_off:
        raise Refused(_("日志太大，请在服务器上运行 linli verify。")) from cut_off
    return Verified(tuple(_worded(fault) for fault in found))


def _worded(fault: Fault) -> tuple[str, str]:
    return str(FAULTS.get(fault.what, fault.what)), fault.where


def _require(actor: Actor, right: str, at: datetime) -> None:
    if org.holds_right(actor, right, at=at) is None:
        raise NotFound
