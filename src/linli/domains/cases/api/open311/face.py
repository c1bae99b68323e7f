"""The edge of every GeoReport address: the key, the rate, and errors as the standard says."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from linli.domains.cases.api.keys import TooOften, admit
from linli.domains.cases.api.open311.formats import answer
from linli.domains.cases.api.open311.reading import Fault, Sent, sent_by
from linli.domains.cases.commands import KnownNumberRefused, ResentDifferentlyRefused
from linli.domains.cases.queries.clients import Client, client_of
from linli.kernel.errors import NotFound, Refused
from linli.web.api import speak
from linli.web.rates import Rate, TooManyRefused, client_address, use

READS = Rate("open311", 1200, 300)
"""Readings without a key, by network address."""

View = Callable[..., HttpResponse]


def face(*methods: str) -> Callable[[View], View]:
    """Let ``methods`` through to the view, which is given what was sent and the program whose key it is, or None."""

    def around(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *, form: str, **path: Any) -> HttpResponse:
            speak(request)
            if request.method not in methods:
                response = errors(405, _("不支持这种请求方法。"), form=form)
                response.headers["Allow"] = ", ".join(methods)
                return response
            try:
                return _let_in(view, request, form, path)
            except tuple(STATUS) as error:
                return _told(error, form)

        return guarded

    return around


def _let_in(view: View, request: HttpRequest, form: str, path: dict[str, Any]) -> HttpResponse:
    sent = sent_by(request)
    client = _client(sent.text("api_key"))
    if client is None:
        if request.method == "POST":
            raise Fault(403, _("缺少 api_key。"))
        use(READS, client_address(request), at=timezone.now())
    return view(request, sent, client, form=form, **path)


def _client(key: str) -> Client | None:
    """Whose key it is; None without a key. Raises Fault for a wrong one."""
    if not key:
        return None
    client = client_of(key)
    if client is None or "open311" not in client.faces:
        raise Fault(403, _("api_key 无效。"))
    admit(client)
    return client


STATUS: dict[type[Exception], int] = {
    TooManyRefused: 429,
    TooOften: 429,
    KnownNumberRefused: 409,
    ResentDifferentlyRefused: 409,
    Refused: 400,
    NotFound: 404,
    RequestDataTooBig: 413,
    UnreadablePostError: 400,
    Fault: 0,
}
"""What each error is answered with; the first that fits. ``Fault`` carries its own."""


def _told(error: Exception, form: str) -> HttpResponse:
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    if isinstance(error, Fault):
        return errors(error.status, str(error), form=form)
    words = {404: _("没有找到。"), 413: _("内容过大。")}
    response = errors(status, words.get(status) or str(error), form=form)
    if wait := getattr(error, "wait_seconds", 0):
        response.headers["Retry-After"] = str(wait)
    return response


def errors(status: int, description: str, *, form: str) -> HttpResponse:
    """The standard's list of errors, here always of one."""
    return answer("errors", [{"code": status, "description": description}], form=form, status=status)


def nothing_there(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Any address that is not one of ours."""
    speak(request)
    return errors(404, _("没有找到。"), form="xml" if rest.endswith(".xml") else "json")


def required(sent: Sent, name: str) -> str:
    """The value of ``name``. Raises Fault when it is missing."""
    value = sent.text(name)
    if not value:
        raise Fault(400, _("缺少 %(name)s。") % {"name": name})
    return value
