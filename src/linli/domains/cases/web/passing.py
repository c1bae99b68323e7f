"""A case is handed to another domain beside its own handling."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from linli.domains.cases.commands import passing
from linli.domains.cases.queries import onward
from linli.domains.cases.queries.onward import Onward
from linli.domains.cases.queries.seeing import get_case
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame, go
from linli.web.pages import page


class PassForm(forms.Form):
    choice = forms.ChoiceField()
    note = forms.CharField(
        label=gettext_lazy("理由"), max_length=200, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("不要写姓名、电话等个人信息。"),
    )  # fmt: skip

    def __init__(self, way: Onward, data: Any = None) -> None:
        super().__init__(data)
        self.fields["choice"].label = way.asks  # type: ignore[assignment]  # a lazy string is as good
        self.fields["choice"].choices = [("", "—"), *way.choices()]  # type: ignore[attr-defined]  # a choice field


@require_http_methods(["GET", "POST"])
def pass_on(request: ActorRequest, number: str, code: str) -> HttpResponse:
    """The form; posted, the other matter is opened and shown."""
    case, way = get_case(number, actor=request.actor), onward.way(code)
    form = PassForm(way, request.POST or None)
    if form.is_valid():
        try:
            other = passing.pass_on(case, code, **form.cleaned_data, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已办:%(step)s") % {"step": way.label})
            return go(request, reverse(way.page, args=[other.number]))
    return page(
        request, "cases/staff/pass_on.html", status=422 if form.is_bound else 200, form=form, way=way, number=number,
        title=case.matter.title,
    )  # fmt: skip
