"""What a GeoReport client sends, read strictly: what cannot be understood is refused, never guessed."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from linli.domains.cases.queries import georeport
from linli.domains.cases.queries.georeport import Asked

FORM_BYTES = 256_000
FIELDS_AT_MOST = 200
LONGEST_SPAN = timedelta(days=90)
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
CHARSETS = {"": "utf-8", "utf-8": "utf-8", "utf8": "utf-8", "gb18030": "gb18030", "gbk": "gb18030", "gb2312": "gb18030"}
"""Encodings a form may say it is in; older Chinese systems send GBK, which GB 18030 contains."""
NUMBER = re.compile(r"[0-9]{8,24}")
ATTRIBUTE = re.compile(r"attribute\[([A-Za-z0-9_.-]{1,40})\](?:\[\])?")


class Fault(Exception):
    """What the client is told: an HTTP status and a sentence."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status


@dataclass(frozen=True, slots=True)
class Sent:
    """Parameters and files of a request."""

    values: Mapping[str, Sequence[str]]
    files: Sequence[UploadedFile] = field(default_factory=tuple)

    def text(self, name: str) -> str:
        """The one value of ``name``, trimmed; "" when it is not there. Raises Fault when it is there twice."""
        given = self.values.get(name, ())
        if len(set(given)) > 1:
            raise Fault(400, _("%(name)s 重复且内容不同。") % {"name": name})
        return given[0].strip() if given else ""

    def attributes(self) -> dict[str, list[str]]:
        """``attribute[code]`` and ``attribute[code][]`` by code; empty values are as good as none."""
        found: dict[str, list[str]] = {}
        for name, values in self.values.items():
            if match := ATTRIBUTE.fullmatch(name):
                found.setdefault(match[1], []).extend(value.strip() for value in values if value.strip())
        return {code: values for code, values in found.items() if values}


def sent_by(request: HttpRequest) -> Sent:
    """Everything sent: the address's parameters, and the form's where there is one. Raises Fault."""
    if request.method != "POST":
        return Sent({name: request.GET.getlist(name) for name in request.GET})
    if request.content_type == "multipart/form-data":
        return _multipart(request)
    if request.content_type != "application/x-www-form-urlencoded":
        raise Fault(415, _("请用 application/x-www-form-urlencoded 或 multipart/form-data 提交。"))
    if int(request.META.get("CONTENT_LENGTH") or 0) > FORM_BYTES:
        raise Fault(413, _("内容过大。"))
    return Sent(_urlencoded(request))


def _urlencoded(request: HttpRequest) -> dict[str, list[str]]:
    charset = CHARSETS.get((request.content_params or {}).get("charset", "").lower())
    if charset is None:
        raise Fault(415, _("不支持这种字符编码，请用 UTF-8。"))
    values: dict[str, list[str]] = {}
    for part in (request.META.get("QUERY_STRING", ""), request.body.decode("ascii", "surrogateescape")):
        try:
            pairs = parse_qsl(
                part, keep_blank_values=True, encoding=charset, errors="strict", max_num_fields=FIELDS_AT_MOST
            )
        except UnicodeDecodeError:
            raise Fault(400, _("文字编码有误，请用 UTF-8。")) from None
        except ValueError:
            raise Fault(400, _("参数过多或无法读取。")) from None
        for name, value in pairs:
            values.setdefault(name, []).append(value)
    return _readable(values)


def _multipart(request: HttpRequest) -> Sent:
    try:
        values = {name: request.POST.getlist(name) for name in request.POST}
        files = [file for name in request.FILES for file in request.FILES.getlist(name)]
    except MultiPartParserError:
        raise Fault(400, _("无法读取 multipart 内容。")) from None
    for name in request.GET:
        values.setdefault(name, []).extend(request.GET.getlist(name))
    return Sent(_readable(values), [file for file in files if isinstance(file, UploadedFile)])


def _readable(values: dict[str, list[str]]) -> dict[str, list[str]]:
    """Refuse what was not UTF-8: raw bytes survive as surrogates, or were replaced on the way."""
    for text in (text for name, given in values.items() for text in (name, *given)):
        if "\ufffd" in text or any("\ud800" <= char <= "\udfff" for char in text):
            raise Fault(400, _("文字编码有误，请用 UTF-8。"))
    return values


