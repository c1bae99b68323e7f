"""Notices to several hazards at once: ticked on the desk, asked once, issued one by one, told line by line."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.domains.safety.commands import hazard_notices
from linli.domains.safety.commands.hazard_steps import MOST_YUAN, Given
from linli.domains.safety.queries import hazard_bulk
from linli.domains.safety.queries.hazard_bulk import Several
from linli.domains.safety.web.hazard_forms import day, words
from linli.domains.safety.web.hazards import key_of
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame
from linli.web.pages import page

LONGEST_NUMBER = 24


class NoticesForm(forms.Form):
    """What is the same for all; what is left empty stays in each hazard as it was drawn up."""

    unit = forms.ChoiceField(label=gettext_lazy("交给谁督促整改"))
    due_on = day(gettext_lazy("整改期限"), required=True)
    body = forms.CharField(label=gettext_lazy("责任单位"), max_length=120, required=False)
    person = forms.CharField(
        label=gettext_lazy("责任人"), max_length=80, required=False,
        help_text=gettext_lazy("写职务，不写姓名，如：店长、物业经理。"),
    )  # fmt: skip
    measures = words(gettext_lazy("整改措施"), 1000, rows=3)
    funds_yuan = forms.FloatField(
        label=gettext_lazy("整改资金（元）"), required=False, min_value=0, max_value=MOST_YUAN,
        widget=forms.NumberInput({"step": "0.01", "inputmode": "decimal"}),
        help_text=gettext_lazy("填了会记到每一项上；各项不同的，请在各自的页面填写。"),
    )  # fmt: skip
    contingency = words(gettext_lazy("整改期间应急预案"), 1000)
    note = words(gettext_lazy("理由"), 400, required=True, help_text=gettext_lazy("为什么一并下发；会记入每一项。"))

    def __init__(self, found: Several, data: Any = None) -> None:
        super().__init__(data, initial={"body": found.body, "person": found.person, "measures": found.measures})
        choices = [(group.label, [(str(node.id), node.name) for node in group.nodes]) for group in found.units]
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]  # a choice field
        if found.days is not None:
            self.fields["due_on"].help_text = _("这类问题一般%(n)d天内整改。") % {"n": found.days}

    def given(self, command: UUID) -> Given:
        values = self.cleaned_data
        kept = ("due_on", "body", "person", "measures", "funds_yuan", "contingency")
        fields = {name: str(values[name]) for name in kept if values[name] not in (None, "")}
        return Given(note=values["note"], unit=int(values["unit"]), command=command, fields=fields)


@require_POST
def issue(request: ActorRequest) -> HttpResponse:
    """Ask what all have in common, then issue a notice for each ticked hazard and report line by line."""
    numbers, back = _numbers(request), _back(request)
    found = hazard_bulk.several(numbers, actor=request.actor)
    form = NoticesForm(found, request.POST if "sure" in request.POST else None)
    if form.is_valid():
        try:
            given = form.given(key_of(request))
            outcomes = hazard_notices.issue(numbers, given, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            done = sum(bool(outcome.notice) for outcome in outcomes)
            return page(
                request, "safety/hazards/issued.html", outcomes=outcomes, done=done, refused=len(outcomes) - done,
                back=back,
            )  # fmt: skip
    return page(
        request, "safety/hazards/issue.html", status=422 if form.is_bound else 200, found=found, form=form, back=back,
        command=key_of(request) if form.is_bound else found.command,
    )  # fmt: skip


def _numbers(request: ActorRequest) -> list[str]:
    """What was ticked, without what no number can be."""
    return [number for number in request.POST.getlist("hazard") if len(number) <= LONGEST_NUMBER and "\0" not in number]


def _back(request: ActorRequest) -> str:
    """The list as it was, if it is one of ours."""
    back = request.POST.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else reverse("safety:hazards")
