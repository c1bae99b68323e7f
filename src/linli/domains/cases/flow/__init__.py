"""The life of a case and of what hangs on it. Tables only; nothing here touches the database."""

from linli.domains.cases.flow.case import CASE
from linli.domains.cases.flow.children import ASK, CO_HANDLING, INSTRUCTION, INVITATION, LIAISON_CALL
from linli.domains.cases.flow.major import MAJOR

__all__ = ["ASK", "CASE", "CO_HANDLING", "INSTRUCTION", "INVITATION", "LIAISON_CALL", "MAJOR"]
