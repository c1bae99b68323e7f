"""Times and spans in words, in Shanghai time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)
WARN_AT = 0.8


def when(moment: datetime | date | None) -> str:
    """``2026-11-22 14:05``; a date without a time; a dash for None."""
    if moment is None:
        return "—"
    if isinstance(moment, datetime):
        return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
    return moment.strftime("%Y-%m-%d")


def when_day(moment: datetime | date | None) -> str:
    """As ``when``, with the weekday: for planning."""
    if moment is None:
        return "—"
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    words = local.strftime("%Y-%m-%d ") + str(WEEKDAYS[local.weekday()])
    return f"{words} {local:%H:%M}" if isinstance(local, datetime) else words


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """``3 分钟前``; a full date once it is more than a week ago."""
    if moment is None:
        return "—"
    past = (now or timezone.now()) - moment
    if past < timedelta(minutes=1):
        return _("刚刚")
    if past > timedelta(days=7):
        return when(moment)
    return _("%(span)s前") % {"span": span(past, parts=1)}


def span(length: timedelta, *, parts: int = 2) -> str:
    """``2 小时 10 分``: at most ``parts`` units, the largest first, rounded down to whole minutes."""
    minutes = int(abs(length.total_seconds()) // 60)
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    words = []
    if days:
        words.append(ngettext("%(n)d 天", "%(n)d 天", days) % {"n": days})
    if hours:
        words.append(ngettext("%(n)d 小时", "%(n)d 小时", hours) % {"n": hours})
    if minutes:
        words.append(ngettext("%(n)d 分钟", "%(n)d 分钟", minutes) % {"n": minutes})
    return " ".join(words[:parts]) or _("不到 1 分钟")


@dataclass(frozen=True, slots=True)
class Face:
    """A clock as shown: ``look`` is ok, warn, late, held, done or none; ``share`` of the limit used, 0–1."""

    look: str
    words: str
    icon: str
    share: float


_ICONS = {
    "ok": "clock",
    "warn": "alarm",
    "late": "alert-triangle",
    "held": "clock-pause",
    "done": "check",
    "none": "minus",
}


def face(
    due: datetime | None,
    *,
    start: datetime | None = None,
    now: datetime | None = None,
    is_held: bool = False,
    stopped: datetime | None = None,
) -> Face:
    """How a limit stands at ``now``.

    start    when the clock began; without it the bar shows the last day before ``due``
    is_held  paused: the words say so and nothing counts down
    stopped  when it was met or missed for good
    """
    if due is None:
        return _face("none", _("无时限"), 0.0)
    if is_held:
        return _face("held", _("已挂账"), _share(start, due, now or timezone.now()))
    end = stopped or now or timezone.now()
    share = _share(start, due, end)
    if stopped is not None:
        return _face("done", _("按时"), share) if stopped <= due else _face("late", _late_words(stopped - due), 1.0)
    if end >= due:
        return _face("late", _late_words(end - due), 1.0)
    return _face("warn" if share >= WARN_AT else "ok", _("剩 %(span)s") % {"span": span(due - end)}, share)


def _late_words(late: timedelta) -> str:
    return _("已超 %(span)s") % {"span": span(late)}


def _face(look: str, words: str, share: float) -> Face:
    return Face(look, words, _ICONS[look], share)


def _share(start: datetime | None, due: datetime, now: datetime) -> float:
    begun = start or due - timedelta(days=1)
    whole = (due - begun).total_seconds()
    return min(1.0, max(0.0, (now - begun).total_seconds() / whole)) if whole > 0 else 1.0
