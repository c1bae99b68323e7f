"""What can be done with duties: set, change, end; make ahead, miss; record as done; stand in, swap, be away."""

from linli.kernel.duties.commands.feeds import forget_feed, renew_feed
from linli.kernel.duties.commands.leaving import ask_leave, grant_leave, refuse_leave, withdraw_leave
from linli.kernel.duties.commands.making import make_ahead
from linli.kernel.duties.commands.missing import lapse_swaps, miss_due
from linli.kernel.duties.commands.recording import OccurrenceRefused, excuse, record_done, restore
from linli.kernel.duties.commands.setting import Draft, change, end_duty, set_duty
from linli.kernel.duties.commands.standing_in import (
    SwapRefused,
    agree_swap,
    ask_swap,
    decline_swap,
    substitute,
    withdraw_swap,
)
from linli.kernel.duties.commands.summing_up import report_missed
from linli.kernel.duties.eligibility import NotTheirsRefused, PlanRefused
from linli.kernel.duties.overlaps import OverlapRefused
from linli.kernel.duties.rules import RuleRefused

__all__ = [
    "Draft",
    "NotTheirsRefused",
    "OccurrenceRefused",
    "OverlapRefused",
    "PlanRefused",
    "RuleRefused",
    "SwapRefused",
    "agree_swap",
    "ask_leave",
    "ask_swap",
    "change",
    "decline_swap",
    "end_duty",
    "excuse",
    "forget_feed",
    "grant_leave",
    "lapse_swaps",
    "make_ahead",
    "miss_due",
    "record_done",
    "refuse_leave",
    "renew_feed",
    "report_missed",
    "restore",
    "set_duty",
    "substitute",
    "withdraw_leave",
    "withdraw_swap",
]
