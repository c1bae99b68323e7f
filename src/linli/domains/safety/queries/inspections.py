"""Filed checklists: who sees which, listed, one of them, as a sheet; what the form of a site offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from linli.domains.safety.models import Campaign, CheckItem, Finding, Inspection, LogEntry
from linli.domains.safety.queries import checklists
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.errors import NotFound
from linli.kernel.evidence.queries import files
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import below
from linli.kernel.registry import queries as registry
from linli.kernel.registry.models import Site

PAGE = 50
MOST_ROWS = 5000
KINDS: list[tuple[str, str | Promise]] = list(Inspection.Kind.choices)
RESULTS: list[tuple[str, str | Promise]] = list(Finding.Result.choices)
PROOFS = dict(LogEntry.Proof.choices)


class InspectionNotFound(NotFound): ...


@dataclass(frozen=True, slots=True)
class Narrow:
    """How the list is narrowed; empty parts do not narrow."""

    kind: str = ""
    failed: bool = False
    late: bool = False
    unproven: bool = False
    campaign: UUID | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One inspection as listed."""

    id: UUID
    site: str
    site_code: str
    site_kind: str
    kind: str
    unit: str
    who: str
    taken_at: datetime
    passed: int
    failed: int
    skipped: int
    proof: str
    is_proven: bool
    is_late: bool
    campaign: str


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    after: str


def visible_inspections(actor: Actor) -> QuerySet[Inspection]:
    """Those at sites whose territory ``actor`` sees, and their own."""
    rows = Inspection.objects.filter(below(registry.paths_of(actor), path="unit__path"))
    rows = rows | Inspection.objects.filter(actor=actor)
    return rows.select_related("object__site__kind", "unit", "actor", "campaign")


def listed(actor: Actor, narrow: Narrow, *, after: str = "", limit: int = PAGE) -> Page:
    """Newest first by the key made on the phone; one query."""
    rows = _narrowed(visible_inspections(actor), narrow).order_by("-taken_at", "-id")
    if cursor := _cursor(after):
        rows = rows.filter(taken_at__lte=cursor[0]).exclude(taken_at=cursor[0], id__gte=cursor[1])
    found = list(rows[: limit + 1])
    more = len(found) > limit
    last = found[limit - 1] if more else None
    return Page([_row(row) for row in found[:limit]], f"{last.taken_at.isoformat()}~{last.pk}" if last else "")


def _cursor(token: str) -> tuple[datetime, UUID] | None:
    when, mark, key = token.partition("~")
    try:
        return (datetime.fromisoformat(when), UUID(key)) if mark else None
    except ValueError:
        return None


def _narrowed(rows: QuerySet[Inspection], narrow: Narrow) -> QuerySet[Inspection]:
    if narrow.kind:
        rows = rows.filter(kind=narrow.kind)
    if narrow.failed:
        rows = rows.filter(failed__gt=0)
    if narrow.late:
        rows = rows.filter(is_late=True)
    if narrow.unproven:
        rows = rows.filter(proof="none")
    if narrow.campaign is not None:
        rows = rows.filter(campaign=narrow.campaign)
    if narrow.since is not None:
        rows = rows.filter(taken_at__date__gte=narrow.since)
    return rows.filter(taken_at__date__lt=narrow.until) if narrow.until is not None else rows


def _row(one: Inspection) -> Row:
    site = one.object.site
    return Row(
        one.pk, site.name, site.code, site.kind.name, str(one.get_kind_display()), one.unit.name, one.actor.name,
        one.taken_at, one.passed, one.failed, one.skipped, str(PROOFS.get(one.proof, one.proof)), one.proof != "none",
        one.is_late, one.campaign.title if one.campaign else "",
    )  # fmt: skip


def of_site(site_id: UUID, *, most: int = 20) -> list[Row]:
    """The inspections of a safety object, newest first. Whoever sees the site sees them."""
    found = Inspection.objects.filter(object=site_id).select_related("object__site__kind", "unit", "actor", "campaign")
    return [_row(row) for row in found.order_by("-taken_at")[:most]]


@dataclass(frozen=True, slots=True)
class Photo:
    id: UUID
    is_picture: bool
    title: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """What one item showed."""

    code: str
    group: str
    text: str
    basis: str
    result: str
    result_label: str
    note: str
    photos: tuple[Photo, ...]
    hazard: str


