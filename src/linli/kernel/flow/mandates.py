"""Nothing is pushed down to a committee or village that is not on its list: by which item a matter comes to it.

The database holds the rule (migration 0009); here it is answered before, in words, and what was declined is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.catalog.admitted import Admitted, admitted_for, bound_kinds
from linli.kernel.flow.models import Declined, Entry, Mandate, Matter, Part
from linli.kernel.flow.refusals import StepRefused
from linli.kernel.flow.whole import KeptRefused
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import without_personal_data


@dataclass(frozen=True, slots=True)
class About:
    """What a domain knows of its matter: the residents' source it came from, or the catalogue numbers it is about."""

    source: str = ""
    categories: tuple[str, ...] = ()


AboutSource = Callable[[Matter], About]

_sources: dict[str, AboutSource] = {}


def connect(sources: dict[str, AboutSource]) -> None:
    """Remember who answers for which flow; replaces those connected before."""
    _sources.clear()
    _sources.update(sources)


class OffListRefused(KeptRefused, StepRefused):
    """A downward task without an admitted item."""


def is_bound(unit: Unit) -> bool:
    """Whether ``unit`` may be asked only for what is admitted."""
    return unit.kind in bound_kinds()


def is_of_level(actor: Actor, at: datetime) -> bool:
    """Whether ``actor`` stands in a committee or village, or below one: what they open is not pushed down to it."""
    kinds = bound_kinds()
    stands = [org.kept_unit(held.unit_id) for held in org.posts_of(actor, at)]
    return any(org.kept_unit(int(part)).kind in kinds for unit in stands for part in unit.path.rstrip(".").split("."))


def give(matter: Matter, *, actor: Actor, at: datetime, admission: int | None = None) -> Mandate | None:
    """Write down by which item ``matter`` comes to the unit that holds it; None where that unit is not bound.

    actor      who brings it there; who opened it, or what it is a part of, says whether it comes from above
    admission  the one to cite; None: the one that covers what the matter is about
    Raises OffListRefused.
    """
    bearer = org.kept_unit(matter.unit_id)
    if not is_bound(bearer):
        return None
    about = _sources[matter.flow](matter) if matter.flow in _sources else About()
    asker = _asker(matter, actor, at)
    if about.source:
        return _write(matter, bearer, asker, at=at, exempt="source", source=about.source)
    if _is_own(matter, bearer, actor, at):
        return _write(matter, bearer, asker, at=at, exempt="level")
    fitting = _fitting(bearer, about, admission, at)
    if fitting is None or asker is None:
        raise _refusal(matter, bearer, asker, actor, at, cited=admission)
    return _write(matter, bearer, asker, at=at, admitted=fitting)


def stands(matter: Matter) -> bool:
    """Whether it is written down how ``matter`` came to who holds it: a second round there is no new task."""
    return Mandate.objects.filter(matter=matter, bearer=matter.unit_id).exists()


def _is_own(matter: Matter, bearer: Unit, actor: Actor, at: datetime) -> bool:
    """Whether somebody of the bearer's level opened it, or it is a part of what the bearer itself has brought."""
    first = _first(matter.pk)
    if is_of_level(first.actor if first else actor, at):
        return True
    whole = matter.parent
    if whole is None or (whole.closed_at is not None and whole.closed_at < matter.opened_at):
        return False
    opened = _first(whole.pk)
    return (
        opened is not None
        and Part.objects.filter(flow=matter.flow, whole=whole.flow).exists()
        and _stood_in(bearer, opened.actor, opened.taken_at)
    )


def _first(matter: UUID) -> Entry | None:
    return Entry.objects.filter(matter_id=matter, seq=1).select_related("actor").first()


def _stood_in(bearer: Unit, actor: Actor, at: datetime) -> bool:
    """Whether ``actor`` stood in ``bearer``, in what it succeeded, or below, at ``at``."""
    for held in org.posts_of(actor, at):
        chain = [org.kept_unit(int(part)) for part in org.kept_unit(held.unit_id).path.rstrip(".").split(".")]
        if any(bearer.pk in (unit.pk, unit.successor_id) for unit in chain):
            return True
    return False


def _asker(matter: Matter, actor: Actor, at: datetime) -> Unit | None:
    """The unit of whoever brings it: their post over the matter's home before others."""
    held = org.posts_of(actor, at)
    near = next((h for h in held if h.reaches(org.kept_unit(matter.home_id).path)), None)
    chosen = near or next(iter(held), None)
    return org.kept_unit(chosen.unit_id) if chosen else None


def _fitting(bearer: Unit, about: About, admission: int | None, at: datetime) -> Admitted | None:
    if admission is not None:
        return next(iter(admitted_for(bearer, at=at, ids=[admission])), None)
    if not about.categories:
        return None
    return next(iter(admitted_for(bearer, at=at, about=about.categories)), None)


def _write(
    matter: Matter, bearer: Unit, asker: Unit | None, *, at: datetime, exempt: str = "", source: str = "",
    admitted: Admitted | None = None,
) -> Mandate:  # fmt: skip
    said = {
        "asker": asker, "bearer": bearer, "exempt": exempt, "source": source, "asked_at": at,
        "admission_id": admitted.id if admitted else None,
        "load_kind": admitted.load_kind if admitted else "",
        "minutes": admitted.minutes if admitted else 0, "forms": admitted.forms if admitted else 0,
    }  # fmt: skip
    mandate = Mandate.objects.filter(matter=matter).first()
    if mandate is None:
        return Mandate.objects.create(matter=matter, **said)
    if (mandate.bearer_id, mandate.admission_id) != (bearer.pk, said["admission_id"]):
        for name, value in said.items():
            setattr(mandate, name, value)
        mandate.save()
    return mandate


def _refusal(
    matter: Matter, bearer: Unit, asker: Unit | None, actor: Actor, at: datetime, *, cited: int | None
) -> OffListRefused:
    reason = (
        _("所引用的事项没有对%(unit)s准入，或已到期、中止，不能下派。")
        if cited is not None
        else _("%(unit)s的清单上没有这件事，不能下派。")
    ) % {"unit": bearer.name}
    way = _("请引用已准入的事项；清单上没有的，先申请准入；确属突发的，走应急通道并在事后补办。")
    declined = Declined(
        flow=matter.flow, title=without_personal_data(matter.title)[:120], asker=asker, bearer=bearer, actor=actor,
        reason=reason[:400], at=at,
    )  # fmt: skip
    return OffListRefused(f"{reason}{way}", field="admission", record=declined.save)
