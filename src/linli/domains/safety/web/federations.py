"""Federations: found, shown with members on the map, joined, left; the directory; a sealed number read (000-44)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.commands import federating
from linli.domains.safety.commands.federating import Reach
from linli.domains.safety.queries import (
    federation_meetings,
    federation_sheets,
    federations,
    incident_rules,
    incidents,
    picking,
)
from linli.domains.safety.web.federation_forms import FoundForm, JoinForm, LeaveForm, PostForm, ReachForm
from linli.domains.safety.web.federation_parts import form_page, workbook
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.commands import contacts
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame
from linli.web.pages import page


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    """The federations one sees; with a single one, straight to it."""
    now, actor = timezone.now(), request.actor
    lines, homes = federations.listed(actor, now), federations.may_found(actor, now)
    if len(lines) == 1 and not homes:
        return redirect("safety:federation", unit_id=lines[0].id)
    return page(request, "safety/federation/list.html", lines=lines, may_found=bool(homes))


@require_http_methods(["GET", "POST"])
def found(request: ActorRequest) -> HttpResponse:
    now, actor = timezone.now(), request.actor
    homes = federations.may_found(actor, now)
    if not homes:
        raise NotFound
    home = picking.unit_of(request.POST.get("home") or homes[0][0], among=homes)
    form = FoundForm(request.POST or None, homes=homes, units=federations.idle_associations(home) if home else [])
    if form.is_valid() and home is not None:
        given = form.cleaned_data
        unit = picking.unit_of(given["unit"], among=federations.idle_associations(home))
        try:
            made = federating.found(
                home, name=given["name"], founded_on=given["founded_on"], purpose=given["purpose"], unit=unit,
                actor=actor, at=now,
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("联合会已成立，请登记成员。"))
            return redirect("safety:federation", unit_id=made.pk)
    return form_page(request, form, _("成立联合会"), back=reverse("safety:federations"), button=_("成立"))


@require_GET
def show(request: ActorRequest, unit_id: int) -> HttpResponse:
    """One federation: members on the map, counts, meetings, notices."""
    now, actor = timezone.now(), request.actor
    federation = federations.get_federation(unit_id, actor=actor, at=now)
    notices, _more = incidents.page_of(federation, at=now)
    return page(
        request, "safety/federation/federation.html",
        found=federations.federation_page(federation, actor=actor, at=now),
        meetings=federation_meetings.meetings_of(federation, at=now), notices=notices[:5],
        figures=incidents.figures(federation, at=now), overdue=incidents.overdue(federation, at=now)[:10],
        may_tell=incident_rules.may_tell(federation, actor, now),
    )  # fmt: skip


@require_GET
def directory(request: ActorRequest, unit_id: int) -> HttpResponse:
    """The members as a sheet to be printed."""
    now = timezone.now()
    federation = federations.get_federation(unit_id, actor=request.actor, at=now)
    shown = federations.federation_page(federation, actor=request.actor, at=now)
    return page(request, "safety/federation/directory.html", found=shown, now=now)


@require_GET
def sheet(request: ActorRequest, unit_id: int) -> HttpResponse:
    federation = federations.get_federation(unit_id, actor=request.actor, at=timezone.now())
    return workbook(federation_sheets.directory(federation), "federation.xlsx")


@require_http_methods(["GET", "POST"])
def join(request: ActorRequest, unit_id: int) -> HttpResponse:
    now, actor = timezone.now(), request.actor
    federation = federations.get_kept(unit_id, actor=actor, at=now)
    form = JoinForm(
        request.POST or None, sites=federations.joinable(federation), posts=picking.POSTS,
        people=federations.speakers(federation, now), initial={"since": timezone.localdate(), "post": "member"},
    )  # fmt: skip
    if form.is_valid():
        given = form.cleaned_data
        try:
            site = picking.site_of(given["site"])
            federating.join(
                federation, site, body=given["body"], since=given["since"], post=given["post"], contact=_reach(given),
                actor=actor, at=now,
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已入会。"))
            return redirect("safety:federation", unit_id=unit_id)
    return form_page(request, form, _("成员入会"), back=reverse("safety:federation", args=[unit_id]), button=_("入会"))


def _reach(given: dict[str, Any]) -> Reach:
    return Reach(picking.person_of(given.get("person", "")), given.get("name", ""), given.get("phone", ""))


@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, unit_id: int, member_id: int, verb: str) -> HttpResponse:
    """Let a member leave, give it another post or another contact."""
    now, actor = timezone.now(), request.actor
    federations.get_kept(unit_id, actor=actor, at=now)
    member = federations.get_member(unit_id, member_id, actor=actor, at=now)
    if verb not in CHANGES:
        raise NotFound
    heading, done, make = CHANGES[verb]
    form = make(request, member, now)
    if form.is_valid():
        given = form.cleaned_data
        try:
            if verb == "leave":
                federating.leave(member, on=given["on"], reason=given["reason"], actor=actor, at=now)
            elif verb == "post":
                federating.set_post(member, given["post"], reason=given["reason"], actor=actor, at=now)
            else:
                federating.set_contact(member, _reach(given), actor=actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, str(done))
            return redirect("safety:federation", unit_id=unit_id)
    back = reverse("safety:federation", args=[unit_id])
    return form_page(request, form, f"{member.body} · {heading}", back=back, button=str(heading))


CHANGES: dict[str, tuple[str | Promise, str | Promise, Callable[..., forms.Form]]] = {
    "leave": (
        gettext_lazy("退会"), gettext_lazy("已退会。"),
        lambda request, _member, _now: LeaveForm(request.POST or None, initial={"on": timezone.localdate()}),
    ),
    "post": (
        gettext_lazy("调整职务"), gettext_lazy("职务已调整。"),
        lambda request, member, _now: PostForm(request.POST or None, posts=picking.POSTS, now=member.post),
    ),
    "contact": (
        gettext_lazy("更换联系人"), gettext_lazy("联系人已更换。"),
        lambda request, member, now: ReachForm(
            request.POST or None, people=federations.speakers(member.federation, now)
        ),
    ),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def phone(request: ActorRequest, unit_id: int, member_id: int) -> HttpResponse:
    """Read a sealed contact in plain, for a purpose that is kept."""
    now, actor = timezone.now(), request.actor
    member = federations.get_member(unit_id, member_id, actor=actor, at=now)
    may = org.holds_right(actor, "read_contact", member.federation.unit, at=now) is not None
    if member.contact is None or member.contact.kind != "outside" or not may:
        raise NotFound
    purpose, refusal, name, number = request.POST.get("purpose", "")[:200], "", "", ""
    if request.method == "POST":
        try:
            name = contacts.read_contact(member.contact, "name", purpose=purpose, actor=actor, at=now)
            number = contacts.read_contact(member.contact, "phone", purpose=purpose, actor=actor, at=now)
        except Refused as refused:
            refusal = str(refused)
    return page(
        request, "safety/federation/phone.html", status=422 if refusal else 200, member=member, unit_id=unit_id,
        purpose=purpose, refusal=refusal, name=name, number=number,
    )  # fmt: skip
