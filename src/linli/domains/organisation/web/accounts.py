"""The accounts of others, for the security administrator (and for new passwords, the system administrator)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from linli.domains.organisation.commands import guarding
from linli.domains.organisation.queries import proofs, sign_ins
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.pages import page

VERBS = {
    "lock": (guarding.lock, gettext_lazy("账号已锁定，所有会话已结束。")),
    "unlock": (guarding.unlock, gettext_lazy("账号已解锁。")),
    "revoke": (guarding.revoke, gettext_lazy("所有会话已结束。")),
    "reset": (guarding.reset_second, gettext_lazy("第二重验证已重置，本人需要重新设置。")),
}


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    """Accounts of staff by name."""
    text, only = request.GET.get("q", "")[:40], request.GET.get("only", "")
    rows = sign_ins.guarded(request.actor, text=text, only=only)
    shown = lists.chips(request, "only", [("locked", _("已锁定"))], label=_("状态"), everything=_("全部"))
    return page(request, "organisation/account/accounts.html", rows=rows, text=text, shown=shown, most=sign_ins.FOUND)


@never_cache
@require_GET
def one(request: ActorRequest, account_id: int) -> HttpResponse:
    """One account: its sessions, its proofs, its tries, and what may be done."""
    account = sign_ins.get_guarded(account_id, actor=request.actor)
    return page(
        request,
        "organisation/account/account.html",
        account=account,
        name=account.actor.name,
        held=proofs.proofs_of(account),
        open_sessions=sign_ins.open_sessions(account),
        attempts=sign_ins.attempts(account),
        may_guard=sign_ins.may_guard(request.actor),
        may_give_password=sign_ins.may_give_password(request.actor),
    )


@require_POST
def act(request: ActorRequest, account_id: int, verb: str) -> HttpResponse:
    """Lock, unlock, end sessions or take the second factor away, with a reason that is kept."""
    if verb not in VERBS:
        raise NotFound
    account = sign_ins.get_guarded(account_id, actor=request.actor)
    command, done = VERBS[verb]
    try:
        command(account, actor=request.actor, reason=request.POST.get("reason", "")[:400], at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(done))
    return redirect("account:account", account_id=account_id)


@never_cache
@require_POST
def give_password(request: ActorRequest, account_id: int) -> HttpResponse:
    """A new password, shown this once."""
    account = sign_ins.get_guarded(account_id, actor=request.actor)
    reason = request.POST.get("reason", "")[:400]
    try:
        password = guarding.give_password(account, actor=request.actor, reason=reason, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("account:account", account_id=account_id)
    return page(request, "organisation/account/given.html", account=account, name=account.actor.name, password=password)
