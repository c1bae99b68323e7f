"""What is done beside the steps on the page of a case: read a number, link cases, call a liaison."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from linli.domains.cases.commands import linking, raising, reading
from linli.domains.cases.queries import CaseNotFound, get_case, picking
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame, go
from linli.web.pages import is_piece, page

LINK_AS = {
    "duplicate": gettext_lazy("与主案是同一件事（反映人一并答复）"),
    "related": gettext_lazy("相关，各自办理"),
    "dismiss": gettext_lazy("不是同一件事"),
}


class LinkForm(forms.Form):
    other = forms.CharField(label=gettext_lazy("另一案件的编号"), max_length=24)
    kind = forms.ChoiceField(label=gettext_lazy("关系"), choices=list(LINK_AS.items()), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("理由"), max_length=200, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("为什么这样认定；两件都保留，不会合并删除。"),
    )  # fmt: skip


class CallForm(forms.Form):
    liaison = forms.ChoiceField(label=gettext_lazy("联络员"))
    problem = forms.CharField(
        label=gettext_lazy("要协调什么"), max_length=400, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("联络员须在 15 分钟内应答，应答时间会记录。"),
    )  # fmt: skip


@require_POST
def read_contact(request: ActorRequest, number: str, caller: UUID) -> HttpResponse:
    """Show how to reach a caller, for a purpose that is kept."""
    purpose = request.POST.get("purpose", "")
    template = "cases/staff/case/_contact.html" if is_piece(request) else "cases/staff/contact.html"
    try:
        found = reading.read_caller(number, caller, purpose=purpose, actor=request.actor, at=timezone.now())
    except Refused as refusal:
        words = str(refusal)
        return page(request, template, status=422, refusal=words, number=number, caller=caller, purpose=purpose)
    return page(request, template, contact=found, number=number, caller=caller)


@require_POST
def read_words(request: ActorRequest, number: str) -> HttpResponse:
    """Show the words of a report with the numbers in them, for a purpose that is kept."""
    purpose = request.POST.get("purpose", "")
    template = "cases/staff/case/_words.html" if is_piece(request) else "cases/staff/words.html"
    try:
        found = reading.read_words(number, purpose=purpose, actor=request.actor, at=timezone.now())
    except Refused as refusal:
        return page(request, template, status=422, refusal=str(refusal), number=number, purpose=purpose)
    return page(request, template, words=found, number=number)


@require_http_methods(["GET", "POST"])
def link(request: ActorRequest, number: str) -> HttpResponse:
    """Say how this case and another belong together."""
    case = get_case(number, actor=request.actor)
    form = LinkForm(request.POST or None, initial=request.GET.dict())
    if form.is_valid():
        try:
            other = get_case(form.cleaned_data["other"].strip(), actor=request.actor)
            verbs = {"duplicate": linking.link_duplicate, "related": linking.link_related}
            verb = verbs.get(form.cleaned_data["kind"], linking.dismiss_duplicate)
            verb(case, other, note=form.cleaned_data["note"], actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        except CaseNotFound:
            form.add_error("other", _("没有这个案件，或不在您的范围内。"))
        else:
            messages.success(request, _("已记录两件案件的关系。"))
            return go(request, reverse("cases:case", args=[number]))
    return _small(request, number, case.matter.title, form, title=_("关联案件"), icon="link")


@require_http_methods(["GET", "POST"])
def call(request: ActorRequest, number: str) -> HttpResponse:
    """Call the liaison of a linked department."""
    case = get_case(number, actor=request.actor)
    form = CallForm(request.POST or None)
    choices = [(choice.value, choice.label) for choice in picking.liaisons(case)]
    form.fields["liaison"].choices = [("", _("请选择")), *choices]  # type: ignore[attr-defined]  # a ChoiceField
    if form.is_valid():
        try:
            raising.call(
                case, form.cleaned_data["liaison"], form.cleaned_data["problem"], actor=request.actor,
                at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已呼叫联络员，等待应答。"))
            return go(request, reverse("cases:case", args=[number]))
    return _small(request, number, case.matter.title, form, title=_("呼叫联络员"), icon="headset")


def _small(request: ActorRequest, number: str, of: str, form: forms.Form, *, title: str, icon: str) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return page(
        request, "cases/staff/small_form.html", status=status, form=form, title=title, icon=icon, number=number, of=of
    )
