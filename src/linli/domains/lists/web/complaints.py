"""Complaints of committees, and what may be asked of them with how to refuse the rest."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.lists.commands import complaining
from linli.domains.lists.commands.complaining import Grief
from linli.domains.lists.flow import COMPLAINT
from linli.domains.lists.queries import askable, complaint_kinds, complaints, opinion_choices
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import act, blame
from linli.web.pages import page

KINDS = (
    ("regular", gettext_lazy("准入")), ("listed", gettext_lazy("清单原有")), ("trial", gettext_lazy("试行")),
    ("emergency", gettext_lazy("应急")),
)  # fmt: skip


class ComplaintForm(forms.Form):
    """Of what, of whom, and what happened."""

    kind = forms.ChoiceField(label=gettext_lazy("投诉什么"), widget=forms.RadioSelect)
    about = forms.ChoiceField(label=gettext_lazy("投诉哪个单位"))
    text = forms.CharField(
        label=gettext_lazy("情况"), max_length=400, widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("由区级准入审核员核查，被投诉单位在答复之前看不到。不要写个人信息。"),
    )  # fmt: skip

    def __init__(self, groups: Any, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["kind"].choices = complaint_kinds.KINDS  # type: ignore[attr-defined]  # a choice field
        self.fields["about"].choices = [("", "—"), *groups]  # type: ignore[attr-defined]  # likewise


@require_GET
def asked(request: ActorRequest) -> HttpResponse:
    """What may be asked of my committee today."""
    found = askable.askable_page(
        request.actor, unit_id=whole(request.GET.get("unit", "")), words=request.GET.get("q", ""),
        kind=request.GET.get("kind", ""), at=timezone.now(),
    )  # fmt: skip
    kinds = lists.chips(request, "kind", KINDS, everything=_("全部"))
    return page(request, "lists/admission/asked.html", shown=found, kinds=kinds, words=request.GET.get("q", ""))


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    """Complaints one may see, with the count per unit complained of."""
    actor, asked_for = request.actor, request.GET
    if not complaint_kinds.may_read(actor):
        raise NotFound
    lines, more = complaints.page_of(actor, state=asked_for.get("state", ""), after=asked_for.get("after", ""))
    states = lists.chips(request, "state", list(COMPLAINT.states.items()), everything=_("全部状态"))
    return page(
        request, "lists/admission/complaints.html", keyset=lists.Keyset(lines, more), states=states,
        tallies=complaints.tallies(actor), may_complain=complaint_kinds.may_complain(actor),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def raise_one(request: ActorRequest) -> HttpResponse:
    """Complain; the address may name the refused attempt, the task or the trial."""
    now, actor = timezone.now(), request.actor
    cause = complaints.cause_named(actor, request.GET.dict(), at=now)
    begun = {"kind": cause.kind, "about": str(cause.about or "")}
    form = ComplaintForm(complaints.units_above(actor, at=now), request.POST or None, initial=begun)
    if form.is_valid():
        given = form.cleaned_data
        (about,) = opinion_choices.units_named([given["about"]])
        grief = Grief(given["kind"], given["text"], about, cause.task, cause.declined, cause.admission)
        try:
            made = complaining.complain(grief, key=_key(request, "key"), actor=actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("投诉已送达区级准入审核员。"))
            return redirect("lists:complaint", number=made.matter.number)
    return page(
        request, "lists/admission/complain.html", status=422 if form.errors else 200, form=form, cause=cause,
        key=request.POST.get("key") or uuid4(),
    )  # fmt: skip


def _key(request: ActorRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return uuid4()


@require_GET
def show(request: ActorRequest, number: str) -> HttpResponse:
    found = complaints.get_complaint(number, actor=request.actor)
    shown = complaints.complaint_page(found, actor=request.actor)
    return page(request, "lists/admission/complaint.html", shown=shown)


@require_POST
def answer(request: ActorRequest, number: str, name: str) -> HttpResponse:
    """Take it up, uphold or dismiss it, or take it back."""
    found = complaints.get_complaint(number, actor=request.actor)
    note, seen, now = request.POST.get("note", "")[:400], whole(request.POST.get("seen", "")), timezone.now()
    if name not in ("look_into", "uphold", "dismiss", "withdraw"):
        raise NotFound

    def command() -> None:
        if name == "look_into":
            complaining.look_into(found, actor=request.actor, at=now, seen=seen)
        elif name == "withdraw":
            complaining.withdraw(found, note, actor=request.actor, at=now, seen=seen)
        else:
            complaining.answer(
                found, upheld=name == "uphold", text=note, actor=request.actor, at=now, seen=seen,
                command=_key(request, "command"),
            )  # fmt: skip

    return act(request, _("已办理。"), command, "lists:complaint", number=number)
