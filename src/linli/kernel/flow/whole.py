"""One transaction for steps that take others: the outermost opens it, those within it belong to it.

Django opens a savepoint for every block within a block, two more trips to the database each; here whatever is refused
within leaves the outermost block too, so the inner ones have nothing of their own to go back to.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from linli.kernel.errors import Refused

P = ParamSpec("P")
R = TypeVar("R")


class KeptRefused(Refused):
    """A refusal that is itself put on record, after everything it was part of has been undone.

    record  writes it down, in a transaction of its own
    """

    def __init__(self, message: object, *, field: str = "", record: Callable[[], object]) -> None:
        super().__init__(message, field=field)
        self.record = record


_begun: ContextVar[bool] = ContextVar("begun", default=False)


def whole(function: Callable[P, R]) -> Callable[P, R]:
    """All of ``function`` or nothing. Whoever calls it from another whole function lets what it raises pass."""

    @wraps(function)
    def together(*args: P.args, **kwargs: P.kwargs) -> R:
        if _begun.get():
            return function(*args, **kwargs)
        token = _begun.set(True)
        try:
            with transaction.atomic():
                return function(*args, **kwargs)
        except KeptRefused as refusal:
            refusal.record()
            raise
        finally:
            _begun.reset(token)

    return together
