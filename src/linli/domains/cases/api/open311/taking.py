"""From a GeoReport form to a report of ours: nothing is kept before everything has been read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.cases import commands
from linli.domains.cases.api.filing import UNSENT_KEPT
from linli.domains.cases.api.open311 import reading
from linli.domains.cases.api.open311.face import required
from linli.domains.cases.api.open311.reading import Fault, Sent
from linli.domains.cases.queries import georeport
from linli.domains.cases.queries.clients import Client
from linli.domains.cases.queries.services import Service, service
from linli.kernel.errors import Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.evidence.limits import Limits
from linli.kernel.flow.pool import pooled
from linli.kernel.text import clean

FILES_AT_MOST = 6
TEXT_AT_MOST = 4000
LONGEST_URL = 500


def attributes(one: Service) -> list[dict[str, Any]]:
    """What a report of this kind may say beside its text, in the words of the standard."""
    asked: list[tuple[str, str, str, str, Sequence[str]]] = [("occurred_at", "datetime", _("发现时间"), "ISO 8601", ())]
    if one.conditions:
        asked.insert(0, ("condition", "singlevaluelist", _("立案条件"), "", one.conditions))
    if one.component:
        asked.append(("component", "string", _("部件标识码"), "", ()))
    return [
        {
            "variable": True, "code": code, "datatype": datatype, "required": False,
            "datatype_description": how or None, "order": order, "description": label,
            **({"values": [{"key": name, "name": name} for name in values]} if values else {}),
        }
        for order, (code, datatype, label, how, values) in enumerate(asked, start=1)
    ]  # fmt: skip


def as_report(sent: Sent, client: Client, *, key: UUID | None) -> commands.Report:
    """What ``client`` reports. Raises Fault."""
    found = service(required(sent, "service_code"))
    if found is None:
        raise Fault(404, _("没有这个 service_code。"))
    reading.within(sent)
    told = _attributes(sent, found)
    where = _where(sent, client)
    return commands.Report(
        id=key,
        text=_text(sent, found),
        lon=where.lon,
        lat=where.lat,
        address=where.address,
        area_unit=where.unit_id,
        category=found.code,
        condition=told.get("condition", ""),
        component=told.get("component", ""),
        occurred_at=reading.moment(told.get("occurred_at", ""), "attribute[occurred_at]"),
        source=client.sources[0],
        channel="open311",
        found_level="centre",
        device=plain(sent.text("device_id"), "device_id")[:40],
        caller=_caller(sent),
        wants_answer=bool(sent.text("email") or sent.text("phone")),
    )


@dataclass(frozen=True, slots=True)
class _Where:
    """``unit_id``: who it goes to when there is no position, or one outside every area."""

    lon: float | None
    lat: float | None
    address: str
    unit_id: int


def _where(sent: Sent, client: Client) -> _Where:
    """By position, by words, or by the code of a grid; at least one of them. Raises Fault."""
    found = reading.position(sent)
    address = plain(sent.text("address_string"), "address_string")
    unit_id = client.unit_id
    if code := sent.text("address_id"):
        area = georeport.area_of(plain(code, "address_id"))
        if area is None:
            raise Fault(400, _("没有这个 address_id(网格编码)。"))
        unit_id, address = area[0], address or area[1]
    if found is None and not address:
        raise Fault(400, _("请给出位置：lat 与 long、address_string 或 address_id。"))
    lon, lat = found or (None, None)
    return _Where(lon, lat, address, unit_id)


def _attributes(sent: Sent, found: Service) -> dict[str, str]:
    """Answers to the questions of the service's definition. Raises Fault for others."""
    known = {one["code"]: one for one in attributes(found)}
    told: dict[str, str] = {}
    for code, values in sent.attributes().items():
        if code not in known:
            raise Fault(400, _("这类事项没有属性 %(code)s。") % {"code": code})
        if len(set(values)) > 1:
            raise Fault(400, _("属性 %(code)s 只能有一个值。") % {"code": code})
        keys = [one["key"] for one in known[code].get("values", ())]
        if keys and values[0] not in keys:
            raise Fault(400, _("属性 %(code)s 没有这个选项。") % {"code": code})
        told[code] = plain(values[0], f"attribute[{code}]")
    return told


def _text(sent: Sent, found: Service) -> str:
    """The description; what it is called where there is none; the address of a picture elsewhere is only noted."""
    text = plain(sent.text("description"), "description") or found.name
    url = plain(sent.text("media_url"), "media_url")
    if url and len(url) <= LONGEST_URL and url.startswith(("http://", "https://")):
        text = f"{text}\n{_('附件链接：')}{url}"
    return text


def _caller(sent: Sent) -> commands.Caller:
    first, last = plain(sent.text("first_name"), "first_name"), plain(sent.text("last_name"), "last_name")
    name = f"{first} {last}".strip() if (first + last).isascii() else last + first
    return commands.Caller(name, plain(sent.text("phone"), "phone"), plain(sent.text("email"), "email"))


def plain(text: str, name: str) -> str:
    """``text`` without what cannot be stored or seen. Raises Fault when it is too long."""
    try:
        return clean(text, TEXT_AT_MOST)
    except Refused as refusal:
        raise Fault(400, f"{name}: {refusal}") from refusal


def checked_files(files: Sequence[UploadedFile]) -> Sequence[UploadedFile]:
    """``files`` when they are few and small enough. Raises Fault."""
    if len(files) > FILES_AT_MOST:
        raise Fault(400, _("附件最多 %(most)d 个。") % {"most": FILES_AT_MOST})
    if any((file.size or 0) > Limits().largest_bytes for file in files):
        raise Fault(413, _("文件过大。"))
    return files


def take_in(report: commands.Report, files: Sequence[UploadedFile], client: Client) -> commands.Taken:
    """Receive the files once all else is known to be right, then take the report in as one statement."""
    at = timezone.now()
    if files:
        commands.checked(report, at=at)
        report = replace(report, files=received(files, client, kind="report"))
    with pooled() as raw:
        return commands.report(report, at=at, actor=client.actor, role="sender", connection=raw)


def received(files: Sequence[UploadedFile], client: Client, *, kind: str) -> list[commands.GivenFile]:
    """Files of a request, kept for two days unless what they came with keeps them. Raises Fault, FileRefused."""
    at = timezone.now()
    kept = [
        evidence.receive(file, name=file.name or "", actor=client.actor, at=at, retained_until=at + UNSENT_KEPT)  # type: ignore[arg-type]  # an uploaded file reads like a stream
        for file in checked_files(files)
    ]
    return [commands.GivenFile(file.pk, file.sha256, kind) for file in kept]
