"""Every place where a step in one domain causes work in another. Read this instead of hunting for signals."""

from django.utils.translation import gettext_lazy as _

from linli.config.handing_on import hazard_of_case, report_of_follow_up, report_of_message
from linli.config.menu import SEALS
from linli.domains.cases import commands as cases
from linli.domains.cases import queries as case_queries
from linli.domains.cases.flow import ASK, CASE, CO_HANDLING, INSTRUCTION, INVITATION, LIAISON_CALL, MAJOR
from linli.domains.cases.queries import executions as case_executions
from linli.domains.cases.queries import workbench
from linli.domains.cases.queries.onward import Onward
from linli.domains.lists.commands import emergencies, executing
from linli.domains.lists.commands.succeeding import pass_on
from linli.domains.lists.flow import FLOWS as LISTS
from linli.domains.lists.flow import TASK
from linli.domains.lists.queries import mine, proposals, reviews, seal_desk, task_limits
from linli.domains.lists.queries.executions import Execution
from linli.domains.lists.queries.proving import faults as list_faults
from linli.domains.lists.queries.seal_limits import limit_of_outing
from linli.domains.organisation.commands.groups import Taker
from linli.domains.safety.commands import joining
from linli.domains.safety.commands.follow_ups import Taker as Follow
from linli.domains.safety.commands.handing_on import hand_on as hand_on_hazard
from linli.domains.safety.commands.objects import follow_home
from linli.domains.safety.flow import FLOWS as SAFETY
from linli.domains.safety.queries import categories as hazard_categories
from linli.domains.safety.queries import federation_meetings, plan_desk
from linli.domains.safety.queries.hazard_limits import limit_of_hazard, limit_of_listing
from linli.domains.safety.queries.listing_answers import is_rechecked
from linli.kernel.flow.definition import Flow
from linli.kernel.flow.mandates import AboutSource
from linli.kernel.flow.registry import Check, LimitSource, Question, Reaction
from linli.kernel.flow.succession import move_open_work
from linli.kernel.ledger import queries as ledger
from linli.kernel.meetings.flow import RESOLUTION
from linli.kernel.meetings.inviting import Invited
from linli.kernel.org.succession import Follower
from linli.kernel.registry.commands import follow_unit
from linli.web.counting import Counter

FLOWS: tuple[Flow, ...] = (
    CASE,
    CO_HANDLING,
    INVITATION,
    ASK,
    INSTRUCTION,
    LIAISON_CALL,
    MAJOR,
    RESOLUTION,
    *LISTS,
    *SAFETY,
)

REACTIONS: dict[tuple[str, str], list[Reaction]] = {
    ("ask", "grant"): [cases.carry_out_ask],
    ("liaison_call", "answer"): [cases.time_liaison_answer],
    ("case", "urge_by_clock"): [cases.record_clock_urge],
    ("case", "reject"): [cases.end_children],
    ("case", "void"): [cases.end_children],
    ("case", "withdraw"): [cases.end_children],
    ("case", "close"): [cases.end_children],
    ("case", "uphold_return"): [cases.call_off_children],
    ("case", "arbitrate"): [cases.call_off_children],
    ("case", "reopen"): [cases.call_off_children],
    ("emergency_admission", "reject"): [emergencies.end_with_it],
    ("emergency_admission", "lapse"): [emergencies.end_with_it],
    ("hazard", "hand_on"): [hand_on_hazard],
    ("joint_patrol", "record_grid"): [joining.finish_when_both_recorded],
    ("joint_patrol", "record_department"): [joining.finish_when_both_recorded],
    **{("task", step.name): [executing.follow_task] for step in TASK.steps},
}

QUESTIONS: dict[str, dict[str, Question]] = {
    "case": {"unanswered_callers": case_queries.has_unanswered_callers},
    "list_change": {"changes": proposals.changes_of, "approval_steps": proposals.approval_steps_of},
    "admission_review": {"opinions_wanted": reviews.opinions_wanted, "other_hands": reviews.other_hands},
    "listing": {"is_rechecked": is_rechecked},
}

LIMITS: dict[str, LimitSource] = {
    "case": case_queries.limit_of,
    "task": task_limits.limit_of,
    "seal_out": limit_of_outing,
    "admission": reviews.limit_of_application,
    "admission_review": reviews.limit_of_review,
    "hazard": limit_of_hazard,
    "listing": limit_of_listing,
}

ABOUT: dict[str, AboutSource] = {
    **dict.fromkeys(
        ("case", "co_handling", "invitation", "ask", "instruction", "liaison_call", "major"), case_queries.about
    ),
    "admission_opinion": reviews.about_opinion,
}
"""What a matter given to a committee is about: whether a resident asked for it, which catalogue numbers it concerns."""

CHECKS: tuple[Check, ...] = (case_queries.words_apart, ledger.faults, list_faults)
"""What else is verified together with the journal."""

COUNTERS: tuple[Counter, ...] = (
    lambda actor, post, at: workbench.live_counts(actor, post, at=at),
    lambda actor, post, at: {"to_do": mine.count(actor, post, at=at)},
    lambda actor, post, at: {"plans": plan_desk.waiting_for(actor, at=at)} if post and post.role == "leader" else {},
    lambda actor, post, _at: {"seals": seal_desk.waiting_for(actor)} if post and post.role in SEALS else {},
)
"""Live numbers of the menu and of tabs."""

PAGES: dict[str, str] = {
    "case": "cases:case",
    "resolution": "organisation:resolution",
    "list_change": "lists:proposal",
    "admission": "lists:application",
    "admission_review": "lists:review",
    "admission_opinion": "lists:opinion",
    "emergency_admission": "lists:emergency",
    "burden_complaint": "lists:complaint",
    "task": "lists:task",
    "handing": "lists:handing",
    "seal_use": "lists:seal_use",
    "seal_out": "lists:seal_out",
    "hazard": "safety:hazard",
    "listing": "safety:listing",
    "deployment": "safety:deployment",
    "joint_patrol": "safety:joint",
}
"""Flow → the page of a matter by its number, to which messages lead."""

SUCCESSIONS: tuple[Follower, ...] = (pass_on, move_open_work, follow_unit, follow_home)
"""What else is done when a unit ends: see ``kernel/org/succession``."""

GROUP_MESSAGES: Taker = report_of_message
"""Who takes in a message of an information group that somebody hands on."""

INVITED: dict[str, Invited] = {"federation": federation_meetings.invited}
"""Kind of a meeting that comes again → who is called to it."""

FOLLOW_UPS: Follow = report_of_follow_up
"""Who takes in what came up on a visit or in a regular contact."""

ONWARD: tuple[Onward, ...] = (
    Onward(
        "hazard", _("转隐患"), "alert-triangle", "safety:hazard", _("隐患类别"), hazard_categories.choices,
        ("operator", "duty_chief", "dispatcher", "grid_head", "safety_officer"), hazard_of_case,
    ),
)  # fmt: skip
"""What a case can be handed to besides being handled: links of kind ``code``, a page of its own."""

EXECUTIONS: tuple[Execution, ...] = (
    Execution("case", _("案件"), case_executions.counts, case_executions.runs, "cases:case"),
)
"""What other domains do under the items of lists, to be counted there (000-10)."""
