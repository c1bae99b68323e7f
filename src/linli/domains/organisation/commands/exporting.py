"""Taking rows out of the platform: who took how many of what, and why, is kept beside every other change."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.errors import Refused
from linli.kernel.org.commands.changes import keep
from linli.kernel.org.models import Actor


def keep_export(what: str, rows: int, *, reason: str, actor: Actor, at: datetime) -> None:
    """Note an export before it is handed out. Raises Refused without a reason."""
    if len(reason.strip()) < 2:
        raise Refused(_("请写明导出理由，导出会被记录。"), field="reason")
    keep(actor, "export", actor=actor, at=at, reason=reason.strip()[:400], changes={"what": what, "rows": rows})


def watermark(actor: Actor, at: datetime, reason: str) -> tuple[str]:
    """The last line of an export: who took it, when and why."""
    when = timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    return (_("%(who)s 于 %(when)s 导出，理由:%(why)s") % {"who": actor.name, "when": when, "why": reason},)
