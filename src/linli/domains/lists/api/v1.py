"""Published lists for programs: what residents may read, without a key. An unchanged answer costs no second reading."""

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.http import conditional_page
from ninja import Query, Router
from ninja.decorators import decorate_view
from pydantic import StringConstraints

from linli.domains.lists.queries import open_reading
from linli.domains.lists.queries.open_reading import ItemHit, ItemLines, KindOfList, PublishedItem, PublishedLists
from linli.web.api import OPEN_PROBLEMS, speak
from linli.web.rates import Rate, client_address, use

router = Router(tags=["published lists"], auth=None)
ROUTERS: tuple[Router, ...] = (router,)

READING = Rate("api_lists", 240, 60)
"""So many answers a minute for one network address."""
Number = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,32}$")]
Last = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{0,32}$")]
Unit = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{0,40}$")]
Words = Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00-\x1f]*$")]
Limit = Annotated[int, Query(ge=1, le=200)]
UNCHANGED: dict[str, Any] = {"responses": {304: {"description": "Unchanged since the answer with this ETag."}}}


def read(address: str, shape: Any, name: str) -> Callable[[Any], Any]:
    """A reading without a key, with an ETag."""

    def register(view: Any) -> Any:
        counted = decorate_view(conditional_page)(view)
        return router.get(address, response={200: shape, **OPEN_PROBLEMS}, url_name=name, openapi_extra=UNCHANGED)(
            counted
        )

    return register


def _begin(request: HttpRequest) -> None:
    speak(request)
    use(READING, client_address(request), at=timezone.now())


@read("/lists/kinds", list[KindOfList], "list_kinds")
def list_kinds(request: HttpRequest) -> list[KindOfList]:
    """The kinds of lists that are open to residents."""
    _begin(request)
    return open_reading.kinds(at=timezone.now())


@read("/lists/search", list[ItemHit], "search_lists")
def search_lists(
    request: HttpRequest,
    q: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f]*$")],
    unit: Unit = "",
) -> list[ItemHit]:
    """Items by their number or words, the best first; two characters suffice. ``unit``: only there and below."""
    _begin(request)
    return open_reading.search(q, unit=unit, at=timezone.now())


@read("/lists/items/{code}", PublishedItem, "list_item")
def list_item(request: HttpRequest, code: Number) -> PublishedItem:
    """One item as it is in force: what, who, how, and on what it rests."""
    _begin(request)
    return open_reading.item(code, at=timezone.now())


@read("/lists", PublishedLists, "published_lists")
def published_lists(
    request: HttpRequest, kind: Last = "", unit: Unit = "", after: Last = "", limit: Limit = 50
) -> PublishedLists:
    """Published lists with the version in force, by their number. ``unit``: of that unit and those below it."""
    _begin(request)
    return open_reading.lists(kind=kind, unit=unit, after=after, limit=limit, at=timezone.now())


@read("/lists/{code}/items", ItemLines, "list_items")
def list_items(
    request: HttpRequest, code: Number, q: Words = "", heading: Words = "", after: Last = "", limit: Limit = 50
) -> ItemLines:
    """The items of a list in the version in force. ``after``: number of the last item of the page before."""
    _begin(request)
    return open_reading.items(code, words=q, heading=heading, after=after, limit=limit, at=timezone.now())
