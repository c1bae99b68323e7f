"""Cases as GeoReport v2 shows them: to everybody what is public, to a program also what it sent itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from linli.domains.cases.flow import CASE
from linli.domains.cases.models import Case
from linli.domains.cases.queries import open_cases, stages, wording
from linli.domains.cases.queries.changes import entry_before
from linli.domains.cases.queries.seeing import CaseNotFound
from linli.kernel.flow.models import Attachment, Entry, Matter, Party
from linli.kernel.org.fresh import Kept
from linli.kernel.org.masking import mask_address
from linli.kernel.org.models import Actor, Area, Unit
from linli.kernel.org.tree import after as end_of
from linli.kernel.text import without_personal_data

MOST = 1000
"""Requests in one answer. Source: GeoReport v2, GET Service Requests."""

ENDED = tuple(sorted(CASE.closed))
DEEPEST = 50_000
"""How far back one may page; beyond it a narrower range of days is the way."""
PhotoUrl = Callable[[str, UUID], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which requests are wanted.

    ids         numbers; all other conditions but ``within`` are ignored when there are any
    start, end  of the time they were made, half-open
    status      open, closed or ""
    within      path of the unit whose requests are meant, or ""
    """

    ids: Sequence[str] = ()
    services: Sequence[str] = ()
    start: datetime | None = None
    end: datetime | None = None
    status: str = ""
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    within: str = ""
    page: int = 1
    page_size: int = MOST


@dataclass(frozen=True, slots=True)
class Request:
    """A service request by the names of the standard."""

    service_request_id: str
    status: str
    status_notes: str
    service_name: str
    service_code: str
    description: str
    agency_responsible: str
    service_notice: str | None
    requested_datetime: datetime
    updated_datetime: datetime | None
    expected_datetime: datetime | None
    address: str
    address_id: str
    zipcode: str | None
    lat: float | None
    long: float | None
    media_url: str | None


def requests(asked: Asked, *, actor: Actor | None, photo_url: PhotoUrl) -> list[Request]:
    """Newest first. ``actor`` is the program that asks, or None for everybody."""
    rows = open_cases.rows(open_cases.Asked())
    if actor is not None:
        rows = rows | _sent_by(actor)
    until = asked.page * asked.page_size
    found = list(_narrowed(rows, asked)[until - asked.page_size : until])
    return _as_requests(found, _own([case.pk for case in found], actor), photo_url)


def request(number: str, *, actor: Actor | None, photo_url: PhotoUrl) -> Request:
    """One request. Raises CaseNotFound."""
    found = requests(Asked(ids=(number,), page_size=1), actor=actor, photo_url=photo_url)
    if not found:
        raise CaseNotFound(number)
    return found[0]


def number_of(key: UUID) -> str:
    """The number of the report that its sender called ``key``. Raises CaseNotFound."""
    number = Matter.objects.filter(pk=key, flow=CASE.code).values_list("number", flat=True).first()
    if number is None:
        raise CaseNotFound(key)
    return number


def _sent_by(actor: Actor) -> QuerySet[Case]:
    parties = Party.objects.filter(matter=OuterRef("pk"), actor=actor, role="sender")
    return Case.objects.filter(Exists(parties)).select_related("matter__place", "matter__area__unit", "matter__home")


def _own(keys: Sequence[UUID], actor: Actor | None) -> set[UUID]:
    parties = Party.objects.filter(matter_id__in=keys, actor=actor, role="sender")
    return set(parties.values_list("matter_id", flat=True)) if actor is not None else set()


def _narrowed(rows: QuerySet[Case], asked: Asked) -> QuerySet[Case]:
    rows = rows.order_by("-matter__number")
    if asked.within:
        rows = rows.filter(matter__home__path__gte=asked.within, matter__home__path__lt=end_of(asked.within))
    if asked.ids:
        return rows.filter(matter__number__in=list(asked.ids))
    if asked.services:
        rows = rows.filter(category__in=list(asked.services))
    if asked.status:
        ended = Q(matter__state__in=ENDED)
        rows = rows.filter(ended if asked.status == "closed" else ~ended)
    return _updated(_made(rows, asked), asked)


def _made(rows: QuerySet[Case], asked: Asked) -> QuerySet[Case]:
    """Numbers begin with the local day, so that a range of days is a range of the index on numbers."""
    if asked.start is not None:
        rows = rows.filter(matter__number__gte=f"{timezone.localdate(asked.start):%Y%m%d}")
        rows = rows.filter(matter__opened_at__gte=asked.start)
    if asked.end is not None:
        rows = rows.filter(matter__number__lt=f"{timezone.localdate(asked.end) + timedelta(days=1):%Y%m%d}")
        rows = rows.filter(matter__opened_at__lt=asked.end)
    return rows


