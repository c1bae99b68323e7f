"""A hazard that is none, but needs somebody's work, goes on as a case; both know of each other."""

from linli.domains.safety.commands.follow_ups import FollowUp, open_case
from linli.domains.safety.models import Hazard
from linli.domains.safety.queries.hazard_links import KIND
from linli.kernel.flow.commands import link
from linli.kernel.flow.models import Entry, Matter, Place
from linli.kernel.org.keys import key_at
from linli.kernel.text import without_personal_data


def hand_on(entry: Entry) -> None:
    """Open the case for the hazard of ``entry`` in the same transaction. Raises what taking it in refuses."""
    matter = entry.matter
    hazard = Hazard.objects.get(pk=matter.pk)
    place = Place.objects.filter(matter=matter).first()
    unit = matter.area.unit_id if matter.area else matter.home_id
    pictures = tuple(matter.attachments.filter(kind="before").values_list("file_id", flat=True)[:9])
    said = FollowUp(
        key_at(entry.taken_at, f"{matter.pk} case {matter.round}"), without_personal_data(hazard.text), unit,
        lon=place.lon if place else None, lat=place.lat if place else None, address=place.address if place else "",
        file_ids=pictures,
    )  # fmt: skip
    case = open_case(said, actor=entry.actor, at=entry.taken_at)
    link(matter, Matter.objects.get(pk=case), KIND, actor=entry.actor, at=entry.taken_at, note=entry.note)
