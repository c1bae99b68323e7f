"""Special inspections: the list, one of them with how far it is, a new one, and its end."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.commands import campaigns as commands
from linli.domains.safety.commands.campaigns import NewCampaign
from linli.domains.safety.queries import campaigns, checklists
from linli.domains.safety.queries.campaigns import CampaignNotFound
from linli.domains.safety.web.hazard_forms import day, words
from linli.domains.safety.web.hazards import key_of
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.kernel.org.keys import new_key
from linli.web import lists
from linli.web.desk import blame
from linli.web.pages import page


class CampaignForm(forms.Form):
    """A new special inspection."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    field = forms.CharField(
        label=gettext_lazy("领域"), max_length=60, required=False, help_text=gettext_lazy("如：消防、燃气、运营安全。")
    )
    unit = forms.ChoiceField(label=gettext_lazy("范围"))
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("查哪些场所"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("都不选时查范围内所有安全对象。"),
    )  # fmt: skip
    starts_on = day(gettext_lazy("开始日期"), required=True)
    ends_on = day(gettext_lazy("结束日期"), required=True)
    demands = words(gettext_lazy("要求"), 1000, rows=3)

    def __init__(self, units: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # a choice field
        kinds = [(kind.code, kind.name) for kind in checklists.kinds()]
        self.fields["kinds"].choices = kinds  # type: ignore[attr-defined]  # likewise


class SummaryForm(forms.Form):
    summary = words(gettext_lazy("小结"), 1000, rows=4, required=True)


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    closed = request.GET.get("show") == "closed"
    rows = campaigns.listed(request.actor, closed=closed, at=timezone.now())
    shown = lists.chips(request, "show", [("closed", _("已结束"))], everything=_("进行中"))
    may_begin = org.holds_right(request.actor, campaigns.RIGHT) is not None
    return page(request, "safety/inspections/campaigns.html", rows=rows, shown=shown, may_begin=may_begin)


@require_GET
def show(request: ActorRequest, key: UUID) -> HttpResponse:
    found = campaigns.campaign_page(key, actor=request.actor, at=timezone.now())
    return page(request, "safety/inspections/campaign.html", found=found)


@require_http_methods(["GET", "POST"])
def begin(request: ActorRequest) -> HttpResponse:
    now = timezone.now()
    units = campaigns.planned_over(request.actor, now)
    if not units:
        raise NotFound
    form = CampaignForm(units, request.POST or None)
    if form.is_valid():
        given = NewCampaign(**form.cleaned_data | {"unit": int(form.cleaned_data["unit"])})
        try:
            made = commands.begin(given, key=key_of(request), actor=request.actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("专项检查已开始。"))
            return redirect("safety:campaign", made.pk)
    return page(
        request, "safety/inspections/new_campaign.html", status=422 if form.is_bound else 200, form=form,
        key=request.POST.get("command") or new_key(),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def close(request: ActorRequest, key: UUID) -> HttpResponse:
    found = campaigns.campaign_page(key, actor=request.actor, at=timezone.now())
    if not found.may_close:
        raise CampaignNotFound(key)
    form = SummaryForm(request.POST or None)
    if form.is_valid():
        try:
            commands.close(key, summary=form.cleaned_data["summary"], actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("专项检查已结束。"))
            return redirect("safety:campaign", key)
    status = 422 if form.is_bound else 200
    return page(request, "safety/inspections/close_campaign.html", status=status, form=form, found=found)
