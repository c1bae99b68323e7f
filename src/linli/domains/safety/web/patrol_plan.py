"""The patrol plan: routes, what they cover and what not; planning, changing and stopping a route."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

from linli.domains.safety.commands import routing
from linli.domains.safety.commands.routing import Plan
from linli.domains.safety.queries import patrol_choices, patrol_reach, patrol_targets, route_desk
from linli.domains.safety.queries.patrol_targets import LACKS, Narrow
from linli.domains.safety.web.patrol_forms import (
    ChangePointsForm,
    ChangeTimeForm,
    EndForm,
    RouteForm,
    key_in,
)
from linli.domains.safety.web.patrol_log import sheet_answer
from linli.kernel.errors import Refused
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import blame, go
from linli.web.pages import page


@require_GET
def plan(request: ActorRequest) -> HttpResponse:
    """The three classes with what is lacking, then the routes."""
    now, asked = timezone.now(), request.GET
    found = route_desk.routes(
        request.actor, request.post, kind=asked.get("kind", "")[:10], unit=_ground(request),
        ended="ended" in asked.getlist("state"), at=now, after=asked.get("after", ""),
    )  # fmt: skip
    groups = [
        lists.chips(request, "kind", patrol_choices.KINDS, everything=_("全部类别")),
        lists.chips(request, "state", [("ended", _("已停止的"))]),
    ]
    return page(
        request, "safety/patrols/plan.html", keyset=lists.Keyset(found.rows, found.after), chips=groups,
        tallies=patrol_targets.tallies(request.post, at=now), units=patrol_choices.grounds(request.post),
        unit=whole(asked.get("unit", "")), may_plan=org.holds_right(request.actor, patrol_reach.PLAN) is not None,
    )  # fmt: skip


def _ground(request: ActorRequest) -> int | None:
    unit = whole(request.GET.get("unit", ""))
    return unit if unit in {node.id for node in patrol_choices.grounds(request.post)} else None


def _narrow(request: ActorRequest) -> Narrow:
    asked = request.GET
    return Narrow(asked.get("target", "")[:10], asked.get("lack", "")[:10], _ground(request))


@require_GET
def targets(request: ActorRequest) -> HttpResponse:
    """Objects of the classes, last patrolled when, covered by which routes."""
    now, narrow = timezone.now(), _narrow(request)
    found = patrol_targets.objects(request.post, narrow, at=now, after=request.GET.get("after", ""))
    classes = [(one.target, one.label, one.total) for one in patrol_targets.tallies(request.post, at=now)]
    groups = [
        lists.chips(request, "target", classes, everything=_("全部类别")),
        lists.chips(request, "lack", list(LACKS.items())),
    ]
    return page(
        request, "safety/patrols/targets.html", keyset=lists.Keyset(found.rows, found.after), chips=groups,
        query=request.GET.urlencode(), units=patrol_choices.grounds(request.post), unit=narrow.unit,
        target=narrow.target, lack=narrow.lack,
    )  # fmt: skip


@require_GET
def targets_sheet(request: ActorRequest) -> HttpResponse:
    content = patrol_targets.sheet(request.post, _narrow(request), at=timezone.now())
    return sheet_answer(content, "patrol-targets")


@require_GET
def show(request: ActorRequest, key: int) -> HttpResponse:
    found = route_desk.route_page(key, actor=request.actor, at=timezone.now())
    return page(request, "safety/patrols/route.html", route=found)


@dataclass(frozen=True, slots=True)
class _Ticked:
    """A point as offered in the form."""

    id: str
    label: str
    is_on: bool
    no: str
    ask: str


@require_http_methods(["GET", "POST"])
def add(request: ActorRequest) -> HttpResponse:
    """Plan a route: first for which unit, then time, people and points."""
    units = patrol_choices.planned_grounds(request.actor)
    unit_id = whole(request.GET.get("unit", "")) or (units[0].id if units else 0)
    unit = patrol_choices.unit_planned(unit_id, actor=request.actor)
    sites, walkers = patrol_choices.sites_below(unit.path), patrol_choices.walkers_below(unit.path)
    form = RouteForm(
        walkers, sites, patrol_choices.teams_for(request.actor), request.POST or None,
        initial={"starts_on": timezone.localdate().isoformat(), "kind": request.GET.get("kind", "grid")},
    )  # fmt: skip
    if form.is_valid():
        try:
            key = key_in(request.POST.get("command", "")) or uuid4()
            made = routing.set_route(
                _plan(form, unit), key=key, actor=request.actor, at=timezone.now(),
                knowing=form.cleaned_data["knowing"],
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("路线已排好。"))
            return go(request, reverse("safety:route", args=[made.pk]))
    return page(
        request, "safety/patrols/route_form.html", status=422 if form.is_bound else 200, form=form, unit=unit,
        units=units, ticked=_ticked(sites, request, {}), command=uuid4(), title=_("编排巡查路线"),
        back=reverse("safety:patrol_plan"),
    )  # fmt: skip


def _plan(form: RouteForm, unit: Any) -> Plan:
    said = form.cleaned_data
    holder, role = form.responsible
    return Plan(
        kind=said["kind"], name=said["name"], unit=unit, rule=form.rule, starts_on=said["starts_on"],
        opens=said["opens"], closes=said["closes"], points=form.chosen(), holder=patrol_choices.person(holder),
        role=role, grace_minutes=said["grace_minutes"], team=said["team"], building=key_in(said["building"]),
        in_order=said["in_order"], least=said["least"],
    )  # fmt: skip


def _ticked(sites: Sequence[Any], request: ActorRequest, kept: Mapping[UUID, tuple[int | str, str]]) -> list[_Ticked]:
    """The points to be ticked; after a refusal as they were sent, else as the route has them."""
    sent = set(request.POST.getlist("points"))
    found = []
    for site in sites:
        key = str(site.pk)
        position, ask = kept.get(site.pk, ("", ""))
        if request.method == "POST":
            position, ask = request.POST.get(f"no_{key}", ""), request.POST.get(f"ask_{key}", "")
        is_on = key in sent if request.method == "POST" else site.pk in kept
        found.append(_Ticked(key, f"{site.name} · {site.unit.name}", is_on, str(position), ask))
    return found


@require_http_methods(["GET", "POST"])
def change_points(request: ActorRequest, key: int) -> HttpResponse:
    """Replace the points of a route as a whole."""
    route = patrol_reach.get_route(key, actor=request.actor)
    patrol_choices.unit_planned(route.duty.unit_id, actor=request.actor)
    found = route_desk.route_page(key, actor=request.actor, at=timezone.now())
    sites = patrol_choices.sites_below(route.duty.over.path)
    form = ChangePointsForm(
        sites, request.POST or None, initial={"least": route.least_points, "in_order": route.in_order}
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            routing.change_points(
                route, form.chosen(), least=said["least"], in_order=said["in_order"], reason=said["reason"],
                actor=request.actor, at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("点位已调整，原来的点位留在记录里。"))
            return go(request, reverse("safety:route", args=[key]))
    kept = {point.site: (point.position, point.ask) for point in found.points}
    return page(
        request, "safety/patrols/route_form.html", status=422 if form.is_bound else 200, form=form, unit=None, units=[],
        ticked=_ticked(sites, request, kept), command="", title=_("调整点位"),
        back=reverse("safety:route", args=[key]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def change_time(request: ActorRequest, key: int) -> HttpResponse:
    """From a day on another time or person."""
    route = patrol_reach.get_route(key, actor=request.actor)
    unit = patrol_choices.unit_planned(route.duty.unit_id, actor=request.actor)
    walkers = patrol_choices.walkers_below(unit.path)
    duty = route.duty
    tomorrow = timezone.localdate() + timedelta(days=1)
    first = {"opens": f"{duty.opens:%H:%M}", "closes": f"{duty.closes:%H:%M}", "grace_minutes": duty.grace_minutes,
             "holder": str(duty.holder_id or duty.role), "from_on": tomorrow.isoformat()}  # fmt: skip
    form = ChangeTimeForm(walkers, request.POST or None, initial=first)
    if form.is_valid():
        try:
            _change_time(route, form, request)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已调整。"))
            return go(request, reverse("safety:route", args=[key]))
    return _small(request, form, _("调整时间或责任人"), key)


def _change_time(route: Any, form: ChangeTimeForm, request: ActorRequest) -> None:
    said, duty = form.cleaned_data, route.duty
    holder, role = form.responsible
    wanted = Plan(
        kind=route.kind, name=duty.title, unit=duty.unit, over=duty.over, rule=form.rule, starts_on=said["from_on"],
        opens=said["opens"], closes=said["closes"], holder=patrol_choices.person(holder), role=role,
        grace_minutes=said["grace_minutes"],
    )  # fmt: skip
    routing.change_time(
        route, wanted, from_on=said["from_on"], reason=said["reason"], actor=request.actor, at=timezone.now(),
        knowing=said["knowing"],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def end(request: ActorRequest, key: int) -> HttpResponse:
    """Stop a route, with the reason."""
    route = patrol_reach.get_route(key, actor=request.actor)
    patrol_choices.unit_planned(route.duty.unit_id, actor=request.actor)
    form = EndForm(request.POST or None)
    if form.is_valid():
        try:
            routing.end_route(route, reason=form.cleaned_data["reason"], actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("路线已停止。"))
            return go(request, reverse("safety:patrol_plan"))
    return _small(request, form, _("停止路线：%(name)s") % {"name": route.duty.title}, key)


def _small(request: ActorRequest, form: forms.Form, title: str, key: int) -> HttpResponse:
    return page(
        request, "safety/patrols/form.html", status=422 if form.is_bound else 200,
        form=form, title=title, back=reverse("safety:route", args=[key]),
    )  # fmt: skip
