"""Grids and areas: on the map, drawn and redrawn, judged by the four principles, mapped to police beats."""

import json
import re

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.organisation.queries import reach, standing, territory, unit_tree
from linli.domains.organisation.web.area_forms import DescribeForm, DrawForm, RedrawForm
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.commands import areas as commands
from linli.kernel.org.commands import links
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import act, blame
from linli.web.pages import page


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    """Areas beside the map."""
    now, text, kind = timezone.now(), request.GET.get("q", "")[:40], request.GET.get("kind", "")
    found = territory.areas(
        actor=request.actor, at=now, kind=kind, text=text,
        after=request.GET.get("after", "")[:80],
    )  # fmt: skip
    return page(
        request,
        "organisation/areas/list.html",
        keyset=lists.Keyset(found.lines, after=found.after),
        text=text,
        kind=kind,
        bounds=territory.extent(actor=request.actor, at=now, kind=kind, text=text),
        kinds=lists.chips(request, "kind", standing.AREA_CHOICES, label=_("类型"), everything=_("全部")),
        may_edit=org.holds_right(request.actor, "edit_areas", at=now) is not None,
    )


@require_GET
def shapes(request: ActorRequest) -> JsonResponse:
    """Boundaries for the part of the map that is shown."""
    box = _box(request.GET.get("bbox", ""))
    zoom = request.GET.get("zoom", "")
    level = float(zoom) if re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,6})?", zoom) else 12.0
    return JsonResponse(
        territory.shapes(box, level, actor=request.actor, at=timezone.now(), kind=request.GET.get("kind", ""))
    )


@require_GET
def one(request: ActorRequest, area_id: int) -> HttpResponse:
    found = territory.area_page(area_id, actor=request.actor, at=timezone.now())
    return page(request, "organisation/areas/area.html", found=found)


@require_http_methods(["GET", "POST"])
def draw(request: ActorRequest) -> HttpResponse:
    """A new area; ``check`` shows overlaps and gaps first."""
    now = timezone.now()
    if org.holds_right(request.actor, "edit_areas", at=now) is None:
        raise NotFound
    form = DrawForm(
        request.POST or None, units=unit_tree.choices(request.actor, now),
        initial={"unit": request.GET.get("unit", ""), "kind": "governance_grid"},
    )  # fmt: skip
    trial = None
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            unit = reach.get_unit(int(given.pop("unit")), actor=request.actor, at=now)
            if "check" in request.POST:
                trial = territory.trial(
                    given["boundary"], kind=given["kind"], unit=unit, grid_type=given["grid_type"], crs=given["crs"]
                )
            else:
                area = commands.draw(unit=unit, actor=request.actor, at=now, **given)
                messages.success(request, _("已划定:%(area)s") % {"area": area.name})
                return redirect("organisation:area", area_id=area.pk)
        except Refused as refusal:
            blame(form, refusal)
    return _drawing(request, form, trial, _("划定区域"), form.drawn())


@require_http_methods(["GET", "POST"])
def redraw(request: ActorRequest, area_id: int) -> HttpResponse:
    """A new boundary for an area: a new version with a reason, the one before is kept."""
    now = timezone.now()
    area = territory.get_area(area_id, actor=request.actor, at=now)
    if org.holds_right(request.actor, "edit_areas", area.unit, now) is None:
        raise NotFound
    form = RedrawForm(
        request.POST or None, initial={"seen_version": area.version, "boundary": json.dumps(area.boundary)}
    )
    trial = None
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            if "check" in request.POST:
                trial = territory.trial(
                    given["boundary"], kind=area.kind, unit=area.unit, besides=area.pk, grid_type=area.grid_type,
                    crs=given["crs"],
                )  # fmt: skip
            else:
                boundary = given.pop("boundary")
                commands.redraw(area, boundary, actor=request.actor, at=now, **given)
                messages.success(request, _("边界已更新，原边界留作旧版。"))
                return redirect("organisation:area", area_id=area.pk)
        except Refused as refusal:
            blame(form, refusal)
    return _drawing(request, form, trial, _("重划:%(area)s") % {"area": area.name}, form.drawn() or area.boundary)


@require_http_methods(["GET", "POST"])
def describe(request: ActorRequest, area_id: int) -> HttpResponse:
    """Name, type and head counts."""
    now = timezone.now()
    area = territory.get_area(area_id, actor=request.actor, at=now)
    if org.holds_right(request.actor, "edit_areas", area.unit, now) is None:
        raise NotFound
    names = ("name", "grid_type", "households", "residents")
    form = DescribeForm(request.POST or None, initial={name: getattr(area, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            commands.describe(area, actor=request.actor, at=now, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("organisation:area", area_id=area.pk)
    return page(
        request, "organisation/form.html", form=form, heading=area.name, back="organisation:areas",
        status=422 if form.errors else 200,
    )  # fmt: skip


@require_GET
def check(request: ActorRequest) -> HttpResponse:
    """Completeness, convenience, balance and difference of the grids inside an area (001g-01)."""
    now = timezone.now()
    choices = territory.checkable(request.actor, now)
    chosen = request.GET.get("area", choices[0][0] if choices else "")
    kind = request.GET.get("kind", "governance_grid")
    key = whole(chosen)
    area, found = (None, None) if key is None else territory.checked(key, kind, actor=request.actor, at=now)
    return page(
        request, "organisation/areas/check.html", choices=choices, chosen=chosen, area=area, found=found,
        kinds=[(code, label) for code, label in standing.AREA_CHOICES if code.endswith("grid")], kind=kind,
    )  # fmt: skip


@require_GET
def grids(request: ActorRequest) -> HttpResponse:
    """Grids with their officers and police beats; those without an officer first when asked (M34)."""
    now, text = timezone.now(), request.GET.get("q", "")[:40]
    return page(
        request,
        "organisation/areas/grids.html",
        lines=territory.grid_lines(actor=request.actor, at=now, bare="bare" in request.GET, text=text),
        text=text,
        shown=lists.chips(request, "bare", [("1", _("没有网格员"))], everything=_("全部")),
        beats=unit_tree.choices(request.actor, now, kinds=("police_beat",)),
        may_edit=org.holds_right(request.actor, "edit_units", at=now) is not None,
    )


@require_POST
def map_beat(request: ActorRequest, unit_id: int) -> HttpResponse:
    """Map a grid to the police beat that answers for it (001g-02)."""
    now, beat = timezone.now(), request.POST.get("beat", "")
    grid = reach.get_unit(unit_id, actor=request.actor, at=now)
    other = reach.get_unit(whole(beat) or 0, actor=request.actor, at=now)

    def tie() -> None:
        links.link(grid, other, "police_beat", actor=request.actor, at=now, reason=_("警务区对接"))

    return act(request, _("警务区对接已更新。"), tie, "organisation:grids")


def _box(text: str) -> tuple[float, float, float, float]:
    """The four edges, or the whole earth when they are not four numbers."""
    try:
        west, south, east, north = (float(edge) for edge in text.split(","))
    except ValueError:
        return (-180.0, -90.0, 180.0, 90.0)
    return (west, south, east, north)


def _drawing(
    request: ActorRequest, form: DrawForm | RedrawForm, trial: object, heading: str, shape: object
) -> HttpResponse:
    return page(
        request, "organisation/areas/draw.html", form=form, trial=trial, heading=heading, shape=shape,
        bounds=territory.extent(actor=request.actor, at=timezone.now()),
        status=422 if form.errors else 200,
    )  # fmt: skip
