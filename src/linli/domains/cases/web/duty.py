"""The decision table: looked at, drafted, tried out, put in force; who answers for what, and where nobody does."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.cases.commands import deciding as commands
from linli.domains.cases.queries import coverage, decision_table, dry_run, rule_sheets
from linli.domains.cases.web.duty_forms import ExplainForm, RowForm, SheetForm
from linli.domains.cases.web.table_pages import download, only_readers
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame
from linli.web.lists import Keyset
from linli.web.pages import page


def _shown(request: ActorRequest, version: int | None = None) -> decision_table.Shown:
    only_readers(request)
    narrow = decision_table.Narrow(request.GET.get("begins", "").strip(), request.GET.get("who", "").strip())
    return decision_table.show(
        request.post, request.actor, version=version, narrow=narrow, after=request.GET.get("after", ""),
        at=timezone.now(),
    )  # fmt: skip


@require_GET
def show(request: ActorRequest, no: int | None = None) -> HttpResponse:
    """One version, the one in force without a number; the explain box answers beside it."""
    found = _shown(request, no)
    form = ExplainForm(request.GET if "unit" in request.GET and "ask" in request.GET else None)
    explained = _explained(form, found) if form.is_bound else None
    return page(
        request, "cases/tables/decisions.html", found=found, form=form, explained=explained,
        keyset=Keyset(found.lines, found.after, total=found.total), narrow=request.GET,
        units=decision_table.units_offered(found.district_id),
    )  # fmt: skip


def _explained(form: ExplainForm, found: decision_table.Shown) -> decision_table.Explained | None:
    if not form.is_valid():
        return None
    try:
        unit_id = decision_table.unit_named(form.cleaned_data["unit"], district_id=found.district_id)
    except Refused as refusal:
        form.add_error("unit", str(refusal))
        return None
    version = found.version.id if found.version else None
    return decision_table.explain(form.cleaned_data["category"], unit_id, table_id=version)


@require_POST
def draft(request: ActorRequest) -> HttpResponse:
    found = _shown(request)
    table = commands.draft(
        found.district_id, note=request.POST.get("reason", ""), actor=request.actor, at=timezone.now()
    )
    messages.success(request, _("已起草第%(no)s版，生效前不影响派遣。") % {"no": table.no})
    return redirect("cases:decision_version", no=table.no)


def _draft_of(request: ActorRequest, no: int) -> tuple[decision_table.Shown, int]:
    found = _shown(request, no)
    assert found.version is not None  # asked for by number, else not found
    return found, found.version.id


@require_http_methods(["GET", "POST"])
def row(request: ActorRequest, no: int, row: int | None = None) -> HttpResponse:
    """Write a row of a draft, or a further one."""
    found, table = _draft_of(request, no)
    form = RowForm(request.POST or None, initial=_initial(table, row))
    if form.is_valid():
        try:
            given = form.given(found.district_id)
            number = commands.set_row(table, given, no=row, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("第 %(no)s 行已保存。") % {"no": number})
            return redirect("cases:decision_version", no=no)
    return _form_page(request, found, form, title=_("第 %(no)s 行") % {"no": row} if row else _("新增一行"))


def _initial(table: int, row: int | None) -> dict[str, Any]:
    return decision_table.as_written(table, row) if row is not None else {}


def _form_page(request: ActorRequest, found: decision_table.Shown, form: forms.Form, *, title: str) -> HttpResponse:
    status = 422 if (form.is_bound and not form.is_valid()) or form.errors else 200
    units = decision_table.units_offered(found.district_id)
    return page(request, "cases/tables/row.html", status=status, found=found, form=form, title=title, units=units)


@require_POST
def drop_row(request: ActorRequest, no: int, row: int) -> HttpResponse:
    _found, table = _draft_of(request, no)
    commands.drop_row(table, row, actor=request.actor, at=timezone.now())
    messages.success(request, _("第 %(no)s 行已删去。") % {"no": row})
    return redirect("cases:decision_version", no=no)


@require_GET
def difference(request: ActorRequest, no: int) -> HttpResponse:
    found, table = _draft_of(request, no)
    return page(
        request, "cases/tables/difference.html", found=found,
        differences=decision_table.differences(table, found.district_id),
    )  # fmt: skip


@require_GET
def trial(request: ActorRequest, no: int) -> HttpResponse:
    """The dry run over last month's cases."""
    found, table = _draft_of(request, no)
    return page(request, "cases/tables/trial.html", found=found, run=dry_run.dry_run(table, at=timezone.now()))


@require_GET
def moved(request: ActorRequest, no: int, source: int, target: int) -> HttpResponse:
    """The cases behind one line of the dry run."""
    found, table = _draft_of(request, no)
    cases = dry_run.moved_cases(
        table, source, target, actor=request.actor, at=timezone.now(), after=request.GET.get("after", "")[:24]
    )
    keyset = Keyset(cases.lines, cases.after, total=cases.total)
    return page(request, "cases/tables/moved.html", found=found, cases=cases, keyset=keyset)


@require_POST
def put_in_force(request: ActorRequest, no: int) -> HttpResponse:
    _found, table = _draft_of(request, no)
    commands.put_in_force(table, reason=request.POST.get("reason", ""), actor=request.actor, at=timezone.now())
    messages.success(request, _("第%(no)s版已生效。") % {"no": no})
    return redirect("cases:decisions")


@require_POST
def withdraw(request: ActorRequest, no: int) -> HttpResponse:
    _found, table = _draft_of(request, no)
    commands.withdraw(table, reason=request.POST.get("reason", ""), actor=request.actor, at=timezone.now())
    messages.success(request, _("草稿已撤回。"))
    return redirect("cases:decisions")


@require_GET
def export(request: ActorRequest, no: int) -> HttpResponse:
    _found, table = _draft_of(request, no)
    kind = "csv" if request.GET.get("kind") == "csv" else "xlsx"
    return download(rule_sheets.write(table, kind=kind), name=f"decisions-v{no}.{kind}")  # type: ignore[arg-type]  # one of the two


@require_http_methods(["GET", "POST"])
def read_sheet(request: ActorRequest, no: int) -> HttpResponse:
    """A spreadsheet in place of the draft's rows: looked at first, taken when all rows are sound."""
    found, table = _draft_of(request, no)
    form = SheetForm(request.POST or None, request.FILES or None)
    read = None
    if form.is_valid():
        try:
            read = rule_sheets.read(form.cleaned_data["file"].read(), district_id=found.district_id)
            if "take" in request.POST and not read.problems:
                rows = [commands.GivenRow(**row.columns) for row in read.rows]  # type: ignore[arg-type]  # named as the fields are
                count = commands.replace_rows(table, rows, actor=request.actor, at=timezone.now())
                messages.success(request, _("已读入%(count)d行。") % {"count": count})
                return redirect("cases:decision_version", no=no)
        except Refused as refusal:
            blame(form, refusal)
    status = 422 if form.errors else 200
    return page(request, "cases/tables/sheet.html", status=status, found=found, form=form, read=read)


@require_GET
def gaps(request: ActorRequest) -> HttpResponse:
    """Where nobody answers: categories × areas, and the hours without a shift."""
    found = _shown(request)
    checked = coverage.coverage(found.district_id, on=timezone.localdate())
    return page(request, "cases/tables/gaps.html", found=found, checked=checked)
