"""The register of a month, as a page, a sheet and a PDF; and the figures of a year."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.domains.lists.queries import seal_print, seal_reach, seal_register
from linli.kernel.errors import NotFound
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def show(request: ActorRequest) -> HttpResponse:
    """The register, month by month."""
    found = _found(request)
    chips = _chips(request, all_label="")
    if found is None:
        return page(request, "lists/seal/register.html", found=None, units=chips)
    here = reverse("lists:seal_register")
    now = seal_register.month_of("", at=timezone.now())
    later = found.month.moved(1).code if found.month.code < now.code else ""
    return page(
        request, "lists/seal/register.html", found=found, units=chips, headers=seal_register.headers(),
        rows=[(line, seal_register.cells(line)) for line in found.lines], here=here, later=later,
        earlier=found.month.moved(-1).code,
    )  # fmt: skip


@require_GET
def sheet(request: ActorRequest) -> HttpResponse:
    """The register for a spreadsheet program."""
    found = _wanted(request)
    return _file(seal_register.as_sheet(found), found, "xlsx", XLSX)


@require_GET
def pdf(request: ActorRequest) -> HttpResponse:
    """The register on paper, made here."""
    found = _wanted(request)
    content = seal_print.as_pdf(found, made_by=request.actor.name, at=timezone.now())
    return _file(content, found, "pdf", "application/pdf")


@require_GET
def figures(request: ActorRequest) -> HttpResponse:
    """Stamps and refusals of twelve months."""
    _readers_only(request)
    key = whole(request.GET.get("unit", ""))
    unit = seal_register.unit_named(request.actor, key) if key is not None else None
    upto = seal_register.month_of("", at=timezone.now())
    found = seal_register.figures(request.actor, unit=unit, upto=upto)
    chart = {
        "kind": "stack", "unit": _("件"), "labels": [one.label for one in found.months],
        "series": [{"name": _("盖章"), "values": [one.stamped for one in found.months]},
                   {"name": _("不予盖章"), "values": [one.refused for one in found.months]}],
    }  # fmt: skip
    return page(
        request, "lists/seal/figures.html", found=found, chart=chart, units=_chips(request, all_label=_("全部单位"))
    )


def _readers_only(request: ActorRequest) -> None:
    if not seal_reach.reading_paths(request.actor):
        raise NotFound


def _found(request: ActorRequest) -> seal_register.Register | None:
    _readers_only(request)
    unit = seal_register.unit_named(request.actor, whole(request.GET.get("unit", "")))
    month = seal_register.month_of(request.GET.get("month", ""), at=timezone.now())
    return seal_register.register(request.actor, unit, month) if unit is not None else None


def _wanted(request: ActorRequest) -> seal_register.Register:
    found = _found(request)
    if found is None:
        raise NotFound
    return found


def _file(content: bytes, found: seal_register.Register, suffix: str, content_type: str) -> HttpResponse:
    name = f"seal-register-{found.unit.code}-{found.month.code}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=content_type, headers=headers)


def _chips(request: ActorRequest, *, all_label: str) -> lists.ChipGroup | None:
    units = seal_register.units_of(request.actor)
    if len(units) < 2:
        return None
    return lists.chips(
        request, "unit", [(str(unit.pk), unit.name) for unit in units], label=_("单位"), everything=all_label
    )
