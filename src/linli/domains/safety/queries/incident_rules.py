"""Who may do what about a notice, in which order answers go, and how long it is watched (000-46)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from linli.domains.safety.models import Federation, IncidentNotice, NoticeAnswer
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.queries.posts import day_of

KEEPER = "convene"
"""Right over the federation by which somebody phones members, answers for them and confirms."""
TELLER = ("convene", "report")

State = NoticeAnswer.State
MOVES: Mapping[str, tuple[frozenset[str], str]] = {
    "phoned": (frozenset({State.TOLD}), State.READ),
    "read": (frozenset({State.TOLD}), State.READ),
    "promised": (frozenset({State.TOLD, State.READ, State.PROMISED}), State.PROMISED),
    "done": (frozenset({State.PROMISED}), State.DONE),
    "confirmed": (frozenset({State.DONE}), State.CONFIRMED),
    "sent_back": (frozenset({State.DONE}), State.PROMISED),
}
"""Verb → from which states, and to which."""
BY_MEMBER = frozenset({"read", "promised", "done"})
"""What a member's own contact does; whoever keeps the federation may write it down for one without a sign-in."""


def may_tell(federation: Federation, actor: Actor, at: datetime) -> bool:
    """True for whoever works for a member or over the federation, as long as there is one."""
    return federation.dissolved_on is None and any(
        org.holds_right(actor, right, federation.unit, at=at) is not None for right in TELLER
    )


def may_keep(federation: Federation, actor: Actor, at: datetime) -> bool:
    return federation.dissolved_on is None and org.holds_right(actor, KEEPER, federation.unit, at=at) is not None


def last_watched(notice: IncidentNotice) -> date:
    """The last day on which the same happening again counts."""
    return day_of(notice.made_at) + timedelta(days=notice.watch_days)


def verbs_for(answer: NoticeAnswer, actor: Actor, *, keeps: bool, has_sign_in: bool) -> tuple[str, ...]:
    """What ``actor`` may do with an answer as it stands; ``keeps``: they keep the federation."""
    is_contact = answer.member.contact_id == actor.pk
    if not (keeps or is_contact):
        return ()
    open_now = [verb for verb, (source, _target) in MOVES.items() if answer.state in source]
    barred = {"confirmed", "sent_back"} if is_contact or answer.done_by_id == actor.pk else set()
    if has_sign_in or not keeps:
        barred.add("phoned")
    if not keeps:
        barred |= set(MOVES) - BY_MEMBER
    return tuple(verb for verb in open_now if verb not in barred)
