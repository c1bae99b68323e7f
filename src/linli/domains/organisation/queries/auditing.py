"""For the audit administrator: who read personal data, what was changed and exported, whether the journal holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db import OperationalError, connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.organisation.queries import change_lines
from linli.domains.organisation.queries.change_lines import ChangeLine
from linli.kernel.errors import NotFound, Refused
from linli.kernel.flow import guarding
from linli.kernel.flow.guarding import Fault
from linli.kernel.flow.models import Anchor
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Change, Reading

PAGE = 50
MOST_FAULTS = 200
PATIENCE = "60s"
"""How long a page waits for the journal to be hashed again; a larger one is verified from the command line."""

FIELDS: dict[str, "str | Promise"] = {
    "name": gettext_lazy("姓名"),
    "phone": gettext_lazy("电话"),
    "email": gettext_lazy("邮箱"),
    "phone_search": gettext_lazy("按电话查找"),
}
FAULTS: dict[str, "str | Promise"] = {
    "entry_missing": gettext_lazy("记录缺失"),
    "chain_broken": gettext_lazy("链条断裂"),
    "content_changed": gettext_lazy("内容被改"),
    "state_apart_from_journal": gettext_lazy("状态与日志不符"),
    "file_not_in_journal": gettext_lazy("文件不在日志中"),
}


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


def readings(*, actor: Actor, at: datetime, reader: str = "", before: int | None = None) -> list[ReadingLine]:
    """A page of readings, newest first; in the subtree the audit administrator is over. Raises NotFound."""
    _require(actor, "read_readings", at)
    rows = Reading.objects.select_related("reader")
    if reader.strip():
        rows = rows.filter(reader__name__icontains=reader.strip())
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [
        ReadingLine(
            row.pk, row.reader.name, str(row.actor_id)[-8:], str(FIELDS.get(row.field, row.field)), row.purpose, row.at
        )
        for row in rows.order_by("-id")[:PAGE]
    ]


def changes(
    *, actor: Actor, at: datetime, verb: str = "", by: str = "", before: int | None = None
) -> Sequence[ChangeLine]:
    """A page of the change log, newest first. Raises NotFound."""
    _require(actor, "read_changes", at)
    rows = Change.objects.all()
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
