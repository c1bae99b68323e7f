"""Answers that are not the page asked for: sign in first, no such thing, refused."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from linli.kernel.errors import Refused
from linli.web import shell
from linli.web.pages import is_piece, page
from linli.web.rates import TooManyRefused


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back; a piece asked for by htmx sends the whole page there."""
    sign_in = shell.link("sign_in")
    back = request.get_full_path() if request.method == "GET" and not is_piece(request) else "/"
    target = f"{sign_in}?next={quote(back)}"
    if is_piece(request):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return redirect(target)


def not_found(request: HttpRequest) -> HttpResponse:
    """Never says whether it exists."""
    if is_piece(request):
        return _toast(page(request, "errors/_404.html", status=404))
    return page(request, "errors/404.html", status=404)


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal that no form caught: what happened, and that nothing was changed."""
    if is_piece(request):
        return _toast(page(request, "errors/_422.html", status=422, refusal=str(refusal)))
    return page(request, "errors/422.html", status=422, refusal=str(refusal))


def too_many(request: HttpRequest, refusal: TooManyRefused) -> HttpResponse:
    """Used too often: when to try again, for people and for programs."""
    if is_piece(request):
        response = _toast(page(request, "errors/_422.html", status=429, refusal=str(refusal)))
    else:
        response = page(request, "errors/429.html", status=429, refusal=str(refusal))
    response.headers["Retry-After"] = str(refusal.wait_seconds)
    return response


def _toast(response: HttpResponse) -> HttpResponse:
    """Shown as a toast, wherever the request wanted its answer put."""
    response.headers["HX-Retarget"] = "#toasts"
    response.headers["HX-Reswap"] = "beforeend"
    return response
