"""What nobody did in time is found out by one statement, not by looking at each; who had to do it hears of it once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.duties.models import Occurrence, Swap
from linli.kernel.messages import commands as messages
from linli.kernel.messages.commands import Event
from linli.kernel.org.models import Actor, Post
from linli.kernel.org.scope import below
from linli.kernel.org.tree import ids_in

AT_ONCE = 5000
NAMED = 3
"""So many are named in a message; of more it says how many they are."""
SHARED_BY = 20
"""What a role of more people than this has to do is nobody's in particular: only those in charge hear."""

MISS = """
update duties_occurrence set state = 'missed'
where id in (
    select id from duties_occurrence where state = 'due' and misses_at <= %(at)s
    order by misses_at limit %(most)s for update skip locked
)
returning id
"""


@dataclass(frozen=True, slots=True)
class _Missed:
    """What was missed and whose it was: ``holder_id``, or everybody of ``role`` at the unit at ``path``."""

    title: str
    unit: str
    path: str
    role: str
    holder_id: UUID | None
    opens_at: datetime

    def __str__(self) -> str:
        return f"{timezone.localtime(self.opens_at):%m-%d %H:%M} {self.title}"


@transaction.atomic
def miss_due(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Turn what was due and is over, grace included, into missed. Returns how many; ``limit``: perhaps more.

    Whoever had to do it hears of it, in one message however many it was; together or not at all, so nobody twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(MISS, {"at": at, "most": limit})
        keys = [key for (key,) in cursor.fetchall()]
    if keys:
        messages.fan_out(list(_events(_missed(keys), at=at)), at=at)
    return len(keys)


def _missed(keys: Collection[UUID]) -> list[_Missed]:
    rows = Occurrence.objects.filter(pk__in=keys).order_by("opens_at", "pk")
    return [
        _Missed(*row)
        for row in rows.values_list(
            "duty__title", "duty__unit__name", "duty__unit__path", "duty__role", "holder", "opens_at"
        )
    ]


def _events(missed: Iterable[_Missed], *, at: datetime) -> Iterable[Event]:
    """One for each of the staff whose it was; outside people have no pages to read it on."""
    found = list(missed)
    by_role = _by_role({(one.path, one.role) for one in found if one.holder_id is None}, at=at)
    of_person: dict[UUID, list[_Missed]] = {}
    for one in found:
        for key in [one.holder_id] if one.holder_id else by_role[one.path, one.role]:
            of_person.setdefault(key, []).append(one)
    staff = set(Actor.objects.filter(pk__in=of_person, kind=Actor.Kind.STAFF).values_list("pk", flat=True))
    for key, theirs in of_person.items():
        if key in staff:
            yield Event(kind="duty_missed", actor_ids=[key], context=_facts(theirs))


def _by_role(asked: Collection[tuple[str, str]], *, at: datetime) -> Mapping[tuple[str, str], list[UUID]]:
    """Who has the role in the unit, below it or over it, for each (path, role); nobody where they are too many."""
    on = timezone.localdate(at)
    wanted = Q(pk__in=())
    for role in {role for _path, role in asked}:
        paths = [path for path, wants in asked if wants == role]
        above = {key for path in paths for key in ids_in(path)}
        wanted |= Q(role=role) & (below(paths, path="unit__path") | Q(over__in=above))
    posts = Post.objects.filter(wanted, Q(until=None) | Q(until__gt=on), since__lte=on)
    held = list(posts.order_by("pk").values_list("role", "unit__path", "over__path", "actor")) if asked else []
    found: dict[tuple[str, str], list[UUID]] = {}
    for path, role in asked:
        who = dict.fromkeys(
            actor for has, unit, over, actor in held if has == role and (unit.startswith(path) or path.startswith(over))
        )
        found[path, role] = list(who) if len(who) <= SHARED_BY else []
    return found


def _facts(theirs: list[_Missed]) -> dict[str, str]:
    first = theirs[0]
    title = first.title
    if len(theirs) > 1:
        title = _("%(title)s等%(count)d次") % {"title": title, "count": len(theirs)}
    text = "；".join(str(one) for one in theirs[:NAMED]) + ("……" if len(theirs) > NAMED else "")
    return {"title": title, "unit": first.unit, "text": text}


def lapse_swaps(*, at: datetime) -> int:
    """Close the swaps asked for whose time, or that of what was offered in return, has come. Returns how many."""
    begun = Q(occurrence__opens_at__lte=at) | Q(in_return__opens_at__lte=at)
    return Swap.objects.filter(begun, state=Swap.State.ASKED).update(state=Swap.State.LAPSED, answered_at=at)
