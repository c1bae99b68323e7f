"""Reading cases. Every function that serves a person takes ``actor`` and shows only what they may see."""

from linli.domains.cases.queries.categories import limit_of
from linli.domains.cases.queries.following import code_for
from linli.domains.cases.queries.mandating import about
from linli.domains.cases.queries.proving import erased, words_apart
from linli.domains.cases.queries.seeing import (
    CallerToTell,
    CaseNotFound,
    callers_of,
    get_case,
    has_unanswered_callers,
    may_see,
    steps_for,
)

__all__ = [
    "CallerToTell",
    "CaseNotFound",
    "about",
    "callers_of",
    "code_for",
    "erased",
    "get_case",
    "has_unanswered_callers",
    "limit_of",
    "may_see",
    "steps_for",
    "words_apart",
]
