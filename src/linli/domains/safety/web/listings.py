"""Listed major hazards: the board for staff, one listing and its steps, proposing one, and the public board."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.commands import listings as commands
from linli.domains.safety.commands.listings import Proposed
from linli.domains.safety.queries import hazards, listing_rules, listings
from linli.domains.safety.queries.hazards import HazardNotFound
from linli.domains.safety.queries.listings import LEVELS, TABS
from linli.domains.safety.web.hazard_forms import day, given_from, note_field, words
from linli.domains.safety.web.hazards import key_of, stay_at
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.kernel.org.keys import new_key
from linli.kernel.text import personal_data_in, without_personal_data
from linli.web import lists
from linli.web.desk import blame, go
from linli.web.neighbourhood import chosen_committee
from linli.web.pages import page

PUBLIC_HELP = gettext_lazy("写隐患是什么、大致在哪里；不写个人姓名、电话和门牌。电话、证件号、车牌会打星。")


class ProposeForm(forms.Form):
    """What is to be listed, by when, who supervises, and what everybody reads."""

    level = forms.ChoiceField(label=gettext_lazy("挂牌层级"), choices=list(LEVELS.items()))
    supervisor = forms.ChoiceField(label=gettext_lazy("督办单位"))
    due_on = day(gettext_lazy("整改期限"), required=True)
    public_text = words(gettext_lazy("向社会公开的内容"), 400, rows=3, required=True, help_text=PUBLIC_HELP)
    is_public = forms.BooleanField(label=gettext_lazy("在公开栏公示"), required=False, initial=True)

    def __init__(self, supervisors: list[tuple[str, str]], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["supervisor"].choices = supervisors  # type: ignore[attr-defined]  # a choice field


def starred(form: forms.Form) -> None:
    """Star personal data in what everybody will read, and have whoever publishes it look once more."""
    given = form.data.get("public_text", "") if "public_text" in form.fields else ""
    if found := personal_data_in(given):
        said = {name: form.data.get(name) for name in form.data}
        form.data = {**said, "public_text": without_personal_data(given)}
        form.add_error(
            "public_text", _("已把个人信息打星（%(n)d处）。请看过，确认没有问题再提交。") % {"n": len(found)}
        )


@require_GET
def board(request: ActorRequest) -> HttpResponse:
    """Listed hazards as the address says."""
    tab = request.GET.get("tab", "open")
    tab = tab if tab in TABS else "open"
    stay_at(request, "tab", tab)
    counted = listings.tallies(request.actor)
    tabs = lists.chips(request, "tab", [(code, label, counted[code]) for code, (_s, label) in TABS.items()])
    rows = listings.board(request.actor, tab, at=timezone.now())
    return page(request, "safety/listings/board.html", rows=rows, tabs=tabs)


@require_GET
def show(request: ActorRequest, number: str) -> HttpResponse:
    found = listings.listing_page(number, actor=request.actor, at=timezone.now())
    return page(request, "safety/listings/listing.html", found=found)


@require_http_methods(["GET", "POST"])
def step(request: ActorRequest, number: str, name: str) -> HttpResponse:
    """The form of one step; posted, the step is taken and the listing shown again."""
    found = listings.stepping(number, name, actor=request.actor)
    form = _step_form(found, request.POST if request.method == "POST" else None)
    starred(form)
    if form.is_valid():
        try:
            given = given_from(form.cleaned_data, files=(), command=request.POST.get("command", ""))
            commands.act(found.listing, name, given, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已办:%(step)s") % {"step": found.offer.label})
            return go(request, reverse("safety:listing", args=[number]))
    status = 422 if form.is_bound else 200
    return page(request, "safety/listings/step.html", status=status, found=found, form=form)


def _step_form(found: listings.Stepping, data: Any) -> forms.Form:
    form = forms.Form(data, auto_id=f"{found.offer.name}_%s", initial={"seen": found.seen})
    form.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
    if found.offer.name == "list":
        form.fields["public_text"] = words(_("向社会公开的内容"), 400, rows=3, help_text=PUBLIC_HELP)
        form.initial["public_text"] = found.listing.public_text
    form.fields["note"] = note_field(found.offer.needs)
    return form


@require_http_methods(["GET", "POST"])
def propose(request: ActorRequest, number: str) -> HttpResponse:
    """Propose that a major hazard be listed; the page is there for those who may."""
    hazard = hazards.get_hazard(number, actor=request.actor)
    if request.method == "GET" and not listing_rules.may_propose(request.actor, hazard):
        raise HazardNotFound(number)
    initial = {"public_text": hazard.text[:200], "due_on": hazard.due_on}
    form = ProposeForm(listings.supervisors(hazard.matter.home_id), request.POST or None, initial=initial)
    starred(form)
    if form.is_valid():
        values = form.cleaned_data
        given = Proposed(
            values["level"], values["public_text"], values["due_on"], int(values["supervisor"]), values["is_public"]
        )
        try:
            made = commands.propose(hazard, given, key=key_of(request), actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已提请挂牌，等待领导批准。"))
            return go(request, reverse("safety:listing", args=[made.matter.number]))
    return page(
        request, "safety/listings/propose.html", status=422 if form.is_bound else 200, form=form, hazard=hazard,
        key=request.POST.get("command") or new_key(),
    )  # fmt: skip


@require_GET
def public_board(request: HttpRequest) -> HttpResponse:
    """What everybody may read about listed major hazards: of the district one lives in, where that is known."""
    now = timezone.now()
    rows = listings.on_public_board(at=now, near=chosen_committee(request))
    return page(request, "safety/listings/open.html", rows=rows, read_at=now)
