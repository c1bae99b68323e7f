"""Meetings: called, attended, minuted; lessons to look up, decisions that become matters (001g-52, 003-08)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.organisation.queries import meeting_picks, reach, staff, telling, unit_tree
from linli.domains.organisation.web.meeting_forms import CallForm, DecisionForm, LessonForm, MinutesForm
from linli.kernel.errors import NotFound, Refused
from linli.kernel.meetings import commands, queries
from linli.kernel.meetings.commands import Point
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import act, blame
from linli.web.pages import page


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    """Meetings, what was put forward for one, and resolutions still open."""
    now = timezone.now()
    given = {name: request.GET.get(name, "") for name in ("state", "kind")}
    return page(
        request,
        "organisation/meetings/list.html",
        lines=queries.meetings(request.actor, at=now, **given),
        states=lists.chips(request, "state", meeting_picks.STATES, label=_("状态"), everything=_("全部")),
        kinds=lists.chips(request, "kind", meeting_picks.KINDS, label=_("类别"), everything=_("全部")),
        put_forward=meeting_picks.put_forward(actor=request.actor, at=now),
        resolutions=meeting_picks.resolutions(actor=request.actor, at=now),
        may_call=bool(meeting_picks.conveners(request.actor, now)),
    )


@require_GET
def lessons(request: ActorRequest) -> HttpResponse:
    """What discussions taught; two characters suffice."""
    text = request.GET.get("q", "")[:40]
    found = queries.lessons(request.actor, at=timezone.now(), text=text)
    return page(request, "organisation/meetings/lessons.html", lessons=found, text=text)


@require_http_methods(["GET", "POST"])
def call(request: ActorRequest) -> HttpResponse:
    """Call a meeting; ``?case=`` puts a case on its agenda."""
    now, actor = timezone.now(), request.actor
    units = meeting_picks.conveners(actor, now)
    if not units:
        raise NotFound
    number = request.GET.get("case", "")[:40]
    initial = {"agenda": meeting_picks.agenda_for(number, actor=actor, at=now), "kind": "case_discussion"}
    form = CallForm(request.POST or None, units=units, people=staff.choices(actor, now), initial=initial)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            points = meeting_picks.subjects(given.pop("agenda"), actor=actor, at=now)
            invited = [staff.get_person(UUID(key), actor=actor, at=now) for key in given.pop("invited")]
            meeting = commands.call(
                unit=reach.get_unit(int(given.pop("unit")), actor=actor, at=now), invited=invited,
                agenda=[Point(one.subject, one.matter_id) for one in points], actor=actor, at=now, **given,
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("会议已通知。"))
            return redirect("organisation:meeting", meeting_id=meeting.pk)
    return page(
        request, "organisation/form.html", form=form, heading=_("召集会议"), back="organisation:meetings",
        button=_("发出通知"), status=422 if form.errors else 200,
    )  # fmt: skip


@require_GET
def one(request: ActorRequest, meeting_id: int) -> HttpResponse:
    return _shown(request, meeting_id)


@require_POST
def cancel(request: ActorRequest, meeting_id: int) -> HttpResponse:
    def command() -> None:
        reason = request.POST.get("reason", "")[:200]
        commands.cancel(meeting_id, reason=reason, actor=request.actor, at=timezone.now())

    return act(request, _("会议已取消，已通知参加人。"), command, "organisation:meeting", meeting_id=meeting_id)


@require_POST
def attend(request: ActorRequest, meeting_id: int) -> HttpResponse:
    """Who came, who did not and why; somebody who came unasked is added."""
    now = timezone.now()
    found = queries.get_meeting(meeting_id, actor=request.actor, at=now)
    said = {line.actor_id: request.POST.get(f"state_{line.actor_id}", "") for line in found.attendance}
    came = [key for key, state in said.items() if state == "attended"]
    absent = {
        key: request.POST.get(f"reason_{key}", "")[:200] or _("未说明")
        for key, state in said.items()
        if state == "absent"
    }

    def command() -> None:
        more = [
            staff.get_person(UUID(key), actor=request.actor, at=now).pk for key in request.POST.getlist("more") if key
        ]
        commands.record_attendance(meeting_id, attended=[*came, *more], absent=absent, actor=request.actor, at=now)

    return act(request, _("到会情况已登记。"), command, "organisation:meeting", meeting_id=meeting_id)


@require_POST
def minute(request: ActorRequest, meeting_id: int) -> HttpResponse:
    """Write the minutes."""

    def command(form: forms.Form, now: datetime) -> None:
        commands.write_minutes(meeting_id, text=form.cleaned_data["text"], actor=request.actor, at=now)

    return _written(request, meeting_id, "minutes", _("纪要已保存。"), command)


@require_POST
def learn(request: ActorRequest, meeting_id: int) -> HttpResponse:
    """Keep a lesson, linked to the cases discussed."""

    def command(form: forms.Form, now: datetime) -> None:
        matters = [UUID(key) for key in form.cleaned_data["matters"]]
        text = form.cleaned_data["text"]
        commands.note_lesson(meeting_id, text=text, matter_ids=matters, actor=request.actor, at=now)

    return _written(request, meeting_id, "lesson", _("经验教训已记录。"), command)


@require_POST
def decide(request: ActorRequest, meeting_id: int) -> HttpResponse:
    """Record a decision; with a unit and a day it becomes a matter with a clock."""

    def command(form: forms.Form, now: datetime) -> None:
        given = dict(form.cleaned_data)
        key = given.pop("unit")
        unit = reach.get_unit(int(key), actor=request.actor, at=now) if key else None
        commands.decide(meeting_id, unit=unit, actor=request.actor, at=now, **given)

    return _written(request, meeting_id, "decision", _("决定已记录。"), command)


@require_GET
def resolution(request: ActorRequest, number: str) -> HttpResponse:
    found = meeting_picks.resolution(number, actor=request.actor, at=timezone.now())
    return page(request, "organisation/meetings/resolution.html", found=found)


STEPS: dict[str, Callable[..., Any]] = {
    "finish": commands.finish,
    "send_back": commands.send_back,
    "confirm": commands.confirm,
    "call_off": commands.call_off,
}


@require_POST
def step(request: ActorRequest, number: str, name: str) -> HttpResponse:
    """Report a resolution as done, send it back, confirm or drop it."""
    now = timezone.now()
    found = meeting_picks.resolution(number, actor=request.actor, at=now)
    if name not in STEPS:
        raise NotFound
    seen, note = request.POST.get("seen", ""), request.POST.get("note", "")[:400]

    def command() -> None:
        STEPS[name](found.matter, note=note, actor=request.actor, at=now, seen=whole(seen))

    return act(request, _("已办理。"), command, "organisation:resolution", number=number)


Command = Callable[[forms.Form, datetime], None]


def _written(request: ActorRequest, meeting_id: int, name: str, done: str, command: Command) -> HttpResponse:
    """Carry out one of the forms of the meeting page; refused, the page is shown again with what was typed."""
    now = timezone.now()
    form = _forms(request, meeting_id, now, bound=name)[name]
    if form.is_valid():
        try:
            command(form, now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, done)
            return redirect("organisation:meeting", meeting_id=meeting_id)
    return _shown(request, meeting_id, **{name: form})


def _forms(request: ActorRequest, meeting_id: int, now: datetime, *, bound: str = "") -> dict[str, forms.Form]:
    def given(name: str) -> Any:
        return request.POST if name == bound else None

    return {
        "minutes": MinutesForm(given("minutes")),
        "lesson": LessonForm(
            given("lesson"), prefix="lesson", matters=meeting_picks.matters_of(meeting_id, actor=request.actor, at=now)
        ),
        "decision": DecisionForm(
            given("decision"),
            prefix="decision",
            units=unit_tree.choices(request.actor, now),
            admissions=meeting_picks.admissions_for(whole(request.POST.get("decision-unit", "")), at=now),
        ),
    }


def _shown(request: ActorRequest, meeting_id: int, **wrong: forms.Form) -> HttpResponse:
    now = timezone.now()
    found = queries.get_meeting(meeting_id, actor=request.actor, at=now)
    shown = {**_forms(request, meeting_id, now), **wrong}
    points = [(one, telling.address_of(one.matter_flow, one.matter_number)) for one in found.agenda]
    return page(
        request, "organisation/meetings/meeting.html", found=found, points=points,
        has_begun=found.line.starts_at <= now,
        people=staff.choices(request.actor, now) if found.may_run else [], status=422 if wrong else 200,
        may_record=found.may_run and found.line.state in ("planned", "held"),
        may_minute=found.may_run and found.line.state in ("held", "minuted"), **shown,
    )  # fmt: skip
