"""What somebody may do with a matter now, ready for buttons: the one to expect first, the grave ones apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from linli.domains.cases.flow import CASE
from linli.kernel.flow import registry
from linli.kernel.flow.access import open_steps, taken_by
from linli.kernel.flow.definition import Step
from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor

EXPECTED = {
    "reported": ("accept",), "verifying": ("confirm",), "accepted": ("file",), "filed": ("dispatch",),
    "dispatched": ("take_over", "assign"), "handling": ("feed_back",), "on_hold": ("resume",),
    "returned": ("arbitrate",), "done": ("pass_check", "ask_check"), "checking": ("pass_check",),
    "checked": ("close",), "on_spot": ("register",), "closed": ("revisit", "archive"), "revisited": ("archive",),
    "asked": ("grant", "take_over"), "working": ("feed_back",), "invited": ("promise",),
    "promised": ("record_attendance",), "sent": ("receive",), "received": ("arrive",), "arrived": ("feed_back",),
    "called": ("answer",), "unanswered": ("answer",), "at_grid": ("to_station",), "at_station": ("to_street",),
    "at_street": ("to_district",), "at_district": ("to_leaders",),
}  # fmt: skip
"""State → the steps that usually come next, the likeliest first."""

GRAVE = frozenset({"reject", "void", "refute", "return", "fail_check", "rework", "refuse", "recall", "dismiss",
                   "erase_words"})  # fmt: skip

ICONS = {
    "accept": "clipboard-check", "classify": "tag", "ask_verification": "user-search", "confirm": "circle-check",
    "refute": "circle-x", "reject": "ban", "withdraw": "arrow-back-up", "void": "trash", "file": "folder",
    "register": "notebook", "send_back": "arrow-back-up", "dispatch": "send", "fast_lane": "bolt",
    "assign": "user-plus", "redispatch": "switch-horizontal", "forward": "arrow-down", "escalate": "arrow-up",
    "return": "arrow-back-up", "uphold_return": "check", "refuse_return": "x", "arbitrate": "gavel",
    "take_over": "hand-stop", "arrive": "map-pin-check", "note_progress": "writing", "link_units": "arrows-split",
    "invite": "mail", "ask_for": "clock-plus", "hold": "player-pause", "resume": "player-play",
    "extend": "clock-plus", "waive_proof": "camera", "feed_back": "checks", "urge": "bell-ringing",
    "answer_urge": "message", "raise_emergency": "urgent", "instruct": "microphone", "ask_check": "user-search",
    "pass_check": "circle-check", "fail_check": "circle-x", "rework": "refresh", "reply": "message-2",
    "close": "checks", "revisit": "phone-call", "rate": "star", "reopen": "lock-open", "archive": "archive",
    "recheck": "eye", "discuss": "users-group", "grant": "check", "refuse": "x", "feed_back_child": "checks",
    "promise": "check", "record_attendance": "user-check", "record_absence": "circle-x", "receive": "check",
    "recall": "arrow-back-up", "answer": "phone-call", "to_station": "arrow-up", "to_street": "arrow-up",
    "to_district": "arrow-up", "to_leaders": "arrow-up", "supplement": "writing", "dismiss": "circle-x",
    "erase_words": "eraser",
}  # fmt: skip

WITHOUT_QUESTIONS = frozenset({"take_over", "resume", "archive", "promise", "receive", "record_attendance"})
"""Steps that are taken by the button itself."""

KEYS = {
    "accept": "a", "file": "f", "dispatch": "p", "assign": "a", "take_over": "t", "feed_back": "f",
    "pass_check": "v", "close": "c", "reply": "r", "urge": "u", "note_progress": "n",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """A step open to somebody now.

    needs  what must be given: note, reason, unit, assignee
    look   primary, grave or ""
    key    the key that presses it, or ""
    """

    name: str
    label: str
    icon: str
    needs: tuple[str, ...]
    look: str
    key: str
    asks: bool


def offers_for(actor: Actor, matter: Matter) -> list[Offer]:
    """The steps open to ``actor`` on ``matter``: the expected one first, the grave ones last."""
    return offers_for_all(actor, [matter])[matter.pk]


def offers_for_all(actor: Actor, matters: Sequence[Matter]) -> dict[UUID, list[Offer]]:
    """As ``offers_for``, for a whole family; two queries for what ``actor`` did in it."""
    taken = taken_by(actor, [matter.pk for matter in matters])
    return {matter.pk: _sorted(matter, _open(actor, matter, taken[matter.pk])) for matter in matters}


def offers_in(actor: Actor, matter: Matter, state: str, *, taken: set[str]) -> list[Offer]:
    """The steps that would be open to ``actor`` if ``matter`` were in ``state`` and they had taken ``taken``."""
    return _sorted_in(state, _open_in(actor, matter, state, taken))


def offer_named(actor: Actor, matter: Matter, name: str) -> Offer | None:
    """One open step by its name; None when it is not open to ``actor`` now."""
    return next((offer for offer in offers_for(actor, matter) if offer.name == name), None)


def offer_of(matter: Matter, name: str) -> Offer | None:
    """A step of the flow, open or not: for a page that was drawn before the state changed. None: no such step."""
    step = registry.flow(matter.flow).at(matter.flow_version).step(name)
    return _offer(step, "primary") if step else None


def _open(actor: Actor, matter: Matter, taken: set[str]) -> list[Step]:
    return _open_in(actor, matter, matter.state, taken)


def _open_in(actor: Actor, matter: Matter, state: str, taken: set[str]) -> list[Step]:
    flow = registry.flow(matter.flow).at(matter.flow_version)
    steps = flow.steps_from(state)
    if actor.kind == Actor.Kind.STAFF:
        # What only residents do is theirs to do from their own page.
        steps = [step for step in steps if any(who.kind not in ("party", "system") for who in step.who)]
    return open_steps(steps, matter, actor, barred=taken)


def _sorted(matter: Matter, steps: Iterable[Step]) -> list[Offer]:
    return _sorted_in(matter.state, steps)


def _sorted_in(state: str, steps: Iterable[Step]) -> list[Offer]:
    by_name = {step.name: step for step in steps}
    expected = next((name for name in EXPECTED.get(state, ()) if name in by_name), "")
    offers = [_offer(step, _look(name, expected)) for name, step in by_name.items()]
    order = {"primary": 0, "": 1, "grave": 2}
    return sorted(offers, key=lambda offer: order[offer.look])


def _look(name: str, expected: str) -> str:
    if name == expected:
        return "primary"
    return "grave" if name in GRAVE else ""


def _offer(step: Step, look: str) -> Offer:
    return Offer(
        name=step.name,
        label=str(step.label),
        icon=ICONS.get(step.name, "arrow-right"),
        needs=step.needs,
        look=look,
        key=KEYS.get(step.name, ""),
        asks=step.name not in WITHOUT_QUESTIONS or bool(step.needs),
    )


def is_case(matter: Matter) -> bool:
    return matter.flow == CASE.code
