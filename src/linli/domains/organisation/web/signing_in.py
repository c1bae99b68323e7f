"""Coming in: staff by password with a second factor or by passkey, residents by a code to their telephone."""

import json
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from linli.domains.organisation.commands import codes, factors, passkeys, signing_in
from linli.domains.organisation.queries import proofs
from linli.domains.organisation.web import sessions
from linli.domains.organisation.web.browsers import browser_of
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web import rates
from linli.web.pages import page
from linli.web.rates import Rate, TooManyRefused

HALF_WAY_SECONDS = 600
PHONE_MINUTE = Rate("code to a phone, a minute", 1, 60)
PHONE_HOUR = Rate("code to a phone, an hour", 5, 3600)
ADDRESS_HOUR = Rate("codes by address, an hour", 30, 3600)
CODE_TRIES = Rate("codes typed by address", 60, 600)


class PasswordForm(forms.Form):
    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """Six digits of an app or a message, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
    )


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=gettext_lazy("手机号"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: ActorRequest) -> HttpResponse:
    """Name and password; then the second factor, where the account has one."""
    if request.method == "GET":
        return _door(request, PasswordForm())
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _door(request, form, status=422)
    at = timezone.now()
    try:
        account = signing_in.check_password(
            form.cleaned_data["username"], form.cleaned_data["password"], browser=browser_of(request), at=at
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _door(request, form, status=429 if isinstance(refusal, TooManyRefused) else 422)
    if proofs.needs_second(account):
        request.session["half_way"] = {"account": account.pk, "at": int(at.timestamp()), "to": wanted(request)}
        return redirect("account:second")
    return sessions.come_in(request, account, method="password", to=wanted(request))


def _door(request: HttpRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
    return page(request, "organisation/account/sign_in.html", status=status, form=form, to=wanted(request))


def wanted(request: HttpRequest) -> str:
    """Where the person wanted to go, when that is one of our own pages."""
    to = request.POST.get("next") or request.GET.get("next") or "/"
    is_ours = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    return to if is_ours else "/"


@never_cache
@require_http_methods(["GET", "POST"])
def second(request: ActorRequest) -> HttpResponse:
    """The second factor of somebody whose password was right."""
    half_way = _half_way(request)
    if half_way is None:
        return redirect("account:sign_in")
    account = proofs.account_by_id(half_way["account"])
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            method = factors.check_second(
                account, form.cleaned_data["code"], browser=browser_of(request), at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            del request.session["half_way"]
            return sessions.come_in(request, account, method=f"password+{method}", to=half_way["to"])
    held = proofs.proofs_of(account)
    status = 422 if form.errors else 200
    return page(request, "organisation/account/second.html", status=status, form=form, held=held, to=half_way["to"])


def _half_way(request: HttpRequest) -> dict[str, Any] | None:
    found: dict[str, Any] | None = request.session.get("half_way")
    if found is None or timezone.now().timestamp() - found["at"] > HALF_WAY_SECONDS:
        request.session.pop("half_way", None)
        return None
    return found


@require_POST
def passkey_begin(request: HttpRequest) -> JsonResponse:
    """What the browser needs to ask for a passkey."""
    options, state = passkeys.begin_using(host=host_of(request))
    request.session["passkey"] = state
    return JsonResponse(options)


@require_POST
def passkey_finish(request: ActorRequest) -> JsonResponse:
    """The browser's answer: in, or for somebody who is in already, proved again."""
    at = timezone.now()
    try:
        account = passkeys.finish_using(
            answer_of(request), taken_state(request), host=host_of(request), browser=browser_of(request), at=at
        )
    except Refused as refusal:
        status = 429 if isinstance(refusal, TooManyRefused) else 422
        return JsonResponse({"refusal": str(refusal)}, status=status)
    if request.actor is not None:
        return _proved_again(request, account.actor_id == request.actor.pk)
    half_way = _half_way(request)
    request.session.pop("half_way", None)
    to = half_way["to"] if half_way else wanted(request)
    response = sessions.come_in(request, account, method="passkey", to=to)
    answer = JsonResponse({"next": to})
    answer.cookies = response.cookies
    return answer


def _proved_again(request: HttpRequest, is_same: bool) -> JsonResponse:
    if not is_same:
        return JsonResponse({"refusal": _("这个通行密钥属于另一个账号。")}, status=422)
    sessions.prove(request, at=timezone.now())
    return JsonResponse({"next": wanted(request)})


def host_of(request: HttpRequest) -> str:
    """The name in the address bar, to which passkeys are bound."""
    host = request.get_host()
    return host if host.endswith("]") else host.rsplit(":", 1)[0] if ":" in host else host


def answer_of(request: HttpRequest) -> dict[str, Any]:
    """The browser's answer as JSON; an empty one when it is not."""
    try:
        found = json.loads(request.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def taken_state(request: HttpRequest) -> dict[str, Any]:
    """The state of the ceremony, good for one answer."""
    found: dict[str, Any] = request.session.pop("passkey", None) or {"challenge": "", "user_verification": "required"}
    return found


@require_POST
def sign_out(request: ActorRequest) -> HttpResponse:
    sessions.go_out(request, how="signed_out")
    return redirect("/")


@never_cache
@require_http_methods(["GET", "POST"])
def phone(request: ActorRequest) -> HttpResponse:
    """A resident's telephone number, to which a code is sent."""
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            number = codes.checked_phone(form.cleaned_data["phone"])
            _bound_codes(request, number)
            codes.send_code(number, language=_language(), at=timezone.now())
        except Refused as refusal:
            form.add_error("phone", str(refusal))
        else:
            request.session["phone"] = codes.sealed_phone(number)
            return redirect(f"{reverse('account:phone_code')}?next={wanted(request)}")
    status = 422 if form.errors else 200
    return page(request, "organisation/account/phone.html", status=status, form=form, to=wanted(request))


def _bound_codes(request: HttpRequest, number: str) -> None:
    at = timezone.now()
    rates.use(ADDRESS_HOUR, rates.client_address(request), at=at)
    rates.use(PHONE_MINUTE, number, at=at)
    rates.use(PHONE_HOUR, number, at=at)


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


@never_cache
@require_http_methods(["GET", "POST"])
def phone_code(request: ActorRequest) -> HttpResponse:
    """The code from the message."""
    number = codes.opened_phone(request.session.get("phone", ""))
    if not number:
        return redirect("account:phone")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            rates.use(CODE_TRIES, rates.client_address(request), at=at)
            account = codes.check_code(number, form.cleaned_data["code"], browser=browser_of(request), at=at)
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            del request.session["phone"]
            return sessions.come_in(request, account, method="code", to=wanted(request))
    status = 422 if form.errors else 200
    return page(
        request, "organisation/account/phone_code.html", status=status, form=form, phone=number, to=wanted(request)
    )
