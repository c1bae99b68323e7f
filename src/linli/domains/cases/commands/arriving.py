"""Being there: how far from the case the phone was when somebody said that they had arrived."""

from datetime import datetime
from typing import Any

from linli.domains.cases.commands.acting import Given, step, verb
from linli.domains.cases.models import Case
from linli.kernel.flow.models import Entry, Place
from linli.kernel.org.geometry import metres_between
from linli.kernel.org.models import Actor


@verb("arrive")
def arrive(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """How far away it was stays in the journal, for those who see the case; without a position it counts as well."""
    return step(case, "arrive", given, actor, at, beside=_whereabouts(case, given))


def _whereabouts(case: Case, given: Given) -> dict[str, Any]:
    """distance_m from where the case lies and accuracy_m of the phone; nothing where no position was told.

    The position itself is not kept: a journal is for good, and where its officers were is kept for 30 days (tracks).
    """
    lon, lat = given.number("lon", least=-180, most=180), given.number("lat", least=-90, most=90)
    place = Place.objects.filter(matter=case.pk, lon__isnull=False, lat__isnull=False).first()
    if lon is None or lat is None or place is None or place.lon is None or place.lat is None:
        return {}
    away = round(metres_between(lon, lat, place.lon, place.lat))
    return {"arrived": {"distance_m": away, "accuracy_m": given.number("accuracy_m", least=0, most=1_000_000)}}
