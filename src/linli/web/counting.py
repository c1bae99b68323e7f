"""Live numbers of the frame: every domain tells its own, one answer holds them all."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from linli.kernel.org.http import ActorRequest
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held

Counter = Callable[[Actor, Held | None, datetime], Mapping[str, int]]

_counters: list[Counter] = []


def connect(counters: Iterable[Counter]) -> None:
    """Remember who counts what; replaces those connected before. Names are those of menu entries and of tabs."""
    _counters[:] = counters


@require_GET
def counts(request: ActorRequest) -> JsonResponse:
    """Numbers of the menu and of the tabs for whoever asks, by name."""
    now = timezone.now()
    found: dict[str, int] = {}
    for counter in _counters:
        found |= counter(request.actor, request.post, now)
    return JsonResponse(found)
