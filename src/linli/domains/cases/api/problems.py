"""What went wrong, as ``application/problem+json`` (RFC 9457), with the field to mend where there is one."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from linli.domains.cases.api.keys import TooOften
from linli.domains.cases.commands import KnownNumberRefused, ResentDifferentlyRefused, StaleStepRefused
from linli.kernel.errors import NotFound, Refused
from linli.web.api import LANGUAGE
from linli.web.rates import TooManyRefused

CONTENT_TYPE = "application/problem+json"

CONFLICTS = (KnownNumberRefused, ResentDifferentlyRefused, StaleStepRefused)
"""Refusals because of what is already there: sending the same again changes nothing."""


def problem(status: int, title: str | Promise, *, detail: str = "", field: str = "", **more: object) -> HttpResponse:
    """``field`` names the input at fault; ``more`` holds members particular to one problem."""
    body: dict[str, object] = {"type": "about:blank", "status": status, "title": str(title)}
    body |= {name: value for name, value in (("detail", detail), ("field", field), *more.items()) if value}
    return HttpResponse(orjson.dumps(body), status=status, content_type=CONTENT_TYPE)


def connect(api: NinjaAPI) -> None:
    """Have every error of ``api`` answered as a problem."""
    handlers: Mapping[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        Refused: _refused,
        NotFound: _not_found,
        Http404: _not_found,
        ValidationError: _malformed,
        HttpError: _http,
        RequestDataTooBig: _unreadable,
        MultiPartParserError: _unreadable,
        UnreadablePostError: _unreadable,
    }
    for error, handler in handlers.items():
        api.add_exception_handler(error, handler)


def _refused(_request: HttpRequest, refusal: Refused) -> HttpResponse:
    if isinstance(refusal, TooManyRefused):
        response = problem(429, _("请求过多"), detail=str(refusal))
        response.headers["Retry-After"] = str(refusal.wait_seconds)
        return response
    if isinstance(refusal, CONFLICTS):
        number = getattr(refusal, "number", "")
        return problem(409, _("与已有内容冲突"), detail=str(refusal), field=refusal.field, number=number)
    return problem(422, _("未予受理"), detail=str(refusal), field=refusal.field)


def _not_found(_request: HttpRequest, _missing: NotFound | Http404) -> HttpResponse:
    return problem(404, _("没有找到"))


def _malformed(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [_one(found) for found in error.errors[:20]]
    return problem(422, _("内容不符合要求"), detail=errors[0]["detail"], field=errors[0]["field"], errors=errors)


def _one(found: Mapping[str, Any]) -> dict[str, str]:
    """``("body", "given", "position", "lon")`` → ``position.lon``: where the sender finds it."""
    source, *path = found["loc"]
    if source in ("body", "form", "file") and path and path[0] in ("given", "order"):
        path = path[1:]
    return {"in": str(source), "field": ".".join(map(str, path)), "detail": _in_words(found)}


WORDS: Mapping[str, str | Promise] = {
    "missing": gettext_lazy("必须填写。"),
    "extra_forbidden": gettext_lazy("没有这个参数。"),
    "string_too_long": gettext_lazy("最多 %(max_length)d 个字符。"),
    "string_too_short": gettext_lazy("至少 %(min_length)d 个字符。"),
    "string_pattern_mismatch": gettext_lazy("格式不对。"),
    "greater_than_equal": gettext_lazy("不能小于 %(ge)s。"),
    "less_than_equal": gettext_lazy("不能大于 %(le)s。"),
    "literal_error": gettext_lazy("只能是 %(expected)s。"),
    "timezone_aware": gettext_lazy("时间要带时区。"),
    "too_long": gettext_lazy("最多 %(max_length)d 个。"),
    "string": gettext_lazy("应是文字。"),
    "int": gettext_lazy("应是整数。"),
    "float": gettext_lazy("应是数字。"),
    "bool": gettext_lazy("应是 true 或 false。"),
    "uuid": gettext_lazy("应是 UUID。"),
    "datetime": gettext_lazy("应是 ISO 8601 时间。"),
}
"""What the checker found, by its code or the beginning of it."""


def _in_words(found: Mapping[str, Any]) -> str:
    code = str(found["type"])
    words = WORDS.get(code) or WORDS.get(code.partition("_")[0])
    return str(words) % found.get("ctx", {}) if words else str(found["msg"])


TITLES: Mapping[int, str | Promise] = {
    400: gettext_lazy("无法读取请求"),
    401: gettext_lazy("需要有效的密钥"),
    403: gettext_lazy("无权这样做"),
    413: gettext_lazy("内容过大"),
    415: gettext_lazy("不支持这种内容类型"),
    429: gettext_lazy("请求过多"),
}


HEADERS: Mapping[int, dict[str, dict[str, Any]]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "Bearer"}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}},
}
"""Headers that tell what to do next, by status, for the description."""
EXAMPLES: Mapping[int, dict[str, object]] = {
    404: {"title": "没有找到"},
    409: {
        "title": "与已有内容冲突", "detail": "同一编号已受理，内容不同。", "field": "number",
        "number": "20261122000871",
    },
    422: {
        "title": "内容不符合要求", "detail": "必须填写。", "field": "text",
        "errors": [{"in": "body", "field": "text", "detail": "必须填写。"}],
    },
    429: {"title": "请求过多", "detail": "调用过于频繁，请稍后再试。"},
}  # fmt: skip


def example(status: int) -> dict[str, object]:
    """A problem as it is answered with ``status``, for the description."""
    with translation.override(LANGUAGE):
        told = EXAMPLES.get(status) or {"title": str(TITLES[status])}
    return {"type": "about:blank", "status": status, **told}


def _http(_request: HttpRequest, error: HttpError) -> HttpResponse:
    response = problem(error.status_code, TITLES.get(error.status_code, gettext_lazy("出错")), detail=_said(error))
    if error.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooOften):
        response.headers["Retry-After"] = str(error.wait_seconds)
    return response


def _said(error: HttpError) -> str:
    """Our own words; the framework's are in English only."""
    own = {"Unauthorized": "", "Cannot parse request body": _("请求内容不是有效的 JSON。")}
    return own.get(error.message, error.message)


def _unreadable(_request: HttpRequest, error: Exception) -> HttpResponse:
    status = 413 if isinstance(error, RequestDataTooBig) else 400
    return problem(status, TITLES[status])
