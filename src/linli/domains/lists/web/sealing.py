"""The seal desk: asking for a stamp with the list beside the form, one request and its steps, its pictures."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.lists.commands import sealing
from linli.domains.lists.queries import seal_desk, seal_lookup, seal_page, seal_reach
from linli.domains.lists.web.seal_forms import DRAFT, FILES, AskForm, given_from, step_form
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence.queries import open_served
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import blame, go
from linli.web.pages import is_piece, page
from linli.web.uploads import Received, files_of

OFF_LIST = "-"
"""The pick that says: none of these lines."""


@require_GET
def desk(request: ActorRequest) -> HttpResponse:
    """What waits, tab by tab."""
    _readers_only(request)
    found = seal_desk.desk(
        request.actor, tab=request.GET.get("tab", ""), after=request.GET.get("after", ""), at=timezone.now()
    )
    return page(
        request, "lists/seal/desk.html", found=found, keyset=lists.Keyset(found.rows, after=found.after),
        may_ask=seal_reach.asking_unit(request.actor, request.post) is not None,
        may_edit=seal_reach.ledger_unit(request.actor, request.post) is not None,
    )  # fmt: skip


def _readers_only(request: ActorRequest) -> None:
    if not seal_reach.reading_paths(request.actor):
        raise NotFound


@require_http_methods(["GET", "POST"])
def ask(request: ActorRequest) -> HttpResponse:
    """The form of a request; sent again with the same id it leads to the same request."""
    unit = seal_reach.asking_unit(request.actor, request.post)
    if unit is None:
        raise NotFound
    seals = seal_page.seals_of(unit.pk)
    if request.method == "GET":
        return _form(request, unit.pk, AskForm(seals, initial={"id": uuid4(), "paper": request.GET.get("paper", "")}))
    form, received = AskForm(seals, request.POST), list[Received]()
    if "looking" in request.POST:
        return _form(request, unit.pk, AskForm(seals, initial=request.POST.dict()))
    if form.is_valid():
        now = timezone.now()
        try:
            files, received = files_of(request, ["draft"], at=now)
            use = sealing.ask(form.asked(_picked(request), files), unit=unit, actor=request.actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            said = _("不予盖章，已登记。") if use.refused_as else _("已提出申请。")
            messages.add_message(request, messages.WARNING if use.refused_as else messages.SUCCESS, said)
            return go(request, reverse("lists:seal_use", args=[use.matter.number]))
    return _form(request, unit.pk, form, received, status=422)


def _picked(request: ActorRequest) -> str:
    picked = request.POST.get("item", "")[:32]
    return "" if picked == OFF_LIST else picked


def _form(
    request: ActorRequest, unit: int, form: AskForm, received: list[Received] | None = None, *, status: int = 200
) -> HttpResponse:
    picked = request.POST.get("item") or request.GET.get("line", "")
    paper = str(form["paper"].value() or "")
    return page(
        request, "lists/seal/ask.html", status=status, form=form, received=received or [], kinds=DRAFT,
        **_beside(unit, paper, picked),
    )  # fmt: skip


@require_GET
def lines(request: ActorRequest) -> HttpResponse:
    """Beside the form: the lines of the list that the paper may mean, to pick one."""
    unit = seal_reach.asking_unit(request.actor, request.post)
    if unit is None:
        raise NotFound
    template = "lists/seal/_picks.html" if is_piece(request) else "lists/seal/picks.html"
    return page(request, template, **_beside(unit.pk, request.GET.get("paper", ""), request.GET.get("item", "")))


def _beside(unit: int, paper: str, picked: str) -> dict[str, Any]:
    """The lines to pick from, the picked or only sure one checked."""
    units = seal_lookup.places_of(unit)
    answer = seal_lookup.lookup(paper, units=units)
    found = [*([answer.best] if answer.best else []), *answer.choices, *answer.near]
    if picked and picked != OFF_LIST and picked not in {line.code for line in found}:
        chosen = seal_lookup.line_of(picked, units=units)
        found = [*([chosen] if chosen else []), *found]
    sure = answer.best.code if answer.best else ""
    return {
        "answer": answer, "lines": found, "picked": picked or sure, "off_list": seal_lookup.off_list_words(),
        "none": OFF_LIST,
    }  # fmt: skip


@require_GET
def show(request: ActorRequest, number: str) -> HttpResponse:
    return page(request, "lists/seal/use.html", use=seal_page.use_page(number, actor=request.actor))


@require_http_methods(["GET", "POST"])
def step(request: ActorRequest, number: str, name: str) -> HttpResponse:
    """The form of one step; posted, the step is taken."""
    found = seal_page.stepping(number, name, actor=request.actor)
    kinds = FILES.get(name, ())
    form, received = step_form(found, request.POST if request.method == "POST" else None), list[Received]()
    if form.is_valid():
        now = timezone.now()
        try:
            files, received = files_of(request, [kind for kind, _label in kinds], at=now)
            given = given_from(found, form.cleaned_data, files=files, command=request.POST.get("command", ""))
            sealing.take(found.use, name, given, actor=request.actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已办:%(step)s") % {"step": found.offer.label})
            return go(request, reverse("lists:seal_use", args=[number]))
    return page(
        request, "lists/seal/step.html", status=422 if form.is_bound else 200, found=found, form=form, kinds=kinds,
        received=received,
    )  # fmt: skip


@require_GET
def file(request: ActorRequest, number: str, file_id: UUID, variant: str) -> FileResponse:
    """A picture of a request, for those who may see the request."""
    served = open_served(seal_page.file_on(number, file_id, actor=request.actor), variant=variant)
    answer = FileResponse(served.stream, content_type=served.content_type)
    for header, value in served.headers.items():
        answer[header] = value
    return answer


@require_POST
def applicant(request: ActorRequest, number: str) -> HttpResponse:
    """For whom it is, in plain, for a purpose that is kept."""
    purpose = request.POST.get("purpose", "")
    template = "lists/seal/_applicant.html" if is_piece(request) else "lists/seal/applicant.html"
    try:
        name, phone = sealing.read_applicant(number, purpose=purpose, actor=request.actor, at=timezone.now())
    except Refused as refusal:
        return page(request, template, status=422, number=number, purpose=purpose, refusal=str(refusal))
    return page(request, template, number=number, plain=True, name=name, phone=phone)
