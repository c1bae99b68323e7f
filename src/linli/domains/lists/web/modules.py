"""Work modules of a list: the matrix, the items of a module, moving an item with a reason."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from linli.domains.lists.commands import modules as commands
from linli.domains.lists.queries import modules, reach
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.pages import page


class ModuleForm(forms.Form):
    code = forms.CharField(label=gettext_lazy("模块编号"), max_length=20)
    name = forms.CharField(label=gettext_lazy("模块名称"), max_length=60)
    team_name = forms.CharField(label=gettext_lazy("承担队伍"), max_length=60, required=False)


@require_GET
def home(request: ActorRequest) -> HttpResponse:
    """Lists with modules; the only one is shown at once."""
    found = modules.lists_with_modules(request.actor)
    if len(found) == 1:
        return redirect("lists:modules_of", code=found[0][0])
    return page(request, "lists/tasks/module_lists.html", found=found)


@require_GET
def show(request: ActorRequest, code: str) -> HttpResponse:
    chosen, line = request.GET.get("module", "")[:20], request.GET.get("line", "")[:60]
    found = modules.modules_of(code, actor=request.actor, chosen=chosen, line=line)
    chips = lists.chips(
        request, "module", [*((m.code, m.name, m.items) for m in found.modules), ("-", _("未划入模块"))],
        everything=_("全部"),
    )  # fmt: skip
    return page(request, "lists/tasks/modules.html", found=found, chips=chips, form=ModuleForm())


@require_POST
def add(request: ActorRequest, code: str) -> HttpResponse:
    worklist = reach.get_list(code, actor=request.actor)
    form = ModuleForm(request.POST)
    if form.is_valid():
        try:
            commands.open_module(worklist, **form.cleaned_data, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("模块已建立。"))
    else:
        messages.error(request, _("请填写模块的编号和名称。"))
    return redirect("lists:modules_of", code=code)


@require_POST
def assign(request: ActorRequest, code: str) -> HttpResponse:
    """Move one item, with a reason."""
    worklist = reach.get_list(code, actor=request.actor)
    item = reach.get_item(request.POST.get("item", "")[:32], actor=request.actor)
    to = request.POST.get("to", "")[:20]
    module = modules.get_module(worklist.code, to, actor=request.actor) if to else None
    try:
        commands.assign(item, module, reason=request.POST.get("reason", ""), actor=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已调整。"))
    return redirect("lists:modules_of", code=code)
