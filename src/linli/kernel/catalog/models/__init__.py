"""Code lists (a standard's numbers, whole editions at a time) and work lists (what a unit has to do, item by item)."""

from linli.kernel.catalog.models.admissions import Admission, BoundKind
from linli.kernel.catalog.models.codes import CodeSet, Correspondence, Item, Revision, TimeLimit, Version
from linli.kernel.catalog.models.worklists import ListKind, ListVersion, Wording, WorkItem, WorkList

__all__ = (
    "Admission",
    "BoundKind",
    "CodeSet",
    "Correspondence",
    "Item",
    "ListKind",
    "ListVersion",
    "Revision",
    "TimeLimit",
    "Version",
    "Wording",
    "WorkItem",
    "WorkList",
)
