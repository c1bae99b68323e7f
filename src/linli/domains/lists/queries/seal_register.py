"""The monthly register of a unit: every number given, in order, and what was refused; counted by month and line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.lists.models import SealUse
from linli.domains.lists.queries.seal_desk import log_number
from linli.domains.lists.queries.seal_reach import SealNotFound, reading_paths, visible_uses
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.flow.models import Entry
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.queries.contacts import Masked

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOST_ROWS = 5000
AGREED = ("second", "approve")


@dataclass(frozen=True, slots=True)
class Month:
    """A month here. ``before`` and ``after`` as ``2026-03``; ``after`` "" for the present one."""

    year: int
    month: int

    @property
    def code(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first(self) -> datetime:
        return datetime.combine(date(self.year, self.month, 1), time(), SHANGHAI)

    def moved(self, by: int) -> "Month":
        months = self.year * 12 + self.month - 1 + by
        return Month(months // 12, months % 12 + 1)


def month_of(text: str, *, at: datetime) -> Month:
    """``"2026-03"`` as a month; anything else is the month of ``at``, and nothing lies after that."""
    here = at.astimezone(SHANGHAI)
    now = Month(here.year, here.month)
    year, _dash, month = text.partition("-")
    if len(year) == 4 and (year + month).isascii() and (year + month).isdigit() and 1 <= int(month) <= 12:
        return min(Month(max(int(year), 2000), int(month)), now, key=lambda one: (one.year, one.month))
    return now


@dataclass(frozen=True, slots=True)
class Line:
    """One number of the register. ``applicant`` is masked; ``annulled`` keeps its number."""

    log: str
    number: str
    stamped_at: datetime
    seal: str
    paper: str
    purpose: str
    code: str
    line: str
    resolution: str
    approvers: str
    keeper: str
    applicant: str
    copies: int
    pages: int
    state: str
    is_annulled: bool


@dataclass(frozen=True, slots=True)
class Register:
    unit: Unit
    month: Month
    lines: tuple[Line, ...]
    copies: int
    refused: int

    @property
    def title(self) -> str:
        return _("%(unit)s用印登记簿 %(year)d年%(month)d月") % {
            "unit": self.unit.name, "year": self.month.year, "month": self.month.month,
        }  # fmt: skip


def units_of(actor: Actor) -> list[Unit]:
    """Units with requests where ``actor`` may look, in the order of their names."""
    keys = visible_uses(actor).values_list("matter__unit", flat=True).distinct()
    own = [held.over_id for held in org.posts_of(actor) if held.over_path in reading_paths(actor)]
    known = {key: org.kept_unit(key) for key in (*keys, *own)}
    kinds = ("committee", "village")
    return sorted((unit for unit in known.values() if unit.kind in kinds or unit.pk in set(keys)), key=lambda u: u.code)


def unit_named(actor: Actor, key: int | None) -> Unit | None:
    """The unit asked for, or the first one there is. Raises SealNotFound for one that may not be looked into."""
    if key is None:
        return next(iter(units_of(actor)), None)
    unit = next((unit for unit in units_of(actor) if unit.pk == key), None)
    if unit is None:
        raise SealNotFound
    return unit


def register(actor: Actor, unit: Unit, month: Month) -> Register:
    """What was stamped with the seals of ``unit`` in ``month``, by seal and number; four SQL statements."""
    uses = visible_uses(actor).filter(matter__unit=unit)
    stamped = _within(uses, "stamped_at", month).select_related("matter", "seal", "item", "wording", "stamped_by")
    rows = list(stamped.order_by("seal", "year", "log_no")[:MOST_ROWS])
    names = _agreed([use.pk for use in rows])
    people = org.masked([use.applicant_id for use in rows if use.applicant_id])
    lines = tuple(_line(use, names, people) for use in rows)
    refused = _within(uses, "matter__opened_at", month).exclude(refused_as="").count()
    return Register(unit, month, lines, sum(line.copies for line in lines if not line.is_annulled), refused)


def _within(uses: QuerySet[SealUse], field: str, month: Month) -> QuerySet[SealUse]:
    return uses.filter(**{f"{field}__gte": month.first, f"{field}__lt": month.moved(1).first})


def _agreed(keys: Sequence[UUID]) -> dict[UUID, str]:
    """Who agreed to each, in the order they did."""
    found: dict[UUID, list[str]] = {}
    steps = Entry.objects.filter(matter__in=keys, step__in=AGREED).order_by("seq")
    for key, name in steps.values_list("matter_id", "actor__name"):
        found.setdefault(key, []).append(name)
    return {key: "、".join(names) for key, names in found.items()}


def _line(use: SealUse, names: Mapping[UUID, str], people: Mapping[UUID, Masked]) -> Line:
    person = people.get(use.applicant_id) if use.applicant_id else None
    assert use.stamped_at is not None  # only stamped ones are asked for
    assert use.seal is not None  # the database holds it
    return Line(
        log=log_number(use), number=use.matter.number, stamped_at=use.stamped_at, seal=use.seal.name, paper=use.paper,
        purpose=use.purpose, code=use.item.code if use.item else "", line=use.wording.title if use.wording else "",
        resolution=use.resolution, approvers=names.get(use.pk, ""),
        keeper=use.stamped_by.name if use.stamped_by else "", applicant=person.name if person else "",
        copies=use.copies, pages=use.pages, state=use.matter.state, is_annulled=use.matter.state == "annulled",
    )  # fmt: skip


def headers() -> list[str]:
    return [
        _("登记号"), _("日期"), _("印章"), _("文件"), _("用途"), _("清单编号"), _("清单事项"), _("决议"), _("审批人"),
        _("盖章人"), _("申请人"), _("份数"), _("每份页数"), _("备注"),
    ]  # fmt: skip


def cells(line: Line) -> list[str]:
    """The line as the sheet and the PDF show it."""
    return [
        line.log, timezone.localtime(line.stamped_at).strftime("%Y-%m-%d %H:%M"), line.seal, line.paper, line.purpose,
        line.code, line.line, line.resolution, line.approvers or "—", line.keeper, line.applicant or "—",
        str(line.copies), str(line.pages), _("作废") if line.is_annulled else "",
    ]  # fmt: skip


def as_sheet(found: Register) -> bytes:
    """The register as a workbook, every text neutralised."""
    return write_rows(headers(), (cells(line) for line in found.lines), kind="xlsx", title=found.month.code)


@dataclass(frozen=True, slots=True)
class Tally:
    label: str
    stamped: int
    refused: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Stamps and refusals of twelve months. ``copies`` that were stamped."""

    months: tuple[Tally, ...]
    lines: tuple[Tally, ...]
    keepers: tuple[tuple[str, int, int], ...]
    reasons: tuple[tuple[str, int], ...]
    units: tuple[Tally, ...]
    stamped: int
    refused: int
    copies: int


