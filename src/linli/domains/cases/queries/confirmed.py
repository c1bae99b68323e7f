"""What people have confirmed about the category of cases, for ``linli train categories``."""

from collections.abc import Iterator

from linli.domains.cases.models import Case


def wordings() -> Iterator[tuple[str, str]]:
    """(words of the report, code) of every closed case with a category, newest first; no demonstration matters.

    A closed case's category has been looked at by those who filed, handled and closed it.
    """
    closed = Case.objects.filter(matter__closed_at__isnull=False, is_demo=False).exclude(category="")
    rows = closed.order_by("-matter__opened_at").values_list("description", "category")
    return iter(rows.iterator(chunk_size=2000))
