"""A federation's meetings: called with hazards and decisions on the agenda; every few months by themselves (000-45)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.domains.safety.commands import federation_meetings as commands
from linli.domains.safety.queries import federation_meetings as queries
from linli.domains.safety.queries import federations
from linli.domains.safety.web.federation_forms import CallForm
from linli.domains.safety.web.federation_parts import form_page
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame


@require_http_methods(["GET", "POST"])
def call(request: ActorRequest, unit_id: int) -> HttpResponse:
    """Call all members."""
    now, actor = timezone.now(), request.actor
    federation = federations.get_federation(unit_id, actor=actor, at=now)
    if org.holds_right(actor, federations.RIGHT, federation.unit, at=now) is None:
        raise NotFound
    hazards = queries.hazards_to_notify(federation, actor=actor, at=now)
    form = CallForm(
        request.POST or None, hazards=[(str(one.id), one.words) for one in hazards],
        title=_("%(name)s例会") % {"name": federation.unit.name},
    )  # fmt: skip
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = commands.call(
                federation, title=given["title"], starts_at=given["starts_at"], place=given["place"],
                points=given["points"].splitlines(), hazards=[UUID(key) for key in given.get("hazards", [])],
                actor=actor, at=now,
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("会议已通知全体成员。"))
            return redirect("organisation:meeting", meeting_id=made.pk)
    back = reverse("safety:federation", args=[unit_id])
    return form_page(request, form, _("召集例会"), back=back, button=_("发出通知"), lead=federation.unit.name)
