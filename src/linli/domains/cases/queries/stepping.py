"""What the form of one step needs to know: the matter, the step, and what may be chosen in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from linli.domains.cases.flow import CASE
from linli.domains.cases.models import Case
from linli.domains.cases.queries import picking, wording
from linli.domains.cases.queries.admitting import admission_groups
from linli.domains.cases.queries.case_page import Fact, facts_of, last_seen, matter_numbered
from linli.domains.cases.queries.family import about
from linli.domains.cases.queries.offering import Offer, offer_named, offer_of
from linli.domains.cases.queries.picking import Group
from linli.domains.cases.queries.seeing import CaseNotFound, get_case
from linli.kernel.flow.models import Matter
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor
from linli.kernel.text import without_personal_data

PICKS_UNIT = frozenset({"dispatch", "fast_lane", "redispatch", "forward", "arbitrate", "link_units", "invite"})
PICKS_PERSON = frozenset({"assign", "instruct", "ask_verification", "ask_check"})


@dataclass(frozen=True, slots=True)
class Stepping:
    """A step about to be taken.

    subject  the case, or the matter under one
    is_open  false when the step is no longer open: the command says what changed
    command  a fresh id for the form, so that a second press is not a second step
    """

    subject: Case | Matter
    number: str
    page: str
    title: str
    about: str
    facts: tuple[Fact, ...]
    state_label: str
    offer: Offer
    is_open: bool
    seen: int
    command: UUID = field(default_factory=new_key)
    units: list[Group] = field(default_factory=list)
    people: list[Group] = field(default_factory=list)
    suggested: tuple[str, ...] = ()
    category: str = ""
    callers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    admissions: list[Group] = field(default_factory=list)

    @property
    def is_case(self) -> bool:
        return isinstance(self.subject, Case)

    @property
    def can_search(self) -> bool:
        return self.offer.name in PICKS_UNIT | PICKS_PERSON


def stepping(
    number: str, name: str, *, actor: Actor, at: datetime, text: str = "", on_child: bool = False,
    chosen: Sequence[int] = (),
) -> Stepping:  # fmt: skip
    """Step ``name`` on case ``number`` (or the matter under one), with its choices. Raises CaseNotFound.

    text    part of a name, to look for units or people beyond those offered
    chosen  ids of the units already picked: where one of them is a committee, what may be asked of it is offered
    """
    subject = matter_numbered(number, actor=actor) if on_child else get_case(number, actor=actor)
    matter = subject if isinstance(subject, Matter) else subject.matter
    now = offer_named(actor, matter, name)
    offer = now or offer_of(matter, name)
    if offer is None:
        raise CaseNotFound(number)
    case = subject if isinstance(subject, Case) else None
    units = picking.unit_groups(case, name, text=text) if case and name in PICKS_UNIT else []
    named = chosen or _foremost(units, name)
    return Stepping(
        subject=subject,
        number=matter.number,
        page="cases:case" if matter.flow == CASE.code else "cases:matter",
        title=matter.title,
        about=without_personal_data(case.description) if case else about(matter),
        facts=tuple(facts_of(case)[:3]) if case else (),
        state_label=wording.state(matter.flow, matter.state),
        offer=offer,
        is_open=now is not None,
        seen=last_seen(matter),
        units=units,
        people=picking.people_groups(case, name, text=text) if case and name in PICKS_PERSON else [],
        suggested=_suggested(case) if case else (),
        category=case.category if case else "",
        callers=tuple(picking.waiting_callers(case)) if case and name == "reply" else (),
        text=text,
        admissions=admission_groups(matter, named, at=at) if units else [],
    )


def _foremost(units: Sequence[Group], name: str) -> list[int]:
    """The unit a form of dispatch begins with: the one the rules name."""
    return [int(units[0].choices[0].value)] if units and name == "dispatch" else []


def _suggested(case: Case) -> tuple[str, ...]:
    return () if case.category else tuple(case.suggested)
