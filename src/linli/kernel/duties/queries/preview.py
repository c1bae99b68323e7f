"""What a plan would mean, before anything is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.kernel.duties import overlaps, patterns, rules
from linli.kernel.duties.commands.making import windows
from linli.kernel.duties.commands.setting import Draft
from linli.kernel.duties.models import Duty
from linli.kernel.duties.overlaps import Overlap
from linli.kernel.duties.rules import Window

SHOWN = 6
LOOK = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Preview:
    """The rule in words, the first windows, and what the holder has at the same times."""

    when: str
    windows: list[Window]
    overlaps: list[Overlap]


def preview(draft: Draft, *, at: datetime) -> Preview:
    """Raises RuleRefused for a rule that cannot be followed."""
    rule = rules.checked(draft.rule, starts_on=draft.starts_on)
    duty = Duty(
        rule=rule, starts_on=draft.starts_on, ends_on=draft.ends_on, opens=draft.opens, closes=draft.closes,
        grace_minutes=draft.grace_minutes or 0, working_days_only=draft.working_days_only,
    )  # fmt: skip
    found: list[Window] = []
    for window in windows(duty, first=draft.starts_on, until=draft.starts_on + LOOK):
        found.append(window)
        if len(found) == SHOWN:
            break
    spans = [(one.opens_at, one.closes_at) for one in found if one.closes_at > at]
    busy = overlaps.overlapping(draft.holder, spans) if draft.holder else []
    said = patterns.words(rule, opens=draft.opens, closes=draft.closes, working_days_only=draft.working_days_only)
    return Preview(said, found, busy)
