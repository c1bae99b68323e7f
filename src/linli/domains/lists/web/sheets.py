"""A list taken in from a spreadsheet: looked at row by row, then proposed for others to approve."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.domains.lists.commands import importing, proposing
from linli.domains.lists.queries import browsing, reach
from linli.domains.lists.queries.reach import ListNotFound
from linli.domains.lists.web.change_forms import SheetForm
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame
from linli.web.pages import page


@require_http_methods(["GET", "POST"])
def take_in(request: ActorRequest, code: str) -> HttpResponse:
    """Look at a sheet; on demand make a proposal of what it changes."""
    worklist = reach.get_list(code, actor=request.actor)
    if not reach.may(request.actor, proposing.RIGHT, worklist.unit):
        raise ListNotFound
    form, seen = SheetForm(request.POST or None, request.FILES or None), None
    if form.is_valid():
        values = form.cleaned_data
        content = values.pop("file").read()
        try:
            seen = importing.look(worklist, content)
            if "take" in request.POST:
                made = importing.propose_sheet(
                    worklist, content, **values, actor=request.actor, at=timezone.now(), key=_key(request)
                )
                messages.success(request, _("已形成变更草稿，核对后报批。"))
                return redirect("lists:proposal", made.matter.number)
        except Refused as refusal:
            blame(form, refusal)
    head = browsing.head_of(worklist, at=timezone.now())
    key = request.POST.get("key") or uuid4()
    status = 422 if form.errors else 200
    return page(request, "lists/changing/import.html", status=status, form=form, seen=seen, head=head, key=key)


def _key(request: ActorRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()
