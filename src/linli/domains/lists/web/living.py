"""How items are carried out: what runs under one, and the key projects of a unit."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.lists.commands import executing, noting
from linli.domains.lists.queries import key_projects, plan_page, reach, runs, standpoint
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import act, address_of, blame
from linli.web.pages import page


class NoteForm(forms.Form):
    """What somebody who supervises found or asks for."""

    text = forms.CharField(
        label=gettext_lazy("督办记录"), max_length=400, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("写明看到的情况和要求，不写个人信息。"),
    )  # fmt: skip


@require_GET
def item_runs(request: ActorRequest, code: str) -> HttpResponse:
    """Plan, tasks and cases under one item, page by page."""
    item = reach.get_item(code, actor=request.actor)
    figures = runs.execution_of(item)
    if figures is None:
        raise NotFound
    today = timezone.localdate()
    year = whole(request.GET.get("year", "")) or today.year
    kinds = runs.kinds()
    kind = request.GET.get("kind", "plan")
    kind = kind if kind in dict(kinds) else "plan"
    shown = _runs(item, kind, actor=request.actor, year=min(max(year, 2020), 2099), today=today, request=request)
    tabs = [(label, lists.address(request.GET, "kind", [key]), key == kind) for key, label in kinds]
    return page(
        request, "lists/living/runs.html", item=item, figures=figures, kind=kind, tabs=tabs, year=year,
        title=figures_title(item), **shown,
    )  # fmt: skip


def figures_title(item: Any) -> str:
    return str(item.standing.title)


def _runs(item: Any, kind: str, *, actor: Any, year: int, today: Any, request: ActorRequest) -> dict[str, Any]:
    after = request.GET.get("after", "")
    if kind == "plan":
        found = runs.lines_of(item, actor=actor, year=year, today=today, after=after)
        return {"keyset": lists.Keyset(found.rows, found.after)}
    if kind == "tasks":
        listed = runs.tasks_of(item, actor=actor, year=year, after=after)
    else:
        listed = runs.outer_runs(item, kind, actor=actor, year=year, after=after)
    return {"keyset": lists.Keyset(listed.rows, listed.after)}


@require_GET
def projects(request: ActorRequest) -> HttpResponse:
    """The key projects of a unit over the year."""
    today = timezone.localdate()
    asked = plan_page.read(address_of(request), actor=request.actor, post=request.post, today=today)
    found = key_projects.projects(asked.narrow.plans, year=asked.narrow.year, today=today)
    late = [line for project in found for line in project.late]
    return page(
        request, "lists/living/key_projects.html", asked=asked, projects=found, late=late,
        units=standpoint.offered(asked.unit, request.actor),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def project(request: ActorRequest, code: str) -> HttpResponse:
    """One key project: its milestones, figures, and the notes of those who supervise it."""
    item = reach.get_item(code, actor=request.actor)
    today = timezone.localdate()
    found = next(
        (one for one in key_projects.projects([item.worklist.unit_id], year=today.year, today=today)
         if one.figures.code == code), None,
    )  # fmt: skip
    if found is None:
        raise NotFound
    form = NoteForm(request.POST or None)
    if form.is_valid():
        try:
            noting.note_key_project(item, form.cleaned_data["text"], actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已记入督办记录。"))
            return redirect("lists:key_project", code=code)
    return page(
        request, "lists/living/key_project.html", status=422 if form.errors else 200, project=found, form=form,
        item=item, notes=key_projects.notes_of(item.pk),
        may_watch=key_projects.may_watch(request.actor, item.worklist.unit),
    )  # fmt: skip


@require_POST
def count(request: ActorRequest) -> HttpResponse:
    """Count the executions of a unit's lists anew, now instead of by night."""
    unit = standpoint.get_unit(request.POST.get("unit", ""), request.actor, request.post)
    if org.holds_right(request.actor, "check_lists", unit) is None:
        raise NotFound
    now = timezone.now()

    def command() -> None:
        executing.count_executions(unit, year=runs.this_year(now), at=now)

    return act(request, _("执行情况已重新统计。"), command, "lists:overview")
