"""What I must do."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from linli.domains.lists.queries import mine
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.pages import page


@require_GET
def show(request: ActorRequest) -> HttpResponse:
    """Today, this week, later; then the duties of my unit, each with its steps."""
    found = mine.mine(request.actor, request.post, at=timezone.now(), after=request.GET.get("after", "")[:32])
    return page(request, "lists/tasks/mine.html", found=found, keyset=lists.Keyset(found.duties, found.after))
