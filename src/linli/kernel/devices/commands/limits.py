"""How far phones' clocks are taken at their word: list data, changed from a day on and never rewritten."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.devices.models import ClockLimit
from linli.kernel.devices.punctuality import USUAL
from linli.kernel.devices.refusals import DeviceRefused
from linli.kernel.org.commands.changes import keep, require
from linli.kernel.org.models import Actor

RIGHT = "edit_lists"
DRIFT_AT_MOST = 3600
DELAY_AT_MOST = 30 * 86_400
USUAL_FROM = date(2020, 1, 1)


def load_usual() -> bool:
    """The usual limits for all commands, unless some are there; whether they were put in."""
    _row, is_new = ClockLimit.objects.get_or_create(
        name="", valid_from=USUAL_FROM,
        defaults={"drift_s": USUAL.drift_s, "delay_s": USUAL.delay_s, "source": "default", "confidence": "default"},
    )  # fmt: skip
    return is_new


@transaction.atomic
def set_limit(
    *, name: str, drift_s: int, delay_s: int, valid_from: date, source: str, actor: Actor, at: datetime
) -> ClockLimit:
    """Limits for commands that begin with ``name`` ("" for all) from a day on; the same day again corrects it.

    Raises DeviceRefused, RightRefused.
    """
    require(actor, RIGHT, None, at)
    if not 1 <= drift_s <= DRIFT_AT_MOST:
        raise DeviceRefused(_("时钟误差应在 1 到 %(most)d 秒之间。") % {"most": DRIFT_AT_MOST}, field="drift_s")
    if not 60 <= delay_s <= DELAY_AT_MOST:
        raise DeviceRefused(_("补传时限应在 1 分钟到 30 天之间。"), field="delay_s")
    if not source.strip():
        raise DeviceRefused(_("请写明依据。"), field="source")
    if valid_from < timezone.localdate(at):
        raise DeviceRefused(_("只能从今天或以后起施行；以前的已经按原来的时限判过。"), field="valid_from")
    row, _is_new = ClockLimit.objects.update_or_create(
        name=name.strip()[:60], valid_from=valid_from,
        defaults={"drift_s": drift_s, "delay_s": delay_s, "source": source.strip()[:200], "confidence": "local"},
    )  # fmt: skip
    keep(row, "set_clock_limit", actor=actor, at=at, reason=source.strip()[:200],
         changes={"name": row.name, "drift_s": drift_s, "delay_s": delay_s, "valid_from": str(valid_from)})  # fmt: skip
    return row
