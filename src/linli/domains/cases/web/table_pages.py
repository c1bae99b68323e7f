"""What the pages of tables share: who may read them, and files to take away."""

from django.http import HttpResponse

from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest

READERS = frozenset({
    "list_keeper", "duty_chief", "operator", "dispatcher", "supervisor", "appraiser", "leader", "unit_head", "liaison",
    "grid_head",
})  # fmt: skip
"""Roles that read the tables they work by; changing them needs a right of its own."""
KEEPERS = frozenset({"list_keeper"})
"""Who fills in the forms that change lists."""
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def only_readers(request: ActorRequest, roles: frozenset[str] = READERS) -> None:
    """For everybody without one of ``roles`` the page is not there."""
    if not any(held.role in roles for held in org.posts_of(request.actor)):
        raise NotFound


def download(content: bytes, *, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=TYPES[name.rsplit(".", 1)[1]],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )
