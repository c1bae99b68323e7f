"""The frame around a page: menu, posts to choose from, bell, theme. Read before the template is rendered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from linli.kernel.org import queries as org
from linli.kernel.org import roles
from linli.kernel.org.models import Actor
from linli.kernel.org.queries.units import node_of
from linli.kernel.org.scope import Held
from linli.web import access, menu

THEMES = ("auto", "light", "dark")
ELDER_SIZES = ("1", "2", "3")

_menu: list[menu.Group] = []
_links: dict[str, str] = {}
_unread: list[Callable[[Actor], int]] = []


def connect(
    *, groups: tuple[menu.Group, ...], links: Mapping[str, str], unread: Callable[[Actor], int] | None = None
) -> None:
    """Take the tables of ``linli.config``.

    links   names the frame uses → url names (``search``, ``live``, ``counts``, ``bell``, ``sign_in``, ``sign_out``,
            ``profile``, ``resident_home``); those without a page are left out
    unread  how many notices an actor has not read
    """
    _menu[:] = groups
    _links.clear()
    _links.update(links)
    _unread[:] = [unread] if unread else []


@dataclass(frozen=True, slots=True)
class PostChoice:
    """A post the person may work from."""

    id: int
    title: str
    unit: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything ``base_desk.html`` and ``base_resident.html`` show beside the page itself."""

    actor: Actor | None
    posts: tuple[PostChoice, ...]
    post: PostChoice | None
    blocks: tuple[menu.Block, ...]
    links: Mapping[str, str]
    unread: int
    theme: str
    elder: str
    base_map: Mapping[str, Any] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        """Counts are kept up to date for somebody signed in, once there is a page that gives them."""
        return self.actor is not None and "counts" in self.links


def shell_for(request: HttpRequest) -> Shell:
    """The frame for this request; without a person signed in it asks the database nothing."""
    actor: Actor | None = getattr(request, "actor", None)
    held: Held | None = getattr(request, "post", None)
    posts = _choices(actor, held) if actor is not None else ()
    return Shell(
        actor=actor,
        posts=posts,
        post=next((choice for choice in posts if choice.is_current), None),
        blocks=menu.blocks_for(_menu_for(actor), role=held.role if held else "", path=request.path),
        links=_links_for(actor),
        unread=_unread[0](actor) if actor is not None and _unread else 0,
        theme=_one_of(request.COOKIES.get("linli_theme", ""), THEMES, "auto"),
        elder=_one_of(request.COOKIES.get("linli_elder", ""), ELDER_SIZES, ""),
        base_map=settings.BASE_MAP,
    )


def _is_guest(actor: Actor | None) -> bool:
    return actor is not None and access.is_guest(org.posts_of(actor, timezone.now()))


def _links_for(actor: Actor | None) -> dict[str, str]:
    found = _links_that_exist()
    return {n: url for n, url in found.items() if access.is_for_guests(_links[n])} if _is_guest(actor) else found


def _menu_for(actor: Actor | None) -> tuple[menu.Group, ...]:
    """The whole menu, or for a guest the entries whose pages are for guests."""
    if not _is_guest(actor):
        return tuple(_menu)
    return tuple(
        menu.Group(group.label, tuple(entry for entry in group.entries if access.is_for_guests(entry.url_name)))
        for group in _menu
    )


def link(name: str) -> str:
    """The address of one of the frame's links, or "/"."""
    return _links_that_exist().get(name, "/")


def label_of(held: Held) -> str:
    """What a post is called: its own title, else the name of its role."""
    role = roles.BY_CODE.get(held.role)
    return held.title or str(role.label if role else held.role)


def _choices(actor: Actor, current: Held | None) -> tuple[PostChoice, ...]:
    here = current.id if current else 0
    return tuple(
        PostChoice(held.id, label_of(held), node_of(held.unit_id).name, held.id == here)
        for held in org.posts_of(actor, timezone.now())
    )


def _links_that_exist() -> dict[str, str]:
    urls = {name: menu.Entry("", url_name, "").url() for name, url_name in _links.items()}
    return {name: url for name, url in urls.items() if url}


def _one_of(value: str, allowed: tuple[str, ...], otherwise: str) -> str:
    return value if value in allowed else otherwise
