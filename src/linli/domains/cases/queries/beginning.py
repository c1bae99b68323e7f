"""What a report made at the desk or in the field takes from the post it is made from."""

from uuid import UUID

from linli.domains.cases.models import Case
from linli.domains.cases.queries.picking import DEPARTMENTS
from linli.domains.cases.queries.seeing import CaseNotFound, get_case
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held
from linli.kernel.org.tree import Node

FIELD = {"grid_officer", "grid_head", "grid_deputy", "handler", "informant", "patroller"}
SOURCES = {
    "grid_officer": "02", "grid_head": "02", "grid_deputy": "02", "committee_worker": "17", "informant": "18",
    "handler": "12", "leader": "05", "verifier": "01", "safety_officer": "01", "patroller": "19",
}  # fmt: skip
"""Role → code of the source of what it finds itself (001g-22, 001g-23)."""
TITLES = {
    "城市管理队员": "12", "协管员": "12", "特保队员": "12", "民警": "11", "单位信息员": "18", "物业人员": "18",
    "居民信息员": "03", "志愿者": "19",
}  # fmt: skip
"""Title of the post → source, where one role has people of many kinds: informants, patrollers (001g-22)."""
LEVELS = {"town": "centre", "centre": "centre", "grid": "grid", "unit": "unit", "": "centre"}
"""Level of the unit somebody works in → level of discovery (001g-37)."""
MOST_GRIDS = 400


def usual_kind(post: Held | None) -> str:
    """What somebody at this post usually writes down."""
    return "found" if post and post.role in FIELD else "call"


def role_of(post: Held | None) -> str:
    return post.role if post else ""


def source_of(post: Held | None) -> str:
    """The code of the source by the title of the post, where it says who is meant; else by the role."""
    return TITLES.get(post.title if post else "") or SOURCES.get(role_of(post), "15")


def level_of(post: Held | None) -> str:
    """Found at unit, grid or centre level, by the unit of the post."""
    return LEVELS.get(directory().unit(post.unit_id).level, "centre") if post else "unit"


def area_of(post: Held | None) -> int | None:
    """Where a report without a position belongs: the territory of the post."""
    return post.over_id if post else None


def lines(actor: Actor, post: Held | None) -> list[Node]:
    """Departments and lines of the district, for a finding on the work of one of them (001g-41)."""
    if post is None:
        return []
    units = directory()
    top = units.up(post.over_id)[-1]
    return [n for n in units.tree.below(top.path) if n.valid_to is None and n.kind in DEPARTMENTS]


def grids(actor: Actor) -> list[Node]:
    """Grids, committees and streets inside the actor's posts, the smallest first."""
    kinds = ("grid", "committee", "village", "street")
    units = directory()
    found = [n for path in org.covers(actor).paths for n in units.tree.below(path) if n.kind in kinds]
    return sorted((n for n in found if n.valid_to is None), key=lambda n: kinds.index(n.kind))[:MOST_GRIDS]


def key_of(text: str) -> UUID:
    """The id made when the form was first shown; a fresh one for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return new_key()


def page_after(number: str, *, actor: Actor) -> Case | None:
    """The case just taken in, when it lies within reach; a report may belong to another street."""
    try:
        return get_case(number, actor=actor)
    except CaseNotFound:
        return None
