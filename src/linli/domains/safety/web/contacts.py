"""The regular contact of grids with committees: overview, one committee's, written down, confirmed (001g-53)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.safety.commands import contacting
from linli.domains.safety.commands.contacting import Met, Planned
from linli.domains.safety.queries import contacts, picking
from linli.domains.safety.web.contact_forms import PlanForm, WriteForm
from linli.domains.safety.web.federation_parts import form_page, key_of, workbook
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import act, blame
from linli.web.pages import page

ONLY = (("waiting", gettext_lazy("待对方确认")),)


@require_GET
def overview(request: ActorRequest) -> HttpResponse:
    """Every plan one sees and how it is kept; what was missed; what was written down last."""
    now, actor = timezone.now(), request.actor
    pairs, more = contacts.pairs(actor, at=now, after=request.GET.get("after", ""))
    lines, _older = contacts.logs(actor, at=now, only=request.GET.get("only", ""), text=request.GET.get("q", "")[:40])
    return page(
        request, "safety/contact/overview.html", keyset=lists.Keyset(pairs, more), lines=lines,
        missed=contacts.missed(actor, at=now)[:20], text=request.GET.get("q", "")[:40],
        may_write=bool(contacts.grids_of(actor, now)), may_plan=bool(contacts.plannable(actor, now)[0]),
        only=lists.chips(request, "only", ONLY, everything=_("全部")),
    )  # fmt: skip


@require_GET
def committee(request: ActorRequest, unit_id: int) -> HttpResponse:
    """The plans of one committee, its log and what was missed."""
    now, actor, asked = timezone.now(), request.actor, request.GET
    unit = contacts.get_committee(unit_id, actor=actor, at=now)
    lines, older = contacts.logs(
        actor, at=now, committee=unit, only=asked.get("only", ""), text=asked.get("q", "")[:40],
        after=asked.get("after", "")[:80],
    )  # fmt: skip
    pairs, _more = contacts.pairs(actor, at=now, committee=unit)
    return page(
        request, "safety/contact/committee.html", unit=unit, pairs=pairs, keyset=lists.Keyset(lines, older),
        missed=contacts.missed(actor, at=now, committee=unit), text=asked.get("q", "")[:40],
        may_write=bool(contacts.grids_of(actor, now)), only=lists.chips(request, "only", ONLY, everything=_("全部")),
    )  # fmt: skip


@require_GET
def sheet(request: ActorRequest) -> HttpResponse:
    """The log of all one sees, or of one committee."""
    now, actor = timezone.now(), request.actor
    key = whole(request.GET.get("unit", ""))
    unit = contacts.get_committee(key, actor=actor, at=now) if key else None
    return workbook(contacts.sheet(actor, at=now, committee=unit), "contacts.xlsx")


@require_http_methods(["GET", "POST"])
def write(request: ActorRequest) -> HttpResponse:
    """Write a contact down."""
    now, actor = timezone.now(), request.actor
    grids, committees = contacts.grids_of(actor, now), contacts.committees_of(actor, now)
    if not grids or not committees:
        raise NotFound
    initial = {"committee": request.GET.get("committee", ""), "grid": request.GET.get("grid", "")}
    form = WriteForm(request.POST or None, grids=grids, committees=committees, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        grid, other = (picking.unit_of(given[name], among=choices) for name, choices in
                       (("grid", grids), ("committee", committees)))  # fmt: skip
        try:
            if grid is None or other is None:
                raise NotFound
            met = Met(grid, other, given["way"], given["topics"], given["agreed"], given["follow_up"], given["at"])
            row = contacting.write(met, key=key_of(request), actor=actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("联系已登记，等对方确认。"))
            return redirect("safety:committee_contacts", unit_id=row.committee_id)
    return form_page(request, form, _("登记联系"), back=reverse("safety:contacts"), button=_("登记"))


@require_http_methods(["GET", "POST"])
def plan(request: ActorRequest) -> HttpResponse:
    """Plan the regular contact of a grid with a committee."""
    now, actor = timezone.now(), request.actor
    grids, committees = contacts.plannable(actor, now)
    if not grids:
        raise NotFound
    form = PlanForm(request.POST or None, grids=grids, committees=committees)
    if form.is_valid():
        given = form.cleaned_data
        grid, other = picking.unit_of(given["grid"], among=grids), picking.unit_of(given["committee"], among=committees)
        try:
            if grid is None or other is None:
                raise NotFound
            planned = Planned(given["every"], given["weekday"], given["starts_on"], given["opens"], given["closes"])
            contacting.plan(grid, other, planned, key=key_of(request), actor=actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("联系计划已定。"))
            return redirect("safety:committee_contacts", unit_id=other.pk)
    return form_page(request, form, _("定期联系计划"), back=reverse("safety:contacts"), button=_("定下计划"))


@require_POST
def confirm(request: ActorRequest, key: UUID) -> HttpResponse:
    """The other side says that it was so."""
    now = timezone.now()
    row = contacts.get_log(key, actor=request.actor, at=now)

    def command() -> None:
        contacting.confirm(row, actor=request.actor, at=now)

    return act(request, _("已确认。"), command, "safety:committee_contacts", unit_id=row.committee_id)
