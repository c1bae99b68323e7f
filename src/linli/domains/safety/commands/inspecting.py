"""A checklist filled in at a site is filed; each item that failed becomes a hazard in the same transaction."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.commands import hazards
from linli.domains.safety.commands.hazards import Found
from linli.domains.safety.models import Campaign, CheckItem, Finding, Hazard, Inspection, SafetyObject
from linli.domains.safety.queries import checklists
from linli.domains.safety.queries.proof import prove
from linli.kernel.errors import Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.evidence import queries as files_of
from linli.kernel.flow.commands import GivenFile, StepRefused, wait_for_key
from linli.kernel.flow.refusals import ResentDifferentlyRefused
from linli.kernel.flow.whole import whole
from linli.kernel.org import queries as org
from linli.kernel.org.keys import key_at
from linli.kernel.org.models import Actor
from linli.kernel.registry import queries as registry
from linli.kernel.registry.models import Site
from linli.kernel.text import clean, personal_data_in

RIGHTS = ("inspect", "report")
MOST_SKIPPED = 0.3
"""Leaving out more than this share of the list asks for a reason. Source: peers' survey, 20–30 % were skipped."""


class InspectionRefused(Refused):
    """The checklist cannot be filed like this; ``field`` names what to mend."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one item showed; ``files`` are photos of it."""

    code: str
    result: str
    note: str = ""
    files: Sequence[UUID] = ()
    proposed_major: str = ""


@dataclass(frozen=True, slots=True)
class Inspected:
    """A filled-in checklist.

    tag        what the sign on the spot said, if it was scanned
    with_whom  who of the place went along, as a post
    note       remarks; the reason when much was left out
    occurrence  the time of a duty that it was recorded as done by, see ``inspecting_duties``
    """

    site: Site
    results: Sequence[Result]
    kind: str = Inspection.Kind.DAILY
    campaign: UUID | None = None
    tag: str = ""
    with_whom: str = ""
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    note: str = ""
    signature: UUID | None = None
    occurrence: UUID | None = None

    def digest(self, actor: Actor) -> bytes:
        said = [
            self.site.pk, self.kind, self.campaign, self.tag, self.with_whom, self.lon, self.lat, self.note,
            self.signature, actor.pk,
            [[r.code, r.result, r.note, list(r.files), r.proposed_major] for r in self.results],
        ]  # fmt: skip
        return hashlib.sha256(orjson.dumps(said)).digest()


@whole
def file_inspection(given: Inspected, *, key: UUID, actor: Actor, at: datetime, is_late: bool = False) -> Inspection:
    """File a checklist; sent again unchanged under the same ``key``, it is the one filed before.

    at  when it was done, as claimed; ``is_late``: outside the listed limits of drift and delay
    Raises InspectionRefused, StepRefused, ResentDifferentlyRefused.
    """
    wait_for_key(key)
    if earlier := Inspection.objects.filter(pk=key).first():
        if bytes(earlier.digest) != given.digest(actor):
            raise ResentDifferentlyRefused(_("这个编号已用于别的事项。"))
        return earlier
    _require(actor, given.site, at)
    if given.signature and not files_of.hashes_from(actor.pk, [given.signature]):
        raise InspectionRefused(_("没有收到签名文件。"), field="signature")
    object = _object_of(given.site)
    campaign = _campaign(given, at)
    answered = _answered(given, at)
    proven = prove(
        (given.site.lon, given.site.lat), is_scanned=given.tag.strip().lower() == given.site.tag, lon=given.lon,
        lat=given.lat, accuracy_m=given.accuracy_m,
    )  # fmt: skip
    counts = {result: sum(one.result == result for one in given.results) for result in Finding.Result.values}
    inspection = Inspection.objects.create(
        id=key, object=object, campaign=campaign, kind=given.kind, unit_id=given.site.unit_id, actor=actor,
        with_whom=_harmless(given.with_whom, 80, "with_whom"), taken_at=at, is_late=is_late,
        proof=proven.proof,
        distance_m=proven.distance_m, note=_harmless(given.note, 1000, "note"), signature_id=given.signature,
        digest=given.digest(actor), occurrence_id=given.occurrence, **counts,
    )  # fmt: skip
    _write(inspection, given, answered, actor, at)
    if object.last_inspection_at is None or object.last_inspection_at < at:
        object.last_inspection_at = at
        object.save(update_fields=["last_inspection_at"])
    return inspection


