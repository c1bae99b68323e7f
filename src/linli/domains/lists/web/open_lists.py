"""Published lists for residents; they answer without a sign-in."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.domains.lists.queries import open_lists, seal_lookup
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.neighbourhood import chosen_committee
from linli.web.pages import page

LONGEST = 60


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The lists published where one lives, and a search through all of them."""
    place = seal_lookup.place_for(chosen_committee(request), whole(request.GET.get("district", "")))
    find = request.GET.get("find", "").strip()[:LONGEST]
    found = open_lists.found_in(place, find) if find else None
    shown = [] if found else open_lists.lists_for(place, at=timezone.now())
    return page(
        request, "lists/open/home.html", place=place, phone=place.phone, find=find, found=found, lists=shown,
        places=_places(request), most=LONGEST,
    )  # fmt: skip


def _places(request: HttpRequest) -> lists.ChipGroup | None:
    districts = [(str(key), name) for key, name in seal_lookup.districts()]
    if len(districts) < 2:
        return None
    return lists.chips(request, "district", districts, label=_("地区"))


@require_GET
def one_list(request: HttpRequest, code: str) -> HttpResponse:
    find = request.GET.get("find", "").strip()[:LONGEST]
    found = open_lists.open_list(code, find, at=timezone.now())
    return page(request, "lists/open/list.html", found=found, find=find, most=LONGEST)


@require_GET
def one_item(request: HttpRequest, code: str) -> HttpResponse:
    return page(request, "lists/open/item.html", found=open_lists.open_item(code, at=timezone.now()))
