"""Take areas in from a file: first what would happen, then, with the same file, that it happens."""

import base64
import binascii
import gzip
import io
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.domains.organisation.queries import reach, territory, unit_tree
from linli.domains.organisation.web.area_forms import ImportForm
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import imports
from linli.kernel.org import queries as org
from linli.kernel.org.commands import imports as commands
from linli.kernel.org.commands.imports import AreasImported
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame
from linli.web.pages import page

MOST_BYTES = 20_000_000
PACKED_BYTES = 2_000_000
"""A file that packs to more than this is taken in from the command line."""


@require_http_methods(["GET", "POST"])
def import_areas(request: ActorRequest) -> HttpResponse:
    """Preview shows what is new, changed, wrong, overlapping and left uncovered; only then it can be taken in."""
    now = timezone.now()
    if org.holds_right(request.actor, "edit_areas", at=now) is None:
        raise NotFound
    form = ImportForm(
        request.POST or None, request.FILES or None, owners=unit_tree.choices(request.actor, now),
        parents=territory.checkable(request.actor, now),
    )  # fmt: skip
    found, packed, name = None, "", ""
    if request.method == "POST" and form.is_valid():
        try:
            raw, name = _content(form.cleaned_data)
            found = _taken(request, form.cleaned_data, raw, name, apply="apply" in request.POST)
            packed = base64.b64encode(gzip.compress(raw)).decode()
            if len(packed) > PACKED_BYTES:
                raise Refused(_("文件太大，请用命令行导入。"), field="file")
        except Refused as refusal:
            blame(form, refusal)
        if found is not None and found.applied:
            messages.success(request, _("已导入 %(n)d 个区域。") % {"n": len(found.created) + len(found.redrawn)})
            return redirect("organisation:areas")
    return page(
        request, "organisation/areas/import.html", form=form, found=found, packed=packed, file_name=name,
        status=422 if form.errors else 200,
    )  # fmt: skip


def _content(given: dict[str, Any]) -> tuple[bytes, str]:
    """The file as uploaded now, or as it was previewed. Raises Refused."""
    file = given["file"]
    if file is not None:
        if file.size > MOST_BYTES:
            raise Refused(_("文件太大，请用命令行导入。"), field="file")
        return file.read(), file.name
    if not given["packed"]:
        raise Refused(_("请选择文件。"), field="file")
    try:
        with gzip.open(io.BytesIO(base64.b64decode(given["packed"], validate=True))) as opened:
            return opened.read(MOST_BYTES), given["file_name"]
    except (binascii.Error, OSError, EOFError) as broken:
        raise Refused(_("请重新选择文件。"), field="file") from broken


def _taken(request: ActorRequest, given: dict[str, Any], raw: bytes, name: str, *, apply: bool) -> AreasImported:
    now = timezone.now()
    read = imports.read_csv if name.lower().endswith(".csv") else imports.read_geojson
    parent = given["parent"]
    return commands.import_areas(
        read(raw, kind=given["kind"], crs=given["crs"]),
        owner=reach.get_unit(int(given["owner"]), actor=request.actor, at=now),
        parent=territory.get_area(int(parent), actor=request.actor, at=now) if parent else None,
        crs=given["crs"],
        as_units=given["as_units"],
        repair=given["repair"],
        schematic=given["schematic"],
        dry_run=not apply,
        actor=request.actor,
        at=now,
        reason=given["reason"],
    )
