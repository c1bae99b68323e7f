"""What a page asks before it listens to live updates."""

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.kernel.org.live import topic_of_actor, topic_of_unit
from linli.web import tickets


@require_GET
def ticket(request: ActorRequest) -> JsonResponse:
    """Where this page may listen, for the next minutes; an empty address means: ask for counts now and then."""
    posts = org.posts_of(request.actor, timezone.now())
    units = sorted({held.unit_id for held in posts})
    topics = [topic_of_actor(request.actor.pk), *map(topic_of_unit, units)]
    return JsonResponse({"url": tickets.address(request, topics), "seconds": tickets.SECONDS})
