"""The lists of a district's work: their items today, changes, admission, tasks, plan, check-up, years and seals."""

from linli.domains.lists.models.admitting import (
    Application,
    Complaint,
    Emergency,
    Opinion,
    Prohibition,
    Review,
    ReviewLevel,
)
from linli.domains.lists.models.amending import Amendment
from linli.domains.lists.models.checking import CheckRun, Finding, Honour, YearClosing, YearResult
from linli.domains.lists.models.proposing import Change, Loading, Move, MoveKind, Proposal
from linli.domains.lists.models.sealing import Seal, SealEvent, SealOut, SealUse
from linli.domains.lists.models.standing import Covered, Ground, ItemLink, Stand, Standing
from linli.domains.lists.models.working import (
    Docking,
    Handing,
    KeyNote,
    Module,
    ModuleChange,
    ModuleItem,
    Monitoring,
    PlanChange,
    PlanLine,
    Task,
    TaskBatch,
)

__all__ = [
    "Amendment",
    "Application",
    "Change",
    "CheckRun",
    "Complaint",
    "Covered",
    "Docking",
    "Emergency",
    "Finding",
    "Ground",
    "Handing",
    "Honour",
    "ItemLink",
    "KeyNote",
    "Loading",
    "Module",
    "ModuleChange",
    "ModuleItem",
    "Monitoring",
    "Move",
    "MoveKind",
    "Opinion",
    "PlanChange",
    "PlanLine",
    "Prohibition",
    "Proposal",
    "Review",
    "ReviewLevel",
    "Seal",
    "SealEvent",
    "SealOut",
    "SealUse",
    "Stand",
    "Standing",
    "Task",
    "TaskBatch",
    "YearClosing",
    "YearResult",
]
