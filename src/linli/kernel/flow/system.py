"""The platform itself as an actor: takes escalating steps, calls off children, archives."""

from linli.kernel.org.keys import SYSTEM_ID
from linli.kernel.org.models import Actor

__all__ = ["SYSTEM_ID", "system_actor"]


def system_actor() -> Actor:
    """The one system actor, made when first needed."""
    return Actor.objects.get_or_create(pk=SYSTEM_ID, defaults={"kind": "system", "name": "系统"})[0]
