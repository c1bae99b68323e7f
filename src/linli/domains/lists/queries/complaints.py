"""Complaints of committees: who sees them, how many there are of whom, and one of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from linli.domains.lists.flow import ADMISSION, COMPLAINT
from linli.domains.lists.models import Complaint
from linli.domains.lists.queries import review_levels
from linli.domains.lists.queries.application_page import LOOK
from linli.kernel.catalog.models import Admission
from linli.kernel.errors import NotFound
from linli.kernel.flow import journal
from linli.kernel.flow.models import Declined, Mandate, Matter
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.tree import Node
from linli.kernel.org.tree import kept as units

PAGE = 30
RIGHT = "complain_burden"
ANSWERED = ("upheld", "dismissed")
LOOKS = {"raised": "warn", "looked_into": "brand", "upheld": "late", "dismissed": "ok"}


class ComplaintNotFound(NotFound): ...


@dataclass(frozen=True, slots=True)
class Line:
    number: str
    kind_label: str
    text: str
    by: str
    about: str
    state_label: str
    look: str
    opened_at: datetime
    due_at: datetime | None
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one unit was complained of."""

    unit: str
    total: int
    upheld: int
    dismissed: int
    open: int


def visible(actor: Actor) -> QuerySet[Complaint]:
    """The committee's own, those the actor answers, and those about a unit of theirs once they are answered.

    Not those made of whoever is over the committee: else nobody would complain.
    """
    held = org.posts_of(actor)
    own = {key for h in held for key in (h.unit_id, h.over_id)}
    judged = {h.over_id for h in held if h.role == "admission_reviewer"}
    answered = org.covers(actor).below(path="about__path") & Q(matter__state__in=ANSWERED)
    rows = Complaint.objects.filter(Q(by__in=own) | Q(matter__unit__in=judged) | answered)
    return rows.select_related("matter__unit", "by", "about")


def page_of(actor: Actor, *, state: str = "", about: int | None = None, after: str = "") -> tuple[list[Line], str]:
    """Newest first; one statement."""
    rows = visible(actor)
    if state:
        rows = rows.filter(matter__state=state)
    if about is not None:
        rows = rows.filter(about=about)
    try:
        rows = rows.filter(pk__lt=UUID(after)) if after else rows
    except ValueError:
        rows = rows.none()
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return [_line(row) for row in found[:PAGE]], str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def _line(row: Complaint) -> Line:
    matter = row.matter
    return Line(
        matter.number, str(row.get_kind_display()), row.text, row.by.name, row.about.name,
        COMPLAINT.label_of(matter.state), LOOKS.get(matter.state, ""), matter.opened_at,
        None if matter.closed_at else matter.due_at,
    )  # fmt: skip


def tallies(actor: Actor) -> list[Tally]:
    """Per unit complained of, the most first; one statement."""
    counted = visible(actor).values("about__name").annotate(
        total=Count("pk"), upheld=Count("pk", filter=Q(matter__state="upheld")),
        dismissed=Count("pk", filter=Q(matter__state="dismissed")),
        open=Count("pk", filter=Q(matter__closed_at=None)),
    )  # fmt: skip
    rows: Iterable[Any] = counted.order_by("-total", "about__name")[:60]
    return [Tally(r["about__name"], r["total"], r["upheld"], r["dismissed"], r["open"]) for r in rows]


def get_complaint(number: str, *, actor: Actor) -> Complaint:
    """Raises ComplaintNotFound."""
    found = visible(actor).filter(matter__number=number).select_related("declined", "task", "admission__item").first()
    if found is None:
        raise ComplaintNotFound(number)
    return found


@dataclass(frozen=True, slots=True)
class ComplaintPage:
    """``cause`` what it is about, in words, and the page that shows it ("" when none)."""

    line: Line
    cause: str
    cause_page: str
    cause_number: str
    answer: str
    offers: tuple[journal.Offer, ...]
    lines: tuple[journal.Line, ...]
    seen: int
    command: UUID


