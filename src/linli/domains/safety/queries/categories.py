"""The categories hazards are counted by: the groups of the check items, and one for everything else."""

from linli.domains.safety.models import CheckItem

OTHER = "其他"


def groups() -> list[str]:
    """Names of the groups in the order of the list, the rest last; one query."""
    rows = CheckItem.objects.order_by("position", "code").values_list("group", flat=True)
    return [*dict.fromkeys(rows), OTHER]


def choices() -> list[tuple[str, str]]:
    return [(group, group) for group in groups()]


def is_known(group: str) -> bool:
    return group == OTHER or CheckItem.objects.filter(group=group).exists()
