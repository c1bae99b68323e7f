"""The platform itself as an actor: takes escalating steps, calls off children, archives."""

from uuid import UUID

from linli.kernel.org.models import Actor

SYSTEM_ID = UUID("00000000-0000-7000-8000-000000000001")


def system_actor() -> Actor:
    """The one system actor, made when first needed."""
    return Actor.objects.get_or_create(pk=SYSTEM_ID, defaults={"kind": "system", "name": "系统"})[0]
