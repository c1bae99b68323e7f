"""Beginning, watching and ending the session of whoever is signed in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.organisation.commands import signing_in
from linli.domains.organisation.queries import proofs
from linli.domains.organisation.web import browsers
from linli.kernel.org import queries as org
from linli.web.middleware import is_bare

if TYPE_CHECKING:
    from linli.kernel.org.models import Account

BACKEND = "django.contrib.auth.backends.ModelBackend"
IDLE = timedelta(hours=2)
"""After so long without a use staff sign in again *(default)*."""
LONGEST = timedelta(hours=12)
LONGEST_RESIDENT = timedelta(days=30)
PROVED_FOR = timedelta(minutes=15)
"""How long after proving who one is one may change with what one proves it."""
BACKGROUND = ("live_ticket", "web:counts", "cases:counts")
"""Views that open pages ask by themselves: they do not count as use."""
FREE = ("account:password", "account:sign_out", "web:look")
"""Views that may be used before a given password is changed."""
SETTING_UP = frozenset(
    (*FREE, *(f"account:{name}" for name in ("me", "app", "prove", "passkey_add_begin", "passkey_add_finish",
                                             "passkey_begin", "passkey_finish")))
)  # fmt: skip
"""Views by which a second factor is set up."""


def come_in(request: HttpRequest, account: "Account", *, method: str, to: str) -> HttpResponse:
    """Begin the session and go where the person wanted to."""
    at = timezone.now()
    is_staff = account.actor.kind == "staff"
    browser, token = browsers.with_device(request)
    auth.login(request, account, backend=BACKEND)
    request.session.set_expiry(int((LONGEST if is_staff else LONGEST_RESIDENT).total_seconds()))
    request.session.save()
    made = signing_in.begin(
        account, session_key=request.session.session_key or "", method=method, browser=browser, at=at
    )
    request.session["sign_in"] = made.pk
    request.session["is_staff"] = is_staff
    request.session["must_change"] = method.startswith("password") and proofs.proofs_of(account).must_change
    request.session["must_set_up"] = _lacks_second(account)
    _mark(request, "seen", at)
    prove(request, at=at)
    response = redirect(to)
    browsers.remember_device(response, token)
    return response


def _lacks_second(account: "Account") -> bool:
    """True when one of the person's roles asks for a second factor and they have none."""
    held = {post.role for post in org.posts_of(account.actor, timezone.now())}
    return bool(held & set(settings.SECOND_FACTOR_FOR)) and not proofs.needs_second(account)


def go_out(request: HttpRequest, *, how: str) -> None:
    """End this session."""
    if request.user.is_authenticated:
        at = timezone.now()
        signing_in.end_one(current(request), account=request.user, how=how, by=request.user.actor, at=at)
    auth.logout(request)


def current(request: HttpRequest) -> int:
    """Number of the sign-in behind this session, 0 when there is none."""
    found: int = request.session.get("sign_in", 0)
    return found


def prove(request: HttpRequest, *, at: datetime) -> None:
    """The person has just shown who they are."""
    _mark(request, "proved", at)


def has_just_proved(request: HttpRequest) -> bool:
    return timezone.now() - _marked(request, "proved") < PROVED_FOR


def _mark(request: HttpRequest, name: str, at: datetime) -> None:
    request.session[name] = int(at.timestamp())


def _marked(request: HttpRequest, name: str) -> datetime:
    return datetime.fromtimestamp(request.session.get(name, 0), tz=timezone.get_current_timezone())


class Watch:
    """Ends sessions that lie idle, notes when one is used, and has given passwords changed before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _is_signed_in(request) and _is_idle(request):
            go_out(request, how="idle")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        if match is None or not _is_signed_in(request):
            return None
        at = timezone.now()
        is_use = current(request) and match.view_name not in BACKGROUND
        if is_use and at - _marked(request, "seen") >= signing_in.TOUCH:
            _mark(request, "seen", at)
            signing_in.touch(current(request), at=at)
        if request.session.get("must_change") and match.view_name not in FREE:
            return redirect(reverse("account:password"))
        if request.session.get("must_set_up") and match.view_name not in SETTING_UP:
            return self._set_up_first(request)
        return None

    @staticmethod
    def _set_up_first(request: HttpRequest) -> HttpResponseBase | None:
        """Back to one's own page until an app or a passkey is there."""
        if request.user.is_authenticated and _lacks_second(request.user):
            messages.warning(request, _("您的岗位须有第二重验证：请先启用验证器或登记通行密钥。"))
            return redirect(reverse("account:me"))
        request.session["must_set_up"] = False
        return None


def _is_signed_in(request: HttpRequest) -> bool:
    if is_bare(request.path_info) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return bool(request.user.is_authenticated)


def _is_idle(request: HttpRequest) -> bool:
    return bool(request.session.get("is_staff")) and timezone.now() - _marked(request, "seen") > IDLE
