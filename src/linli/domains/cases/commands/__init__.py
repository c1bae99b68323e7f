"""Everything that can be done to a case. One function per verb; ``act`` is the entrance for pages and programs."""

from linli.domains.cases.commands.acting import Given, act
from linli.domains.cases.commands.arriving import arrive
from linli.domains.cases.commands.centre import record_clock_urge
from linli.domains.cases.commands.children import (
    act_on_child,
    call_liaison,
    call_off_children,
    carry_out_ask,
    end_children,
    raise_major,
    time_liaison_answer,
)
from linli.domains.cases.commands.clients import FACES, KeyRefused, issue_key, revoke_key
from linli.domains.cases.commands.erasing import erase_words
from linli.domains.cases.commands.reporting import (
    Caller,
    KnownNumberRefused,
    Report,
    ReportRefused,
    Taken,
    checked,
    report,
)
from linli.kernel.flow.commands import GivenFile, StaleStepRefused, StepRefused
from linli.kernel.flow.refusals import ResentDifferentlyRefused

__all__ = [
    "FACES",
    "Caller",
    "Given",
    "GivenFile",
    "KeyRefused",
    "KnownNumberRefused",
    "Report",
    "ReportRefused",
    "ResentDifferentlyRefused",
    "StaleStepRefused",
    "StepRefused",
    "Taken",
    "act",
    "act_on_child",
    "arrive",
    "call_liaison",
    "call_off_children",
    "carry_out_ask",
    "checked",
    "end_children",
    "erase_words",
    "issue_key",
    "raise_major",
    "record_clock_urge",
    "report",
    "revoke_key",
    "time_liaison_answer",
]
