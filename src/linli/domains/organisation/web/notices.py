"""What one was told, and how one wants to be told."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.organisation.queries import telling
from linli.kernel.errors import Refused
from linli.kernel.messages import commands
from linli.kernel.messages import queries as notices
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import blame
from linli.web.pages import page

QUIET_HELP = gettext_lazy("这段时间只发紧急消息；可以跨午夜。")


class PreferenceForm(forms.Form):
    language = forms.ChoiceField(label=gettext_lazy("语言"), choices=telling.LANGUAGES)
    by_email = forms.BooleanField(label=gettext_lazy("同时发邮件"), required=False)
    by_sms = forms.BooleanField(label=gettext_lazy("同时发短信"), required=False)
    digest = forms.BooleanField(label=gettext_lazy("不紧急的每天合并成一封"), required=False)
    quiet_from = forms.TimeField(
        label=gettext_lazy("免打扰开始"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("免打扰结束"), required=False, help_text=QUIET_HELP,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )  # fmt: skip


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    """One's notices, newest first."""
    before, unread = request.GET.get("after", ""), "unread" in request.GET
    rows = notices.notices_of(request.actor, before=whole(before), unread_only=unread)
    return page(
        request,
        "organisation/notices/list.html",
        lines=telling.with_addresses(rows),
        keyset=lists.Keyset(rows, after=str(rows[-1].id) if len(rows) == notices.PAGE else ""),
        shown=lists.chips(request, "unread", [("1", _("未读"))], everything=_("全部")),
    )


@require_POST
def read(request: ActorRequest) -> HttpResponse:
    """Mark the ticked ones (all, when none is) as read."""
    ticked = [key for one in request.POST.getlist("notice") if (key := whole(one)) is not None]
    everything = "everything" in request.POST
    commands.mark_read(actor=request.actor, at=timezone.now(), notice_ids=None if everything else ticked)
    return redirect("organisation:notices")


@require_http_methods(["GET", "POST"])
def preference(request: ActorRequest) -> HttpResponse:
    """By mail or SMS beside the pages, in which language, and when not."""
    chosen = notices.preference_of(request.actor)
    names = list(PreferenceForm.base_fields)
    form = PreferenceForm(request.POST or None, initial={name: getattr(chosen, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            commands.set_preference(actor=request.actor, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("organisation:notices")
    return page(
        request, "organisation/form.html", form=form, heading=_("消息设置"), back="organisation:notices",
        status=422 if form.errors else 200,
    )  # fmt: skip
