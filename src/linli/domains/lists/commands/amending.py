"""Rules of lists are changed with a reason, and what changed stays on record."""

from datetime import datetime

from django.utils.translation import gettext as _

from linli.domains.lists.models import Amendment
from linli.kernel.errors import Refused
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean

KIND, PROHIBITION = Amendment.Table.KIND, Amendment.Table.PROHIBITION
LEVELS, DOCKING = Amendment.Table.LEVELS, Amendment.Table.DOCKING
WORDS = 400


class AmendmentRefused(Refused):
    """The rule may not be changed like this, or not by this person."""


def asked(reason: str) -> str:
    """The reason as it is kept. Raises AmendmentRefused when there is none."""
    if not (said := clean(reason, 200)):
        raise AmendmentRefused(_("请写明理由。"), field="reason")
    return said


def record(
    table: str, district: Unit | None, subject: str, *, before: str, after: str, reason: str, actor: Actor,
    at: datetime,
) -> Amendment:  # fmt: skip
    """Write down one change, in the transaction that makes it. ``reason`` as ``asked`` gave it."""
    return Amendment.objects.create(
        table=table, district=district, subject=subject[:120], before=before[:WORDS], after=after[:WORDS],
        reason=reason, actor=actor, at=at,
    )  # fmt: skip
