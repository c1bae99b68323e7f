"""Being there: where the phone was when somebody said that they had arrived."""

from datetime import datetime
from typing import Any

from linli.domains.cases.commands.acting import Given, step, verb
from linli.domains.cases.models import Case
from linli.kernel.flow.models import Entry, Place
from linli.kernel.org.geometry import metres_between
from linli.kernel.org.models import Actor

DECIMALS = 6
"""Of a degree, as everywhere: some 10 cm, finer than any phone knows."""


@verb("arrive")
def arrive(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """The position stays in the journal, for those who see the case; without one the step counts as well."""
    return step(case, "arrive", given, actor, at, beside=_whereabouts(case, given))


def _whereabouts(case: Case, given: Given) -> dict[str, Any]:
    """lon, lat in degrees (WGS84), accuracy_m, and distance_m from where the case lies; nothing where none was told."""
    lon, lat = given.number("lon", least=-180, most=180), given.number("lat", least=-90, most=90)
    if lon is None or lat is None:
        return {}
    accuracy_m = given.number("accuracy_m", least=0, most=1_000_000)
    found = {"lon": round(lon, DECIMALS), "lat": round(lat, DECIMALS), "accuracy_m": accuracy_m}
    place = Place.objects.filter(matter=case.pk, lon__isnull=False, lat__isnull=False).first()
    if place is not None and place.lon is not None and place.lat is not None:
        found["distance_m"] = round(metres_between(lon, lat, place.lon, place.lat))
    return {"position": found}
