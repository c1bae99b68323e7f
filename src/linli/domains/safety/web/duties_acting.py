"""What is done with one time of a duty: reported, called off, given to somebody else; swaps, leave, the feed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.safety.commands import duties as own
from linli.domains.safety.queries import duties as queries
from linli.domains.safety.queries import duties_feed
from linli.domains.safety.web.duties_forms import LeaveForm, NoteForm, StandInForm, SwapForm, key_in
from linli.kernel.duties import commands
from linli.kernel.duties.queries import leaves, swaps
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.web import rates
from linli.web.desk import act, blame
from linli.web.pages import page
from linli.web.uploads import files_of

FEED = rates.Rate("duty_feed", 120, 3600)


@require_GET
def show(request: ActorRequest, key: UUID) -> HttpResponse:
    """One occurrence: how it stands, what may be done with it now."""
    return _shown(request, key)


def _shown(request: ActorRequest, key: UUID, *, status: int = 200, **given: forms.Form) -> HttpResponse:
    now = timezone.now()
    found = queries.time_page(key, actor=request.actor, at=now)
    shown = {**_forms(found, request, now), **given}
    return page(request, "safety/duties/time.html", status=status, found=found, line=found.line, **shown)


def _forms(found: queries.TimePage, request: ActorRequest, now: datetime) -> dict[str, forms.Form | None]:
    key = found.line.id
    return {
        "note_form": NoteForm() if found.may_report else None,
        "stand_in": StandInForm(people=_free(key, now)) if found.may_substitute else None,
        "swap": SwapForm(**_swapping(request, key, now)) if found.may_swap else None,
    }


def _swapping(request: ActorRequest, key: UUID, now: datetime) -> dict[str, Any]:
    """Whom one may ask, and for what in return."""
    return {
        "people": queries.colleagues(key, actor=request.actor, at=now),
        "offers": queries.offers(key, actor=request.actor, at=now),
    }


def _free(key: UUID, now: datetime) -> list[tuple[str, str]]:
    """Who could stand in; somebody busy then says with what."""
    named = []
    for person in leaves.free_for(key, at=now):
        busy = _("（这时有：%(what)s）") % {"what": person.busy} if person.busy else ""
        named.append((str(person.id), f"{person.name} · {person.unit} {person.role}{busy}"))
    return named


@require_POST
def done(request: ActorRequest, key: UUID) -> HttpResponse:
    """Report it as done, with words and photos."""
    now = timezone.now()
    queries.time_page(key, actor=request.actor, at=now)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            files, _received = files_of(request, ["photo"], at=now)
            own.report_done(
                key, note=form.cleaned_data["note"], files=files, done_at=now, filed_at=now, is_late=False,
                actor=request.actor,
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已记为完成。"))
            return redirect("safety:duty_time", key=key)
    return _shown(request, key, status=422, note_form=form)


@require_POST
def excuse(request: ActorRequest, key: UUID) -> HttpResponse:
    def command() -> None:
        queries.time_page(key, actor=request.actor, at=timezone.now())
        reason = request.POST.get("reason", "")[:400]
        commands.excuse(key, reason=reason, actor=request.actor, at=timezone.now())

    return act(request, _("这一次已免办，可以撤销。"), command, "safety:duty_time", key=key)


@require_POST
def restore(request: ActorRequest, key: UUID) -> HttpResponse:
    def command() -> None:
        queries.time_page(key, actor=request.actor, at=timezone.now())
        commands.restore(key, actor=request.actor, at=timezone.now())

    return act(request, _("已撤销免办。"), command, "safety:duty_time", key=key)


@require_POST
def stand_in(request: ActorRequest, key: UUID) -> HttpResponse:
    """Let somebody else do it."""
    now = timezone.now()
    found = queries.time_page(key, actor=request.actor, at=now)
    if not found.may_plan:
        raise NotFound
    form = StandInForm(request.POST, people=_free(key, now))
    if form.is_valid():
        said = form.cleaned_data
        try:
            commands.substitute(
                key, person=queries.get_actor(said["person"]), reason=said["reason"], knowing=said["knowing"],
                actor=request.actor, at=now,
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已换人，双方都会收到通知。"))
            return redirect("safety:duty_time", key=key)
    return _shown(request, key, status=422, stand_in=form)


@require_POST
def ask_swap(request: ActorRequest, key: UUID) -> HttpResponse:
    """Ask a colleague to take it over, perhaps against a time of theirs."""
    now = timezone.now()
    queries.time_page(key, actor=request.actor, at=now)
    form = SwapForm(request.POST, **_swapping(request, key, now))
    if form.is_valid():
        said = form.cleaned_data
        try:
            asked = queries.get_actor(said["asked"])
            commands.ask_swap(
                key, asked=asked, reason=said["reason"], in_return=key_in(said["in_return"]), actor=request.actor,
                at=now,
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已请对方换班，等对方答复。"))
            return redirect("safety:leave_desk")
    return _shown(request, key, status=422, swap=form)


ANSWERS: dict[str, Callable[..., object]] = {
    "agree": commands.agree_swap,
    "decline": commands.decline_swap,
    "withdraw": commands.withdraw_swap,
}


@require_POST
def answer_swap(request: ActorRequest, key: UUID, verb: str) -> HttpResponse:
    """Agree, decline, take back."""
    if verb not in ANSWERS:
        raise NotFound
    knowing = {"knowing": True} if verb == "agree" and request.POST.get("knowing") else {}

    def command() -> None:
        ANSWERS[verb](key, actor=request.actor, at=timezone.now(), **knowing)

    return act(request, _("已答复。"), command, "safety:leave_desk")


@require_http_methods(["GET", "POST"])
def leave_desk(request: ActorRequest) -> HttpResponse:
    """My leave and swaps; for who plans, leave to decide and what needs a substitute."""
    now, actor = timezone.now(), request.actor
    units = queries.own_units(actor, at=now)
    form = LeaveForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            unit = org.kept_unit(int(said.pop("unit")))
            commands.ask_leave(unit=unit, actor=actor, at=now, **said)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("请假已提交，等批准。"))
            return redirect("safety:leave_desk")
    planned, own_leave = leaves.leaves(actor, at=now)
    return page(
        request, "safety/duties/leave.html", status=422 if form.errors else 200, form=form, planned=planned,
        own=own_leave, swaps=swaps.swaps(actor, at=now), uncovered=leaves.uncovered(actor, at=now),
        may_plan=org.holds_right(actor, "plan_patrols", at=now) is not None,
    )  # fmt: skip


DECISIONS = ("grant", "refuse", "withdraw")


@require_POST
def decide_leave(request: ActorRequest, key: UUID, verb: str) -> HttpResponse:
    """Grant, refuse with a reason, take back."""
    if verb not in DECISIONS:
        raise NotFound
    now, actor, reason = timezone.now(), request.actor, request.POST.get("reason", "")[:200]

    def command() -> None:
        if verb == "grant":
            commands.grant_leave(key, actor=actor, at=now, decision=reason)
        elif verb == "refuse":
            commands.refuse_leave(key, reason=reason, actor=actor, at=now)
        else:
            commands.withdraw_leave(key, actor=actor, at=now)

    return act(request, _("已办理。"), command, "safety:leave_desk")


@require_POST
def renew_feed(request: ActorRequest) -> HttpResponse:
    """A new secret address for one's calendar program; shown once."""
    token = commands.renew_feed(actor=request.actor, at=timezone.now())
    request.session["duty_feed"] = request.build_absolute_uri(reverse("safety:duty_feed", args=[token]))
    messages.success(request, _("订阅地址已生成，旧地址不再有效。"))
    return redirect("safety:my_duties")


@require_POST
def forget_feed(request: ActorRequest) -> HttpResponse:
    commands.forget_feed(actor=request.actor)
    messages.success(request, _("订阅已关闭。"))
    return redirect("safety:my_duties")


@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of whoever has this secret; asked for by programs, without signing in."""
    now = timezone.now()
    rates.use(FEED, rates.client_address(request), at=now)
    content = duties_feed.calendar(token, at=now)
    headers = {"Cache-Control": "private, max-age=900", "Content-Disposition": 'inline; filename="duties.ics"',
               "X-Robots-Tag": "noindex"}  # fmt: skip
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
