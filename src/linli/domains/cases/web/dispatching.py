"""The dispatch desk: queue and map side by side, loads beside them; drag, key or button to send."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from linli.domains.cases.commands import desk as commands
from linli.domains.cases.queries import areas, dispatching, filtering, get_case
from linli.domains.cases.web.chips import narrowing
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import address_of
from linli.web.pages import is_piece, page


@require_GET
def desk(request: ActorRequest) -> HttpResponse:
    return _show(request, "cases/staff/dispatch.html")


@require_POST
def send(request: ActorRequest) -> HttpResponse:
    """Send the ticked cases to a unit or a person."""
    return _send(request, list(dict.fromkeys(request.POST.getlist("case")))[:100])


@require_POST
def send_one(request: ActorRequest, number: str) -> HttpResponse:
    """Send one case where the rules say, by its own button, whatever else is ticked."""
    get_case(number, actor=request.actor)
    return _send(request, [number])


def _send(request: ActorRequest, numbers: list[str]) -> HttpResponse:
    """The desk again, with what became of each."""
    to, now = request.POST.get("member", ""), timezone.now()
    outcomes = [commands.send(number, to, actor=request.actor, at=now) for number in numbers]
    done = sum(outcome.is_done for outcome in outcomes)
    told = ngettext("已派出 %(n)d 件。", "已派出 %(n)d 件。", done) % {"n": done} if done else ""
    refused = [outcome for outcome in outcomes if not outcome.is_done]
    if told and not refused and not is_piece(request):
        messages.success(request, told)
        return redirect("cases:dispatch_desk")
    template = "cases/staff/_dispatch.html" if is_piece(request) else "cases/staff/dispatch.html"
    answer = _show(request, template, told=told, refused=refused, status=422 if refused and not done else 200)
    answer.headers["HX-Trigger"] = "linli:matter"
    return answer


def _show(request: ActorRequest, template: str, *, status: int = 200, **more: object) -> HttpResponse:
    asked = filtering.read(address_of(request))
    found = dispatching.desk(
        request.actor, request.post, asked, at=timezone.now(), after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    keyset = lists.Keyset(found.waiting, found.after, found.before)
    title = _("派到人") if found.by_person else _("派遣台")
    return page(
        request, template, status=status, desk=found, keyset=keyset, asked=asked, title=title,
        narrow=narrowing(request, asked), full=dispatching.FULL,
        bounds=areas.bounds(request.actor, request.post), **more,
    )  # fmt: skip
