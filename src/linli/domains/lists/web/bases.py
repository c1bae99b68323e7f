"""The register of basis documents."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.lists.commands import bases as commands
from linli.domains.lists.queries import bases
from linli.domains.lists.queries.bases import Wanted
from linli.domains.lists.queries.reach import ListNotFound
from linli.kernel.errors import Refused
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import blame, day_field
from linli.web.pages import page


class BasisForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=bases.kind_choices)
    title = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    code = forms.SlugField(
        label=gettext_lazy("代码"), max_length=40, help_text=gettext_lazy("条目按它引用，登记后不能再改。")
    )
    number = forms.CharField(label=gettext_lazy("文号"), max_length=80, required=False)
    issuer = forms.CharField(label=gettext_lazy("制定机关"), max_length=120, required=False)
    field = forms.ChoiceField(label=gettext_lazy("标准库分类"), choices=bases.field_choices, required=False)
    issued_on = day_field(gettext_lazy("发布日期"))
    valid_from = day_field(gettext_lazy("施行日期"))
    valid_to = day_field(gettext_lazy("失效日期"))
    note = forms.CharField(label=gettext_lazy("说明"), max_length=400, required=False)


class EndForm(forms.Form):
    valid_to = forms.DateField(
        label=gettext_lazy("自这一天起失效"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    note = forms.CharField(label=gettext_lazy("失效原因或替代文件"), max_length=200)


def _may_edit(request: ActorRequest) -> bool:
    return org.holds_right(request.actor, commands.RIGHT) is not None


@require_GET
def register(request: ActorRequest) -> HttpResponse:
    """All documents, narrowed; which still hold and how many items rest on each."""
    wanted = Wanted(*(request.GET.get(name, "")[:60].strip() for name in ("find", "kind", "field", "state")))
    found = bases.documents(wanted, on=timezone.localdate(), after=request.GET.get("after", ""))
    chips = [
        lists.chips(request, "state", list(bases.STATES.items()), label=_("状态"), everything=_("全部")),
        lists.chips(request, "kind", bases.kinds(), label=_("类别")),
        lists.chips(request, "field", bases.fields(), label=_("标准库")),
    ]
    return page(
        request, "lists/bases/register.html", keyset=lists.Keyset(found.rows, found.after, total=found.total),
        wanted=wanted, chips=chips, may_edit=_may_edit(request),
        hidden=[(name, value) for name, value in request.GET.items() if name not in ("find", "after")],
    )  # fmt: skip


@require_GET
def basis(request: ActorRequest, key: int) -> HttpResponse:
    found = bases.basis_page(key, actor=request.actor, on=timezone.localdate())
    return page(request, "lists/bases/basis.html", found=found, may_edit=_may_edit(request))


@require_http_methods(["GET", "POST"])
def add(request: ActorRequest) -> HttpResponse:
    if not _may_edit(request):
        raise ListNotFound
    form = BasisForm(request.POST or None)
    if form.is_valid():
        try:
            made = commands.register(form.cleaned_data, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("依据已登记。"))
            return redirect("lists:basis", made.pk)
    return page(request, "lists/bases/form.html", status=422 if form.errors else 200, form=form, title=_("登记依据"))


@require_http_methods(["GET", "POST"])
def end(request: ActorRequest, key: int) -> HttpResponse:
    if not _may_edit(request):
        raise ListNotFound
    found = bases.basis_page(key, actor=request.actor, on=timezone.localdate())
    form = EndForm(request.POST or None, initial={"valid_to": timezone.localdate()})
    if form.is_valid():
        try:
            commands.end(key, **form.cleaned_data, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已登记失效日期。"))
            return redirect("lists:basis", key)
    title = _("登记失效：%(title)s") % {"title": found.document.title}
    return page(
        request, "lists/bases/form.html", status=422 if form.errors else 200, form=form, title=title, found=found
    )
