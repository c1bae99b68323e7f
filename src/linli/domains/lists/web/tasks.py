"""Tasks under list items: the desk, one task and its steps, giving a new one to one unit or to many."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.lists.commands import task_steps
from linli.domains.lists.commands import tasks as commands
from linli.domains.lists.flow import TASK
from linli.domains.lists.queries import giving, task_page, task_sheet, tasks
from linli.domains.lists.queries.asking import RIGHT
from linli.domains.lists.queries.tasks import SIDES, Narrow
from linli.domains.lists.web.task_forms import FILES, GiveForm, given_from, step_form
from linli.kernel.errors import Refused
from linli.kernel.evidence.queries import open_served
from linli.kernel.flow.given import GivenFile
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import blame, go
from linli.web.pages import page
from linli.web.steps import step_page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _narrow(request: ActorRequest) -> Narrow:
    asked = request.GET
    side = asked.get("side", "given")
    return Narrow(
        side if side in SIDES else "given", asked.get("state", ""), "late" in asked.getlist("due"),
        whole(asked.get("unit", "")), asked.get("item", "")[:32], asked.get("q", "")[:60], _key(asked.get("batch", "")),
    )  # fmt: skip


def stay_at(request: ActorRequest, name: str, value: str) -> None:
    """Put what is shown into the address, so that its chip is on and chips and pager write on from it."""
    address = request.GET.copy()
    address[name] = value
    request.GET = address  # type: ignore[assignment]  # its setter takes any QueryDict


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_GET
def desk(request: ActorRequest) -> HttpResponse:
    """One side of the desk, as the address says."""
    now, narrow = timezone.now(), _narrow(request)
    stay_at(request, "side", narrow.side)
    found = tasks.desk(
        request.actor, request.post, narrow, at=now, after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    tallies = tasks.tallies(request.post, at=now)
    sides = lists.chips(request, "side", [(code, label, tallies[code]) for code, (_c, _s, label) in SIDES.items()])
    states = lists.chips(
        request, "state", [(code, TASK.label_of(code)) for code in SIDES[narrow.side][1]], everything=_("全部状态")
    )
    due = lists.chips(request, "due", [("late", _("只看逾期"))])
    return page(
        request, "lists/tasks/desk.html", keyset=lists.Keyset(found.rows, found.after, found.before), sides=sides,
        states=states, due=due, narrow=narrow, may_give=org.holds_right(request.actor, RIGHT) is not None,
        query=request.GET.urlencode(),
    )  # fmt: skip


@require_GET
def sheet(request: ActorRequest) -> HttpResponse:
    """The list as the address describes it, for a spreadsheet program."""
    content = task_sheet.write(request.actor, request.post, _narrow(request), at=timezone.now())
    return HttpResponse(
        content, content_type=XLSX, headers={"Content-Disposition": 'attachment; filename="tasks.xlsx"',
                                             "Cache-Control": "no-store"},
    )  # fmt: skip


@require_GET
def show(request: ActorRequest, number: str) -> HttpResponse:
    return page(request, "lists/tasks/task.html", task=task_page.task_page(number, actor=request.actor))


@require_GET
def file(request: ActorRequest, number: str, file_id: UUID, variant: str) -> FileResponse:
    """A file of a task, for those who may see the task."""
    served = open_served(task_page.file_on(number, file_id, actor=request.actor), variant=variant)
    answer = FileResponse(served.stream, content_type=served.content_type)
    for header, value in served.headers.items():
        answer[header] = value
    return answer


@require_http_methods(["GET", "POST"])
def step(request: ActorRequest, number: str, name: str) -> HttpResponse:
    """The form of one step; posted, the step is taken and the task shown again."""
    found = task_page.stepping(number, name, actor=request.actor)

    def take(values: dict[str, Any], files: list[GivenFile]) -> None:
        given = given_from(values, files=files, command=request.POST.get("command", ""))
        task_steps.act(found.task, name, given, actor=request.actor, at=timezone.now())

    form = step_form(found, request.POST if request.method == "POST" else None)
    to, kinds = reverse("lists:task", args=[number]), FILES.get(name, ())
    return step_page(request, "lists/tasks/step.html", found, form, take, kinds=kinds, to=to)


@require_http_methods(["GET", "POST"])
def give(request: ActorRequest) -> HttpResponse:
    """Choose an item, see how it is done, name the units, give."""
    asked, now = request.GET, timezone.now()
    urgent = whole(asked.get("urgent", ""))
    offer = giving.offer(
        request.actor, request.post, code=asked.get("item", "")[:32], text=asked.get("q", "")[:60], admission=urgent,
        at=now,
    )  # fmt: skip
    form = GiveForm(offer, request.POST or None, initial={"admission": urgent or "", "units": asked.getlist("unit")})
    if form.is_valid():
        try:
            batch = commands.give(
                _giving(offer, form), key=_key(request.POST.get("command", "")) or uuid4(), actor=request.actor,
                post=request.post, at=now,
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("任务已下达。"))
            return go(request, reverse("lists:task_batch", args=[batch.pk]))
    return page(
        request, "lists/tasks/give.html", status=422 if form.is_bound else 200, offer=offer, form=form,
        urgent=urgent, chosen=set(form["units"].value() or ()),
    )  # fmt: skip


def _giving(offer: giving.Offer, form: forms.Form) -> commands.Giving:
    values = form.cleaned_data
    admission = values.get("admission", "")
    return commands.Giving(
        offer.item, [int(unit) for unit in values["units"]], values["title"], values["text"], values["due_on"],
        int(admission) if admission else None,
    )  # fmt: skip


@require_GET
def batch(request: ActorRequest, key: UUID) -> HttpResponse:
    """What became of a giving: the one task itself, or how far the many are."""
    found = task_page.batch_page(key, actor=request.actor)
    shown = tasks.of_batch(key, after=request.GET.get("after", ""))
    return page(request, "lists/tasks/batch.html", batch=found, keyset=lists.Keyset(shown.rows, shown.after))