def complaint_page(complaint: Complaint, *, actor: Actor) -> ComplaintPage:
    matter = complaint.matter
    cause, cause_page, number = _cause(complaint)
    return ComplaintPage(
        _line(complaint), cause, cause_page, number, complaint.answer,
        tuple(journal.offers(actor, matter, LOOK)), tuple(journal.timeline(matter, LOOK, ())),
        journal.last_seen(matter), uuid4(),
    )  # fmt: skip


def _cause(complaint: Complaint) -> tuple[str, str, str]:
    if complaint.declined is not None:
        return _("被拒绝的下派：%(what)s") % {"what": complaint.declined.title}, "", ""
    if complaint.task is not None:
        page = "lists:task" if complaint.task.flow == "task" else ""
        return _("任务：%(what)s") % {"what": complaint.task.title}, page, complaint.task.number
    if complaint.admission is not None:
        decided = _decided(complaint.admission)
        what = complaint.admission.item.standing.title if complaint.admission.item else complaint.admission.title
        return (
            _("试行事项：%(what)s") % {"what": what},
            "lists:application" if decided else "",
            (decided.number if decided else ""),
        )
    return "", "", ""


def _decided(admission: Admission) -> Matter | None:
    """The application that decided it."""
    if admission.decision is None:
        return None
    return Matter.objects.filter(pk=admission.decision, flow=ADMISSION.code).first()


@dataclass(frozen=True, slots=True)
class Cause:
    """What a complaint is begun from: a refused attempt, a task or a trial, and who is probably behind it."""

    kind: str
    about: int | None
    words: str
    declined: Declined | None = None
    task: Matter | None = None
    admission: Admission | None = None


def cause_named(actor: Actor, given: dict[str, str], *, at: datetime) -> Cause:
    """What the address names, where it concerns the actor's committee. Raises ComplaintNotFound."""
    own = _committee(actor, at)
    if given.get("declined", "").isdecimal():
        row = Declined.objects.filter(pk=int(given["declined"]), bearer=own).first()
        return Cause("off_list", row.asker_id, row.title, declined=row) if row else _none()
    if given.get("task"):
        found = Mandate.objects.select_related("matter").filter(matter__number=given["task"][:24], bearer=own).first()
        return Cause("other", found.asker_id, found.matter.title, task=found.matter) if found else _none()
    if given.get("admission", "").isdecimal():
        trial = Admission.objects.select_related("item__standing").filter(pk=int(given["admission"])).first()
        if trial is None or not own.path.startswith(org.kept_unit(trial.unit_id).path):
            return _none()
        asked = _decided(trial)
        title = trial.item.standing.title if trial.item else trial.title
        return Cause("trial", asked.unit_id if asked else None, title, admission=trial)
    return Cause("off_list", None, "")


def _none() -> Cause:
    raise ComplaintNotFound


def _committee(actor: Actor, at: datetime) -> Unit:
    held = org.holds_right(actor, RIGHT, at=at)
    if held is None:
        raise ComplaintNotFound
    return org.kept_unit(held.unit_id)


def units_above(actor: Actor, *, at: datetime) -> list[Any]:
    """Whom a committee may complain of: bodies of its street, departments of the district. Raises ComplaintNotFound."""
    own = _committee(actor, at)
    tree = units.get()
    street = org.home_of(own)
    district = review_levels.district_of(own)
    bodies = [n for n in tree.below(street.path) if n.kind in ("street", "office", "centre") and _is_here(n)]
    departments = [n for n in tree.below(district.path) if n.kind in ("district", "department") and _is_here(n)]
    return [
        (street.name, [(str(n.id), n.name) for n in bodies]),
        (district.name, [(str(n.id), n.name) for n in departments if n.id != street.pk]),
    ]


def _is_here(node: Node) -> bool:
    return node.valid_to is None
