"""Inspections and hazards as phones tell of them."""

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.domains.safety.commands import hazard_steps, hazards, inspecting, inspecting_duties, listings
from linli.domains.safety.commands.hazard_steps import Given
from linli.domains.safety.commands.hazards import Found
from linli.domains.safety.commands.inspecting import Inspected, Result
from linli.domains.safety.models import CheckItem
from linli.domains.safety.queries import categories
from linli.domains.safety.queries.field_hazards import HAZARD_STEPS, LISTING_STEPS
from linli.domains.safety.queries.hazards import get_hazard
from linli.domains.safety.queries.listings import get_listing
from linli.kernel.devices.reading import Fields
from linli.kernel.devices.telling import moved
from linli.kernel.devices.verbs import Done, FieldRefused, Made, Verb
from linli.kernel.duties.models import Occurrence
from linli.kernel.errors import Refused
from linli.kernel.flow.given import GivenFile
from linli.kernel.registry import queries as registry
from linli.kernel.registry.models import Site
from linli.kernel.text import without_personal_data

MOST_ITEMS = 200
MOST_PHOTOS = 9


def file_inspection(made: Made) -> Done:
    """``inspection.file``: the checklist has the key of the command; what failed is a hazard at once.

    Written hours ago, perhaps in a hurry: numbers of persons in its words are masked rather than refused.
    """
    fields = Fields(made.fields)
    lon, lat, accuracy_m = fields.position()
    site = _site(fields, made)
    if site is None:
        raise FieldRefused(_("没有这个场所。"), field="site")
    given = Inspected(
        site, [_result(one) for one in fields.items("items", most=MOST_ITEMS)],
        kind=fields.text("kind", limit=10) or "daily", campaign=fields.key("campaign"), tag=_tag(fields),
        with_whom=_masked(fields, "with_whom", 80), lon=lon, lat=lat, accuracy_m=accuracy_m,
        note=_masked(fields, "note", 1000), signature=fields.key("signature"),
    )  # fmt: skip
    counted, why_not = _counted(given, made)
    filed = inspecting.file_inspection(
        replace(given, occurrence=counted.pk if counted else None), key=made.id, actor=made.actor, at=made.taken_at,
        is_late=made.is_late,
    )  # fmt: skip
    words = _("检查已归档，全部合格。")
    if filed.failed:
        words = _("检查已归档，%(n)d 项不合格已转为隐患。") % {"n": filed.failed}
    if counted is not None:
        words += _("“%(title)s”已记为完成。") % {"title": counted.duty.title}
    if why_not:
        words += _("没有计入排班：%(why)s") % {"why": why_not}
    facts = {"failed": filed.failed, "proof": filed.proof, "distance_m": filed.distance_m}
    return Done(words, url=reverse("safety:inspection", args=[filed.pk]), facts=facts)


def _counted(given: Inspected, made: Made) -> tuple[Occurrence | None, str]:
    """The time of a duty that the checklist was filed for, or why it does not count for it: the checklist stands."""
    key = Fields(made.fields).key("occurrence")
    if key is None:
        return None, ""
    photos = [file.file_id for file in made.files if file.file_id != given.signature]
    try:
        one = inspecting_duties.count(
            key, given, files=photos, done_at=made.taken_at, filed_at=made.at, is_late=made.is_late, actor=made.actor
        )
    except Refused as refusal:
        return None, str(refusal)
    return one, ""


def _result(given: Any) -> Result:
    """One item as the phone sent it. Raises FieldRefused."""
    if not isinstance(given, dict):
        raise FieldRefused(_("内容不符合要求：%(where)s。") % {"where": "items"}, field="items")
    fields = Fields(given)
    return Result(
        fields.text("code", limit=30, needed=True), fields.text("result", limit=10, needed=True),
        _masked(fields, "note", 400), fields.keys("files", most=MOST_PHOTOS), _masked(fields, "proposed_major", 400),
    )  # fmt: skip


def _masked(fields: Fields, name: str, limit: int) -> str:
    return without_personal_data(fields.text(name, limit=limit))


