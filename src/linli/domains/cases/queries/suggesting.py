"""Categories offered to people who write a report."""

from linli.domains.cases.queries import categories, wording

WORTH_LOOKING = 4
"""Characters below which nothing sensible can be suggested."""


def for_residents(text: str) -> list[tuple[str, str]]:
    """(code, name) of the three most likely categories; choosing one is up to them."""
    if len(text.strip()) < WORTH_LOOKING:
        return []
    return [(code, wording.category(code)) for code in categories.suggested_for(text)]
