"""Who keeps the rules of lists, and what was changed in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.domains.lists.models import Amendment
from linli.domains.lists.queries import standpoint
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit

RIGHT = "edit_lists"
SHOWN = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One change as shown. ``where``: the district, or that it holds everywhere."""

    subject: str
    where: str
    before: str
    after: str
    reason: str
    who: str
    at: datetime


def districts_kept(actor: Actor) -> list[Unit]:
    """The districts whose lists ``actor`` keeps as a whole."""
    return [unit for unit in standpoint.districts() if org.holds_right(actor, RIGHT, unit) is not None]


def keeps_all(actor: Actor) -> bool:
    """Whether ``actor`` keeps the lists of every district: what holds everywhere is theirs to change."""
    kept = {unit.pk for unit in districts_kept(actor)}
    return bool(kept) and kept == {unit.pk for unit in standpoint.districts()}


def history(table: str, districts: Sequence[int]) -> list[Line]:
    """The last changes of ``table`` in ``districts`` and everywhere, the newest first."""
    rows = Amendment.objects.filter(Q(district__in=districts) | Q(district=None), table=table)
    return [
        Line(
            row.subject, row.district.name if row.district else _("各区"), row.before, row.after, row.reason,
            row.actor.name, row.at,
        )
        for row in rows.select_related("district", "actor").order_by("-id")[:SHOWN]
    ]  # fmt: skip
