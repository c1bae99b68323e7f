"""Reading cases. Every function that serves a person takes ``actor`` and shows only what they may see."""

from linli.domains.cases.queries.categories import limit_of
from linli.domains.cases.queries.seeing import CaseNotFound, get_case, has_unanswered_callers, may_see, steps_for

__all__ = ["CaseNotFound", "get_case", "has_unanswered_callers", "limit_of", "may_see", "steps_for"]
