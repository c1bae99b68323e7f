"""What a menu is. The menu itself is a table of ``linli.config``, handed over at start."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu.

    roles  who sees it; empty means everybody with a post
    count  name of the live count shown beside it, or ""
    key    second key after ``g`` that goes there
    """

    label: Text
    url_name: str
    icon: str
    roles: frozenset[str] = frozenset()
    count: str = ""
    key: str = ""

    def url(self) -> str:
        """Its address, or "" while no page of that name exists."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""


@dataclass(frozen=True, slots=True)
class Group:
    label: Text
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as shown: its address is known and the post may use it."""

    label: Text
    url: str
    icon: str
    count: str
    key: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Block:
    label: Text
    lines: tuple[Line, ...]


def blocks_for(groups: tuple[Group, ...], *, role: str, path: str) -> tuple[Block, ...]:
    """The groups that ``role`` has something in; the longest address that ``path`` begins with is current."""
    shown = [(group, [(entry, entry.url()) for entry in group.entries if _is_for(entry, role)]) for group in groups]
    current = max((url for _, lines in shown for _, url in lines if url and path.startswith(url)), key=len, default="")
    blocks = (
        Block(group.label, tuple(_line(entry, url, current) for entry, url in lines if url)) for group, lines in shown
    )
    return tuple(block for block in blocks if block.lines)


def _is_for(entry: Entry, role: str) -> bool:
    return bool(role) and (not entry.roles or role in entry.roles)


def _line(entry: Entry, url: str, current: str) -> Line:
    return Line(entry.label, url, entry.icon, entry.count, entry.key, url == current)
