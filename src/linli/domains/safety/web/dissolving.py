"""Dissolving a federation: what is open stands beside the form; it says when, why and who takes over."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from linli.domains.safety.commands import dissolving
from linli.domains.safety.queries import federation_ending, federations, picking
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame
from linli.web.pages import page


class DissolveForm(forms.Form):
    on = forms.DateField(
        label=gettext_lazy("解散日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("从这一天起没有这个联合会。"),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200, widget=forms.Textarea({"rows": 3}))
    to = forms.ChoiceField(
        label=gettext_lazy("没办完的移交给"), required=False,
        help_text=gettext_lazy("成员没有核实完成的措施标为已移交，联合会名下没办结的事项转到这个单位。"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, takers: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["to"].choices = [("", "—"), *takers]  # type: ignore[attr-defined]  # a choice field


@require_http_methods(["GET", "POST"])
def dissolve(request: ActorRequest, unit_id: int) -> HttpResponse:
    """End a federation; afterwards it is read, and nothing more is done with it."""
    now, actor = timezone.now(), request.actor
    federation = federations.get_kept(unit_id, actor=actor, at=now)
    takers = federation_ending.takers(federation)
    form = DissolveForm(request.POST or None, takers=takers, initial={"on": timezone.localdate()})
    if form.is_valid():
        given = form.cleaned_data
        to = picking.unit_of(given["to"], among=takers) if given["to"] else None
        try:
            dissolving.dissolve(federation, on=given["on"], reason=given["reason"], to=to, actor=actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("联合会已解散；成员、通报和会议都还查得到。"))
            return redirect("safety:federations")
    return page(
        request, "safety/federation/dissolve.html", status=422 if form.is_bound else 200, form=form, unit_id=unit_id,
        name=federation.unit.name, left=federation_ending.left_open(federation),
    )  # fmt: skip