MOST_LINES = 30


def figures(actor: Actor, *, unit: Unit | None, upto: Month) -> Figures:
    """Counts over the twelve months up to ``upto``; of one unit, or of all ``actor`` may look into; six statements."""
    uses = visible_uses(actor)
    if unit is not None:
        uses = uses.filter(matter__unit=unit)
    begin, end = upto.moved(-11).first, upto.moved(1).first
    stamped = uses.filter(stamped_at__gte=begin, stamped_at__lt=end).exclude(matter__state="annulled")
    refused = uses.filter(matter__opened_at__gte=begin, matter__opened_at__lt=end).exclude(refused_as="")
    total = stamped.aggregate(n=Count("pk"), copies=Sum("copies"))
    reasons = refused.values_list("refused_as").annotate(n=Count("pk")).order_by("-n")
    labels = dict(SealUse.Refusal.choices)
    keepers = stamped.values_list("stamped_by__name").annotate(n=Count("pk"), copies=Sum("copies")).order_by("-n")
    counted = tuple((str(labels[code]), n) for code, n in reasons)
    return Figures(
        months=_by_month(stamped, refused, upto),
        lines=_by(stamped, refused, "item__standing__title", _("不在清单")),
        keepers=tuple((name or "—", n, copies) for name, n, copies in keepers[:MOST_LINES]),
        reasons=counted, units=() if unit is not None else _by(stamped, refused, "matter__unit__name", "—"),
        stamped=total["n"], refused=sum(n for _label, n in counted), copies=total["copies"] or 0,
    )  # fmt: skip


def _by_month(stamped: QuerySet[SealUse], refused: QuerySet[SealUse], upto: Month) -> tuple[Tally, ...]:
    def counted(uses: QuerySet[SealUse], field: str) -> dict[str, int]:
        rows = uses.annotate(month=TruncMonth(field, tzinfo=SHANGHAI)).values_list("month").annotate(n=Count("pk"))
        return {f"{month:%Y-%m}": n for month, n in rows}

    done, not_done = counted(stamped, "stamped_at"), counted(refused, "matter__opened_at")
    months = [upto.moved(by).code for by in range(-11, 1)]
    return tuple(Tally(code, done.get(code, 0), not_done.get(code, 0)) for code in months)


def _by(stamped: QuerySet[SealUse], refused: QuerySet[SealUse], field: str, none: str) -> tuple[Tally, ...]:
    def counted(uses: Iterable[tuple[str | None, int]]) -> dict[str, int]:
        return {name or none: n for name, n in uses}

    done = counted(stamped.values_list(field).annotate(n=Count("pk")))
    not_done = counted(refused.values_list(field).annotate(n=Count("pk")))
    names = sorted({*done, *not_done}, key=lambda name: (-done.get(name, 0) - not_done.get(name, 0), name))
    return tuple(Tally(name, done.get(name, 0), not_done.get(name, 0)) for name in names[:MOST_LINES])
