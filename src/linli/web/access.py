"""Which routes may be used without signing in, and which by guests. The tables are in ``linli.config.public``.

Everything else asks who it is, and then the view whether it is theirs.
"""

from collections.abc import Iterable, Sequence

from linli.kernel.org.queries.units import node_of
from linli.kernel.org.scope import Held

GUEST_TREE = "zone"
"""Somebody all of whose posts are over units of this tree works for a member of a federation, not for the street."""
_public: set[str] = set()
_for_guests: set[str] = set()


def connect(names: Iterable[str], *, for_guests: Iterable[str] = ()) -> None:
    """``names``, ``for_guests``: url names (``cases:report``), or a namespace and a star (``resident:*``)."""
    _public.clear()
    _public.update(names)
    _for_guests.clear()
    _for_guests.update(for_guests)


def is_public(view_name: str) -> bool:
    return _stands_in(_public, view_name)


def is_guest(posts: Sequence[Held]) -> bool:
    """True for members of a federation who sign in: they are shown its pages and nothing else of the desk."""
    return bool(posts) and all(node_of(held.over_id).tree == GUEST_TREE for held in posts)


def is_for_guests(view_name: str) -> bool:
    return is_public(view_name) or _stands_in(_for_guests, view_name)


def public_names() -> frozenset[str]:
    return frozenset(_public)


def _stands_in(names: set[str], view_name: str) -> bool:
    namespace = view_name.rpartition(":")[0]
    return view_name in names or f"{namespace}:*" in names
