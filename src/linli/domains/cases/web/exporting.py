"""Taking the present list out as a sheet."""

from django import forms
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.domains.cases.commands import exporting
from linli.domains.cases.queries import filtering
from linli.domains.cases.queries.exporting import MOST_ROWS
from linli.domains.cases.queries.filtering import Filter
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame
from linli.web.pages import page


class ExportForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("格式"), choices=[("xlsx", _("Excel 表格")), ("csv", _("CSV 文本"))], initial="xlsx",
        widget=forms.RadioSelect,
    )  # fmt: skip
    reason = forms.CharField(
        label=_("用途"), max_length=200, widget=forms.Textarea({"rows": 2}),
        help_text=_("用途和导出人会印在表里，并记入导出登记。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def export(request: ActorRequest) -> HttpResponse:
    """Ask why, then hand over the list that the address describes."""
    tab, asked = _asked(request.META.get("QUERY_STRING", ""))
    form = ExportForm(request.POST or None)
    if form.is_valid():
        try:
            sheet = exporting.export(
                asked, tab=tab, kind=form.cleaned_data["kind"], reason=form.cleaned_data["reason"],
                actor=request.actor, post=request.post, at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            disposition = f'attachment; filename="{sheet.name}"'
            headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
            return HttpResponse(sheet.content, content_type=sheet.content_type, headers=headers)
    status = 422 if form.is_bound else 200
    return page(
        request, "cases/staff/export.html", status=status, form=form, most=MOST_ROWS, query=asked.query(), tab=tab
    )


def _asked(query: str) -> tuple[str, Filter]:
    given = QueryDict(query)
    return given.get("tab", ""), filtering.read({name: given.getlist(name) for name in given})
