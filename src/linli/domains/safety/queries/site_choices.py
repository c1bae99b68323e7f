"""What forms on sites offer: kinds by group, people and units of the territory."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.domains.safety.models import Colour, PostDuty, Responsibility, RiskPoint, SafetyObject
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Post, Unit
from linli.kernel.org.roles import BY_CODE
from linli.kernel.registry import queries as registry
from linli.kernel.registry.models import Site
from linli.kernel.registry.refusals import SiteNotFound

GROUPS = {
    "small": _("九小场所"), "building": _("楼宇与居住"), "public": _("公共与人员密集场所"), "business": _("生产经营"),
    "infrastructure": _("设施与隐患点"), "point": _("点位"),
}  # fmt: skip
KEEPERS = ("grid_officer", "grid_head", "grid_deputy", "committee_worker", "committee_head", "patroller")
MOST = 300


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be named. ``key`` of the actor."""

    key: str
    words: str


def kinds_by_group() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices of a select, group by group."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for kind in registry.kinds():
        groups.setdefault(kind.group, []).append((kind.code, kind.name))
    return [(str(GROUPS.get(group, group)), kinds) for group, kinds in groups.items()]


def kept_site(code: str, *, actor: Actor) -> Site:
    """The site, for who keeps sites there; for everybody else there is none to change. Raises SiteNotFound."""
    site = registry.get_site(code, actor=actor)
    if not registry.may_keep(actor, site.unit_id):
        raise SiteNotFound
    return site


def keepers(site: Site, *, at: datetime) -> list[Person]:
    """Members of the grid and of the units above it, up to the committee's."""
    chain = org.node_of(site.unit_id).chain[:3]
    posts = _posts(at).filter(over_id__in=chain, role__in=KEEPERS)
    return _people(posts)


def units_for(site: Site) -> list[tuple[str, str]]:
    """Units that may hold a responsibility there: those above it, offices and teams of its street, departments."""
    node = org.node_of(site.unit_id)
    home = org.node_of(node.home_id)
    above = [org.node_of(unit_id) for unit_id in node.chain]
    near = Unit.objects.filter(parent_id__in=[home.id, home.parent_id], valid_to=None).exclude(tree="territorial")
    beside = near.exclude(tree="zone").order_by("path").values_list("id", "name")[:MOST]
    return [*((str(one.id), one.name) for one in above), *((str(key), name) for key, name in beside)]


def people_in(unit_id: int, *, at: datetime) -> list[Person]:
    """Staff with a post in a unit itself."""
    return _people(_posts(at).filter(unit_id=unit_id))


def people_for(site: Site, *, at: datetime) -> list[Person]:
    """Staff with a post in one of ``units_for``, with their unit."""
    keys = [int(key) for key, _name in units_for(site)]
    return _people(_posts(at).filter(unit_id__in=keys), with_unit=True)


def _posts(at: datetime) -> QuerySet[Post]:
    today = timezone.localdate(at)
    in_force = Post.objects.filter(since__lte=today).exclude(until__lte=today)
    return in_force.filter(actor__kind=Actor.Kind.STAFF).select_related("actor", "unit").order_by("unit__path", "id")


def _people(posts: QuerySet[Post], *, with_unit: bool = False) -> list[Person]:
    found: dict[str, Person] = {}
    for post in posts[:MOST]:
        title = post.title or str(BY_CODE[post.role].label if post.role in BY_CODE else post.role)
        words = f"{post.actor.name} · {title}" + (f" · {post.unit.name}" if with_unit else "")
        found.setdefault(str(post.actor_id), Person(str(post.actor_id), words))
    return list(found.values())


TARGETS = tuple(SafetyObject.Target.choices)
COLOURS = tuple(Colour.choices)
METHODS = tuple(RiskPoint.Method.choices)
CONTROLS = tuple(RiskPoint.Control.choices)
SIDES = tuple(PostDuty.Side.choices)
RESPONSIBILITIES = tuple(Responsibility.Kind.choices)
