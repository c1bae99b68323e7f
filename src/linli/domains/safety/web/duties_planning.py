"""A duty planned, looked at, changed and ended."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.queries import duties as queries
from linli.domains.safety.web.duties_forms import ChangeForm, DutyForm, initial_for, initial_of, key_in
from linli.kernel.duties import commands
from linli.kernel.duties.commands import Draft
from linli.kernel.duties.queries.one import duty_page
from linli.kernel.duties.queries.preview import Preview, preview
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.http import ActorRequest
from linli.web.desk import ReasonForm, blame, go
from linli.web.pages import page


@require_GET
def show(request: ActorRequest, key: UUID) -> HttpResponse:
    """One duty: when it comes, who does it, how it went."""
    found = duty_page(key, actor=request.actor, at=timezone.now())
    return page(
        request, "safety/duties/duty.html", found=found, duty=found.duty, figure=queries.shown(found.figure),
        last_on=found.duty.ends_on - timedelta(days=1) if found.duty.ends_on else None,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """Plan a duty; nothing is kept before it has been seen when it falls."""
    now = timezone.now()
    form = DutyForm(
        request.POST or None, **_choices(request), initial=initial_for(timezone.localdate(now))
    )  # fmt: skip
    key = key_in(request.POST.get("command", "")) or uuid4()
    if request.method == "POST" and form.is_valid():
        try:
            duty = commands.set_duty(
                _draft(request, form), actor=request.actor, at=now, key=key, knowing=form.cleaned_data["knowing"]
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已排好，以后每次到时间会自动列出。"))
            return go(request, reverse("safety:duty", args=[duty.pk]))
    return page(
        request, "safety/duties/plan.html", status=422 if form.errors else 200, form=form, command=key,
        seen=_seen(request, form if form.is_bound else DutyForm(dict(form.initial), **_choices(request))),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def look(request: ActorRequest) -> HttpResponse:
    """When a plan would fall, as it is typed: a piece of the form's page."""
    form = DutyForm(request.POST or request.GET or None, **_choices(request))
    return page(request, "safety/duties/_preview.html", seen=_seen(request, form), form=form)


@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, key: UUID) -> HttpResponse:
    """From a day on it goes on otherwise."""
    now = timezone.now()
    found = duty_page(key, actor=request.actor, at=now)
    if not found.may_plan:
        raise NotFound
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    form = ChangeForm(request.POST or None, **_choices(request), initial=initial_of(found.duty, from_on=tomorrow))
    form.fields["starts_on"].label = _("从哪天起改")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            commands.change(
                key, _draft(request, form, of=found.duty), from_on=said["starts_on"], reason=said["reason"],
                actor=request.actor, at=now, knowing=said["knowing"],
            )  # fmt: skip
        except Refused as refusal:
            blame_from(form, refusal)
        else:
            messages.success(request, _("已变更，之前的记录不变。"))
            return go(request, reverse("safety:duty", args=[key]))
    return page(
        request, "safety/duties/plan.html", status=422 if form.errors else 200, form=form, duty=found.duty,
        when=found.when, seen=_seen(request, form, of=found.duty) if form.is_bound else None,
    )  # fmt: skip


def blame_from(form: forms.Form, refusal: Refused) -> None:
    """The form's first day is the day of the change."""
    field = "starts_on" if refusal.field == "from_on" else refusal.field
    form.add_error(field if field in form.fields else None, str(refusal))


@require_http_methods(["GET", "POST"])
def end(request: ActorRequest, key: UUID) -> HttpResponse:
    now = timezone.now()
    found = duty_page(key, actor=request.actor, at=now)
    if not found.may_plan:
        raise NotFound
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            commands.end_duty(key, reason=form.cleaned_data["reason"], actor=request.actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已结束；做过的和漏办的都留着。"))
            return go(request, reverse("safety:duty", args=[key]))
    return page(request, "safety/duties/end.html", status=422 if form.errors else 200, form=form, found=found)


def _choices(request: ActorRequest) -> dict[str, Any]:
    now = timezone.now()
    units = queries.units_to_plan(request.actor, at=now)
    if not units:
        raise NotFound
    return {
        "units": units, "people": queries.people_to_plan(request.actor, at=now),
        "kinds_open": queries.kinds_to_plan(request.actor, at=now),
    }  # fmt: skip


def _draft(request: ActorRequest, form: DutyForm, of: Any = None) -> Draft:
    """The plan as typed. Raises Refused beside the field at fault, NotFound for what may not be chosen."""
    said, now, actor = form.cleaned_data, timezone.now(), request.actor
    over = queries.get_planned_unit(said["over"], actor=actor, at=now) if said["over"] else None
    return Draft(
        kind=of.kind if of else said["kind"], title=said["title"], rule=form.rule, starts_on=said["starts_on"],
        unit=of.unit if of else queries.get_planned_unit(said["unit"], actor=actor, at=now), over=over,
        opens=said["opens"], closes=said["closes"], ends_on=form.ends_on, role=form.role,
        holder=None if form.is_for_role else queries.get_person(said["who"], actor=actor, at=now),
        grace_minutes=int(said["grace"]) if said["grace"] else None, wants=said["wants"] or None,
        working_days_only=said["working_days_only"], why=said["why"],
    )  # fmt: skip


def _seen(request: ActorRequest, form: DutyForm, of: Any = None) -> Preview | None:
    """What the form would mean, when enough of it is filled in; who and what need not be."""
    if not form.is_bound:
        return None
    form.is_valid()
    said = form.cleaned_data
    needed = ("every", "opens", "closes", "starts_on")
    if not all(said.get(name) for name in needed):
        return None
    who = str(said.get("who") or "")
    holder = queries.get_person(who, actor=request.actor, at=timezone.now()) if key_in(who) else None
    unit = of.unit if of else queries.any_unit(request.actor, at=timezone.now())
    try:
        draft = Draft(
            kind="other", title="-", unit=unit, rule=form.rule, starts_on=said["starts_on"], opens=said["opens"],
            closes=said["closes"], ends_on=form.ends_on, holder=holder,
            working_days_only=bool(said.get("working_days_only")),
        )  # fmt: skip
        return preview(draft, at=timezone.now())
    except Refused:
        return None
