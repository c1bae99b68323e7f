"""A hazard is found: written down where it lies, with whom it waits for its grade, and whether it was there before."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from linli.domains.safety.commands import hazard_steps
from linli.domains.safety.commands.hazard_steps import Given
from linli.domains.safety.flow import HAZARD
from linli.domains.safety.models import CheckItem, Hazard, Inspection
from linli.domains.safety.queries import categories
from linli.kernel.errors import Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.cells import cell_of
from linli.kernel.flow.commands import GivenFile, StepRefused, open_matter, start_clocks, wait_for_key
from linli.kernel.flow.models import Matter, Place, Receipt
from linli.kernel.flow.refusals import ResentDifferentlyRefused
from linli.kernel.flow.whole import whole
from linli.kernel.org import coordinates
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Area, Unit
from linli.kernel.registry.models import Site
from linli.kernel.text import clean, personal_data_in

RIGHTS = ("report", "inspect")
TEXT_AT_MOST = 1000
REPEATS_WITHIN = timedelta(days=365)
"""A thing that fails again at the same site within a year of being struck off is a repeated hazard *(default)*."""


class HazardRefused(Refused):
    """The hazard cannot be taken down like this; ``field`` names what to mend."""


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody found.

    site        where, if it is a known place; else ``lon``/``lat`` (in ``crs``) or ``address`` say where
    item        the check item that failed; ``category`` without one
    files       photos of it, of kind ``before``; with ``on_spot`` one of kind ``after`` too
    proposed_major  why the finder takes it for a major one; grading is somebody else's
    on_spot     put right at once; ``outcome`` says how
    inspection  the filed checklist it came from
    """

    text: str
    category: str = ""
    source: str = Hazard.Source.PATROL
    site: Site | None = None
    item: CheckItem | None = None
    inspection: Inspection | None = None
    lon: float | None = None
    lat: float | None = None
    crs: str = "wgs84"
    accuracy_m: float | None = None
    address: str = ""
    files: Sequence[GivenFile] = ()
    proposed_major: str = ""
    on_spot: bool = False
    outcome: str = ""

    def digest(self, actor: Actor) -> bytes:
        said = [
            self.text, self.category, str(self.source), self.site.pk if self.site else None,
            self.item.pk if self.item else None, self.lon, self.lat, self.crs, self.address,
            sorted(file.sha256 for file in self.files), self.proposed_major, self.on_spot, self.outcome, actor.pk,
        ]  # fmt: skip
        return hashlib.sha256(orjson.dumps(said)).digest()


@dataclass(frozen=True, slots=True)
class _Placed:
    home: Unit
    area: Area | None
    lon: float | None
    lat: float | None
    address: str
    is_outside: bool = False


@whole
def find(found: Found, *, key: UUID, actor: Actor, at: datetime) -> Hazard:
    """Take a hazard down; sent again unchanged under the same ``key``, it is the one taken down before.

    at  when it was found, as claimed
    Raises HazardRefused, StepRefused, ResentDifferentlyRefused.
    """
    _require(actor, at)
    return take_in(found, key=key, actor=actor, at=at)


@whole
def take_in(found: Found, *, key: UUID, actor: Actor, at: datetime) -> Hazard:
    """As ``find``, for who was found entitled to it already: what comes from a case or a filed checklist."""
    wait_for_key(key)
    if earlier := Hazard.objects.select_related("matter").filter(pk=key).first():
        _check_same(earlier, found, actor)
        return earlier
    category = found.item.group if found.item else found.category
    _check(found, category)
    placed = _place(found, actor, at)
    matter = open_matter(
        HAZARD, title=_title(found), home=placed.home, unit=in_charge(placed.home), area=placed.area, actor=actor,
        at=at, key=key, words=f"{found.text} {placed.address}", files=found.files,
        changes={"category": category, "item": found.item.pk if found.item else "", "source": str(found.source)},
    )  # fmt: skip
    Receipt.objects.create(matter=matter, command=key, digest=found.digest(actor), seq=1)
    _write_place(matter, found, placed)
    hazard = Hazard.objects.create(
        matter=matter, object_id=_object_of(found.site), item=found.item, category=category, source=found.source,
        inspection=found.inspection, text=clean(found.text, TEXT_AT_MOST),
        proposed_major=clean(found.proposed_major, 400), repeat_of=earlier_of(found.site, found.item, at=at),
    )  # fmt: skip
    start_clocks(matter, hazard, ("grade",), at=at)
    evidence.retain([file.file_id for file in found.files], until=None)
    if found.on_spot:
        hazard_steps.act(hazard, "mended", Given(fields={"outcome": found.outcome}), actor=actor, at=at)
    return hazard


