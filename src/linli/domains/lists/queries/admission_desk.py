"""The desk of admission: what waits for me, what is under review, what was admitted, what ends soon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.lists.flow import ADMISSION, OPINION, REVIEW
from linli.domains.lists.queries import admission_reach as reach
from linli.kernel.catalog.admitted import standing
from linli.kernel.catalog.models import Admission
from linli.kernel.flow import registry
from linli.kernel.flow.models import Clock, Matter
from linli.kernel.ledger.amounts import yuan
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

SHANGHAI = ZoneInfo("Asia/Shanghai")
PAGE = 30
SOON = timedelta(days=30)
TABS: dict[str, str | Promise] = {
    "todo": _("待我办"),
    "reviewing": _("审核中"),
    "admitted": _("已准入"),
    "ending": _("30天内到期"),
    "closed": _("未准入与已退出"),
}
PAGES = {ADMISSION.code: "lists:application", REVIEW.code: "lists:review", OPINION.code: "lists:opinion"}
LOOKS = {"reviewing": "brand", "opened": "warn", "asked": "warn", "admitted": "ok", "refused": "late"}


@dataclass(frozen=True, slots=True)
class Line:
    """An application, a review or an opinion as listed. ``page`` is the name of the route that shows it."""

    number: str
    title: str
    page: str
    flow_label: str
    state_label: str
    look: str
    unit: str
    opened_at: datetime
    due_at: datetime | None
    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class AdmissionLine:
    """Something admitted. ``left`` days until it ends, None without an end; ``money`` a year in yuan, "" for none."""

    id: int
    code: str
    title: str
    kind: str
    kind_label: str
    unit: str
    valid_from: date
    valid_to: date | None
    left: int | None
    conditions: str
    money: str
    number: str


def matters_of(tab: str, actor: Actor) -> QuerySet[Matter]:
    """What stands under a tab that lists matters."""
    if tab == "todo":
        waiting = reach.reviews_to_decide(actor) | reach.opinions_to_give(actor) | reach.drafts(actor)
        return Matter.objects.filter(waiting)
    states = ("reviewing", "draft") if tab == "reviewing" else ("refused", "withdrawn", "ended")
    return reach.applications(actor).filter(state__in=states)


def page_of_matters(rows: QuerySet[Matter], *, after: str = "", size: int = PAGE) -> tuple[list[Line], str]:
    """The next ``size`` of ``rows``, newest first, and where the page after begins ("": nowhere)."""
    if key := _key(after):
        rows = rows.filter(pk__lt=key)
    found = list(rows.select_related("unit").order_by("-pk")[: size + 1])
    clocks = {c.matter_id: c for c in Clock.objects.filter(matter__in=found, stopped_at=None)}
    lines = [_line(matter, clocks.get(matter.pk)) for matter in found[:size]]
    return lines, str(found[size - 1].pk) if len(found) > size else ""


def _line(matter: Matter, clock: Clock | None) -> Line:
    flow = registry.flow(matter.flow)
    return Line(
        matter.number, matter.title, PAGES.get(matter.flow, "lists:application"), str(flow.label),
        flow.label_of(matter.state), LOOKS.get(matter.state, ""), matter.unit.name, matter.opened_at,
        None if matter.closed_at else matter.due_at, clock.starts_at if clock else None,
    )  # fmt: skip


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def admissions_of(tab: str, actor: Actor, *, at: datetime) -> QuerySet[Admission]:
    """What stands under a tab that lists admissions: decided ones in force, or those of them that end soon."""
    day = at.astimezone(SHANGHAI).date()
    holding = Q(pk__in=standing(at).values("pk")) | Q(ended_at=None, valid_from__gt=day)
    rows = reach.admissions(actor).filter(holding, kind__in=(Admission.Kind.REGULAR, Admission.Kind.TRIAL))
    return rows.filter(valid_to__lte=day + SOON) if tab == "ending" else rows


def page_of_admissions(
    rows: QuerySet[Admission], *, at: datetime, after: str = "", size: int = PAGE
) -> tuple[list[AdmissionLine], str]:
    """As ``page_of_matters``; two statements."""
    if after.isdecimal():
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-pk")[: size + 1])
    lines = admission_lines(found[:size], at=at)
    return lines, str(found[size - 1].pk) if len(found) > size else ""


def admission_lines(rows: Sequence[Admission], *, at: datetime) -> list[AdmissionLine]:
    """Admissions with the number of the matter that decided each."""
    day = at.astimezone(SHANGHAI).date()
    keys = [row.decision for row in rows if row.decision]
    numbers = dict(Matter.objects.filter(pk__in=keys).values_list("pk", "number"))
    return [
        AdmissionLine(
            row.pk, row.item.code if row.item else "", row.item.standing.title if row.item else row.title, row.kind,
            str(row.get_kind_display()), row.unit.name, row.valid_from, row.valid_to,
            (row.valid_to - day).days if row.valid_to else None, row.conditions,
            yuan(row.amount_fen) if row.amount_fen else "",
            numbers.get(row.decision, "") if row.decision else "",
        )
        for row in rows
    ]  # fmt: skip


def tallies(actor: Actor, *, at: datetime, most: int = 999) -> dict[str, int]:
    """How many stand under each tab, counted to ``most``."""
    found = {}
    for tab in TABS:
        rows = admissions_of(tab, actor, at=at) if tab in ("admitted", "ending") else matters_of(tab, actor)
        found[tab] = rows.values("pk")[:most].count()
    return found


def waiting(actor: Actor) -> int:
    """How much waits for somebody, for the menu."""
    return matters_of("todo", actor).count()


def may_end(actor: Actor, at: datetime) -> bool:
    """Whether ``actor`` reviews anywhere, and so may let something end."""
    return org.holds_right(actor, "review_admission", at=at) is not None
