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
from linli.domains.safety.web.federation_forms import AGENDA, CallForm, HazardsForm, SeriesForm
from linli.domains.safety.web.federation_parts import form_page, key_of
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame


@require_http_methods(["GET", "POST"])
def call(request: ActorRequest, unit_id: int) -> HttpResponse:
    """Call all members."""
    now, actor = timezone.now(), request.actor
    federation = federations.get_kept(unit_id, actor=actor, at=now)
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


@require_http_methods(["GET", "POST"])
def begin(request: ActorRequest, unit_id: int) -> HttpResponse:
    """Let the federation meet every few months."""
    now, actor = timezone.now(), request.actor
    federation = federations.get_kept(unit_id, actor=actor, at=now)
    form = SeriesForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            commands.begin(
                federation, every_months=given["every_months"], starts_on=given["begins_on"], opens=given["opens"],
                place=given["place"], points=[str(point) for point in AGENDA], ends_on=given["until"],
                key=key_of(request), actor=actor, at=now,
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("定期例会已定，每次提前两周自动通知。"))
            return redirect("safety:federation", unit_id=unit_id)
    back = reverse("safety:federation", args=[unit_id])
    return form_page(request, form, _("定期例会"), back=back, button=_("定下来"), lead=federation.unit.name)


@require_http_methods(["GET", "POST"])
def hazards(request: ActorRequest, unit_id: int, meeting_id: int) -> HttpResponse:
    """Put hazards of member buildings on the agenda of a meeting called already."""
    now, actor = timezone.now(), request.actor
    federation = federations.get_kept(unit_id, actor=actor, at=now)
    meeting = queries.get_planned(federation, meeting_id)
    offered = queries.hazards_to_notify(federation, actor=actor, at=now)
    form = HazardsForm(request.POST or None, hazards=[(str(one.id), one.words) for one in offered])
    if form.is_valid():
        chosen = [UUID(key) for key in form.cleaned_data["hazards"]]
        try:
            commands.notify_hazards(federation, meeting_id, hazards=chosen, actor=actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已列入议题。"))
            return redirect("organisation:meeting", meeting_id=meeting_id)
    back = reverse("safety:federation", args=[unit_id])
    return form_page(request, form, _("会上通报隐患"), back=back, button=_("列入议题"), lead=meeting.title)
