"""What a listing asks of its hazard before it may end."""

from linli.kernel.flow.models import Matter

RECHECKED = ("rechecked", "struck_off")


def is_rechecked(matter: Matter) -> bool:
    """Whether the hazard that ``matter`` (a listing) stands under has passed its recheck."""
    above = matter.parent_id
    return above is not None and Matter.objects.filter(pk=above, state__in=RECHECKED).exists()
