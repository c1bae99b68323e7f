"""What a listing asks of its hazard before it may end."""

from linli.kernel.flow.models import Matter

RECHECKED = ("rechecked", "struck_off")


def is_rechecked(matter: Matter) -> bool:
    """Whether the hazard that ``matter`` (a listing) stands under has passed its recheck."""
    return Matter.objects.filter(pk=matter.parent_id, state__in=RECHECKED).exists()
