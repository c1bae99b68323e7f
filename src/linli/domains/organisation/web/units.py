"""Units: a tree to open, a page for each, and what may be done with one."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.organisation.commands import exporting
from linli.domains.organisation.queries import reach, standing, unit_page, unit_tree
from linli.domains.organisation.web.unit_forms import FORMS, FoundForm, LinkForm
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.commands import links
from linli.kernel.org.commands import units as commands
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import ReasonForm, act, blame, download
from linli.web.pages import is_piece, page

HEADS = (
    gettext_lazy("编码"),
    gettext_lazy("名称"),
    gettext_lazy("类型"),
    gettext_lazy("层级"),
    gettext_lazy("条块"),
    gettext_lazy("区划代码"),
    gettext_lazy("上级编码"),
    gettext_lazy("设立日期"),
)


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    """The tree, or what a search finds."""
    now, text = timezone.now(), request.GET.get("q", "")[:40]
    kind, level = request.GET.get("kind", ""), request.GET.get("level", "")
    searching = bool(text.strip() or kind or level)
    return page(
        request,
        "organisation/units/list.html",
        text=text,
        searching=searching,
        lines=unit_tree.found(text, actor=request.actor, at=now, kind=kind, level=level)
        if searching
        else unit_tree.roots(request.actor, now),
        kinds=lists.chips(
            request, "kind", unit_tree.kind_counts(request.actor, now), label=_("类型"), everything=_("全部")
        ),
        levels=lists.chips(request, "level", standing.LEVEL_CHOICES, label=_("四级管理"), everything=_("全部")),
        most=unit_tree.FOUND,
        may_found=org.holds_right(request.actor, "edit_units", at=now) is not None,
    )


@require_GET
def below(request: ActorRequest, unit_id: int) -> HttpResponse:
    """The units directly below one; as a piece for the tree, or as a page."""
    now = timezone.now()
    node = reach.get_node(unit_id, actor=request.actor, at=now)
    lines = unit_tree.below(unit_id, actor=request.actor, at=now)
    if is_piece(request):
        return page(request, "organisation/units/_lines.html", lines=lines)
    return page(request, "organisation/units/below.html", lines=lines, unit=node)


@require_GET
def one(request: ActorRequest, unit_id: int) -> HttpResponse:
    return page(
        request,
        "organisation/units/unit.html",
        found=unit_page.unit_page(unit_id, actor=request.actor, at=timezone.now()),
    )


@require_http_methods(["GET", "POST"])
def found_one(request: ActorRequest) -> HttpResponse:
    """Found a unit below another."""
    now = timezone.now()
    if org.holds_right(request.actor, "edit_units", at=now) is None:
        raise NotFound
    parents = unit_tree.choices(request.actor, now)
    form = FoundForm(request.POST or None, parents=parents, initial={"parent": request.GET.get("parent", "")})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            parent = reach.get_unit(int(given.pop("parent")), actor=request.actor, at=now)
            unit = commands.found(**given, parent=parent, actor=request.actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已设立:%(unit)s") % {"unit": unit.name})
            return redirect("organisation:unit", unit_id=unit.pk)
    return page(
        request, "organisation/form.html", form=form, heading=_("设立单位"), back="organisation:units",
        status=422 if form.errors else 200,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, unit_id: int, verb: str) -> HttpResponse:
    """Rename, move, merge, split or close a unit, with a day and a reason; shows how much open work would move."""
    now = timezone.now()
    unit = reach.get_unit(unit_id, actor=request.actor, at=now)
    if verb not in FORMS or org.holds_right(request.actor, "edit_units", unit, now) is None:
        raise NotFound
    kind = FORMS[verb]
    form = kind(request.POST or None, unit=unit, others=unit_tree.choices(request.actor, now))
    if request.method == "POST" and form.is_valid():
        try:
            to = form.carry_out(pick=partial(reach.get_unit, actor=request.actor, at=now), actor=request.actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已办理:%(what)s") % {"what": kind.label})
            return redirect("organisation:unit", unit_id=to)
    return page(
        request, "organisation/units/change.html", form=form, unit=unit, label=kind.label, moves=kind.moves,
        open_work=unit_page.open_work(unit), status=422 if form.errors else 200,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def tie(request: ActorRequest, unit_id: int) -> HttpResponse:
    """Tie a unit to another beside the tree: double line, police beat, membership."""
    now = timezone.now()
    unit = reach.get_unit(unit_id, actor=request.actor, at=now)
    if org.holds_right(request.actor, "edit_units", unit, now) is None:
        raise NotFound
    form = LinkForm(request.POST or None, others=unit_tree.choices(request.actor, now))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            other = reach.get_unit(int(given["other"]), actor=request.actor, at=now)
            links.link(
                unit, other, given["kind"], since=given["since"], actor=request.actor, at=now, reason=given["reason"]
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("关系已建立。"))
            return redirect("organisation:unit", unit_id=unit.pk)
    return page(
        request, "organisation/units/change.html", form=form, unit=unit, label=_("建立关系"), moves=False, open_work=0,
        status=422 if form.errors else 200,
    )  # fmt: skip


@require_POST
def untie(request: ActorRequest, unit_id: int, link_id: int) -> HttpResponse:
    now = timezone.now()
    unit = reach.get_unit(unit_id, actor=request.actor, at=now)
    found = standing.get_link(link_id, unit=unit)
    reason = request.POST.get("reason", "")[:400]
    command = partial(links.unlink, found, actor=request.actor, at=now, reason=reason)
    return act(request, _("关系已解除。"), command, "organisation:unit", unit_id=unit.pk)


@require_http_methods(["GET", "POST"])
def export(request: ActorRequest) -> HttpResponse:
    """The units one sees as a CSV, with a reason that is kept."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        rows = unit_page.export_rows(request.actor, now)
        reason = form.cleaned_data["reason"]
        exporting.keep_export("units", len(rows), reason=reason, actor=request.actor, at=now)
        return download("units", HEADS, [*rows, exporting.watermark(request.actor, now, reason)])
    return page(
        request, "organisation/form.html", form=form, heading=_("导出单位"), back="organisation:units",
        status=422 if form.errors else 200,
    )  # fmt: skip
