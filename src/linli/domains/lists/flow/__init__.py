"""How the matters of lists move: changes, admission, tasks, handings to organisations, and the seal."""

from linli.domains.lists.flow.admission import ADMISSION, COMPLAINT, EMERGENCY, OPINION, REVIEW
from linli.domains.lists.flow.change import LIST_CHANGE
from linli.domains.lists.flow.seal import SEAL_OUT, SEAL_USE
from linli.domains.lists.flow.task import HANDING, TASK

FLOWS = (LIST_CHANGE, ADMISSION, REVIEW, OPINION, EMERGENCY, COMPLAINT, TASK, HANDING, SEAL_USE, SEAL_OUT)

__all__ = [
    "ADMISSION",
    "COMPLAINT",
    "EMERGENCY",
    "FLOWS",
    "HANDING",
    "LIST_CHANGE",
    "OPINION",
    "REVIEW",
    "SEAL_OUT",
    "SEAL_USE",
    "TASK",
]
