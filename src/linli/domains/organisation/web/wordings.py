"""How messages are worded here, with a preview; and the log of what went out."""

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
from linli.web.desk import act, blame
from linli.web.pages import page


class WordingForm(forms.Form):
    subject = forms.CharField(label=gettext_lazy("标题"), max_length=200)
    body = forms.CharField(label=gettext_lazy("正文"), widget=forms.Textarea({"rows": 6}))


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    """Every message, with the wordings that differ from the shipped ones marked."""
    kinds = telling.by_kind(notices.wordings(actor=request.actor, at=timezone.now()))
    return page(request, "organisation/notices/wordings.html", kinds=kinds)


@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, code: str, channel: str, language: str) -> HttpResponse:
    """Edit one wording; ``preview`` shows it with made-up facts before it is saved."""
    now = timezone.now()
    found = notices.get_wording(code=code, channel=channel, language=language, actor=request.actor, at=now)
    form = WordingForm(request.POST or None, initial={"subject": found.subject, "body": found.body})
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        try:
            commands.edit_template(
                code=code, channel=channel, language=language, actor=request.actor, at=now, **form.cleaned_data
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("措辞已保存，从现在起使用。"))
            return redirect("organisation:wordings")
    subject, body = notices.preview(
        subject=request.POST.get("subject", found.subject), body=request.POST.get("body", found.body)
    )
    return page(
        request, "organisation/notices/wording.html", form=form, found=found, subject=subject, body=body,
        channel=telling.CHANNELS.get(channel, channel), status=422 if form.errors else 200,
    )  # fmt: skip


@require_POST
def restore(request: ActorRequest, code: str, channel: str, language: str) -> HttpResponse:
    """Back to the shipped wording."""
    commands.restore_template(code=code, channel=channel, language=language, actor=request.actor, at=timezone.now())
    messages.success(request, _("已恢复原有措辞。"))
    return redirect("organisation:wordings")


@require_GET
def deliveries(request: ActorRequest) -> HttpResponse:
    """What went out by mail, SMS and to groups, and how that went."""
    status, after = request.GET.get("status", ""), request.GET.get("after", "")
    rows = notices.deliveries(actor=request.actor, at=timezone.now(), status=status, before=whole(after))
    return page(
        request,
        "organisation/notices/deliveries.html",
        keyset=lists.Keyset(rows, after=str(rows[-1].id) if len(rows) == notices.PAGE else ""),
        statuses=lists.chips(request, "status", telling.STATUSES, label=_("状态"), everything=_("全部")),
    )


@require_POST
def resend(request: ActorRequest, delivery_id: int) -> HttpResponse:
    def again() -> None:
        commands.resend(delivery_id, actor=request.actor, at=timezone.now())

    return act(request, _("已重新排队发送。"), again, "organisation:deliveries")
