"""A request whose ``actor`` and ``post`` the middleware has filled in."""

from django.http import HttpRequest

from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held


class ActorRequest(HttpRequest):
    """``actor`` is who asks; ``post`` is the one they work from now, or None (residents, people without a post)."""

    actor: Actor
    post: Held | None
