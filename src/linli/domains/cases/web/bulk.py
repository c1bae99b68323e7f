"""The same step on many cases at once: asked once, done one by one, told row by row."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from linli.domains.cases.commands import Given, desk
from linli.domains.cases.queries import bulking
from linli.domains.cases.web.giving import given_from
from linli.domains.cases.web.step_forms import Offered, form_for, picks_of
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame
from linli.web.pages import page


@require_POST
def many(request: ActorRequest) -> HttpResponse:
    """Ask what the step needs, then take it on every ticked case and report row by row."""
    name, numbers = request.POST.get("do", ""), request.POST.getlist("case")
    if name not in bulking.STEPS:
        raise NotFound(name)
    found = bulking.bulk(numbers, name, actor=request.actor)
    if not bulking.STEPS[name]:
        return _report(request, found, Given())
    form = form_for(found.offer, Offered([], found.people), request.POST if "sure" in request.POST else None, seen=0)
    if form.is_valid():
        values: dict[str, Any] = {**form.cleaned_data, "seen": None}
        try:
            return _report(request, found, given_from(values, files=[], command=""))
        except Refused as refusal:
            blame(form, refusal)
    return _ask(request, found, form)


def _ask(request: ActorRequest, found: bulking.Bulk, form: forms.Form) -> HttpResponse:
    status = 422 if form.is_bound else 200
    picks = picks_of(form, Offered([], found.people))
    return page(
        request, "cases/staff/bulk.html", status=status, found=found, form=form, picks=picks, picked=("assignee",),
        back=request.POST.get("back", "/"),
    )  # fmt: skip


def _report(request: ActorRequest, found: bulking.Bulk, given: Given) -> HttpResponse:
    outcomes = desk.take_many(found.numbers, found.offer.name, given, actor=request.actor, at=timezone.now())
    done = sum(outcome.is_done for outcome in outcomes)
    return page(
        request, "cases/staff/bulk_report.html", found=found, outcomes=outcomes, done=done,
        refused=len(outcomes) - done, back=request.POST.get("back", "/"), title=_("批量办理结果"),
    )  # fmt: skip
