"""The supervision desk, its figures, and the chain of major information."""

from datetime import date

from django.http import HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from linli.domains.cases.queries import supervising
from linli.kernel.org.http import ActorRequest
from linli.web.pages import page


@require_GET
def desk(request: ActorRequest) -> HttpResponse:
    """What is late, what waits for an answer, and the figures of a period."""
    found = supervising.board(
        request.actor, request.post, at=timezone.now(), since=_day(request, "since"), until=_day(request, "until")
    )
    return page(request, "cases/staff/supervision.html", board=found)


@require_GET
def major(request: ActorRequest) -> HttpResponse:
    """All chains of major information, those on their way first."""
    found = supervising.chains(request.actor, request.post, at=timezone.now())
    return page(request, "cases/staff/major.html", chains=found)


def _day(request: ActorRequest, name: str) -> date | None:
    try:
        return parse_date(request.GET.get(name, ""))
    except ValueError:
        return None
