"""Admission: its desk, applications with their check, what ends; levels of review as a table."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.lists.commands import admitting, applying, wishing
from linli.domains.lists.commands import levels as level_commands
from linli.domains.lists.queries import (
    admission_check,
    admission_desk,
    admission_reach,
    application_page,
    applying_choices,
    level_table,
)
from linli.domains.lists.queries import reach as lists_reach
from linli.domains.lists.web.admission_forms import ApplyForm, LevelForm
from linli.domains.lists.web.tabs import on_at_first
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import ReasonForm, act, blame
from linli.web.pages import page


@require_GET
def desk(request: ActorRequest) -> HttpResponse:
    """What waits, what is under review, what was admitted, what ends soon."""
    now, actor, tab = timezone.now(), request.actor, request.GET.get("tab", "todo")
    tab = tab if tab in admission_desk.TABS else "todo"
    tallies = admission_desk.tallies(actor, at=now)
    tabs = on_at_first(
        lists.chips(request, "tab", [(code, label, tallies[code]) for code, label in admission_desk.TABS.items()])
    )
    after = request.GET.get("after", "")
    shown: dict[str, Any] = {"matters": None, "admitted": None}
    if tab in ("admitted", "ending"):
        rows, more = admission_desk.page_of_admissions(
            admission_desk.admissions_of(tab, actor, at=now), at=now, after=after
        )
        shown["admitted"] = lists.Keyset(rows, more)
    else:
        lines, more = admission_desk.page_of_matters(admission_desk.matters_of(tab, actor), after=after)
        shown["matters"] = lists.Keyset(lines, more)
    return page(
        request, "lists/admission/desk.html", tabs=tabs, tab=tab, may_apply=applying_choices.may_apply(actor, now),
        may_review=level_table.may_set(actor, at=now), may_end=admission_desk.may_end(actor, now), **shown,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def apply(request: ActorRequest) -> HttpResponse:
    """Draw up an application; the check answers beside the form before anything is kept."""
    now, actor = timezone.now(), request.actor
    offered = applying_choices.choices(actor, at=now)
    if offered is None:
        raise NotFound
    renews, item = _again(request)
    initial = dict(applying_choices.begin(actor, renews=renews, item=item, at=now))
    form = ApplyForm(offered, request.POST or None, initial=initial)
    found = None
    if form.is_valid():
        try:
            wish = wishing.read_wish(form.cleaned_data, actor=actor, item=item, renews=renews)
            if "check" in request.POST:
                found = admission_check.check(wish.plan(), on=timezone.localdate())
            else:
                made = applying.draft(wish, key=_key(request), actor=actor, at=now)
                messages.success(request, _("草稿已保存，核对无误后提交。"))
                return redirect("lists:application", number=made.matter.number)
        except Refused as refusal:
            blame(form, refusal)
    return _form_page(request, form, offered, found=found, heading=_("申请准入"))


def _form_page(request: ActorRequest, form: ApplyForm, offered: Any, *, found: Any, heading: str) -> HttpResponse:
    return page(
        request, "lists/admission/apply.html", status=422 if form.errors else 200, form=form, offered=offered,
        found=found, heading=heading, key=request.POST.get("key") or uuid4(),
    )  # fmt: skip


def _again(request: ActorRequest) -> tuple[Any, Any]:
    """The admission to be renewed or the item to be asked elsewhere, as the address names them."""
    renews = whole(request.GET.get("renews", ""))
    if renews is not None:
        admission = admission_reach.get_admission(renews, actor=request.actor)
        return admission, admission.item
    code = request.GET.get("item", "")[:32]
    return None, lists_reach.get_item(code, actor=request.actor) if code else None


def _key(request: ActorRequest, name: str = "key") -> UUID:
    """The key the form carries: a second sending of it is answered with the first."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return uuid4()


@require_GET
def show(request: ActorRequest, number: str) -> HttpResponse:
    """One application."""
    return _shown(request, number)


