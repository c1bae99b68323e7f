"""The register of sites: list, map, sheet, a new one, and the page of a place."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.commands import registering
from linli.domains.safety.queries import (
    hazards,
    inspections,
    patrol_log,
    place,
    site_choices,
    site_register,
    site_sheet,
    visits,
)
from linli.domains.safety.web.site_asked import groups, narrow_of
from linli.domains.safety.web.site_forms import SiteForm
from linli.domains.safety.web.site_links import qr_of, sign_link
from linli.domains.safety.web.small_form import say
from linli.kernel.errors import Refused
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.kernel.org.keys import new_key
from linli.web import lists
from linli.web.desk import go
from linli.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def register(request: ActorRequest) -> HttpResponse:
    """The register as a list."""
    now, narrow = timezone.now(), narrow_of(request)
    found = site_register.page(
        request.actor, narrow, at=now, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    chips, counts = groups(request, narrow, at=now)
    kinds = site_register.kind_counts(request.actor, narrow, at=now)
    return page(
        request, "safety/sites/register.html", keyset=lists.Keyset(found.rows, found.after, found.before),
        chips=chips, counts=counts, narrow=narrow, kinds=kinds, query=request.GET.urlencode(), tab="register",
        may_keep=org.holds_right(request.actor, "keep_sites", at=now) is not None,
    )  # fmt: skip


@require_GET
def on_map(request: ActorRequest) -> HttpResponse:
    """The same set on the map, coloured by risk."""
    now, narrow = timezone.now(), narrow_of(request)
    points = linked(site_register.on_map(request.actor, narrow, at=now))
    chips, counts = groups(request, narrow, at=now)
    return page(
        request, "safety/sites/map.html", points=points, chips=chips, counts=counts, narrow=narrow, tab="map",
        query=request.GET.urlencode(), is_cut=len(points["features"]) >= site_register.ON_MAP,
    )  # fmt: skip


def linked(points: dict[str, Any]) -> dict[str, Any]:
    for feature in points["features"]:
        feature["properties"]["url"] = reverse("safety:site", args=[feature["properties"].pop("code")])
    return points


@require_GET
def sheet(request: ActorRequest) -> HttpResponse:
    """What the address asks for, as a spreadsheet that can be taken in again."""
    content = site_sheet.write(request.actor, narrow_of(request), at=timezone.now())
    return HttpResponse(
        content, content_type=XLSX, headers={"Content-Disposition": 'attachment; filename="sites.xlsx"',
                                             "Cache-Control": "no-store"},
    )  # fmt: skip


@require_GET
def attributes(request: ActorRequest) -> HttpResponse:
    """The fields of a kind, for the form of a new site."""
    form = SiteForm(site_choices.kinds_by_group(), registering.schema_of(request.GET.get("kind", "")))
    return page(request, "safety/sites/_attributes.html", form=form)


@require_http_methods(["GET", "POST"])
def add(request: ActorRequest) -> HttpResponse:
    """Register a site."""
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    initial = {"id": new_key(), "kind": kind}
    form = SiteForm(site_choices.kinds_by_group(), registering.schema_of(kind), request.POST or None, initial=initial)
    form.fields["kind"].widget.attrs |= {
        "hx-get": reverse("safety:site_attributes"), "hx-trigger": "change", "hx-target": "#attributes",
        "hx-swap": "innerHTML",
    }  # fmt: skip
    if form.is_valid():
        given = form.cleaned_data
        try:
            site = registering.register(
                given["kind"], given["name"], given["lon"], given["lat"], crs=given["crs"] or "wgs84",
                address=given["address"], code=given["code"], attributes=form.attributes, actor=request.actor,
                at=timezone.now(), key=given["id"] or new_key(),
            )  # fmt: skip
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, _("已登记，编号%(code)s。") % {"code": site.code})
            return go(request, reverse("safety:site", args=[site.code]))
    return page(
        request, "safety/sites/add.html", status=422 if form.is_bound else 200, form=form,
        at=f"{form['lon'].value()},{form['lat'].value()}" if form["lon"].value() else "",
    )  # fmt: skip


@require_GET
def show(request: ActorRequest, code: str) -> HttpResponse:
    """The place with all that is known of it."""
    now = timezone.now()
    found = place.place(code, actor=request.actor, at=now)
    link, key = sign_link(request, found.site.tag), found.site.pk
    return page(
        request, "safety/sites/place.html", place=found, link=link, qr=qr_of(link) if found.may_keep else "",
        ended=place.risk_lines(found.site, at=now, ended=True), hazards=hazards.of_site(key),
        inspections=inspections.of_site(key), log=patrol_log.of_site(key),
        visits=visits.of_site(key, actor=request.actor, at=now),
    )  # fmt: skip
