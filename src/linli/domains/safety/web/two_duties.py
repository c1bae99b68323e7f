"""One post, two duties; party and government share the responsibility."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.commands import post_duties as commands
from linli.domains.safety.commands.post_duties import Said
from linli.domains.safety.queries import site_choices, two_duties
from linli.domains.safety.web.site_forms import people_choices, reason_field
from linli.domains.safety.web.small_form import small_form
from linli.kernel.errors import NotFound
from linli.kernel.org.http import ActorRequest
from linli.web.desk import ReasonForm
from linli.web.pages import page


class DutyForm(forms.Form):
    post_title = forms.CharField(label=gettext_lazy("岗位(职务)"), max_length=80)
    side = forms.ChoiceField(
        label=gettext_lazy("哪一侧"), choices=site_choices.SIDES, widget=forms.RadioSelect,
        help_text=gettext_lazy("写岗位的性质，不涉及个人。"),
    )  # fmt: skip
    actor = forms.TypedChoiceField(label=gettext_lazy("现任"), required=False, coerce=UUID, empty_value=None)
    business = forms.CharField(label=gettext_lazy("业务职责"), max_length=400, widget=forms.Textarea({"rows": 3}))
    safety = forms.CharField(label=gettext_lazy("安全职责"), max_length=400, widget=forms.Textarea({"rows": 3}))
    reason = reason_field(required=False)


@require_GET
def units(request: ActorRequest) -> HttpResponse:
    found = two_duties.units(request.actor, at=timezone.now())
    return page(request, "safety/sites/duty_units.html", units=found, tab="duties")


@require_GET
def unit(request: ActorRequest, unit_id: int) -> HttpResponse:
    found = two_duties.unit_page(unit_id, actor=request.actor, at=timezone.now())
    return page(request, "safety/sites/duty_unit.html", found=found)


@require_http_methods(["GET", "POST"])
def lay_down(request: ActorRequest, unit_id: int) -> HttpResponse:
    found = _kept(request, unit_id)
    form = DutyForm(request.POST or None, initial={"post_title": request.GET.get("post", "")[:80]})
    form.fields["actor"].choices = people_choices(  # type: ignore[attr-defined]  # a choice field
        site_choices.people_in(unit_id, at=timezone.now())
    )
    return small_form(
        request, form,
        lambda given: commands.lay_down(
            found.unit, Said(given["post_title"], given["side"], given["business"], given["safety"], given["actor"]),
            reason=given["reason"], actor=request.actor, at=timezone.now(),
        ),
        title=_("一岗双责"), back=_page(unit_id), done=_("已保存。"), lead=found.unit.name,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def end(request: ActorRequest, unit_id: int, row_id: int) -> HttpResponse:
    found = _kept(request, unit_id)
    line = next((one for _label, lines in found.sides for one in lines if one.id == row_id), None)
    if line is None:
        raise NotFound
    return small_form(
        request, ReasonForm(request.POST or None),
        lambda given: commands.end(row_id, reason=given["reason"], actor=request.actor, at=timezone.now()),
        title=_("撤销岗位职责"), back=_page(unit_id), done=_("已撤销。"), lead=f"{found.unit.name} · {line.post_title}",
    )  # fmt: skip


def _kept(request: ActorRequest, unit_id: int) -> two_duties.UnitPage:
    found = two_duties.unit_page(unit_id, actor=request.actor, at=timezone.now())
    if not found.may_keep:
        raise NotFound
    return found


def _page(unit_id: int) -> str:
    return reverse("safety:duty_unit", args=[unit_id])
