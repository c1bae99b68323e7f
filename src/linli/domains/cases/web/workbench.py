"""The workbench: what waits for somebody, narrowed, counted, worked off one by one or many at once."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.domains.cases.commands import desk
from linli.domains.cases.queries import filtering, workbench
from linli.domains.cases.queries.bulking import buttons
from linli.domains.cases.web.chips import narrowing
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import address_of, go
from linli.web.pages import is_piece, page


@require_GET
def show(request: ActorRequest, tab: str = "") -> HttpResponse:
    """One tab of the workbench, as the address says."""
    asked = filtering.read(address_of(request))
    found = workbench.workbench(
        request.actor, request.post, asked, tab=tab or request.GET.get("tab", ""), at=timezone.now(),
        after=request.GET.get("after", ""), before=request.GET.get("before", ""),
    )  # fmt: skip
    if not tab and not request.GET.get("tab"):
        # Chips and pager write on from the address: they must stay in the tab that was opened.
        address = request.GET.copy()
        address["tab"] = found.tab.code
        request.GET = address  # type: ignore[assignment]  # its setter takes any QueryDict
    template = "cases/staff/_list.html" if is_piece(request) else "cases/staff/workbench.html"
    keyset = lists.Keyset(found.rows, found.after, found.before)
    return page(
        request, template, found=found, keyset=keyset, asked=asked, narrow=narrowing(request, asked),
        buttons=buttons(request.post),
    )  # fmt: skip


@require_GET
def intake(request: ActorRequest) -> HttpResponse:
    """What waits to be taken in."""
    return show(request, tab="intake")


@require_GET
def counts(request: ActorRequest) -> JsonResponse:
    """Live numbers of the menu and the tabs, by name."""
    return JsonResponse(workbench.live_counts(request.actor, request.post, at=timezone.now()))


@require_POST
def save_filter(request: ActorRequest) -> HttpResponse:
    """Keep the present filter under a name."""
    query = request.POST.get("query", "")
    kept = desk.save_filter(request.POST.get("name", ""), query, actor=request.actor, at=timezone.now())
    messages.success(request, _("已保存筛选“%(name)s”。") % {"name": kept.name})
    return go(request, f"{reverse('cases:workbench')}?{query}")


@require_POST
def drop_filter(request: ActorRequest, key: int) -> HttpResponse:
    desk.drop_filter(key, actor=request.actor)
    messages.success(request, _("已删除筛选。"))
    return go(request, reverse("cases:workbench"))
