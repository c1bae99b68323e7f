"""The plan of a year: by heading and month, by item, as a calendar, as a list; and each line of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.lists.commands import planning
from linli.domains.lists.commands.planning import Planned
from linli.domains.lists.queries import plan, plan_line, plan_page, standpoint
from linli.domains.lists.queries.reach import ListNotFound
from linli.kernel.errors import Refused
from linli.kernel.evidence.queries import open_served
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import act, address_of, blame
from linli.web.pages import page
from linli.web.uploads import files_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VIEWS = (
    ("year", gettext_lazy("全年")), ("items", gettext_lazy("按事项")), ("month", gettext_lazy("月历")),
    ("list", gettext_lazy("逐项")),
)  # fmt: skip
MOST_TICKED = 500
WEEKDAYS = (
    gettext_lazy("周一"), gettext_lazy("周二"), gettext_lazy("周三"), gettext_lazy("周四"), gettext_lazy("周五"),
    gettext_lazy("周六"), gettext_lazy("周日"),
)  # fmt: skip
ONLY = (
    ("key", gettext_lazy("重点项目")), ("overdue", gettext_lazy("已逾期")), ("mine", gettext_lazy("我的")),
    ("open", gettext_lazy("未完成")), ("done", gettext_lazy("已完成")), ("dropped", gettext_lazy("已取消")),
)  # fmt: skip


class LineForm(forms.Form):
    """A line of the plan. ``items`` only for a new one."""

    item = forms.ChoiceField(label=gettext_lazy("清单事项"))
    title = forms.CharField(label=gettext_lazy("做什么"), max_length=120)
    due_on = forms.DateField(
        label=gettext_lazy("完成期限"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    unit = forms.ChoiceField(label=gettext_lazy("责任单位"))
    person = forms.ChoiceField(label=gettext_lazy("责任人"), required=False)
    is_milestone = forms.BooleanField(label=gettext_lazy("重点项目节点"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=400, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("改期必须写明理由，会记入这一项的记录。"),
    )  # fmt: skip

    def __init__(self, choices: dict[str, list[tuple[str, str]]], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]  # a choice field
        if "item" not in choices:
            del self.fields["item"]


class FinishForm(forms.Form):
    """What came of it."""

    on = forms.DateField(
        label=gettext_lazy("完成日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    result = forms.CharField(label=gettext_lazy("完成结果"), max_length=400, widget=forms.Textarea({"rows": 3}))


@require_GET
def show(request: ActorRequest) -> HttpResponse:
    """The plan in one of its views, narrowed as the address says."""
    asked = plan_page.read(address_of(request), actor=request.actor, post=request.post, today=timezone.localdate())
    view = asked.view if asked.view in dict(VIEWS) else "year"
    shown = _views()[view](asked.narrow, request.GET.get("after", ""))
    return page(
        request, f"lists/plan/{view}.html", asked=asked, view=view, tabs=_tabs(request, view),
        only=lists.chips(request, "only", ONLY, label=_("只看"), is_many=True),
        kinds=lists.chips(request, "kind", plan.kinds(asked.narrow), label=_("清单"), everything=_("全部")),
        base=_base(asked), units=standpoint.offered(asked.unit, request.actor), query=request.GET.urlencode(),
        may_plan=plan_line.may_plan(request.actor, asked.unit), before=_moved(request, asked, -1),
        later=_moved(request, asked, 1), below=lists.chips(request, "below", [("1", _("含居(村)委会"))]), **shown,
    )  # fmt: skip


def _base(asked: plan_page.Asked) -> str:
    """Where a month of the tables leads, but for its number."""
    return f"?view=list&unit={asked.unit.pk}&year={asked.narrow.year}&month="


def _views() -> dict[str, Callable[[plan.Narrow, str], dict[str, Any]]]:
    return {
        "year": lambda narrow, _after: {"table": plan.by_heading(narrow)},
        "items": _items,
        "month": lambda narrow, _after: {"weeks": plan.month(narrow), "weekdays": [str(day) for day in WEEKDAYS]},
        "list": _lines,
    }


def _items(narrow: plan.Narrow, after: str) -> dict[str, Any]:
    table = plan.by_item(narrow, after=after)
    return {"table": table, "keyset": lists.Keyset(table.rows, table.after)}


def _lines(narrow: plan.Narrow, after: str) -> dict[str, Any]:
    found = plan.lines(narrow, after=after)
    return {"keyset": lists.Keyset(found.rows, found.after)}


def _moved(request: ActorRequest, asked: plan_page.Asked, by: int) -> str:
    """The same page a month or a year on."""
    there = request.GET.copy()
    there.pop("day", None)
    there.pop("after", None)
    for name, value in asked.moved(by).items():
        there[name] = str(value)
    return "?" + there.urlencode()


def _tabs(request: ActorRequest, view: str) -> list[tuple[str, str, bool]]:
    return [(str(label), lists.address(request.GET, "view", [code]), code == view) for code, label in VIEWS]


@require_GET
def sheet(request: ActorRequest) -> HttpResponse:
    """The lines as the address describes them, for a spreadsheet program."""
    asked = plan_page.read(address_of(request), actor=request.actor, post=request.post, today=timezone.localdate())
    headers = {"Content-Disposition": f'attachment; filename="plan-{asked.narrow.year}.xlsx"',
               "Cache-Control": "no-store"}  # fmt: skip
    return HttpResponse(plan_page.sheet(asked.narrow), content_type=XLSX, headers=headers)


@require_POST
def draft(request: ActorRequest) -> HttpResponse:
    """Draft what the items' frequency asks for; pressed twice, nothing is there twice."""
    unit = standpoint.get_unit(request.POST.get("unit", ""), request.actor, request.post)
    year = whole(request.POST.get("year", "")) or 0
    to = f"{reverse('lists:plan')}?unit={unit.pk}&year={year}"
    try:
        drafted = planning.draft_plan(unit, year, actor=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("已编排 %(lines)d 项计划，涉及 %(items)d 个事项。") % {"lines": drafted.lines, "items": drafted.items}
        messages.success(request, said if drafted.lines else _("计划已是最新，没有需要补充的。"))
    return redirect(to)


@require_http_methods(["GET", "POST"])
def add(request: ActorRequest) -> HttpResponse:
    """A line of one's own."""
    unit = standpoint.get_unit(request.GET.get("unit", ""), request.actor, request.post)
    units = plan_line.units_for(unit, request.actor)
    if not units:
        raise ListNotFound
    offered = {"item": plan_line.items_for(unit), "unit": units, "person": _people(unit)}
    initial = {name: request.GET[name] for name in ("item", "due_on") if name in request.GET} | {"unit": str(unit.pk)}
    form = LineForm(offered, request.POST or None, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        try:
            line = planning.add_line(
                unit, int(given["item"]), _planned(given), reason=given["reason"], actor=request.actor,
                at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已列入计划。"))
            return redirect("lists:plan_line", key=line.pk)
    status = 422 if form.errors else 200
    return page(request, "lists/plan/form.html", status=status, form=form, unit=unit, line=None)


def _people(unit: Any) -> list[tuple[str, str]]:
    return [("", _("不指定")), *plan_line.people_for(unit, timezone.localdate())]


def _planned(given: dict[str, Any]) -> Planned:
    person = UUID(given["person"]) if given["person"] else None
    return Planned(
        given["title"], given["due_on"], org.kept_unit(int(given["unit"])), person, given["is_milestone"]
    )  # fmt: skip


@require_GET
def line(request: ActorRequest, key: int) -> HttpResponse:
    """One line, what happened to it, and what may be done with it."""
    found = plan_line.get_line(key, actor=request.actor, today=timezone.localdate())
    form = FinishForm(initial={"on": timezone.localdate()})
    return page(request, "lists/plan/line.html", found=found, form=form)


@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, key: int) -> HttpResponse:
    """Write a line anew; another day asks why."""
    found = plan_line.get_line(key, actor=request.actor, today=timezone.localdate())
    if not found.may_change:
        raise ListNotFound
    plan_of = found.row.plan_of
    units = dict(plan_line.units_for(plan_of, request.actor)) | {str(found.row.unit_id): found.row.unit.name}
    offered = {"unit": list(units.items()), "person": _people(plan_of)}
    form = LineForm(offered, request.POST or None, initial=plan_line.initial_of(found))
    if form.is_valid():
        try:
            planning.change_line(
                key, _planned(form.cleaned_data), reason=form.cleaned_data["reason"], actor=request.actor,
                at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("计划已修改。"))
            return redirect("lists:plan_line", key=key)
    status = 422 if form.errors else 200
    return page(request, "lists/plan/form.html", status=status, form=form, unit=plan_of, line=found)


@require_POST
def finish(request: ActorRequest, key: int) -> HttpResponse:
    """It is done: the result, and a picture or paper that shows it."""
    now = timezone.now()
    found = plan_line.get_line(key, actor=request.actor, today=timezone.localdate())
    form = FinishForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            files, _kept = files_of(request, ("evidence",), at=now)
            planning.finish_line(
                key, on=given["on"], result=given["result"], file=files[0].file_id if files else None,
                actor=request.actor, at=now,
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已登记完成。"))
            return redirect("lists:plan_line", key=key)
    return page(request, "lists/plan/line.html", status=422, found=found, form=form)


@require_POST
def finish_many(request: ActorRequest) -> HttpResponse:
    """The ticked lines are done today with one result; others than one's own stay as they are."""
    today = timezone.localdate()
    keys = [key for key in map(whole, request.POST.getlist("line")[:MOST_TICKED]) if key is not None]
    try:
        count = planning.finish_lines(
            dict.fromkeys(keys, today), result=request.POST.get("result", ""), actor=request.actor, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已登记 %(count)d 项完成。") % {"count": count})
    return redirect(f"{reverse('lists:plan')}?{request.POST.get('back', '')[:400]}")


@require_POST
def drop(request: ActorRequest, key: int) -> HttpResponse:
    reason = request.POST.get("reason", "")

    def command() -> None:
        planning.drop_line(key, reason=reason, actor=request.actor, at=timezone.now())

    return act(request, _("已从计划中取消。"), command, "lists:plan_line", key=key)


@require_POST
def take_up(request: ActorRequest, key: int) -> HttpResponse:
    def command() -> None:
        planning.take_up_line(key, reason="", actor=request.actor, at=timezone.now())

    return act(request, _("已恢复。"), command, "lists:plan_line", key=key)


@require_POST
def reopen(request: ActorRequest, key: int) -> HttpResponse:
    reason = request.POST.get("reason", "")

    def command() -> None:
        planning.reopen_line(key, reason=reason, actor=request.actor, at=timezone.now())

    return act(request, _("已撤回完成。"), command, "lists:plan_line", key=key)


@require_GET
def evidence(request: ActorRequest, key: int, variant: str) -> FileResponse:
    """What shows that a line was done, for those who may look at it."""
    found = plan_line.get_line(key, actor=request.actor, today=timezone.localdate())
    if found.file is None:
        raise ListNotFound
    served = open_served(found.file, variant=variant)
    answer = FileResponse(served.stream, content_type=served.content_type)
    for header, value in served.headers.items():
        answer[header] = value
    return answer