def _tag(fields: Fields) -> str:
    """What the sign said: its address, or its tag alone."""
    return fields.text("tag", limit=200).rpartition("/")[2]


def _site(fields: Fields, made: Made) -> Site | None:
    """By its key, or by what its sign says. Raises FieldRefused for one that is not there."""
    key, tag = fields.key("site"), _tag(fields)
    found = None
    if key is not None:
        found = registry.visible_sites(made.actor, made.at).select_related("kind", "safety").filter(pk=key).first()
    elif tag:
        found = registry.by_tag(tag)
    if found is None and (key or tag):
        raise FieldRefused(_("没有这个场所。"), field="site")
    return found


def report_hazard(made: Made) -> Done:
    """``hazard.report``: the hazard has the key of the command; numbers of persons in its words are masked."""
    fields = Fields(made.fields)
    lon, lat, accuracy_m = fields.position()
    item = CheckItem.objects.filter(pk=fields.text("item", limit=30)).first()
    is_mended = fields.flag("on_spot")
    found = Found(
        text=without_personal_data(fields.text("text", limit=hazards.TEXT_AT_MOST, needed=True)), item=item,
        category=fields.text("category", limit=40) or ("" if item else _other()),
        source=fields.text("source", limit=12) or "patrol", site=_site(fields, made), lon=lon, lat=lat,
        accuracy_m=accuracy_m, address=_masked(fields, "address", 200), files=_shown(made.files),
        proposed_major=_masked(fields, "proposed_major", 400), on_spot=is_mended,
        outcome=_masked(fields, "outcome", 1000),
    )  # fmt: skip
    hazard = hazards.find(found, key=made.id, actor=made.actor, at=made.at if made.is_late else made.taken_at)
    number = hazard.matter.number
    words = _("当场整改已登记，等待复查，编号 %(number)s。") if is_mended else _("隐患已上报，编号 %(number)s。")
    facts = {"is_repeat": hazard.repeat_of_id is not None}
    return Done(words % {"number": number}, number, reverse("safety:hazard", args=[number]), facts)


def _other() -> str:
    return categories.OTHER


def _shown(files: tuple[GivenFile, ...]) -> list[GivenFile]:
    """Photos of something found show it as it was, unless they say that it was put right."""
    return [file if file.kind == "after" else GivenFile(file.file_id, file.sha256, "before") for file in files]


def step_hazard(made: Made) -> Done:
    """``hazard.step``: any step on a hazard or its listing that makes sense in the street."""
    fields = Fields(made.fields)
    name = fields.text("step", limit=40, needed=True)
    more = {key: fields.text(key, limit=1000) for key in ("outcome", "grade_basis", "due_on") if key in made.fields}
    given = Given(
        note=fields.text("note", limit=1000), files=made.files, seen=made.seen, command=made.id, is_late=made.is_late,
        arrived_at=made.at, fields=more,
    )  # fmt: skip
    hazard = get_hazard(made.about, actor=made.actor) if name in HAZARD_STEPS else None
    if hazard is not None:
        entry = hazard_steps.act(hazard, name, given, actor=made.actor, at=made.taken_at)
        return moved(hazard.matter, entry, url=reverse("safety:hazard", args=[made.about]))
    raise FieldRefused(_("这一步不能在这里办。"), field="step")


def step_listing(made: Made) -> Done:
    """``listing.step``: what a supervisor writes down on the spot."""
    fields = Fields(made.fields)
    name = fields.text("step", limit=40, needed=True)
    if name not in LISTING_STEPS:
        raise FieldRefused(_("这一步不能在这里办。"), field="step")
    given = Given(
        note=fields.text("note", limit=1000), files=made.files, seen=made.seen, command=made.id, is_late=made.is_late,
        arrived_at=made.at,
    )  # fmt: skip
    listing = get_listing(made.about, actor=made.actor)
    entry = listings.act(listing, name, given, actor=made.actor, at=made.taken_at)
    return moved(listing.matter, entry, url=reverse("safety:listing", args=[made.about]))


VERBS: dict[str, Verb] = {
    "inspection.file": file_inspection,
    "hazard.report": report_hazard,
    "hazard.step": step_hazard,
    "listing.step": step_listing,
}
