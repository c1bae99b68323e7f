"""Pages of the ledger of seals: all of them, one with its history, handing over, stopping, taking out."""

from collections.abc import Callable
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.lists.commands import outings, seals
from linli.domains.lists.commands.outings import Outing
from linli.domains.lists.commands.sealing import Given
from linli.domains.lists.commands.seals import NewSeal
from linli.domains.lists.queries import seal_ledger, seal_reach
from linli.domains.lists.web.seal_forms import HandOverForm, NoteForm, OutForm, SealForm
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence.queries import open_served
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame, go
from linli.web.pages import page
from linli.web.uploads import files_of

IMPRINT = "imprint"


@require_GET
def ledger(request: ActorRequest) -> HttpResponse:
    """All seals somebody may look into."""
    if not seal_reach.reading_paths(request.actor):
        raise NotFound
    return page(
        request, "lists/seal/seals.html", rows=seal_ledger.seals(request.actor),
        may_edit=seal_reach.ledger_unit(request.actor, request.post) is not None,
    )  # fmt: skip


@require_GET
def show(request: ActorRequest, seal_id: int) -> HttpResponse:
    found = seal_ledger.seal_page(seal_id, actor=request.actor, at=timezone.now())
    return page(request, "lists/seal/seal.html", seal=found)


@require_GET
def imprint(request: ActorRequest, seal_id: int) -> FileResponse:
    """The picture of a seal's imprint."""
    served = open_served(seal_ledger.image_of(seal_id, actor=request.actor))
    answer = FileResponse(served.stream, content_type=served.content_type)
    for header, value in served.headers.items():
        answer[header] = value
    return answer


@require_http_methods(["GET", "POST"])
def register(request: ActorRequest) -> HttpResponse:
    """Enter a seal of one's own unit."""
    unit = seal_reach.ledger_unit(request.actor, request.post)
    if unit is None:
        raise NotFound
    now = timezone.now()
    keepers = seal_ledger.keepers_of(unit, on=timezone.localdate())
    form = SealForm(keepers, seal_ledger.KINDS, request.POST or None)
    if form.is_valid():
        try:
            files, _received = files_of(request, [IMPRINT], at=now)
            new = NewSeal(**form.cleaned_data, image=files[0].file_id if files else None)
            seal = seals.register(new, unit=unit, actor=request.actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已登记印章。"))
            return go(request, reverse("lists:seal", args=[seal.pk]))
    return _form(
        request, form, title=_("登记印章"), back=reverse("lists:seals"), kinds=((IMPRINT, _("印模照片（选填）")),)
    )


@require_http_methods(["GET", "POST"])
def hand_over(request: ActorRequest, seal_id: int) -> HttpResponse:
    """Pass the seal to another keeper, before a witness."""
    seal = seal_reach.get_seal(seal_id, actor=request.actor)
    on = timezone.localdate()
    form = HandOverForm(
        seal_ledger.keepers_of(seal.unit, on=on), seal_ledger.colleagues_of(seal.unit, on=on), request.POST or None
    )

    def act() -> object:
        return seals.hand_over(seal, **form.cleaned_data, actor=request.actor, at=timezone.now())

    return _small(request, form, act, done=_("已交接。"), title=_("交接印章"), seal_id=seal.pk)


@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, seal_id: int, kind: str) -> HttpResponse:
    """Stop, resume, report lost or destroy a seal, with the reason."""
    seal = seal_reach.get_seal(seal_id, actor=request.actor)
    if kind not in seal_ledger.VERBS:
        raise NotFound
    form = NoteForm(request.POST or None)

    def act() -> object:
        note = form.cleaned_data["note"]
        return seals.change_state(seal, kind, note=note, actor=request.actor, at=timezone.now())

    label = str(seal_ledger.VERBS[kind][0])
    return _small(request, form, act, done=_("已登记。"), title=f"{label} · {seal.name}", seal_id=seal.pk)


@require_http_methods(["GET", "POST"])
def ask_out(request: ActorRequest, seal_id: int) -> HttpResponse:
    """Ask to take the seal out; the same form sent twice makes one request."""
    seal = seal_reach.get_seal(seal_id, actor=request.actor)
    people = [
        one for one in seal_ledger.colleagues_of(seal.unit, on=timezone.localdate()) if one.id != request.actor.pk
    ]
    form = OutForm(people, request.POST or None, initial={"id": uuid4()})
    if form.is_valid():
        said = form.cleaned_data
        asked = Outing(said["id"], seal.pk, said["purpose"], said["companion"], said["back_at"])
        try:
            out = outings.ask(asked, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已提出申请。"))
            return go(request, reverse("lists:seal_out", args=[out.matter.number]))
    title = _("外带印章：%(seal)s") % {"seal": seal.name}
    return _form(request, form, title=title, back=reverse("lists:seal", args=[seal.pk]))


@require_GET
def show_out(request: ActorRequest, number: str) -> HttpResponse:
    out = seal_ledger.out_page(number, actor=request.actor, at=timezone.now())
    return page(request, "lists/seal/out.html", out=out)


@require_http_methods(["GET", "POST"])
def step_out(request: ActorRequest, number: str, name: str) -> HttpResponse:
    """A step of an outing, with its words where it needs some."""
    found = seal_ledger.out_stepping(number, name, actor=request.actor)
    to = reverse("lists:seal_out", args=[number])
    needs_words = bool({"note", "reason"} & set(found.offer.needs))
    form: forms.Form = (NoteForm if needs_words else forms.Form)(request.POST if request.method == "POST" else None)
    if form.is_valid():
        command = forms.UUIDField(required=False).clean(request.POST.get("command", ""))
        seen = forms.IntegerField(required=False).clean(request.POST.get("seen", ""))
        given = Given(note=form.cleaned_data.get("note", ""), command=command, seen=seen)
        try:
            outings.take(found.out, name, given, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已办:%(step)s") % {"step": found.offer.label})
            return go(request, to)
    return _form(request, form, title=found.offer.label, back=to, command=found.command, seen=found.seen)


def _small(
    request: ActorRequest, form: forms.Form, act: Callable[[], object], *, done: str, title: str, seal_id: int
) -> HttpResponse:
    to = reverse("lists:seal", args=[seal_id])
    if form.is_valid():
        try:
            act()
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, done)
            return go(request, to)
    return _form(request, form, title=title, back=to)


def _form(request: ActorRequest, form: forms.Form, *, title: str, back: str, **more: object) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return page(request, "lists/seal/form.html", status=status, form=form, title=title, back=back, **more)
