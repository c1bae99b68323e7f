"""Rules as people say them: every Monday, the 1st and 15th, every second Friday of the month. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from linli.kernel.duties.rules import RuleRefused

EVERY = {
    "daily": gettext_lazy("每天"),
    "days": gettext_lazy("每隔几天"),
    "weekly": gettext_lazy("每周的几天"),
    "half_monthly": gettext_lazy("每月两次"),
    "monthly": gettext_lazy("每月某日"),
    "monthly_nth": gettext_lazy("每月第几个星期几"),
    "quarterly": gettext_lazy("每季度"),
    "months": gettext_lazy("每隔几个月"),
}
"""What the form offers."""

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = -1


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule in the words of its form.

    every     code of ``EVERY``
    interval  every so many days, weeks or months
    weekdays  0 Monday … 6 Sunday; for monthly_nth exactly one
    days      days of the month, -1 the last; half_monthly two, monthly, quarterly and months one
    nth       1–4, or -1 for the last
    """

    every: str
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    nth: int = 1

    @property
    def rule(self) -> str:
        """Raises RuleRefused for what is missing or cannot be, beside its field."""
        return _WRITERS[self.every](self) if self.every in _WRITERS else _unknown()


def _unknown() -> str:
    raise RuleRefused(_("请选择多久一次。"), field="every")


def _interval(pattern: Pattern, most: int) -> int:
    if not 1 <= pattern.interval <= most:
        raise RuleRefused(_("间隔应在1到%(most)d之间。") % {"most": most}, field="interval")
    return pattern.interval


def _weekdays(pattern: Pattern, *, only_one: bool = False) -> str:
    chosen = sorted(set(pattern.weekdays))
    if not chosen or not all(0 <= one <= 6 for one in chosen):
        raise RuleRefused(_("请选择星期几。"), field="weekdays")
    if only_one and len(chosen) > 1:
        raise RuleRefused(_("这里只能选一个星期几。"), field="weekdays")
    return ",".join(WEEKDAYS[one] for one in chosen)


def _days(pattern: Pattern, count: int) -> str:
    chosen = sorted(set(pattern.days), key=lambda day: (day < 0, day))
    if len(chosen) != count or not all(1 <= day <= 31 or day == LAST for day in chosen):
        raise RuleRefused(_("请选择%(count)d个日子。") % {"count": count}, field="days")
    return ",".join(str(day) for day in chosen)


def _with_interval(often: str, interval: int, rest: str = "") -> str:
    return f"FREQ={often}" + (f";INTERVAL={interval}" if interval > 1 else "") + rest


def _weekly(pattern: Pattern) -> str:
    return _with_interval("WEEKLY", _interval(pattern, 12), f";BYDAY={_weekdays(pattern)}")


def _nth(pattern: Pattern) -> str:
    if pattern.nth not in (1, 2, 3, 4, LAST):
        raise RuleRefused(_("请选择第几个。"), field="nth")
    weekday = _weekdays(pattern, only_one=True)
    return _with_interval("MONTHLY", _interval(pattern, 24), f";BYDAY={pattern.nth}{weekday}")


_WRITERS: dict[str, Callable[[Pattern], str]] = {
    "daily": lambda pattern: "FREQ=DAILY",
    "days": lambda pattern: _with_interval("DAILY", _interval(pattern, 180)),
    "weekly": _weekly,
    "half_monthly": lambda pattern: f"FREQ=MONTHLY;BYMONTHDAY={_days(pattern, 2)}",
    "monthly": lambda pattern: f"FREQ=MONTHLY;BYMONTHDAY={_days(pattern, 1)}",
    "monthly_nth": _nth,
    "quarterly": lambda pattern: f"FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY={_days(pattern, 1)}",
    "months": lambda pattern: _with_interval("MONTHLY", _interval(pattern, 24), f";BYMONTHDAY={_days(pattern, 1)}"),
}

_NTH = re.compile(r"(-?\d)([A-Z]{2})")


