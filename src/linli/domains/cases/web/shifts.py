"""Who is on duty when, and which hours of the week nobody covers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.domains.cases.commands import shifts as commands
from linli.domains.cases.queries import decision_table, shifts
from linli.domains.cases.web.duty_forms import ShiftForm
from linli.domains.cases.web.table_pages import only_readers
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame
from linli.web.pages import page


@require_http_methods(["GET", "POST"])
def show(request: ActorRequest) -> HttpResponse:
    """The roster with the blank hours of each unit, and a form for a further shift."""
    only_readers(request)
    today = timezone.localdate()
    form = ShiftForm(request.POST or None, initial={"valid_from": today, "starts": "08:30", "ends": "17:30"})
    district = decision_table.district_of(request.post)
    if form.is_valid():
        try:
            commands.set_shift(_given(form, district.id, request), actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("班次已排。"))
            return redirect("cases:shifts")
    found = shifts.roster(request.post, request.actor, on=today)
    offered: dict[str, object] = {}
    if found.may_edit:
        offered = {
            "units": shifts.units_offered(request.actor), "people": shifts.people_offered(request.actor, on=today)
        }  # fmt: skip
    status = 422 if form.errors else 200
    return page(request, "cases/tables/shifts.html", status=status, found=found, form=form, **offered)


def _given(form: ShiftForm, district_id: int, request: ActorRequest) -> commands.GivenShift:
    values = form.cleaned_data
    team = decision_table.unit_named(values["team"], district_id=district_id) if values["team"] else None
    today = timezone.localdate()
    person = shifts.person_named(values["person"], actor=request.actor, on=today) if values["person"].strip() else None
    return commands.GivenShift(
        decision_table.unit_named(values["unit"], district_id=district_id), values["weekdays"], values["starts"],
        values["ends"], values["valid_from"], team=team, person=person, note=values["note"],
    )  # fmt: skip


@require_POST
def end(request: ActorRequest, key: int) -> HttpResponse:
    commands.end_shift(key, on=timezone.localdate(), actor=request.actor, at=timezone.now())
    messages.success(request, _("班次已结束。"))
    return redirect("cases:shifts")
