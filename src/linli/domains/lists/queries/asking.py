"""For which unit somebody gives work."""

from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org import roles
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.scope import Held

RIGHT = "give_tasks"


def asker_of(actor: Actor, post: Held | None) -> Unit:
    """The unit for which ``actor`` gives work: that over which the post acted for has the right. Raises NotFound."""
    carries = post is not None and post.role in roles.having(RIGHT)
    held = post if carries else org.holds_right(actor, RIGHT)
    if held is None:
        raise NotFound
    return org.kept_unit(held.over_id)
