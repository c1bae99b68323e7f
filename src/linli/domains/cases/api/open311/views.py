"""The addresses of GeoReport v2."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.cases import commands
from linli.domains.cases.api.open311 import reading, taking
from linli.domains.cases.api.open311.face import face, required
from linli.domains.cases.api.open311.formats import answer
from linli.domains.cases.api.open311.reading import Fault, Sent
from linli.domains.cases.api.reports import is_timely
from linli.domains.cases.commands import desk
from linli.domains.cases.queries import georeport, get_case
from linli.domains.cases.queries.clients import Client
from linli.domains.cases.queries.georeport import PhotoUrl
from linli.domains.cases.queries.services import Service, service, services
from linli.kernel.text import without_personal_data

CHANGESET = "2026-11-22T00:00:00+08:00"
"""When this interface last changed its shape."""
REQUESTS, UPDATES = "service_requests", "service_request_updates"
UPDATES_USUALLY = timedelta(days=7)


@face("GET")
def discovery(request: HttpRequest, sent: Sent, client: Client | None, *, form: str) -> HttpResponse:
    """Where the service is and in which forms it speaks."""
    url = request.build_absolute_uri(reverse("open311:root")).rstrip("/")
    return answer(
        "discovery",
        {
            "changeset": CHANGESET,
            "contact": _("请向平台的系统管理员查询。"),
            "key_service": _("密钥由平台的系统管理员发放。"),
            "endpoints": [
                {
                    "specification": "http://wiki.open311.org/GeoReport_v2",
                    "url": url,
                    "changeset": CHANGESET,
                    "type": "production",
                    "formats": ["application/json", "text/xml"],
                }
            ],
        },
        form=form,
    )


@face("GET")
def service_list(request: HttpRequest, sent: Sent, client: Client | None, *, form: str) -> HttpResponse:
    """Everything that can be reported."""
    reading.within(sent)
    return answer("services", [_service(one) for one in services()], form=form)


def _service(one: Service) -> dict[str, Any]:
    return {
        "service_code": one.code, "service_name": one.name, "description": one.name, "metadata": True,
        "type": "realtime", "keywords": ",".join(one.keywords), "group": one.group,
    }  # fmt: skip


@face("GET")
def definition(request: HttpRequest, sent: Sent, client: Client | None, *, form: str, code: str) -> HttpResponse:
    """What may be told beside the text for one kind of report."""
    reading.within(sent)
    found = service(code)
    if found is None:
        raise Fault(404, _("没有这个 service_code。"))
    value = {"service_code": found.code, "attributes": taking.attributes(found)}
    return answer("service_definition", value, form=form)


@face("GET", "POST")
def requests(request: HttpRequest, sent: Sent, client: Client | None, *, form: str) -> HttpResponse:
    """Report something, or read what was reported."""
    if request.method == "POST" and client is not None:
        return _report(request, sent, client, form=form)
    found = georeport.requests(
        reading.asked(sent, now=timezone.now()), actor=client.actor if client else None, photo_url=_photo_url(request)
    )
    return answer(REQUESTS, found, form=form)


def _report(request: HttpRequest, sent: Sent, client: Client, *, form: str) -> HttpResponse:
    key = _key(request.headers.get("Idempotency-Key", ""))
    report = taking.as_report(sent, client, key=key)
    taken = taking.take_in(report, sent.files, client)
    notice = _("查询码：%(code)s。凭编号和查询码可以查看办理情况。") % {"code": taken.code}
    value = [{"service_request_id": taken.number, "service_notice": notice, "account_id": None}]
    return answer(REQUESTS, value, form=form, status=200 if taken.is_resent else 201)


def _key(text: str) -> UUID | None:
    try:
        key = UUID(text) if text else None
    except ValueError:
        key = UUID(int=0)
    if key is not None and not is_timely(key):
        raise Fault(400, _("Idempotency-Key 应是 UUIDv7。"))
    return key


@face("GET")
def one_request(request: HttpRequest, sent: Sent, client: Client | None, *, form: str, number: str) -> HttpResponse:
    """One request, as a list of one."""
    reading.within(sent)
    actor = client.actor if client else None
    return answer(REQUESTS, [georeport.request(number, actor=actor, photo_url=_photo_url(request))], form=form)


@face("GET")
def by_token(request: HttpRequest, sent: Sent, client: Client | None, *, form: str, token: str) -> HttpResponse:
    """The number of a report whose answer was lost: the token is the ``Idempotency-Key`` it was sent with."""
    reading.within(sent)
    try:
        key = UUID(token)
    except ValueError:
        raise Fault(404, _("没有找到。")) from None
    return answer(REQUESTS, [{"service_request_id": georeport.number_of(key), "token": token}], form=form)


@face("GET", "POST")
def updates(request: HttpRequest, sent: Sent, client: Client | None, *, form: str) -> HttpResponse:
    """What happened to requests; or add something to one's own."""
    if request.method == "POST" and client is not None:
        return _update(sent, client, form=form)
    start, end = reading.span(sent, now=timezone.now(), usual=UPDATES_USUALLY)
    within = reading.within(sent)
    found = georeport.updates(start=start, end=end, within=within, actor=client.actor if client else None)
    return answer(UPDATES, found, form=form)


def _update(sent: Sent, client: Client, *, form: str) -> HttpResponse:
    """An update by who sent the request goes into the journal; its ``update_id`` keeps it from going there twice."""
    number, own = required(sent, "service_request_id"), required(sent, "update_id")
    words = required(sent, "description")
    if not reading.NUMBER.fullmatch(number) or len(own) > 100:
        raise Fault(404, _("没有找到。"))
    case = get_case(number, actor=client.actor)
    given = commands.Given(
        note=without_personal_data(taking.plain(words, "description"))[:2000],
        files=taking.received(sent.files, client, kind="other"),
        command=uuid5(case.pk, f"update {client.id} {own}"),
    )
    entry = desk.take(case, "supplement", given, actor=client.actor, at=timezone.now())
    return answer(UPDATES, [{"update_id": str(entry.pk)}], form=form)


def _photo_url(request: HttpRequest) -> PhotoUrl:
    def url(number: str, photo: UUID) -> str:
        return request.build_absolute_uri(reverse("resident:public_photo", args=[number, photo, "view"]))

    return url
