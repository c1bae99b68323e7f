"""The checklists of inspections by kind of site: read by all, an item added or ended by those who keep them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.safety.commands import checklists as commands
from linli.domains.safety.commands.checklists import NewItem
from linli.domains.safety.queries import categories, checklists
from linli.domains.safety.queries.checklists import GRADES
from linli.domains.safety.web.hazard_forms import words
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import act, blame
from linli.web.pages import page


def may_keep(request: ActorRequest) -> bool:
    return any(held.role in commands.ROLES for held in org.posts_of(request.actor))


class ItemForm(forms.Form):
    """A further check item of one's own."""

    group = forms.ChoiceField(label=gettext_lazy("隐患类别"))
    text = forms.CharField(
        label=gettext_lazy("检查内容"), max_length=200, help_text=gettext_lazy("写合格时是什么样，如：疏散通道无堵塞。")
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("适用场所"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("都不选时适用于所有场所。"),
    )  # fmt: skip
    basis = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)
    method = words(gettext_lazy("怎么查"), 200)
    angle = forms.CharField(label=gettext_lazy("拍照角度"), max_length=120, required=False)
    grade = forms.ChoiceField(label=gettext_lazy("不合格通常是"), choices=list(GRADES.items()))
    days = forms.IntegerField(label=gettext_lazy("一般几天内整改"), min_value=1, max_value=365, initial=7)
    reason = words(gettext_lazy("理由"), 200, required=True)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["group"].choices = [(one, one) for one in categories.groups()]  # type: ignore[attr-defined]  # a choice field
        kinds = [(kind.code, kind.name) for kind in checklists.kinds()]
        self.fields["kinds"].choices = kinds  # type: ignore[attr-defined]  # likewise


@require_GET
def show(request: ActorRequest) -> HttpResponse:
    """The items, of one kind of site or one group."""
    kind, group = request.GET.get("kind", "")[:30], request.GET.get("group", "")[:40]
    ended = "ended" in request.GET.getlist("show")
    found = checklists.lines(kind=kind, group=group, ended=ended)
    groups = lists.chips(request, "group", [(one, one) for one in categories.groups()], everything=_("全部类别"))
    shown = lists.chips(request, "show", [("ended", _("已停用的"))])
    return page(
        request, "safety/inspections/checklists.html", lines=found, kinds=checklists.kinds(), kind=kind, groups=groups,
        shown=shown, may_keep=may_keep(request), ended=ended,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def add(request: ActorRequest) -> HttpResponse:
    if not may_keep(request):
        raise NotFound
    form = ItemForm(request.POST or None)
    if form.is_valid():
        try:
            commands.add(NewItem(**form.cleaned_data), actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已加入检查清单。"))
            return redirect("safety:checklists")
    return page(request, "safety/inspections/add_item.html", status=422 if form.is_bound else 200, form=form)


@require_POST
def end(request: ActorRequest, code: str) -> HttpResponse:
    if not may_keep(request):
        raise NotFound
    reason = request.POST.get("reason", "")
    return act(
        request, _("已停用。"), lambda: commands.end(code, reason=reason, actor=request.actor, at=timezone.now()),
        "safety:checklists",
    )  # fmt: skip