def _updated(rows: QuerySet[Case], asked: Asked) -> QuerySet[Case]:
    """By the time of the last entry."""
    entries = Entry.objects.filter(matter=OuterRef("pk"))
    if asked.updated_after is not None:
        rows = rows.filter(Exists(entries.filter(recorded_at__gte=asked.updated_after)))
    if asked.updated_before is not None:
        rows = rows.exclude(Exists(entries.filter(recorded_at__gte=asked.updated_before)))
    return rows


def _as_requests(cases: Sequence[Case], own: set[UUID], photo_url: PhotoUrl) -> list[Request]:
    keys = [case.pk for case in cases]
    last = Entry.objects.filter(matter_id__in=keys).order_by("matter_id", "-seq").distinct("matter_id")
    updated = dict(last.values_list("matter_id", "recorded_at"))
    photos = dict(
        Attachment.objects.filter(matter_id__in=keys, is_public=True, file__erased_at=None)
        .exclude(file__thumb_key="")
        .order_by("-seq", "-id")
        .values_list("matter_id", "file_id")
    )
    return [_as_request(case, updated.get(case.pk), photos.get(case.pk), case.pk in own, photo_url) for case in cases]


def _as_request(
    case: Case, updated_at: datetime | None, photo: UUID | None, is_own: bool, photo_url: PhotoUrl
) -> Request:
    """What the reporter wrote goes to nobody but who sent it, and never with numbers of people in it."""
    matter, place = case.matter, case.matter.place
    name = wording.category(case.category)
    closed = matter.closed_at is not None
    return Request(
        service_request_id=matter.number,
        status="closed" if closed else "open",
        status_notes=stages.explained(matter.state),
        service_name=name,
        service_code=case.category,
        description=without_personal_data(case.description) if is_own else name,
        agency_responsible=matter.home.name,
        service_notice=None,
        requested_datetime=matter.opened_at,
        updated_datetime=updated_at,
        expected_datetime=None if closed else matter.due_at,
        address=mask_address(place.address).rstrip("*") if place.address else "",
        address_id=matter.area.code if matter.area else "",
        zipcode=None,
        lat=_rough(place.lat),
        long=_rough(place.lon),
        media_url=photo_url(matter.number, photo) if photo else None,
    )


def _rough(degrees: float | None) -> float | None:
    return None if degrees is None else round(degrees, open_cases.DIGITS)


@dataclass(frozen=True, slots=True)
class Update:
    """What happened to a request, by the names of the extension for updates."""

    update_id: str
    service_request_id: str
    status: str
    updated_datetime: datetime
    description: str
    media_url: str | None = None


def updates(*, start: datetime, end: datetime, within: str, actor: Actor | None) -> list[Update]:
    """Steps on public requests (and on those ``actor`` sent) in the order they were written, at most 1,000."""
    entries = Entry.objects.filter(id__gt=entry_before(start), recorded_at__lt=end, step__in=stages.WORDS)
    entries = entries.filter(_visible(actor)).exclude(step="open").select_related("matter", "unit")
    if within:
        entries = entries.filter(matter__home__path__gte=within, matter__home__path__lt=end_of(within))
    return [_as_update(entry) for entry in entries.order_by("id")[:MOST]]


def _visible(actor: Actor | None) -> Q:
    visible = Q(matter__in=open_cases.rows(open_cases.Asked()).values("pk"))
    if actor is not None:
        visible |= Q(matter__in=Party.objects.filter(actor=actor, role="sender").values("matter"))
    return visible


def _as_update(entry: Entry) -> Update:
    words = str(stages.WORDS[entry.step]) % {"unit": entry.unit.name}
    status = "CLOSED" if CASE.is_closed(entry.target) else "OPEN"
    return Update(str(entry.pk), entry.matter.number, status, entry.recorded_at, words)


def _load_jurisdictions(_previous: dict[str, str] | None) -> dict[str, str]:
    rows = Unit.objects.exclude(division_code="").filter(valid_to=None).order_by("-path")
    return dict(rows.values_list("division_code", "path"))


_jurisdictions: Kept[dict[str, str]] = Kept(_load_jurisdictions, topics=("unit",))


def jurisdiction(code: str) -> str | None:
    """Path of the unit with this division code (6, 9 or 12 digits), or None."""
    return _jurisdictions.get().get(code.ljust(12, "0")) if code.isascii() and code.isdigit() else None


def area_of(code: str) -> tuple[int, str] | None:
    """Unit id and name of the area with this code, e.g. a grid's."""
    return Area.objects.filter(code=code, valid_to=None).values_list("unit_id", "name").first()