def _require(actor: Actor, site: Site, at: datetime) -> None:
    if not any(org.holds_right(actor, right, at=at) for right in RIGHTS) or not registry.may_see(actor, site, at):
        raise StepRefused(_("您的岗位不检查这一场所。"))
    if site.state == Site.State.CLOSED:
        raise InspectionRefused(_("这一场所已注销。"), field="site")


def _object_of(site: Site) -> SafetyObject:
    object = SafetyObject.objects.select_for_update(of=("self",)).filter(pk=site.pk).first()
    if object is None:
        raise InspectionRefused(_("这一场所还不是安全对象，请先在场所页登记。"), field="site")
    return object


def _campaign(given: Inspected, at: datetime) -> Campaign | None:
    """The campaign it counts for: running, of the site's territory and kind."""
    if given.kind not in Inspection.Kind.values:
        raise InspectionRefused(_("请选择检查类型。"), field="kind")
    if given.campaign is None:
        return None
    campaign = Campaign.objects.select_related("unit").filter(pk=given.campaign, closed_at=None).first()
    day = timezone.localdate(at)
    if campaign is None or not campaign.starts_on <= day <= campaign.ends_on:
        raise InspectionRefused(_("没有这一专项检查，或不在期限内。"), field="campaign")
    kinds = set(campaign.kinds.values_list("code", flat=True))
    inside = org.kept_unit(given.site.unit_id).path.startswith(campaign.unit.path)
    if not inside or (kinds and given.site.kind_id not in kinds):
        raise InspectionRefused(_("这一场所不在专项检查范围内。"), field="campaign")
    return campaign


def _answered(given: Inspected, at: datetime) -> dict[str, CheckItem]:
    """The items of the site's list by code, once each of them is answered as it has to be."""
    items = {item.code: item for item in checklists.items_for(given.site.kind_id, timezone.localdate(at))}
    codes = [one.code for one in given.results]
    if len(codes) != len(set(codes)) or not set(codes) <= set(items):
        raise InspectionRefused(_("检查项与这一类场所的清单不符，请更新后再填。"), field="items")
    if missing := [items[code].text for code in items if code not in set(codes)]:
        first = missing[0]
        raise InspectionRefused(
            _("还有 %(n)d 项没有填：%(first)s。") % {"n": len(missing), "first": first}, field="items"
        )
    for one in given.results:
        if one.result not in Finding.Result.values:
            raise InspectionRefused(_("请选择合格、不合格或不涉及。"), field="items")
        if one.result == Finding.Result.FAILED and not one.note.strip():
            raise InspectionRefused(_("请写明“%(item)s”哪里不合格。") % {"item": items[one.code].text}, field="items")
    skipped = sum(one.result == Finding.Result.SKIPPED for one in given.results)
    if skipped > MOST_SKIPPED * len(items) and not given.note.strip():
        raise InspectionRefused(_("超过三成的检查项填了“不涉及”，请写明原因。"), field="note")
    return items


def _harmless(text: str, limit: int, field: str) -> str:
    words = clean(text, limit)
    if found := personal_data_in(words):
        raise InspectionRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field=field)
    return words


def _write(
    inspection: Inspection, given: Inspected, items: Mapping[str, CheckItem], actor: Actor, at: datetime
) -> None:
    pictures = files_of.hashes_from(actor.pk, [key for one in given.results for key in one.files])
    findings = []
    for one in given.results:
        hazard = None
        if one.result == Finding.Result.FAILED:
            found = _found(inspection, given, one, items[one.code], pictures)
            key = key_at(inspection.taken_at, f"{inspection.pk} {one.code}")
            hazard = hazards.take_in(found, key=key, actor=actor, at=at)
        findings.append(
            Finding(
                inspection=inspection, item=items[one.code], result=one.result, note=clean(one.note, 400),
                files=[key for key in one.files if key in pictures], hazard=hazard,
            )
        )  # fmt: skip
    Finding.objects.bulk_create(findings)
    evidence.retain([*pictures, *([given.signature] if given.signature else [])], until=None)


def _found(
    inspection: Inspection, given: Inspected, one: Result, item: CheckItem, pictures: Mapping[UUID, str]
) -> Found:
    """The hazard that an item which failed is."""
    shown = [GivenFile(key, pictures[key], "before") for key in one.files if key in pictures]
    return Found(
        text=one.note, source=Hazard.Source.INSPECTION, site=given.site, item=item, inspection=inspection, files=shown,
        proposed_major=one.proposed_major,
    )  # fmt: skip
