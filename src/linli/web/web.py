"""The frame's own pages: how things look, which post to act for, and the answers Django asks for by name."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.web import answers, shell, showcase
from linli.web.pages import page

_A_YEAR = 365 * 24 * 3600
_COOKIES = {
    "theme": ("linli_theme", shell.THEMES),
    "elder": ("linli_elder", ("0", *shell.ELDER_SIZES)),
    "language": (settings.LANGUAGE_COOKIE_NAME, tuple(code for code, _name in settings.LANGUAGES)),
}


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Remember theme, elder mode or language on this device."""
    response = redirect(_back(request))
    for field, (cookie, allowed) in _COOKIES.items():
        value = request.POST.get(field)
        if value in allowed:
            response.set_cookie(cookie, value, max_age=_A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


@require_POST
def act_for(request: ActorRequest) -> HttpResponse:
    """Work from another of one's posts from now on."""
    wanted = request.POST.get("post", "")
    held = next((held for held in org.posts_of(request.actor, timezone.now()) if str(held.id) == wanted), None)
    if held is None:
        raise NotFound
    request.session["post"] = held.id
    return redirect(_back(request))


@require_GET
def design(request: HttpRequest, name: str = "desk") -> HttpResponse:
    """Every component on a page; for those who build pages, not in production."""
    if not (settings.DEBUG or settings.TESTING) or name not in showcase.PAGES:
        raise NotFound
    return page(request, f"web/design/{name}.html", **showcase.examples(request))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answers.not_found(request)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, "errors/403.html", status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere."""
    return page(request, "errors/403.html", status=403, is_stale_form=True)


def failed(request: HttpRequest) -> HttpResponse:
    """A bug of ours. Asks nothing of the database, which may be the reason."""
    return page(request, "errors/500.html", status=500, shell=None)


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else "/"