@dataclass(frozen=True, slots=True)
class InspectionPage:
    row: Row
    site_id: UUID
    with_whom: str
    note: str
    recorded_at: datetime
    distance_m: float | None
    signature: UUID | None
    groups: tuple[tuple[str, tuple[FindingLine, ...]], ...]

    @property
    def number(self) -> str:
        """Place, minute and the end of the key: the same for good, on the page and on paper."""
        when = timezone.localtime(self.row.taken_at).strftime("%Y%m%d%H%M")
        return f"{self.row.site_code}-{when}-{self.row.id.hex[-4:].upper()}"

    @property
    def photos(self) -> int:
        """How many pictures prove it, all items together."""
        return sum(len(line.photos) for _group, lines in self.groups for line in lines)


def inspection_page(key: UUID, *, actor: Actor) -> InspectionPage:
    """Raises InspectionNotFound."""
    one = _get(key, actor)
    findings = Finding.objects.filter(inspection=one).select_related("item", "hazard__matter")
    found = list(findings.order_by("item__position", "item_id"))
    facts = files([file for row in found for file in row.files])
    grouped: dict[str, list[FindingLine]] = {}
    for row in found:
        shown = [facts[file] for file in row.files if file in facts]
        photos = tuple(Photo(fact.id, fact.has_thumb, fact.name) for fact in shown)
        line = FindingLine(
            row.item_id, row.item.group, row.item.text, row.item.basis, row.result, str(row.get_result_display()),
            row.note, photos, row.hazard.matter.number if row.hazard else "",
        )  # fmt: skip
        grouped.setdefault(row.item.group, []).append(line)
    return InspectionPage(
        _row(one), one.object_id, one.with_whom, one.note, one.recorded_at, one.distance_m,
        one.signature_id, tuple((group, tuple(lines)) for group, lines in grouped.items()),
    )  # fmt: skip


def _get(key: UUID, actor: Actor) -> Inspection:
    one = visible_inspections(actor).filter(pk=key).first()
    if one is None:
        raise InspectionNotFound(key)
    return one


def file_on(key: UUID, file_id: UUID, *, actor: Actor) -> UUID:
    """The photo or signature, if it is on an inspection ``actor`` may see. Raises InspectionNotFound."""
    one = _get(key, actor)
    if one.signature_id != file_id and not Finding.objects.filter(inspection=one, files__contains=[file_id]).exists():
        raise InspectionNotFound(file_id)
    return file_id


@dataclass(frozen=True, slots=True)
class Offered:
    """What the form of a site shows: its checklist by group, campaigns it may count for."""

    site: Site
    groups: tuple[tuple[str, tuple[CheckItem, ...]], ...]
    campaigns: tuple[tuple[str, str], ...]


def offered(code: str, *, actor: Actor, at: datetime) -> Offered:
    """For the site ``code``. Raises SiteNotFound."""
    site, today = registry.get_site(code, actor=actor, at=at), timezone.localdate(at)
    grouped: dict[str, list[CheckItem]] = {}
    for item in checklists.items_for(site.kind_id, today):
        grouped.setdefault(item.group, []).append(item)
    above = [int(part) for part in org.kept_unit(site.unit_id).path.rstrip(".").split(".")]
    running = Campaign.objects.filter(unit__in=above, closed_at=None, starts_on__lte=today, ends_on__gte=today)
    fitting = [c for c in running.prefetch_related("kinds") if _fits(c, site)]
    return Offered(
        site, tuple((group, tuple(items)) for group, items in grouped.items()),
        tuple((str(c.pk), c.title) for c in fitting),
    )  # fmt: skip


def _fits(campaign: Campaign, site: Site) -> bool:
    kinds = [kind.pk for kind in campaign.kinds.all()]
    return not kinds or site.kind_id in kinds


def write(actor: Actor, narrow: Narrow) -> bytes:
    """The list for a spreadsheet program, at most ``MOST_ROWS`` lines."""
    heads = [
        _("检查时间"), _("场所编号"), _("场所"), _("场所类别"), _("检查类型"), _("区域"), _("检查人"), _("合格"),
        _("不合格"), _("不涉及"), _("到场证明"), _("补传"), _("专项检查"),
    ]  # fmt: skip
    rows = listed(actor, narrow, limit=MOST_ROWS).rows
    return write_rows(heads, _lines(rows), kind="xlsx", title=_("安全检查"))


def _lines(rows: Iterable[Row]) -> Iterable[list[object]]:
    for row in rows:
        yield [
            timezone.localtime(row.taken_at).strftime("%Y-%m-%d %H:%M"), row.site_code, row.site, row.site_kind,
            row.kind, row.unit, row.who, row.passed, row.failed, row.skipped, row.proof, _("是") if row.is_late else "",
            row.campaign,
        ]  # fmt: skip
