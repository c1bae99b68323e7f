"""Safety: what is watched over, by whom, what is found, and how it is put right."""

from linli.domains.safety.models.covering import Cell, Road
from linli.domains.safety.models.federation import (
    AnswerStep,
    Federation,
    IncidentNotice,
    Member,
    NoticeAnswer,
    Recurrence,
)
from linli.domains.safety.models.hazards import Deployment, Hazard, JointPatrol, Listing
from linli.domains.safety.models.inspecting import Campaign, CheckItem, Finding, Inspection
from linli.domains.safety.models.objects import (
    Colour,
    Drill,
    Plan,
    PostDuty,
    Responsibility,
    RiskPoint,
    SafetyObject,
    TargetClass,
)
from linli.domains.safety.models.patrols import (
    ContactLog,
    LogEntry,
    LogFollow,
    Patrol,
    PatrolTeam,
    Route,
    RoutePoint,
    TeamMember,
    TrackPoint,
    Visit,
)

__all__ = [
    "AnswerStep",
    "Campaign",
    "Cell",
    "CheckItem",
    "Colour",
    "ContactLog",
    "Deployment",
    "Drill",
    "Federation",
    "Finding",
    "Hazard",
    "IncidentNotice",
    "Inspection",
    "JointPatrol",
    "Listing",
    "LogEntry",
    "LogFollow",
    "Member",
    "NoticeAnswer",
    "Patrol",
    "PatrolTeam",
    "Plan",
    "PostDuty",
    "Recurrence",
    "Responsibility",
    "RiskPoint",
    "Road",
    "Route",
    "RoutePoint",
    "SafetyObject",
    "TargetClass",
    "TeamMember",
    "TrackPoint",
    "Visit",
]