def _check_same(earlier: Hazard, found: Found, actor: Actor) -> None:
    receipt = Receipt.objects.filter(matter=earlier.matter, command=earlier.pk).first()
    if receipt is None or bytes(receipt.digest) != found.digest(actor):
        raise ResentDifferentlyRefused(_("这个编号已用于别的事项。"))


def _require(actor: Actor, at: datetime) -> None:
    if actor.kind == "staff" and not any(org.holds_right(actor, right, at=at) for right in RIGHTS):
        raise StepRefused(_("您的岗位不上报隐患。"))


def _check(found: Found, category: str) -> None:
    if not found.text.strip():
        raise HazardRefused(_("请写明发现了什么隐患。"), field="text")
    if not category or not (found.item or categories.is_known(category)):
        raise HazardRefused(_("请选择隐患类别。"), field="category")
    if what := personal_data_in(f"{found.text} {found.proposed_major} {found.outcome} {found.address}"):
        raise HazardRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(what)}, field="text")
    has_position = found.lon is not None and found.lat is not None
    if found.site is None and not has_position and not found.address.strip():
        raise HazardRefused(_("请选择场所，或写明位置。"), field="address")


def _place(found: Found, actor: Actor, at: datetime) -> _Placed:
    """Where it lies; without a position it is the street's of whoever writes it down."""
    if found.site is not None:
        site = found.site
        address = found.address.strip() or site.address or site.name
        home = org.home_of(org.kept_unit(site.unit_id))
        area = org.kept_area(site.area_id) if site.area_id else None
        return _Placed(home, area, site.lon, site.lat, clean(address, 200))
    address = clean(found.address, 200)
    if found.lon is None or found.lat is None:
        return _Placed(_own_home(actor, at), None, None, None, address)
    lon, lat = coordinates.to_wgs84(*coordinates.checked(found.lon, found.lat), found.crs)
    located = org.locate(lon, lat)
    if located.outside or located.unit_id is None:
        return _Placed(_own_home(actor, at), None, lon, lat, address, is_outside=True)
    home = org.home_of(org.kept_unit(located.unit_id))
    return _Placed(home, org.kept_area(located.area_id) if located.area_id else None, lon, lat, address)


def _own_home(actor: Actor, at: datetime) -> Unit:
    held = next(iter(org.posts_of(actor, at)), None)
    if held is None:
        raise HazardRefused(_("请在地图上选定位置。"), field="address")
    return org.home_of(org.kept_unit(held.unit_id))


def _write_place(matter: Matter, found: Found, placed: _Placed) -> None:
    has_position = placed.lon is not None and placed.lat is not None
    Place.objects.create(
        matter=matter, lon=placed.lon, lat=placed.lat, accuracy_m=found.accuracy_m, address=placed.address,
        source_crs=found.crs, is_outside=placed.is_outside,
        cell=cell_of(placed.lon, placed.lat) if has_position else None,  # type: ignore[arg-type]  # both given
    )  # fmt: skip


def in_charge(home: Unit) -> Unit:
    """The body of a street that runs its hazards: its office for public safety, or the street itself."""
    office = Unit.objects.filter(parent=home, kind="office", code__endswith="-pab", valid_to=None).first()
    return office or home


def _object_of(site: Site | None) -> UUID | None:
    """The safety object of ``site``, if it is one."""
    if site is None:
        return None
    return site.pk if hasattr(site, "safety") else None


def _title(found: Found) -> str:
    line = found.text.strip().split("\n", 1)[0]
    where = f"{found.site.name}：" if found.site else ""
    return (where + line)[:80]


def earlier_of(site: Site | None, item: CheckItem | None, *, at: datetime) -> Hazard | None:
    """The last hazard of the same item at the same site that had been struck off within a year before ``at``."""
    if site is None or item is None:
        return None
    before = Hazard.objects.filter(
        object_id=site.pk, item=item, matter__state="struck_off", matter__closed_at__gte=at - REPEATS_WITHIN
    )
    return before.order_by("-matter__closed_at").first()