def position(sent: Sent) -> tuple[float, float] | None:
    """(lon, lat) in degrees, or None when neither is given. Raises Fault."""
    lat, long = sent.text("lat"), sent.text("long")
    if not lat and not long:
        return None
    if not lat or not long:
        raise Fault(400, _("lat 和 long 必须同时给出。"))
    return _degrees(long, "long", 180), _degrees(lat, "lat", 90)


def _degrees(text: str, name: str, most: float) -> float:
    try:
        value = float(text) if text.isascii() and len(text) <= 40 else math.nan
    except ValueError:
        value = math.nan
    if not abs(value) <= most:
        raise Fault(400, _("%(name)s 应是 -%(most)d 到 %(most)d 之间的数。") % {"name": name, "most": most})
    return value


def moment(text: str, name: str) -> datetime | None:
    """A time as ISO 8601 (local when it carries no zone), or None. Raises Fault for what cannot be a time."""
    if not text:
        return None
    try:
        found = parse_datetime(text.replace(" ", "+") if text.count(" ") == 1 and "T" in text else text)
    except ValueError:
        found = None
    if found is None or not 1970 <= found.year < 2200:
        raise Fault(400, _("%(name)s 应是 ISO 8601 时间，如 2026-03-01T08:00:00+08:00。") % {"name": name})
    return found if found.tzinfo else timezone.make_aware(found)


def whole(text: str, name: str, *, most: int, otherwise: int) -> int:
    """A whole number from 1 to ``most``. Raises Fault."""
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most):
        raise Fault(400, _("%(name)s 应是 1 到 %(most)d 的整数。") % {"name": name, "most": most})
    return int(text)


def within(sent: Sent) -> str:
    """Path of the jurisdiction asked for, "" for all. Raises Fault when there is no such one."""
    code = sent.text("jurisdiction_id")
    if not code:
        return ""
    path = georeport.jurisdiction(code)
    if path is None:
        raise Fault(404, _("没有这个 jurisdiction_id。"))
    return path


def asked(sent: Sent, *, now: datetime) -> Asked:
    """Which requests are wanted. Raises Fault."""
    page_size = whole(sent.text("page_size"), "page_size", most=georeport.MOST, otherwise=georeport.MOST)
    page = whole(sent.text("page"), "page", most=georeport.DEEPEST // page_size, otherwise=1)
    if ids := _list(sent.text("service_request_id")):
        numbers = [one for one in ids if NUMBER.fullmatch(one)]
        return Asked(ids=numbers or ("0",), within=within(sent), page=page, page_size=page_size)
    status = sent.text("status").lower()
    if set(_list(status)) - {"open", "closed"}:
        raise Fault(400, _("status 只能是 open 或 closed。"))
    start, end = span(sent, now=now)
    return Asked(
        services=_list(sent.text("service_code")),
        start=start,
        end=end,
        status=status if "," not in status else "",
        updated_after=moment(sent.text("updated_after"), "updated_after"),
        updated_before=moment(sent.text("updated_before"), "updated_before"),
        within=within(sent),
        page=page,
        page_size=page_size,
    )


def span(sent: Sent, *, now: datetime, usual: timedelta = LONGEST_SPAN) -> tuple[datetime, datetime]:
    """[start_date, end_date), at most 90 days; one missing end is filled up, both missing mean the last ``usual``."""
    start, end = moment(sent.text("start_date"), "start_date"), moment(sent.text("end_date"), "end_date")
    if start is None and end is None:
        return now - usual, now + timedelta(days=1)
    start = start if start is not None else max(EARLIEST, (end or now) - LONGEST_SPAN)
    end = end if end is not None else min(LATEST, start + LONGEST_SPAN)
    if end < start:
        raise Fault(400, _("end_date 早于 start_date。"))
    if end - start > LONGEST_SPAN:
        raise Fault(400, _("时间范围最多 90 天。"))
    return start, end


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()][: georeport.MOST]
