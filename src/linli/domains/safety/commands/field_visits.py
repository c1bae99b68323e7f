"""Visits and contacts as phones tell of them."""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.domains.safety.commands import contacting, visiting
from linli.domains.safety.commands.contacting import Met
from linli.domains.safety.commands.visiting import Visited
from linli.domains.safety.queries import contacts
from linli.kernel.devices.reading import Fields
from linli.kernel.devices.refusals import DeviceRefused
from linli.kernel.devices.verbs import Done, FieldRefused, Made, Verb
from linli.kernel.errors import NotFound
from linli.kernel.org.models import Unit
from linli.kernel.registry import queries as registry
from linli.kernel.registry.models import Site
from linli.kernel.text import without_personal_data


def file_visit(made: Made) -> Done:
    """``visit.file``: where, what for, whether somebody was met; ``case`` says in words what is to become a case.

    Written hours ago, perhaps in a hurry: numbers of persons in its words are masked rather than refused, and a code
    that proves nothing is said so while the visit stays.
    """
    fields = Fields(made.fields)
    lon, lat, _accuracy = fields.position()
    said = Visited(
        fields.text("purpose", limit=20, needed=True), fields.flag("met"),
        without_personal_data(fields.text("note", limit=1000)), site=_site(fields, made),
        address=without_personal_data(fields.text("address", limit=200)), lon=lon, lat=lat,
        present=fields.text("present", limit=120),
        follow_up=without_personal_data(fields.text("case", limit=1000)), taken_at=made.taken_at,
        is_late=made.is_late, file_ids=tuple(file.file_id for file in made.files),
    )  # fmt: skip
    words = _("走访已登记。")
    try:
        visiting.is_present(said, actor=made.actor, at=made.at)
    except DeviceRefused:
        said, words = replace(said, present=""), _("走访已登记，在场码无效或已过时，按未出示记录。")
    visit = visiting.write(said, key=made.id, actor=made.actor, at=made.at)
    number = visit.case.number if visit.case else ""
    facts = {"present": visit.present_code, "unit": visit.unit.name}
    return Done(words, number, reverse("safety:visits"), facts)


def _site(fields: Fields, made: Made) -> Site | None:
    """By its key, or by what its sign says. Raises FieldRefused."""
    key, tag = fields.key("site"), fields.text("tag", limit=200)
    found = registry.visible_sites(made.actor, made.at).filter(pk=key).first() if key else None
    if found is None and tag:
        found = registry.by_tag(tag.rpartition("/")[2])
    if found is None and (key or tag):
        raise FieldRefused(_("没有这个场所。"), field="site")
    return found


def file_contact(made: Made) -> Done:
    """``contact.file``: the regular contact of a grid with a committee."""
    fields = Fields(made.fields)
    met = Met(
        _unit(fields, "grid", contacts.grids_of(made.actor, made.at)),
        _unit(fields, "committee", contacts.committees_of(made.actor, made.at)),
        fields.text("way", limit=12, needed=True),
        without_personal_data(fields.text("topics", limit=1000, needed=True)),
        without_personal_data(fields.text("agreed", limit=1000)),
        without_personal_data(fields.text("case", limit=1000)), made.taken_at, made.is_late,
    )  # fmt: skip
    row = contacting.write(met, key=made.id, actor=made.actor, at=made.at)
    words = _("联系已登记，等对方确认。")
    if row.occurrence_id is None:
        words = _("联系已登记，等对方确认；不在计划的时间里，不计入定期联系。")
    url = reverse("safety:committee_contacts", args=[row.committee_id])
    return Done(words, row.case.number if row.case else "", url, {"planned": row.occurrence_id is not None})


def _unit(fields: Fields, name: str, offered: list[tuple[str, str]]) -> Unit:
    """The unit named, by key; the only one there is when none is named."""
    key = fields.whole(name, most=2**53)
    wanted = str(key) if key is not None else (offered[0][0] if len(offered) == 1 else "")
    if wanted not in {offer for offer, _label in offered}:
        raise FieldRefused(_("请选择网格和居(村)委会。"), field=name) if key is None else NotFound
    return Unit.objects.get(pk=int(wanted))


VERBS: dict[str, Verb] = {"visit.file": file_visit, "contact.file": file_contact}
