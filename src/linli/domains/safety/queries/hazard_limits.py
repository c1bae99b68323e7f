"""How long a hazard may stay and a listing may last: until the day that was set for it."""

from datetime import date, datetime, time

from django.utils import timezone

from linli.domains.safety.models import Hazard, Listing
from linli.kernel.flow.definition import Limit
from linli.kernel.flow.models import Entry, Matter

END_OF_DAY = time(17, 30)
"""What is due on a day is due at the end of its office hours *(default)*."""
SHARES = (0.5, 0.8, 1.0)


def end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, END_OF_DAY))


def limit_of_hazard(hazard: object, matter: Matter, kind: str) -> Limit | None:
    """The clock of putting it right ends on the notice's day; the others run as the flow says."""
    day = hazard.due_on if isinstance(hazard, Hazard) and kind == "rectify" else None
    return _until(day, matter, "notice") if day else None


def limit_of_listing(listing: object, matter: Matter, kind: str) -> Limit | None:
    day = listing.due_on if isinstance(listing, Listing) and kind == "listing" else None
    return _until(day, matter, "listing") if day else None


def _until(day: date, matter: Matter, why: str) -> Limit:
    """From the step being taken, which stands last in the journal already, until the end of ``day``."""
    begun = Entry.objects.filter(matter=matter).order_by("-seq").values_list("taken_at", flat=True).first()
    start = begun or matter.opened_at
    minutes = max(1.0, (end_of(day) - start).total_seconds() / 60)
    return Limit(minutes, "continuous", SHARES, "urge_by_clock", why=why)
