"""What was picked in a form of a federation, as rows; a key that was not offered gives nothing."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from linli.domains.safety.models import Member
from linli.kernel.errors import Refused
from linli.kernel.org.models import Actor, Unit
from linli.kernel.registry.models import Site

POSTS = list(Member.Post.choices)


def unit_of(key: str, *, among: Sequence[tuple[str, str]]) -> Unit | None:
    """The unit if it was among those offered."""
    return Unit.objects.filter(pk=int(key)).first() if key in {offered for offered, _name in among} else None


def site_of(key: str) -> Site:
    """Raises Refused."""
    found = Site.objects.select_related("unit", "kind").filter(pk=wanted).first() if (wanted := _uuid(key)) else None
    if found is None:
        raise Refused(_("请选择楼宇或商场。"), field="site")
    return found


def person_of(key: str) -> Actor | None:
    return Actor.objects.filter(pk=wanted, kind=Actor.Kind.STAFF).first() if (wanted := _uuid(key)) else None


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None
