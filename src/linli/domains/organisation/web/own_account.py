"""``我的登录``: one's sessions, password, second factor and passkeys."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import quote, urlencode

import segno
from django import forms
from django.contrib import auth, messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.organisation.commands import factors, guarding, passkeys, signing_in
from linli.domains.organisation.queries import proofs, sign_ins
from linli.domains.organisation.web import sessions
from linli.domains.organisation.web.browsers import browser_of
from linli.domains.organisation.web.signing_in import CodeForm, answer_of, host_of, taken_state, wanted
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web.pages import page

Given = ParamSpec("Given")
View = Callable[Concatenate[ActorRequest, Given], HttpResponse]


class ChangeForm(forms.Form):
    """The password now, and twice the new one."""

    old = forms.CharField(
        label=gettext_lazy("现在的密码"), strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label=gettext_lazy("新密码"),
        strip=False,
        help_text=gettext_lazy("至少 10 个字符；不要用常见的、全是数字的或与用户名相近的。一句好记的话最好。"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("再输一遍新密码"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """Both must be the same."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new"):
            raise forms.ValidationError(_("两次输入的新密码不一样。"))
        return again


class ProveForm(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("密码"), strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )


def proved(view: "View[Given]") -> "View[Given]":
    """Only for who has shown in the last minutes who they are; others are asked, and come back."""

    @wraps(view)
    def asked(request: ActorRequest, /, *args: Given.args, **given: Given.kwargs) -> HttpResponse:
        if sessions.has_just_proved(request):
            return view(request, *args, **given)
        back = request.get_full_path() if request.method == "GET" else reverse("account:me")
        to = f"{reverse('account:prove')}?next={quote(back)}"
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"refusal": _("请先再次验证身份。"), "next": to}, status=403)
        return redirect(to)

    return asked


@never_cache
@require_GET
def me(request: ActorRequest) -> HttpResponse:
    """Where I am signed in, and with what I prove who I am."""
    account = proofs.account_of(request.actor)
    return page(
        request,
        "organisation/account/me.html",
        base=_base(request),
        username=account.username if request.actor.kind == "staff" else "",
        held=proofs.proofs_of(account),
        open_sessions=sign_ins.open_sessions(account, current=sessions.current(request)),
        attempts=sign_ins.attempts(account),
        is_staff=request.actor.kind == "staff",
    )


def _base(request: ActorRequest) -> str:
    return "base_desk.html" if request.actor.kind == "staff" else "base_resident.html"


@require_POST
def end_session(request: ActorRequest, sign_in: int) -> HttpResponse:
    """End one of my sessions; the present one is a sign-out."""
    if sign_in == sessions.current(request):
        sessions.go_out(request, how="signed_out")
        return redirect("/")
    account, at = proofs.account_of(request.actor), timezone.now()
    if signing_in.end_one(sign_in, account=account, how="revoked", by=request.actor, at=at):
        messages.success(request, _("那台设备已退出登录。"))
    return redirect("account:me")