def _shown(request: ActorRequest, number: str, wrong: forms.Form | None = None) -> HttpResponse:
    found = admission_reach.get_application(number, actor=request.actor)
    now = timezone.now()
    shown = application_page.application_page(found, actor=request.actor, at=now)
    return page(
        request, "lists/admission/application.html", status=422 if wrong else 200, shown=shown,
        offered={offer.name for offer in shown.offers}, withdraw=wrong or ReasonForm(auto_id="withdraw_%s"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def revise(request: ActorRequest, number: str) -> HttpResponse:
    """Change a draft."""
    now, actor = timezone.now(), request.actor
    application = admission_reach.get_application(number, actor=actor)
    offered = applying_choices.choices(actor, at=now)
    if offered is None or application.matter.state != "draft":
        raise NotFound
    initial = wishing.values_of(applying.wish_of(application))
    form = ApplyForm(offered, request.POST or None, initial=initial)
    found = None
    if form.is_valid():
        try:
            wish = wishing.read_wish(form.cleaned_data, actor=actor, item=application.item, renews=application.renews)
            if "check" in request.POST:
                found = admission_check.check(wish.plan(), on=timezone.localdate())
            else:
                applying.revise(application, wish, actor=actor, at=now)
                messages.success(request, _("草稿已保存，核对无误后提交。"))
                return redirect("lists:application", number=number)
        except Refused as refusal:
            blame(form, refusal)
    return _form_page(request, form, offered, found=found, heading=_("修改申请"))


@require_POST
def submit(request: ActorRequest, number: str) -> HttpResponse:
    """Hand it to the first level of review."""
    application = admission_reach.get_application(number, actor=request.actor)

    def command() -> None:
        applying.submit(
            application, actor=request.actor, at=timezone.now(), seen=whole(request.POST.get("seen", "")),
            command=_key(request, "command"),
        )  # fmt: skip

    return act(request, _("已提交，进入第一级审核。"), command, "lists:application", number=number)


@require_POST
def withdraw(request: ActorRequest, number: str) -> HttpResponse:
    """Take it back, with a reason."""
    application = admission_reach.get_application(number, actor=request.actor)
    form = ReasonForm(request.POST, auto_id="withdraw_%s")
    if form.is_valid():
        try:
            applying.withdraw(
                application, form.cleaned_data["reason"], actor=request.actor, at=timezone.now(),
                seen=whole(request.POST.get("seen", "")), command=_key(request, "command"),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, _("申请已撤回。"))
            return redirect("lists:application", number=number)
    return _shown(request, number, form)


@require_http_methods(["GET", "POST"])
def end(request: ActorRequest, key: int) -> HttpResponse:
    """Let something admitted end, with a reason."""
    now, actor = timezone.now(), request.actor
    admission = admission_reach.get_admission(key, actor=actor)
    if not level_table.may_end(actor, admission, at=now):
        raise NotFound
    (line,) = admission_desk.admission_lines([admission], at=now)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            admitting.end(admission, form.cleaned_data["reason"], actor=actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已退出准入，此后不能再据此下派。"))
            return redirect("lists:admission")
    return page(
        request, "lists/admission/end.html", status=422 if form.errors else 200, form=form, line=line
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def levels(request: ActorRequest) -> HttpResponse:
    """Which levels review, as data of the district."""
    now, actor = timezone.now(), request.actor
    table = level_table.table(actor, at=now)
    if table is None or (request.method == "POST" and not table.may_set):
        raise NotFound
    reason = ReasonForm(request.POST or None)
    rows = [LevelForm(table.kinds, request.POST or None, prefix=f"l{no}", initial=line) for no, line in table.lines]
    problem = ""
    if request.method == "POST" and all(form.is_valid() for form in (*rows, reason)):
        problem = _set_levels(request, rows, reason.cleaned_data["reason"], now)
        if not problem:
            messages.success(request, _("审核层级已更新，对此后提交的申请生效。"))
            return redirect("lists:admission_levels")
    return page(
        request, "lists/admission/levels.html", status=422 if request.method == "POST" else 200, table=table,
        rows=rows, problem=problem, reason=reason, history=table.history,
    )  # fmt: skip


def _set_levels(request: ActorRequest, rows: list[LevelForm], reason: str, now: datetime) -> str:
    """Carry it out; returns why not, or ""."""
    try:
        level_commands.set_from(
            [row.cleaned_data for row in rows if row.cleaned_data["unit_kind"]], reason=reason, actor=request.actor,
            at=now,
        )  # fmt: skip
    except Refused as refusal:
        return str(refusal)
    return ""
