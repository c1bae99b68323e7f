"""Who the phone belongs to, in the phone's own words."""

from datetime import datetime

from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor
from linli.kernel.org.roles import BY_CODE


def me(actor: Actor, at: datetime) -> dict[str, object]:
    """Name and posts as the phone keeps them; nothing else of a person."""
    posts = [
        {
            "id": held.id, "role": held.role, "role_label": str(BY_CODE[held.role].label),
            "unit": directory().unit(held.unit_id).name, "unit_id": held.unit_id, "over_id": held.over_id,
        }
        for held in org.posts_of(actor, at)
    ]  # fmt: skip
    return {"id": actor.pk, "name": actor.name, "posts": posts}
