"""Live: who is out now. Coverage: which ground and roads were not walked. Missed rounds."""

from datetime import timedelta

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.domains.safety.queries import patrol_choices, patrol_cover, patrol_missed
from linli.domains.safety.queries.patrol_cover import DAYS
from linli.domains.safety.web.patrol_log import sheet_answer
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.pages import page


def ground_of(request: ActorRequest) -> int | None:
    """The unit named in the address, if it lies in the post's territory."""
    unit = whole(request.GET.get("unit", ""))
    return unit if unit in {node.id for node in patrol_choices.grounds(request.post)} else None


@require_GET
def live(request: ActorRequest) -> HttpResponse:
    """Who is out now, on the map and as a list."""
    now = timezone.now()
    found = patrol_cover.out_now(request.actor, request.post, at=now)
    return page(
        request, "safety/patrols/live.html", found=found, ground=patrol_cover.ground(request.post), at=now,
        unseen=sum(one.lon is None for one in found),
    )  # fmt: skip


@require_GET
def live_marks(request: ActorRequest) -> JsonResponse:
    """The same as GeoJSON, asked for again by the map."""
    now = timezone.now()
    found = patrol_cover.out_now(request.actor, request.post, at=now)
    return JsonResponse(patrol_cover.marks(found, at=now), headers={"Cache-Control": "no-store"})


@require_GET
def coverage(request: ActorRequest) -> HttpResponse:
    """How much was walked, by grid and by road, and where not on the map."""
    days, unit = _days(request), ground_of(request)
    since = timezone.now() - timedelta(days=days)
    chips = lists.chips(request, "days", [(str(n), _("近 %(n)d 天") % {"n": n}) for n in DAYS])
    return page(
        request, "safety/patrols/coverage.html", found=patrol_cover.coverage(request.post, since=since, unit=unit),
        chips=chips, days=days, unit=unit, units=patrol_choices.grounds(request.post),
        cells=patrol_cover.cells(request.post, since=since, unit=unit), query=request.GET.urlencode(),
    )  # fmt: skip


def _days(request: ActorRequest) -> int:
    days = whole(request.GET.get("days", ""))
    chosen = days if days in DAYS else DAYS[0]
    address = request.GET.copy()
    address["days"] = str(chosen)
    request.GET = address  # type: ignore[assignment]  # its setter takes any QueryDict
    return chosen


@require_GET
def coverage_sheet(request: ActorRequest) -> HttpResponse:
    since = timezone.now() - timedelta(days=_days(request))
    return sheet_answer(patrol_cover.sheet(request.post, since=since, unit=ground_of(request)), "patrol-coverage")


@require_GET
def missed(request: ActorRequest) -> HttpResponse:
    """Rounds that nobody walked."""
    unit = ground_of(request)
    found = patrol_missed.page(
        request.actor, request.post, unit=unit, at=timezone.now(), after=request.GET.get("after", "")
    )
    return page(
        request, "safety/patrols/missed.html", keyset=lists.Keyset(found.rows, found.after), unit=unit,
        units=patrol_choices.grounds(request.post), query=request.GET.urlencode(),
    )  # fmt: skip


@require_GET
def missed_sheet(request: ActorRequest) -> HttpResponse:
    content = patrol_missed.sheet(request.actor, request.post, unit=ground_of(request), at=timezone.now())
    return sheet_answer(content, "missed-patrols")
