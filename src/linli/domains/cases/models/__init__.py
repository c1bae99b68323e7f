"""What a case is, who is responsible for it, and what hangs on it. How it moves is in ``flow``."""

from linli.domains.cases.models.case import Case, EarlierAnswer, Occurrence, ResidentSource
from linli.domains.cases.models.children import Ask, CoHandling, Instruction, Invitation, LiaisonCall, Major
from linli.domains.cases.models.clients import ApiClient
from linli.domains.cases.models.desk import Export, MapCell
from linli.domains.cases.models.duty import Rule, RuleTable, Shift
from linli.domains.cases.models.following import Revisit, SavedFilter, Urge
from linli.domains.cases.models.imports import ImportFile, ImportRow, ImportRun

__all__ = [
    "ApiClient",
    "Ask",
    "Case",
    "CoHandling",
    "EarlierAnswer",
    "Export",
    "ImportFile",
    "ImportRow",
    "ImportRun",
    "Instruction",
    "Invitation",
    "LiaisonCall",
    "Major",
    "MapCell",
    "Occurrence",
    "ResidentSource",
    "Revisit",
    "Rule",
    "RuleTable",
    "SavedFilter",
    "Shift",
    "Urge",
]
