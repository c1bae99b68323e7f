"""Who sees which application, review and opinion; what one may not see is not there."""

from django.db.models import Q, QuerySet

from linli.domains.lists.flow import ADMISSION, OPINION, REVIEW
from linli.domains.lists.models import Application, Opinion, Review
from linli.domains.lists.queries.reach import districts_of
from linli.kernel.catalog.models import Admission
from linli.kernel.errors import NotFound
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

DECIDED = ("admitted", "ended")
ASKED_ROLES = ("unit_head", "department_clerk", "committee_head", "committee_worker", "liaison")


class AdmissionNotFound(NotFound): ...


def applications(actor: Actor) -> QuerySet[Matter]:
    """Applications of units ``actor``'s posts reach, those reviewed or judged there, and all that were admitted."""
    scope = org.covers(actor)
    inside = scope.below(path="unit__path")
    reviewed = Matter.objects.filter(inside, flow=REVIEW.code).values("parent_id")
    judged = Matter.objects.filter(inside, flow=OPINION.code).values("parent__parent_id")
    known = Q(pk__in=())
    for district in districts_of(actor):  # what was admitted is no secret among staff of the district
        known |= Q(state__in=DECIDED, home__path__startswith=org.kept_unit(district).path)
    return Matter.objects.filter(
        inside | Q(pk__in=reviewed) | Q(pk__in=judged) | known, flow=ADMISSION.code
    ).select_related("unit", "home")


def get_application(number: str, *, actor: Actor) -> Application:
    """Raises AdmissionNotFound."""
    matter = applications(actor).filter(number=number).first()
    if matter is None:
        raise AdmissionNotFound(number)
    found = Application.objects.select_related(
        "worklist__kind", "worklist__unit", "item__standing", "renews__unit", "version"
    ).get(pk=matter.pk)
    found.matter = matter
    return found


def get_review(number: str, *, actor: Actor) -> Review:
    """The review, for those who see its application. Raises AdmissionNotFound."""
    matter = _child(number, REVIEW.code, actor)
    found = Review.objects.get(pk=matter.pk)
    found.matter = matter
    return found


def get_opinion(number: str, *, actor: Actor) -> Opinion:
    """The question put to a unit, for those of the unit and those who see the application. Raises AdmissionNotFound."""
    matter = _child(number, OPINION.code, actor)
    found = Opinion.objects.get(pk=matter.pk)
    found.matter = matter
    return found


def _child(number: str, flow: str, actor: Actor) -> Matter:
    rows = Matter.objects.select_related("unit", "home", "parent__unit", "parent__home", "parent__parent__unit")
    matter = rows.filter(number=number, flow=flow).first()
    review = matter if matter is None or flow == REVIEW.code else matter.parent
    top = review.parent_id if review is not None else None
    if matter is None or top is None or not applications(actor).filter(pk=top).exists():
        raise AdmissionNotFound(number)
    return matter


def admissions(actor: Actor) -> QuerySet[Admission]:
    """What was admitted in the districts where ``actor`` stands."""
    inside = Q(pk__in=())
    for district in districts_of(actor):
        inside |= Q(unit__path__startswith=org.kept_unit(district).path)
    return Admission.objects.filter(inside).select_related("unit", "item__standing")


def get_admission(key: int, *, actor: Actor) -> Admission:
    """Raises AdmissionNotFound."""
    found = admissions(actor).filter(pk=key).first()
    if found is None:
        raise AdmissionNotFound(key)
    return found


def reviews_to_decide(actor: Actor) -> Q:
    """Filter on matters: open reviews that wait for the actor's own level."""
    own = [held.over_id for held in org.posts_of(actor) if held.role == "admission_reviewer"]
    return Q(flow=REVIEW.code, state="opened", unit_id__in=own)


def opinions_to_give(actor: Actor) -> Q:
    """Filter on matters: questions that wait for a unit of the actor's."""
    own = {key for h in org.posts_of(actor) if h.role in ASKED_ROLES for key in (h.unit_id, h.over_id)}
    return Q(flow=OPINION.code, state="asked", unit_id__in=own)


def drafts(actor: Actor) -> Q:
    """Filter on matters: applications of the actor's unit that are not handed in yet."""
    roles = ("unit_head", "department_clerk")
    own = {held.unit_id for held in org.posts_of(actor) if held.role in roles}
    return Q(flow=ADMISSION.code, state="draft", unit_id__in=own)
