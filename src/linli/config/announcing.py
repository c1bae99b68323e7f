"""Who hears of what: one table from what happened to whom it is told, and the loop that works the outbox off."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.domains.cases import queries as cases
from linli.domains.cases.queries import CallerToTell
from linli.kernel.flow import commands as matters
from linli.kernel.flow import queries as flow
from linli.kernel.flow.queries import Told
from linli.kernel.messages import commands as messages
from linli.kernel.messages.commands import Event
from linli.kernel.org import live

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Hearing:
    """One message that an event causes.

    to      reporter: every caller; assignee: who it is assigned to; unit / home: whoever holds one of ``roles`` there
    """

    kind: str
    to: str
    roles: tuple[str, ...] = ()


DESK = ("operator", "duty_chief")
HEADS = ("grid_head", "unit_head", "handler")
DEADLINE = (*HEADS, "committee_head", "seal_keeper", "department_clerk", "admission_reviewer", "list_approver")
"""Who in the unit that holds a matter hears that its time runs out."""

APPROVERS = ("list_approver",)
KEEPERS = ("list_keeper",)
REVIEWERS = ("admission_reviewer",)
CLERKS = ("department_clerk", "unit_head")
COMMITTEE = ("committee_head", "committee_worker")
HOLDERS = (*CLERKS, *COMMITTEE, "handler")
ASKERS = (*CLERKS, "leader", "list_keeper")

OF_LISTS: dict[str, tuple[Hearing, ...]] = {
    "list_change.submit": (Hearing("to_do", "home", APPROVERS),),
    "list_change.second": (Hearing("to_do", "home", APPROVERS),),
    "list_change.publish": (Hearing("outcome", "home", KEEPERS),),
    "list_change.send_back": (Hearing("outcome", "home", KEEPERS),),
    "list_change.refuse": (Hearing("outcome", "home", KEEPERS),),
    "admission_review.open": (Hearing("to_do", "unit", REVIEWERS),),
    "admission_opinion.open": (Hearing("to_do", "unit", (*CLERKS, *COMMITTEE, "liaison")),),
    "admission.admit": (Hearing("outcome", "unit", CLERKS),),
    "admission.refuse": (Hearing("outcome", "unit", CLERKS),),
    "admission.end": (Hearing("outcome", "unit", CLERKS),),
    "emergency_admission.open": (Hearing("to_do", "home", REVIEWERS),),
    "burden_complaint.open": (Hearing("to_do", "unit", REVIEWERS),),
    "burden_complaint.uphold": (Hearing("outcome", "home", COMMITTEE),),
    "burden_complaint.dismiss": (Hearing("outcome", "home", COMMITTEE),),
    "task.open": (Hearing("to_do", "unit", HOLDERS),),
    "task.hand_over": (Hearing("to_do", "unit", HOLDERS),),
    "task.report": (Hearing("to_do", "home", ASKERS),),
    "task.send_back": (Hearing("to_do", "unit", HOLDERS),),
    "task.refuse": (Hearing("outcome", "home", ASKERS),),
    "task.insist": (Hearing("to_do", "unit", REVIEWERS),),
    "task.uphold_refusal": (Hearing("outcome", "home", ASKERS), Hearing("outcome", "unit", COMMITTEE)),
    "task.overrule": (Hearing("outcome", "unit", COMMITTEE),),
    "handing.open": (Hearing("to_do", "home", ("leader", "list_approver")),),
    "seal_use.open": (Hearing("to_do", "unit", ("committee_head",)),),
    "seal_use.approve": (Hearing("to_do", "unit", ("seal_keeper",)),),
    "seal_out.open": (Hearing("to_do", "unit", ("committee_head",)),),
    "seal_out.approve": (Hearing("to_do", "unit", ("seal_keeper",)),),
}
"""Who hears of the matters of lists."""

RECTIFIERS = (*HEADS, *COMMITTEE)
OFFICERS = ("safety_officer",)
TEAM = ("patroller", "handler", "unit_head")
JOINERS = ("unit_head", "department_clerk", "liaison", "handler")

OF_SAFETY: dict[str, tuple[Hearing, ...]] = {
    "hazard.open": (Hearing("to_do", "unit", ("unit_head",)), Hearing("to_do", "home", OFFICERS)),
    "hazard.propose_major": (Hearing("to_do", "home", OFFICERS),),
    "hazard.notify": (Hearing("dispatched", "unit", RECTIFIERS),),
    "hazard.rectify": (Hearing("to_do", "home", OFFICERS),),
    "hazard.mended": (Hearing("to_do", "home", OFFICERS),),
    "hazard.pass_recheck": (Hearing("to_do", "home", OFFICERS),),
    "hazard.fail_recheck": (Hearing("rework", "unit", RECTIFIERS), Hearing("rework", "assignee")),
    "hazard.urge": (Hearing("urged", "unit", RECTIFIERS), Hearing("urged", "assignee")),
    "hazard.urge_by_clock": (Hearing("urged", "unit", RECTIFIERS), Hearing("urged", "assignee")),
    "hazard.reopen": (Hearing("to_do", "home", OFFICERS),),
    "listing.open": (Hearing("to_do", "home", ("leader",)),),
    "listing.list": (Hearing("outcome", "home", OFFICERS),),
    "listing.refuse": (Hearing("outcome", "home", OFFICERS),),
    "listing.ask_delisting": (Hearing("to_do", "home", ("leader",)),),
    "listing.delist": (Hearing("outcome", "home", OFFICERS),),
    "listing.keep_listed": (Hearing("outcome", "home", OFFICERS),),
    "listing.urge_by_clock": (Hearing("urged", "home", (*OFFICERS, "leader")),),
    "deployment.open": (Hearing("to_do", "unit", TEAM), Hearing("to_do", "assignee")),
    "deployment.redirect": (Hearing("to_do", "unit", TEAM), Hearing("to_do", "assignee")),
    "deployment.recall": (Hearing("outcome", "unit", TEAM),),
    "deployment.report": (Hearing("outcome", "home", ("dispatcher", "duty_chief")),),
    "joint_patrol.open": (Hearing("to_do", "unit", ("grid_head", "grid_deputy")),),
    "joint_patrol.arrange": (Hearing("outcome", "home", JOINERS), Hearing("to_do", "unit", ("grid_officer",))),
    "joint_patrol.refuse": (Hearing("outcome", "home", JOINERS),),
    "joint_patrol.finish": (Hearing("outcome", "home", JOINERS),),
}
"""Who hears of the matters of safety."""

HEARINGS: dict[str, tuple[Hearing, ...]] = {
    "case.open": (Hearing("received", "reporter"),),
    "case.file": (Hearing("filed", "reporter"),),
    "case.reject": (Hearing("rejected", "reporter"),),
    "case.dispatch": (Hearing("dispatched", "unit", HEADS),),
    "case.fast_lane": (Hearing("dispatched", "unit", HEADS),),
    "case.redispatch": (Hearing("dispatched", "unit", HEADS),),
    "case.forward": (Hearing("dispatched", "unit", HEADS),),
    "case.escalate": (Hearing("dispatched", "unit", (*HEADS, "dispatcher")),),
    "case.arbitrate": (Hearing("dispatched", "unit", HEADS),),
    "case.assign": (Hearing("dispatched", "assignee"),),
    "case.ask_verification": (Hearing("dispatched", "assignee"),),
    "case.ask_check": (Hearing("dispatched", "assignee"),),
    "case.take_over": (Hearing("accepted", "home", ("dispatcher",)),),
    "case.return": (Hearing("returned", "home", ("duty_chief",)),),
    "case.fail_check": (Hearing("rework", "unit", HEADS),),
    "case.rework": (Hearing("rework", "unit", HEADS),),
    "case.urge": (Hearing("urged", "unit", HEADS), Hearing("urged", "assignee")),
    "case.urge_by_clock": (Hearing("urged", "unit", HEADS), Hearing("urged", "assignee")),
    "case.close": (Hearing("closed", "reporter"), Hearing("please_rate", "reporter")),
    "case.register": (Hearing("closed", "reporter"), Hearing("please_rate", "reporter")),
    "case.reopen": (Hearing("reopened", "reporter"), Hearing("reopened", "home", ("dispatcher",))),
    "case.hasten": (
        Hearing("hastened", "unit", HEADS),
        Hearing("hastened", "assignee"),
        Hearing("hastened", "home", DESK),
    ),
    "case.ask_reopening": (Hearing("returned", "home", ("revisitor", "duty_chief")),),
    "case.raise_emergency": (Hearing("major_hop", "home", ("leader", "duty_chief")),),
    "co_handling.open": (Hearing("dispatched", "unit", HEADS),),
    "invitation.open": (Hearing("invitation", "unit", ("liaison", "unit_head")),),
    "instruction.open": (Hearing("instruction", "assignee"),),
    "liaison_call.open": (Hearing("liaison_call", "assignee"),),
    "ask.open": (Hearing("dispatched", "home", ("duty_chief",)),),
    "major.open": (Hearing("major_hop", "unit", ("grid_head", "committee_worker")),),
    "major.to_station": (Hearing("major_hop", "unit", ("unit_head", "committee_worker", "grid_head")),),
    "major.to_street": (Hearing("major_hop", "home", ("duty_chief", "operator")),),
    "major.to_district": (Hearing("major_hop", "unit", ("duty_chief", "operator")),),
    "major.to_leaders": (Hearing("major_hop", "home", ("leader",)),),
    "clock.warning": (Hearing("warning", "assignee"), Hearing("warning", "unit", DEADLINE)),
    "clock.overdue": (
        Hearing("overdue", "assignee"),
        Hearing("overdue", "unit", DEADLINE),
        Hearing("overdue", "home", ("supervisor",)),
    ),
    "resolution.open": (Hearing("resolution", "unit", ("unit_head",)),),
    **OF_LISTS,
    **OF_SAFETY,
}


@transaction.atomic
def drain() -> bool:
    """Turn what waits in the outbox into messages and live hints; true when there may be more.

    Read, told and removed in one transaction: killed in between, it all happens once, later.
    """
    at = timezone.now()
    waiting = flow.waiting_in_outbox(AT_ONCE)
    if not waiting:
        return False
    reporters = cases.callers_of({told.matter_id for told in waiting if _hears(told, "reporter")})
    messages.fan_out([event for told in waiting for event in _events(told, reporters, at)], at=at)
    _refresh_pages(waiting)
    matters.forget_outbox([told.id for told in waiting])
    return len(waiting) >= AT_ONCE


def _hears(told: Told, to: str) -> bool:
    return any(hearing.to == to for hearing in HEARINGS.get(told.kind, ()))


def _events(told: Told, reporters: dict[UUID, list[CallerToTell]], at: datetime) -> Iterable[Event]:
    for hearing in HEARINGS.get(told.kind, ()):
        if hearing.to == "reporter":
            yield from _to_callers(hearing, told, reporters.get(told.matter_id, []), at)
            continue
        event = Event(kind=hearing.kind, matter_id=told.matter_id, context=_facts(told, at), once=str(told.id))
        if hearing.to == "assignee":
            event["actor_ids"] = [told.assignee_id] if told.assignee_id else []
        else:
            event["unit_ids"] = [told.home_id if hearing.to == "home" else told.unit_id]
            event["roles"] = hearing.roles
        if told.actor_id is not None:
            event["but_not"] = [told.actor_id]
        yield event


def _to_callers(hearing: Hearing, told: Told, callers: list[CallerToTell], at: datetime) -> Iterable[Event]:
    """Each caller hears by their own code, and of their own words."""
    for caller in callers:
        facts = _facts(told, at) | {"follow_code": caller.code, "title": caller.words or told.title}
        yield Event(
            kind=hearing.kind, matter_id=told.matter_id, context=facts, once=str(told.id), actor_ids=[caller.actor_id]
        )


def _facts(told: Told, at: datetime) -> dict[str, Any]:
    return {
        "number": told.number, "title": told.title, "unit": told.unit_name, "reason": told.note, "by": told.actor_name,
        "at": at, "due": told.due_at or "", "text": told.note or told.title,
        "share": f"{round(100 * told.share)}%" if told.share else "", "left": "", "late": "", "level": "",
        "result": told.note, "place": "", "meeting": "",
    }  # fmt: skip


def _refresh_pages(waiting: list[Told]) -> None:
    units = {told.unit_id for told in waiting} | {told.home_id for told in waiting}
    for start in range(0, len(units), 300):
        live.announce("inbox", units=sorted(units)[start : start + 300])