@require_POST
def end_others(request: ActorRequest) -> HttpResponse:
    """End all my sessions but this one."""
    account, at = proofs.account_of(request.actor), timezone.now()
    ended = signing_in.end_all(account, but=sessions.current(request), how="revoked", by=request.actor, at=at)
    messages.success(request, _("已让其他 %(n)d 处退出登录。") % {"n": ended})
    return redirect("account:me")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: ActorRequest) -> HttpResponse:
    """Change my password; every other session ends."""
    account = proofs.account_of(request.actor)
    form = ChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            guarding.change_own_password(
                account, old=form.cleaned_data["old"], new=form.cleaned_data["new"],
                sign_in=sessions.current(request), actor=request.actor, at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error({"password": "new"}.get(refusal.field, refusal.field or None), str(refusal))
        else:
            request.session["must_change"] = False
            auth.update_session_auth_hash(request, proofs.account_of(request.actor))
            messages.success(request, _("密码已更改，其他设备都已退出登录。"))
            return redirect("account:me")
    must = bool(request.session.get("must_change"))
    status = 422 if form.errors else 200
    return page(request, "organisation/account/password.html", status=status, form=form, must=must)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def prove(request: ActorRequest) -> HttpResponse:
    """Show again who one is, before changing with what one proves it."""
    account = proofs.account_of(request.actor)
    form = ProveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            signing_in.check_password(
                account.username, form.cleaned_data["password"], browser=browser_of(request), at=at
            )
        except Refused as refusal:
            form.add_error("password", str(refusal))
        else:
            sessions.prove(request, at=at)
            return redirect(wanted(request))
    held, status = proofs.proofs_of(account), 422 if form.errors else 200
    return page(request, "organisation/account/prove.html", status=status, form=form, held=held, to=wanted(request))


@never_cache
@require_http_methods(["GET", "POST"])
@proved
def app(request: ActorRequest) -> HttpResponse:
    """Switch an authenticator app on: scan, type the first code, write the recovery codes down."""
    account, at = proofs.account_of(request.actor), timezone.now()
    try:
        secret = factors.propose_totp(account, at=at)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("account:me")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = factors.confirm_totp(account, form.cleaned_data["code"], actor=request.actor, at=at)
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            return page(request, "organisation/account/codes.html", codes=codes, is_new=True)
    link = _otpauth(account.username, secret)
    grouped = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
    status = 422 if form.errors else 200
    return page(
        request, "organisation/account/app.html", status=status, form=form, qr=_qr(link), secret=grouped, link=link
    )


def _otpauth(username: str, secret: str) -> str:
    return f"otpauth://totp/{quote(f'Linli:{username}')}?{urlencode({'secret': secret, 'issuer': 'Linli'})}"


def _qr(link: str) -> str:
    code = segno.make(link, error="m", micro=False)
    return mark_safe(code.svg_inline(scale=1, border=2, dark="#000", light="#fff", svgclass="ll-qr", omitsize=True))


@require_POST
@proved
def app_off(request: ActorRequest) -> HttpResponse:
    factors.disable_totp(proofs.account_of(request.actor), actor=request.actor, at=timezone.now())
    messages.success(request, _("验证器已停用。"))
    return redirect("account:me")


@never_cache
@require_POST
@proved
def new_codes(request: ActorRequest) -> HttpResponse:
    """Ten new recovery codes; the old ones are void."""
    codes = factors.renew_recovery_codes(proofs.account_of(request.actor), actor=request.actor, at=timezone.now())
    return page(request, "organisation/account/codes.html", codes=codes, is_new=False)


@require_POST
@proved
def passkey_add_begin(request: ActorRequest) -> HttpResponse:
    """What the browser needs to make a passkey."""
    try:
        options, state = passkeys.begin_adding(proofs.account_of(request.actor), host=host_of(request))
    except Refused as refusal:
        return JsonResponse({"refusal": str(refusal)}, status=422)
    request.session["passkey"] = state
    return JsonResponse(options)


@require_POST
@proved
def passkey_add_finish(request: ActorRequest) -> HttpResponse:
    """Keep the passkey the browser has made."""
    answer = answer_of(request)
    try:
        passkeys.finish_adding(
            proofs.account_of(request.actor), answer, taken_state(request), host=host_of(request),
            name=str(answer.get("name", "")) or browser_of(request).device, actor=request.actor, at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        return JsonResponse({"refusal": str(refusal)}, status=422)
    messages.success(request, _("通行密钥已登记，下次可以直接用它登录。"))
    return JsonResponse({"next": reverse("account:me")})


@require_POST
@proved
def passkey_remove(request: ActorRequest, passkey: int) -> HttpResponse:
    passkeys.remove(proofs.account_of(request.actor), passkey, actor=request.actor, at=timezone.now())
    messages.success(request, _("通行密钥已删除。"))
    return redirect("account:me")