def read(rule: str) -> Pattern | None:
    """The pattern that makes ``rule``; None when the form has no words for it (a rule from elsewhere)."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    often, interval = parts.pop("FREQ"), int(parts.pop("INTERVAL", "1"))
    parts.pop("WKST", "")
    if often == "DAILY" and not parts:
        return Pattern("days" if interval > 1 else "daily", interval)
    if often == "WEEKLY" and parts.keys() == {"BYDAY"} and not re.search(r"\d", parts["BYDAY"]):
        return Pattern("weekly", interval, weekdays=tuple(WEEKDAYS.index(one) for one in parts["BYDAY"].split(",")))
    if often == "MONTHLY" and parts.keys() == {"BYMONTHDAY"}:
        return _monthly(interval, tuple(int(day) for day in parts["BYMONTHDAY"].split(",")))
    if often == "MONTHLY" and parts.keys() == {"BYDAY"} and (found := _NTH.fullmatch(parts["BYDAY"])):
        return Pattern("monthly_nth", interval, weekdays=(WEEKDAYS.index(found[2]),), nth=int(found[1]))
    return None


def _monthly(interval: int, chosen: tuple[int, ...]) -> Pattern | None:
    if len(chosen) == 2 and interval == 1:
        return Pattern("half_monthly", days=chosen)
    if len(chosen) != 1:
        return None
    every = {1: "monthly", 3: "quarterly"}.get(interval, "months")
    return Pattern(every, interval, days=chosen)


def weekday_name(weekday: int) -> str:
    """0 → 一, Mon."""
    return (
        pgettext("weekday", "一"), pgettext("weekday", "二"), pgettext("weekday", "三"), pgettext("weekday", "四"),
        pgettext("weekday", "五"), pgettext("weekday", "六"), pgettext("weekday", "日"),
    )[weekday]  # fmt: skip


def nth_name(nth: int) -> str:
    return {1: _("第一个"), 2: _("第二个"), 3: _("第三个"), 4: _("第四个"), LAST: _("最后一个")}[nth]


def day_name(day: int) -> str:
    return _("最后一天") if day == LAST else _("%(day)d日") % {"day": day}


def words(rule: str, *, opens: time, closes: time, working_days_only: bool = False) -> str:
    """A duty's time as people say it: 每周一、三、五 09:00–11:00."""
    pattern = read(rule)
    text = _said(pattern) if pattern else rule
    span = f"{opens:%H:%M}–{closes:%H:%M}" if closes > opens else _("%(opens)s–次日%(closes)s") % {
        "opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"
    }  # fmt: skip
    if working_days_only:
        return _("%(days)s（只在工作日）%(span)s") % {"days": text, "span": span}
    return f"{text} {span}"


def _said(pattern: Pattern) -> str:
    facts = {
        "n": pattern.interval,
        "weekdays": _("、").join(weekday_name(one) for one in sorted(pattern.weekdays)),
        "days": _("、").join(day_name(day) for day in pattern.days),
        "nth": nth_name(pattern.nth) if pattern.every == "monthly_nth" else "",
    }
    return _sentence(pattern) % facts


def _sentence(pattern: Pattern) -> str:
    once = {
        "daily": _("每天"),
        "weekly": _("每周%(weekdays)s"),
        "half_monthly": _("每月%(days)s"),
        "monthly": _("每月%(days)s"),
        "quarterly": _("每季度%(days)s（从起始月算起）"),
        "monthly_nth": _("每月%(nth)s星期%(weekdays)s"),
    }
    repeated = {
        "days": _("每%(n)d天一次"),
        "weekly": _("每%(n)d周的星期%(weekdays)s"),
        "months": _("每%(n)d个月的%(days)s"),
        "monthly_nth": _("每%(n)d个月的%(nth)s星期%(weekdays)s"),
    }
    if pattern.interval > 1 and pattern.every in repeated:
        return repeated[pattern.every]
    return once[pattern.every]


def default(on: date) -> Pattern:
    """What an empty form begins with: every week on the weekday of ``on``."""
    return Pattern("weekly", weekdays=(on.weekday(),))
