"""Finding cases: by number, words or address; by caller only with a reason that is kept."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from linli.domains.cases.commands import reading
from linli.domains.cases.queries import searching
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web.pages import page


@require_GET
def search(request: ActorRequest) -> HttpResponse:
    text = request.GET.get("q", "")
    found = searching.search(text, request.actor, request.post)
    return page(request, "cases/staff/search.html", found=found, rows=found.rows, text=text, has_asked=bool(text))


@require_POST
def callers(request: ActorRequest) -> HttpResponse:
    """Cases reported by the person with a telephone number; the number is never shown or put into an address."""
    given = {"phone": request.POST.get("phone", ""), "purpose": request.POST.get("purpose", "")}
    try:
        rows = reading.find_callers(**given, actor=request.actor, post=request.post, at=timezone.now())
    except Refused as refusal:
        return page(
            request, "cases/staff/search.html", status=422, rows=[], text="", refusal=str(refusal), given=given,
        )  # fmt: skip
    return page(request, "cases/staff/search.html", rows=rows, text="", has_asked=True, given=given)
