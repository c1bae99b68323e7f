"""May this be stamped? The same look for residents and at the desk, and the list to print."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.domains.lists.queries import seal_lookup, seal_reach
from linli.domains.lists.queries.seal_lookup import LONGEST
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.neighbourhood import chosen_committee
from linli.web.pages import is_piece, page

MOST_COMMON = 12
CERTIFICATE = "证明"


@require_GET
def look(request: HttpRequest) -> HttpResponse:
    """Residents ask in their own words; the answer is one statement away."""
    place = _place(request)
    asked, code = _asked(request)
    answer = seal_lookup.answer_for(asked, code, units=place.units) if asked or code else None
    common = _never_issued(place) if answer is None else []
    return page(
        request, "lists/seal/resident.html", place=place, asked=asked, answer=answer, common=common,
        phone=place.phone, places=_chips(request), most=LONGEST, off_list=seal_lookup.off_list_words(),
    )  # fmt: skip


@require_GET
def whole_list(request: HttpRequest) -> HttpResponse:
    """The whole list on a page, to read and to print."""
    place = _place(request)
    return page(
        request, "lists/seal/resident_list.html", place=place, groups=_groups(_whole(place)), phone=place.phone,
        places=_chips(request), off_list=seal_lookup.off_list_words(),
    )  # fmt: skip


@require_GET
def look_at_desk(request: ActorRequest) -> HttpResponse:
    """The same at the desk, with the way to ask for the stamp."""
    unit = seal_reach.looking_unit(request.actor, request.post)
    units = seal_lookup.places_of(unit) if unit is not None else []
    asked, code = _asked(request)
    answer = seal_lookup.answer_for(asked, code, units=units) if asked or code else None
    may_ask = seal_reach.asking_unit(request.actor, request.post) is not None
    template = "lists/seal/_answer.html" if is_piece(request) else "lists/seal/look.html"
    return page(
        request, template, asked=asked, answer=answer, may_ask=may_ask, most=LONGEST, at_desk=True,
        groups=[] if is_piece(request) or answer else _groups(seal_lookup.whole_list(units=units)),
        off_list=seal_lookup.off_list_words(),
    )  # fmt: skip


def _asked(request: HttpRequest) -> tuple[str, str]:
    return request.GET.get("word", "").strip()[:LONGEST], request.GET.get("line", "").strip()[:32]


def _place(request: HttpRequest) -> seal_lookup.Place:
    return seal_lookup.place_for(chosen_committee(request), whole(request.GET.get("district", "")))


def _never_issued(place: seal_lookup.Place) -> list[seal_lookup.Line]:
    """The certificates people ask for most and no committee issues; each once, wherever several lists say it."""
    denied = (line for line in seal_lookup.whole_list(units=place.units) if line.is_denied)
    once = {line.title: line for line in denied if CERTIFICATE in line.title}
    return list(once.values())[:MOST_COMMON]


def _whole(place: seal_lookup.Place) -> list[seal_lookup.Line]:
    """The list of one place; of several districts at once it would only confuse."""
    return seal_lookup.whole_list(units=place.units) if place.name else []


def _chips(request: HttpRequest) -> lists.ChipGroup | None:
    found = seal_lookup.districts()
    if len(found) < 2:
        return None
    return lists.chips(request, "district", [(str(key), name) for key, name in found], label=_("地区"))


def _groups(lines: list[seal_lookup.Line]) -> list[tuple[str, str, list[seal_lookup.Line]]]:
    """(look, label, lines): what may be stamped, under conditions, not at all."""
    labels = {"yes": _("可以盖章"), "if": _("符合条件可以盖章"), "no": _("不能盖章")}
    found = [(look, label, [line for line in lines if line.look == look]) for look, label in labels.items()]
    return [group for group in found if group[2]]
