"""The frame of residents' pages: which committee is theirs on this device, and where a map begins."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from linli.domains.cases.queries import community
from linli.domains.cases.queries.community import Community
from linli.web.neighbourhood import COOKIE, chosen_committee
from linli.web.pages import page

A_YEAR = 365 * 24 * 3600


def own_community(request: HttpRequest) -> Community | None:
    """The committee chosen on this device."""
    chosen = chosen_committee(request)
    return community.community(chosen) if chosen is not None else None


def choose(response: HttpResponse, committee: int) -> None:
    """Remember a committee on this device."""
    response.set_cookie(
        COOKIE, str(committee), max_age=A_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def resident_page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """``page()`` with the committee's number on top, for elder mode."""
    own = own_community(request)
    return page(request, template, status=status, own=own, phone=own.phone if own else "", **context)


def map_start(request: HttpRequest, *, district: str = "") -> dict[str, str]:
    """Where a map begins: with the district asked for, at one's own committee, else with everything."""
    own = None if district else own_community(request)
    centre = community.centre_of(own.id) if own else None
    if centre:
        return {"lon": f"{centre[0]:.5f}", "lat": f"{centre[1]:.5f}", "zoom": "15", "bounds": ""}
    return {"lon": "", "lat": "", "zoom": "", "bounds": community.bounds(district)}
