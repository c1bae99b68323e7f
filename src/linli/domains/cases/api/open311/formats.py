"""The two forms of every answer: JSON and XML from the same plain values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import orjson
from django.http import HttpResponse
from django.utils import timezone

SINGULAR: Mapping[str, str] = {
    "service_requests": "request",
    "service_request_updates": "request_update",
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
"""Name of a list → name of each of its items in XML."""

TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def answer(root: str, value: Any, *, form: str, status: int = 200) -> HttpResponse:
    """``value`` as JSON, or as XML under the element ``root``; times in local ISO 8601 with their offset."""
    plain = as_plain(value)
    body = orjson.dumps(plain) if form != "xml" else as_xml(root, plain)
    return HttpResponse(body, status=status, content_type=TYPES.get(form, TYPES["json"]))


def as_plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if is_dataclass(value):
        return {field.name: as_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: as_plain(part) for name, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_plain(part) for part in value]
    return value


def as_xml(root: str, value: Any) -> bytes:
    return ('<?xml version="1.0" encoding="utf-8"?>\n' + _element(root, value)).encode()


def _element(name: str, value: Any) -> str:
    return f"<{name}>{_content(name, value)}</{name}>"


def _content(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "".join(_element(key, part) for key, part in value.items())
    if isinstance(value, list):
        return "".join(_element(SINGULAR[name], part) for part in value)
    return escape(NOT_IN_XML.sub("", str(value)))
