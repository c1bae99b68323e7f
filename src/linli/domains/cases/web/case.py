"""The page of one case and of what hangs on it: reading, taking steps, photos, the case on paper."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.cases.commands import GivenFile, desk
from linli.domains.cases.queries import case_page, stepping
from linli.domains.cases.queries.stepping import Stepping
from linli.domains.cases.web.giving import given_from
from linli.domains.cases.web.step_forms import PICKED, WHY, Offered, file_kinds, form_for, picks_of
from linli.kernel.errors import Refused
from linli.kernel.evidence.queries import open_served
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web.desk import blame, go
from linli.web.pages import is_piece, page
from linli.web.uploads import Received, files_of

MOST_PICKED = 50


@require_GET
def show(request: ActorRequest, number: str) -> HttpResponse:
    now = timezone.now()
    may_convene = org.holds_right(request.actor, "convene", at=now) is not None
    return page(request, "cases/staff/case.html", case=_page(request, number), may_convene=may_convene)


@require_GET
def show_matter(request: ActorRequest, number: str) -> HttpResponse:
    return page(request, "cases/staff/matter.html", matter=case_page.matter_page(number, actor=request.actor))


@require_GET
def paper(request: ActorRequest, number: str) -> HttpResponse:
    """The case on paper."""
    return page(request, "cases/staff/paper.html", case=_page(request, number), printed_at=timezone.now())


def _page(request: ActorRequest, number: str) -> case_page.CasePage:
    return case_page.case_page(number, actor=request.actor, at=timezone.now())


@require_GET
def photo(request: ActorRequest, number: str, file_id: UUID, variant: str) -> FileResponse:
    """A file of a case, for those who may see the case."""
    served = open_served(case_page.file_on(number, file_id, actor=request.actor), variant=variant)
    answer = FileResponse(served.stream, content_type=served.content_type)
    for header, value in served.headers.items():
        answer[header] = value
    return answer


@require_http_methods(["GET", "POST"])
def step(request: ActorRequest, number: str, name: str, on_child: bool = False) -> HttpResponse:
    """The form of one step; posted, the step is taken and the page of the matter shown again."""
    text = request.POST.get("find", request.GET.get("find", ""))
    found = stepping.stepping(
        number, name, actor=request.actor, at=timezone.now(), text=text, on_child=on_child, chosen=_chosen(request)
    )
    if request.method == "GET" or "looking" in request.POST:
        return _form(request, found, _kept(request, found), [])
    form = form_for(found.offer, _offered(found), request.POST, seen=found.seen)
    received: list[Received] = []
    if form.is_valid():
        try:
            files, received = files_of(request, [kind for kind, *_more in file_kinds(found.offer)], at=timezone.now())
            _take(request, found, form, files)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已办:%(step)s") % {"step": found.offer.label})
            return go(request, reverse(found.page, args=[found.number]))
    return _form(request, found, form, received, status=422)


def _chosen(request: ActorRequest) -> list[int]:
    """Ids of the units picked in the form as it was sent."""
    given = [*request.POST.getlist("unit"), *request.POST.getlist("units")]
    return [key for key in map(whole, given[:MOST_PICKED]) if key is not None]


def _take(request: ActorRequest, found: Stepping, form: forms.Form, files: list[GivenFile]) -> None:
    given = given_from(dict(form.cleaned_data), files=files, command=request.POST.get("command", ""))
    desk.take(found.subject, found.offer.name, given, actor=request.actor, at=timezone.now())


def _kept(request: ActorRequest, found: Stepping) -> forms.Form:
    """The form with what was typed before looking for a unit or a person; nothing is wrong with it yet."""
    form = form_for(found.offer, _offered(found), None, seen=found.seen)
    for name in form.fields.keys() & request.POST.keys():
        form.initial[name] = request.POST.getlist(name) if name == "units" else request.POST[name]
    return form


def _offered(found: Stepping) -> Offered:
    return Offered(found.units, found.people, found.suggested, found.category, found.callers, found.admissions)


def _form(
    request: ActorRequest, found: Stepping, form: forms.Form, received: list[Received], status: int = 200
) -> HttpResponse:
    template = "cases/staff/_step_form.html" if is_piece(request) else "cases/staff/step.html"
    return page(
        request, template, status=status, found=found, form=form, received=received,
        kinds=file_kinds(found.offer), why=WHY.get(found.offer.name, ""), picks=picks_of(form, _offered(found)),
        picked=PICKED,
    )  # fmt: skip
