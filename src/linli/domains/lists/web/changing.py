"""Changing a list: proposals, their lines, their way to a version."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.lists.commands import changing, proposing
from linli.domains.lists.commands.proposing import Given
from linli.domains.lists.queries import browsing, proposals, reach
from linli.domains.lists.queries.proposals import STATES
from linli.domains.lists.queries.reach import ListNotFound
from linli.domains.lists.web.change_forms import ItemForm, NoteForm, RetireForm, StartForm
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import act, blame, go
from linli.web.pages import page


@require_GET
def desk(request: ActorRequest) -> HttpResponse:
    """The proposals of the lists one keeps, approves or leads."""
    state, one = request.GET.get("state", ""), request.GET.get("list", "")
    found = proposals.desk(request.actor, state=state, worklist=one, after=request.GET.get("after", ""))
    if not found.is_reader:
        raise ListNotFound
    choices = [(name, label, found.counts[name]) for name, (_states, label) in STATES.items()]
    chips = lists.chips(request, "state", choices, everything=_("全部"))
    return page(request, "lists/changing/desk.html", keyset=lists.Keyset(found.rows, found.after), chips=chips)


@require_http_methods(["GET", "POST"])
def propose(request: ActorRequest, code: str) -> HttpResponse:
    """Begin a proposal, with its first line when an item is named."""
    worklist = _kept(request, code)
    item, action = request.GET.get("item", ""), request.GET.get("action", "")
    form = StartForm(request.POST or None)
    if form.is_valid():
        try:
            made = proposing.draft(
                worklist, **form.cleaned_data, actor=request.actor, at=timezone.now(), key=_key(request)
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            return redirect(_line_address(made.matter.number, item, action))
    drafts = proposals.own_drafts(worklist, actor=request.actor)
    return page(
        request, "lists/changing/start.html", status=422 if form.errors else 200, form=form, drafts=drafts,
        head=browsing.head_of(worklist, at=timezone.now()), key=request.POST.get("key") or uuid4(), item=item,
        action=action,
    )  # fmt: skip


def _kept(request: ActorRequest, code: str) -> Any:
    worklist = reach.get_list(code, actor=request.actor)
    if not reach.may(request.actor, proposing.RIGHT, worklist.unit):
        raise ListNotFound
    return worklist


def _key(request: ActorRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def _line_address(number: str, item: str, action: str) -> str:
    if item:
        return f"{_address(number)}/line?item={item}&action={action or 'alter'}"
    return _address(number)


def _address(number: str) -> str:
    return proposals.address_of(number)


@require_GET
def proposal(request: ActorRequest, number: str) -> HttpResponse:
    found = proposals.proposal_page(number, actor=request.actor)
    return page(request, "lists/changing/proposal.html", found=found)


@require_http_methods(["GET", "POST"])
def line(request: ActorRequest, number: str) -> HttpResponse:
    """One line: a new item, an item as it is to read, or an item that is to leave."""
    one = proposals.get_proposal(number, actor=request.actor)
    asked = proposals.asked_line(one, no=request.GET.get("no", ""), item=request.GET.get("item", ""))
    retires = request.GET.get("action") == "retire" or (asked.line is not None and asked.line.action == "retire")
    form = _form(request, asked, retires=retires)
    if form.is_valid():
        try:
            if isinstance(form, ItemForm):
                changing.put_item(
                    one, form.cells, item=asked.item, line=asked.line, reason=form.cleaned_data["reason_of_line"],
                    actor=request.actor,
                )  # fmt: skip
            else:
                changing.put_retirement(one, asked.item, form.cleaned_data, actor=request.actor)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已记入草稿。"))
            return redirect("lists:proposal", number)
    template = "lists/changing/retire.html" if retires else "lists/changing/line.html"
    status = 422 if form.errors else 200
    return page(request, template, status=status, form=form, asked=asked, number=number, head=one.worklist)


def _form(request: ActorRequest, asked: proposals.LineForm, *, retires: bool) -> ItemForm | RetireForm:
    data = request.POST or None
    return RetireForm(data, initial=proposals.going_of(asked.line)) if retires else ItemForm(asked, data)


@require_POST
def drop(request: ActorRequest, number: str, no: int) -> HttpResponse:
    one = proposals.get_proposal(number, actor=request.actor)
    return act(
        request, _("已从草稿去掉。"), lambda: proposing.drop_line(one, no, actor=request.actor), "lists:proposal",
        number=number,
    )  # fmt: skip


@require_POST
def stand_by(request: ActorRequest, number: str, no: int) -> HttpResponse:
    """Compared with what others changed: the line stays as written."""
    one = proposals.get_proposal(number, actor=request.actor)
    return act(
        request, _("已核对，按草稿的写法。"), lambda: proposing.see_again(one, no, actor=request.actor),
        "lists:proposal", number=number,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def step(request: ActorRequest, number: str, name: str) -> HttpResponse:
    """One step of the way to a version, with its words."""
    found = proposals.proposal_page(number, actor=request.actor)
    offer = next((one for one in found.offers if one.name == name), None)
    if offer is None:
        raise ListNotFound
    form = NoteForm(offer.needs, request.POST or None, initial={"seen": found.seen})
    if form.is_valid():
        given = Given(form.cleaned_data["note"], form.cleaned_data["seen"], _key(request))
        one = proposals.get_proposal(number, actor=request.actor)
        try:
            proposing.act(one, name, given, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已办：%(step)s") % {"step": offer.label})
            return go(request, _address(number))
    status = 422 if form.errors else 200
    key = request.POST.get("key") or uuid4()
    return page(request, "lists/changing/step.html", status=status, form=form, found=found, offer=offer, key=key)
