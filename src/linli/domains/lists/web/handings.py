"""Handings to social organisations and companies: the list, one of them, its steps, a new one."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.lists.commands import handing as commands
from linli.domains.lists.flow import HANDING
from linli.domains.lists.queries import handings, reach
from linli.domains.lists.web.task_forms import given_from, note_field
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import blame, go
from linli.web.pages import page

Day = forms.DateInput({"type": "date"})


class ProposeForm(forms.Form):
    to_name = forms.CharField(label=gettext_lazy("承接单位"), max_length=80)
    to_kind = forms.ChoiceField(
        label=gettext_lazy("种类"),
        choices=list(handings.KINDS.items()),
        widget=forms.RadioSelect,
        initial="association",
    )
    monitor_every = forms.ChoiceField(
        label=gettext_lazy("多久监督一次"), choices=list(handings.EVERY),
        initial="quarterly",
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=400, widget=forms.Textarea({"rows": 3}))


def step_form(found: handings.Stepping, data: Any) -> forms.Form:
    """The form of one step of a handing."""
    form = forms.Form(data, auto_id=f"{found.offer.name}_%s", initial={"seen": found.seen})
    form.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
    if found.offer.name == "contract":
        form.fields["contract_no"] = forms.CharField(label=_("合同编号"), max_length=60)
        form.fields["amount_yuan"] = forms.FloatField(
            label=_("合同金额（元）"), min_value=0, max_value=commands.MOST_YUAN, required=False
        )
        form.fields["since"] = forms.DateField(label=_("合同开始"), widget=Day)
        form.fields["until"] = forms.DateField(label=_("合同结束"), widget=Day)
    if found.offer.name == "monitor":
        form.fields["on"] = forms.DateField(label=_("监督日期"), widget=Day, initial=timezone.localdate())
        form.fields["is_kept"] = forms.ChoiceField(
            label=_("是否按合同履行"), choices=[("1", _("是")), ("0", _("否"))], widget=forms.RadioSelect, initial="1"
        )
    form.fields["note"] = note_field(found.offer.needs)
    return form


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    """All handings, by state; those whose look is overdue apart."""
    asked = request.GET
    today = timezone.localdate()
    late = "late" in asked.getlist("look")
    rows, after = handings.listed(
        request.actor, state=asked.get("state", ""), late=late, after=asked.get("after", "")[:24], on=today
    )
    states = lists.chips(request, "state", list(HANDING.states.items()), everything=_("全部"))
    overdue = handings.overdue_looks(request.actor, on=today)
    looks = lists.chips(request, "look", [("late", _("监督逾期"), overdue)])
    return page(
        request, "lists/tasks/handings.html", keyset=lists.Keyset(rows, after), states=states, looks=looks,
        may_propose=handings.may_propose(request.actor),
    )  # fmt: skip


@require_GET
def show(request: ActorRequest, number: str) -> HttpResponse:
    return page(request, "lists/tasks/handing.html", found=handings.handing_page(number, actor=request.actor))


@require_http_methods(["GET", "POST"])
def step(request: ActorRequest, number: str, name: str) -> HttpResponse:
    """The form of one step; posted, the step is taken."""
    found = handings.stepping(number, name, actor=request.actor)
    form = step_form(found, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            given = given_from(form.cleaned_data, files=(), command=request.POST.get("command", ""))
            commands.act(found.handing, name, given, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已办:%(step)s") % {"step": found.offer.label})
            return go(request, reverse("lists:handing", args=[number]))
    return page(request, "lists/tasks/handing_step.html", status=422 if form.is_bound else 200, found=found, form=form)


@require_http_methods(["GET", "POST"])
def propose(request: ActorRequest) -> HttpResponse:
    """Choose an item, name who is to carry it out, say why."""
    if not handings.may_propose(request.actor):
        raise NotFound
    code, text = request.GET.get("item", "")[:32], request.GET.get("q", "")[:60]
    item = reach.get_item(code, actor=request.actor) if code else None
    form = ProposeForm(request.POST if request.method == "POST" else None)
    if item is not None and form.is_valid():
        given = commands.Proposed(item, **form.cleaned_data)
        try:
            made = commands.propose(given, key=_key(request), actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已提出，等待决定。"))
            return go(request, reverse("lists:handing", args=[made.matter.number]))
    return page(
        request, "lists/tasks/propose_handing.html", status=422 if form.is_bound else 200, form=form, text=text,
        item=item, title=item.standing.title if item else "", command=uuid4(),
        found=[] if item else handings.items_for(request.actor, text),
    )  # fmt: skip


def _key(request: ActorRequest) -> UUID:
    try:
        return UUID(request.POST.get("command", ""))
    except ValueError:
        return uuid4()
