"""The docking table of a district, and where one item goes in one street."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.lists.commands import docking as commands
from linli.domains.lists.queries import amendments, docking, item_way, reach
from linli.domains.lists.web.tasks import stay_at
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.directory import directory
from linli.kernel.org.http import ActorRequest
from linli.kernel.org.tree import Node
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import ReasonForm, blame
from linli.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PairForm(ReasonForm):
    """One pair of the table."""

    department = forms.ChoiceField(label=gettext_lazy("区级部门"))
    office = forms.ChoiceField(label=gettext_lazy("街道内设机构"))
    centre = forms.ChoiceField(label=gettext_lazy("街道中心"), required=False)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)
    field_order = ("department", "office", "centre", "note", "reason")

    def __init__(self, district: Node, data: Any = None) -> None:
        super().__init__(data)
        departments: Any = [(str(node.id), node.name) for node in docking.departments_of(district)]
        offices: Any = [(key, docking.body_label(key)) for key in docking.OFFICES]
        centres: Any = [("", "—"), *((key, docking.body_label(key)) for key in docking.CENTRES)]
        for name, choices in (("department", departments), ("office", offices), ("centre", centres)):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # choice fields all three


class SheetForm(ReasonForm):
    file = forms.FileField(
        label=gettext_lazy("表格文件"),
        help_text=gettext_lazy("整张对接表，列与导出的相同；表里没有的对接关系会被终止。"),
    )


def _district(request: ActorRequest) -> Node:
    """The district of the post acted for, else the first of the person's. Raises NotFound."""
    keys = reach.districts_of(request.actor)
    if request.post is not None:
        return docking.district_of(request.post.unit_id)
    if not keys:
        raise NotFound
    return directory().unit(keys[0])


@require_GET
def show(request: ActorRequest) -> HttpResponse:
    """The table as a matrix or as a list; what was ended on its own side."""
    district, view = _district(request), request.GET.get("view", "matrix")
    department = whole(request.GET.get("department", ""))
    rows = docking.rows_of(district, ended=view == "ended", department=department)
    views = lists.chips(request, "view", [("list", _("列表")), ("ended", _("已终止"))], everything=_("矩阵"))
    may_edit = commands.keeper_of(district, request.actor)
    return page(
        request, "lists/tasks/docking.html", district=district, rows=rows, view=view,
        lines=docking.matrix(rows) if view == "matrix" else [],
        offices=[docking.body_label(key) for key in docking.OFFICES], views=views,
        history=amendments.history("docking", [district.id]), may_edit=may_edit,
        endable={row.id for row in rows if may_edit and view == "list"}, form=PairForm(district),
    )  # fmt: skip


@require_POST
def add(request: ActorRequest) -> HttpResponse:
    """A further pair."""
    district = _district(request)
    form = PairForm(district, request.POST)
    if form.is_valid():
        values = form.cleaned_data
        pair = commands.Pair(int(values["department"]), values["office"], values["centre"], values["note"])
        try:
            commands.add(district, pair, reason=values["reason"], actor=request.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已登记对接关系。"))
    else:
        messages.error(request, _("请选择部门和街道内设机构，并写明理由。"))
    return redirect("lists:docking")


@require_POST
def end(request: ActorRequest, key: int) -> HttpResponse:
    district = _district(request)
    try:
        commands.end(district, key, reason=request.POST.get("reason", ""), actor=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("对接关系已终止。"))
    return redirect("lists:docking")


@require_GET
def export(request: ActorRequest) -> HttpResponse:
    district = _district(request)
    lines = ([row.department, row.office_label, row.centre_label, row.note] for row in docking.rows_of(district))
    content = write_rows(commands.headers(), lines, kind="xlsx", title=_("条块对接表"))
    headers = {"Content-Disposition": 'attachment; filename="docking.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@require_http_methods(["GET", "POST"])
def sheet(request: ActorRequest) -> HttpResponse:
    """A spreadsheet in place of the table: looked at first, taken when every row is sound and a reason is given."""
    district = _district(request)
    if not commands.keeper_of(district, request.actor):
        raise NotFound
    form = SheetForm(request.POST or None, request.FILES or None)
    read = None
    if form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            read = commands.read(district, content)
            if "take" in request.POST:
                commands.replace(
                    district, content, reason=form.cleaned_data["reason"], actor=request.actor, at=timezone.now()
                )
                messages.success(request, _("对接表已更新。"))
                return redirect("lists:docking")
        except Refused as refusal:
            blame(form, refusal)
    return page(
        request, "lists/tasks/docking_sheet.html", status=422 if form.errors else 200, form=form, read=read,
        names={unit.id: unit.name for unit in docking.departments_of(district)}, added=_added(read, district),
    )  # fmt: skip


def _added(read: commands.Read | None, district: Node) -> list[tuple[str, str, str]]:
    names = {unit.id: unit.name for unit in docking.departments_of(district)}
    if read is None:
        return []
    return [
        (names[pair.department], docking.body_label(pair.office), docking.body_label(pair.centre))
        for pair in read.added
    ]


@require_GET
def way(request: ActorRequest, code: str) -> HttpResponse:
    """Each layer's counterpart of an item in a street, and what may be done there next."""
    found = item_way.item_way(code, actor=request.actor, post=request.post, street=whole(request.GET.get("street", "")))
    stay_at(request, "street", str(found.street_id))
    streets = lists.chips(request, "street", [(str(s.id), s.name) for s in found.streets])
    return page(request, "lists/tasks/way.html", found=found, streets=streets)
