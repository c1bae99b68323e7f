"""Taking a list out of the system: bounded, for a reason, with a watermark, and kept in the book."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.cases.models import Export
from linli.domains.cases.queries import exporting
from linli.domains.cases.queries.filtering import Filter
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.errors import Refused
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held

KINDS: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportRefused(Refused):
    """The list may not leave like that; ``field`` names the input to mend."""


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    content: bytes
    content_type: str


@transaction.atomic
def export(asked: Filter, *, tab: str, kind: str, reason: str, actor: Actor, post: Held | None, at: datetime) -> Sheet:
    """The list of ``tab`` narrowed by ``asked`` as a file, every text neutralised. Raises ExportRefused."""
    words = reason.strip()
    if not 2 <= len(words) <= 200:
        raise ExportRefused(_("请写明导出用途(2 到 200 字)，导出会记录。"), field="reason")
    if kind not in KINDS:
        raise ExportRefused(_("请选择文件格式。"), field="kind")
    keys = exporting.keys_for(actor, post, asked, tab=tab, at=at)
    if len(keys) > exporting.MOST_ROWS:
        raise ExportRefused(_("超过 %(most)d 行，请先缩小筛选范围。") % {"most": exporting.MOST_ROWS})
    kept = Export(actor=actor, made_at=at, reason=words, query=f"tab={tab}&{asked.query()}"[:600], kind=kind)
    kept.rows = len(keys)
    kept.digest = b""
    kept.save(force_insert=True)
    content = write_rows(
        exporting.headers(), chain([[_watermark(kept)]], exporting.lines(keys)), kind=_kind(kind), title=_("案件")
    )
    kept.digest = hashlib.sha256(content).digest()
    kept.save(update_fields=["digest"])
    day = timezone.localtime(at).strftime("%Y%m%d-%H%M")
    return Sheet(f"linli-{day}-{kept.pk}.{kind}", content, KINDS[kind])


def _kind(kind: str) -> Literal["csv", "xlsx"]:
    return "xlsx" if kind == "xlsx" else "csv"


def _watermark(kept: Export) -> str:
    """The line that says whose copy this is."""
    return _("%(who)s 于 %(when)s 导出 %(rows)d 行，用途：%(why)s，导出编号 %(no)d") % {
        "who": kept.actor.name,
        "when": timezone.localtime(kept.made_at).strftime("%Y-%m-%d %H:%M"),
        "rows": kept.rows,
        "why": kept.reason,
        "no": kept.pk,
    }
