"""What the worker does for duties every few seconds: find what was missed, close what nobody answered."""

from django.utils import timezone

from linli.kernel.duties.commands import missing


def miss() -> bool:
    """Turn what is over into missed; true when there may be more."""
    at = timezone.now()
    missing.lapse_swaps(at=at)
    return missing.miss_due(at=at) >= missing.AT_ONCE
