"""Which routes may be used without signing in. The table is ``linli.config.public``; everything else asks who it is."""

from collections.abc import Iterable

_public: set[str] = set()


def connect(names: Iterable[str]) -> None:
    """``names``: url names (``cases:report``), or a namespace and a star (``resident:*``)."""
    _public.clear()
    _public.update(names)


def is_public(view_name: str) -> bool:
    namespace = view_name.rpartition(":")[0]
    return view_name in _public or f"{namespace}:*" in _public


def public_names() -> frozenset[str]:
    return frozenset(_public)
