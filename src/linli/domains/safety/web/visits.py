"""Visits: listed and counted by unit and purpose, written down at a desk, exported."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.commands import visiting
from linli.domains.safety.commands.visiting import Visited
from linli.domains.safety.queries import visit_purposes, visits
from linli.domains.safety.queries.visits import Asked
from linli.domains.safety.web.contact_forms import VisitForm
from linli.domains.safety.web.federation_parts import form_page, key_of, workbook
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence.queries import open_served
from linli.kernel.org.http import ActorRequest
from linli.kernel.registry import queries as registry
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import blame
from linli.web.pages import page
from linli.web.uploads import files_of

MET = (("yes", gettext_lazy("见到人")), ("no", gettext_lazy("没有见到")))


def _asked(request: ActorRequest, now: datetime) -> Asked:
    """The filters of the address; a unit that is not to be seen is not found."""
    given = request.GET
    first, last = visits.default_days(now)
    since, until = _day(given.get("since", "")) or first, _day(given.get("until", ""))
    unit = whole(given.get("unit", ""))
    if unit is not None:
        visits.get_unit(unit, actor=request.actor, at=now)
    return Asked(
        since, until + timedelta(days=1) if until else last, unit, given.get("purpose", "")[:20], given.get("met", ""),
        given.get("q", "")[:40], given.get("after", "")[:80],
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    now, actor = timezone.now(), request.actor
    asked = _asked(request, now)
    lines, more = visits.page_of(actor, asked, at=now)
    whole_of, purposes, places = visits.tallies(actor, asked, at=now)
    unit = visits.get_unit(asked.unit, actor=actor, at=now) if asked.unit is not None else None
    return page(
        request, "safety/visit/list.html", keyset=lists.Keyset(lines, more), asked=asked, unit=unit, whole=whole_of,
        by_purpose=purposes, by_unit=places, last=asked.until - timedelta(days=1),
        may_write=visits.may_write(actor, now), query=request.GET.urlencode(),
        purposes=lists.chips(request, "purpose", visit_purposes.choices(), label=_("事由"), everything=_("全部")),
        met=lists.chips(request, "met", MET, label=_("结果"), everything=_("全部")),
    )  # fmt: skip


@require_GET
def sheet(request: ActorRequest) -> HttpResponse:
    now = timezone.now()
    return workbook(visits.sheet(request.actor, _asked(request, now), at=now), "visits.xlsx")


@require_http_methods(["GET", "POST"])
def write(request: ActorRequest) -> HttpResponse:
    """Write a visit down at a desk."""
    now, actor = timezone.now(), request.actor
    if not visits.may_write(actor, now):
        raise NotFound
    form = VisitForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            site = registry.by_code(given["site"].strip()) if given["site"].strip() else None
            if given["site"].strip() and (site is None or not registry.may_see(actor, site, now)):
                raise Refused(_("没有这个场所。"), field="site")
            received, _kept = files_of(request, ["photo"], at=now)
            said = Visited(
                given["purpose"], given["met"] == "yes", given["note"], site=site, address=given["address"],
                follow_up=given["follow_up"], taken_at=given["taken_at"],
                file_ids=tuple(file.file_id for file in received),
            )  # fmt: skip
            visiting.write(said, key=key_of(request), actor=actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("走访已登记。"))
            return redirect("safety:visits")
    return form_page(request, form, _("登记走访"), back=reverse("safety:visits"), button=_("登记"))


@require_GET
def photo(request: ActorRequest, key: UUID, file_id: UUID, variant: str) -> FileResponse:
    """A photo of a visit, for those who may see the visit."""
    served = open_served(visits.photo_of(key, file_id, actor=request.actor, at=timezone.now()), variant=variant)
    response = FileResponse(served.stream, content_type=served.content_type)
    for header, value in served.headers.items():
        response[header] = value
    return response
