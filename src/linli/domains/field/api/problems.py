"""Answers to phones: JSON, and ``application/problem+json`` where something is wrong."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _

from linli.kernel.devices.refusals import TakenRefused, TurnedAway
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence.refusals import FileIdTakenRefused, StorageRefused
from linli.web.rates import TooManyRefused

PROBLEM = "application/problem+json"


class TooLargeRefused(Refused):
    """More than one request may bring; answered with 413."""


def answer(value: object, *, status: int = 200) -> HttpResponse:
    """Never kept by a browser or anything in between: it is personal."""
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(orjson.dumps(value), status=status, content_type="application/json", headers=headers)


def problem(status: int, title: str, **more: object) -> HttpResponse:
    body = {"type": "about:blank", "status": status, "title": title, **more}
    return HttpResponse(orjson.dumps(body), status=status, content_type=PROBLEM, headers={"Cache-Control": "no-store"})


def _turned_away(error: TurnedAway) -> HttpResponse:
    response = problem(401, str(error), reason=error.reason, forget=error.forgets)
    response.headers["WWW-Authenticate"] = "Device"
    return response


def _too_many(error: TooManyRefused) -> HttpResponse:
    response = problem(429, _("请求过多"), detail=str(error))
    response.headers["Retry-After"] = str(error.wait_seconds)
    return response


STATUSES: dict[type[Refused], int] = {
    TooLargeRefused: 413, TakenRefused: 409, FileIdTakenRefused: 409, StorageRefused: 503,
}  # fmt: skip


def _refused(error: Refused) -> HttpResponse:
    status = next((code for kind, code in STATUSES.items() if isinstance(error, kind)), 422)
    return problem(status, _("未予受理"), detail=str(error), field=error.field)


View = Callable[..., HttpResponseBase]


def told(view: View) -> View:
    """``view`` with every refusal answered as a problem."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except TurnedAway as error:
            return _turned_away(error)
        except TooManyRefused as error:
            return _too_many(error)
        except Refused as error:
            return _refused(error)
        except NotFound:
            return problem(404, _("没有找到"))
        except (RequestDataTooBig, UnreadablePostError):
            return problem(400, _("无法读取请求"))

    return answered
