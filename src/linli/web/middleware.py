"""Edges of every request: who asks, what the browser may do, and answers to the two refusals.

Taking in a report from outside must stay cheap: the paths of ``settings.BARE_PATHS`` run behind only what a public
write needs, so everything made for pages is wrapped by ``_for_pages``.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone

from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held
from linli.web import access, answers, rates, tickets

Answer = Callable[[HttpRequest], HttpResponseBase]


def is_bare(path: str) -> bool:
    """True on the listed paths that answer machines and know no session."""
    return path.startswith(settings.BARE_PATHS)


def _for_pages(middleware: Callable[[Answer], Any]) -> Callable[[Answer], Any]:
    """``middleware``, skipped on bare paths."""

    class ForPages:
        def __init__(self, get_response: Answer) -> None:
            self.get_response = get_response
            self.inner = middleware(get_response)
            if hasattr(self.inner, "process_view"):
                self.process_view = self._process_view

        def __call__(self, request: HttpRequest) -> HttpResponseBase:
            answer: Answer = self.get_response if is_bare(request.path_info) else self.inner
            return answer(request)

        def _process_view(self, request: HttpRequest, *view: Any) -> HttpResponseBase | None:
            if is_bare(request.path_info):
                return None
            found: HttpResponseBase | None = self.inner.process_view(request, *view)
            return found

    ForPages.__name__ = getattr(middleware, "__name__", "ForPages")
    return ForPages


Sessions = _for_pages(SessionMiddleware)
Language = _for_pages(LocaleMiddleware)
Csrf = _for_pages(CsrfViewMiddleware)
Accounts = _for_pages(AuthenticationMiddleware)
Messages = _for_pages(MessageMiddleware)


class _Actors:
    """Fills in ``request.actor`` and ``request.post``; a route that is not listed as public asks people to sign in."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        actor = actor_of(request)
        request.actor = actor  # type: ignore[attr-defined]  # ActorRequest adds it
        request.post = chosen_post(request, actor) if actor else None  # type: ignore[attr-defined]  # likewise
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        match, actor = request.resolver_match, getattr(request, "actor", None)
        if match is None:
            return None
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            # No address of ours has it, and the database takes it in no text.
            return answers.not_found(request)
        if actor is None:
            return None if access.is_public(match.view_name) else answers.ask_to_sign_in(request)
        if access.is_guest(org.posts_of(actor, timezone.now())) and not access.is_for_guests(match.view_name):
            return answers.not_found(request)
        return None


Actors = _for_pages(_Actors)


def actor_of(request: HttpRequest) -> Actor | None:
    """Who is signed in. Without a session cookie nothing is asked of the database."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    return request.user.actor if request.user.is_authenticated else None


def chosen_post(request: HttpRequest, actor: Actor) -> Held | None:
    """The post the person chose in this session, while they hold it; else their first; None without posts."""
    posts = org.posts_of(actor, timezone.now())
    wanted = request.session.get("post")
    return next((held for held in posts if held.id == wanted), posts[0] if posts else None)


class Answers:
    """Turns NotFound and Refused into pages; on bare paths the API answers in its own form."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if is_bare(request.path_info):
            return None
        if isinstance(error, NotFound | Http404):
            return answers.not_found(request)
        if isinstance(error, rates.TooManyRefused):
            return answers.too_many(request, error)
        if isinstance(error, Refused):
            return answers.refused(request, error)
        return None


class BrowserLimits:
    """What a browser may load and where our pages may be shown: only from and in this server."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.policy = content_policy(settings.BASE_MAP)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", self.policy.replace("{live}", tickets.source(request)))
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(self), payment=()")
        return response


def content_policy(base_map: dict[str, Any]) -> str:
    """The Content-Security-Policy: own origin alone, and the configured tile server's pictures, if there is one."""
    tiles = " ".join(sorted({_origin(url) for url in base_map.get("tiles", ()) if _origin(url)}))
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' data: blob: {tiles}".strip(),
        "font-src": "'self'",
        "connect-src": f"'self' {{live}} {tiles}".strip(),
        "media-src": "'self' blob:",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
