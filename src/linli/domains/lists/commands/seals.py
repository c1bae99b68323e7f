"""The ledger of seals: which there are, who keeps them, handed over before a witness, stopped, lost, destroyed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.domains.lists.models import Seal, SealEvent
from linli.domains.lists.queries.seal_ledger import CHANGES
from linli.kernel.errors import Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.org import queries as org
from linli.kernel.org.commands.changes import RightRefused
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean

State, Kind = Seal.State, SealEvent.Kind


class SealLedgerRefused(Refused):
    """The ledger may not be changed like that; ``field`` names the input to mend."""


@dataclass(frozen=True, slots=True)
class NewSeal:
    """A seal as it is entered. ``keeper`` and ``image`` by their ids."""

    name: str
    kind: str = "official"
    number: str = ""
    scope: str = ""
    place: str = ""
    keeper: UUID | None = None
    image: UUID | None = None


def register(given: NewSeal, *, unit: Unit, actor: Actor, at: datetime) -> Seal:
    """Enter a seal of ``unit`` with its keeper. Raises SealLedgerRefused, RightRefused."""
    _require(actor, unit, at)
    if given.kind not in Seal.Kind.values:
        raise SealLedgerRefused(_("请选择印章种类。"), field="kind")
    texts = {name: clean(getattr(given, name), most) for name, most in TEXTS.items()}
    if not texts["name"]:
        raise SealLedgerRefused(_("请填写印章名称。"), field="name")
    keeper = _keeper(given.keeper, unit, at)
    try:
        with transaction.atomic():
            seal = Seal.objects.create(
                unit=unit, kind=given.kind, keeper=keeper, image_id=given.image, made_by=actor, made_at=at, **texts
            )
            SealEvent.objects.create(seal=seal, kind=Kind.REGISTERED, after=keeper, actor=actor, at=at)
    except IntegrityError as error:
        raise SealLedgerRefused(_("这个名称或编号的印章已经登记。"), field="name") from error
    if given.image is not None:
        evidence.retain([given.image], until=None)
    return seal


TEXTS = {"name": 80, "number": 40, "scope": 200, "place": 80}


@transaction.atomic
def hand_over(
    seal: Seal, *, to: UUID | None, witness: UUID | None, note: str = "", actor: Actor, at: datetime
) -> SealEvent:
    """Pass the seal to another keeper before a witness; the one before can stamp no more from now on.

    Raises SealLedgerRefused, RightRefused.
    """
    held = _held(seal, actor, at)
    if held.state != State.IN_USE:
        raise SealLedgerRefused(_("印章在“%(state)s”，不能交接。") % {"state": held.get_state_display()})
    keeper = _keeper(to, held.unit, at)
    if keeper.pk == held.keeper_id:
        raise SealLedgerRefused(_("接收人就是现在的保管人。"), field="to")
    seen_by = Actor.objects.filter(pk=witness, kind=Actor.Kind.STAFF).first() if witness else None
    if seen_by is None:
        raise SealLedgerRefused(_("请选择监交人。"), field="witness")
    if seen_by.pk in (keeper.pk, held.keeper_id):
        raise SealLedgerRefused(_("监交人不能是移交人或接收人。"), field="witness")
    event = SealEvent.objects.create(
        seal=held, kind=Kind.HANDED_OVER, before_id=held.keeper_id, after=keeper, witness=seen_by,
        note=clean(note, 200), actor=actor, at=at,
    )  # fmt: skip
    held.keeper = keeper
    held.save(update_fields=["keeper"])
    return event


@transaction.atomic
def change_state(seal: Seal, kind: str, *, note: str, actor: Actor, at: datetime) -> SealEvent:
    """Stop, resume, report lost or destroy a seal, with the reason. Raises SealLedgerRefused, RightRefused.

    kind  stopped, resumed, lost or destroyed; its keeper may report it lost too
    """
    held = _held(seal, actor, at, or_keeper=kind == "lost")
    if kind not in CHANGES:
        raise SealLedgerRefused(_("没有这种变更。"))
    sources, target = CHANGES[kind]
    if held.state not in sources:
        raise SealLedgerRefused(_("印章在“%(state)s”，不能这样变更。") % {"state": held.get_state_display()})
    words = clean(note, 200)
    if len(words) < 2:
        raise SealLedgerRefused(_("请写明理由。"), field="note")
    event = SealEvent.objects.create(
        seal=held, kind=kind, before_id=held.keeper_id, after_id=held.keeper_id, note=words, actor=actor, at=at
    )
    held.state = target
    held.stopped_at = None if target == State.IN_USE else held.stopped_at or at
    held.save(update_fields=["state", "stopped_at"])
    return event


@transaction.atomic
def describe(seal: Seal, *, scope: str, place: str, note: str, actor: Actor, at: datetime) -> SealEvent:
    """Correct what the seal is for and where it lies. Raises SealLedgerRefused, RightRefused."""
    held = _held(seal, actor, at)
    held.scope, held.place = clean(scope, TEXTS["scope"]), clean(place, TEXTS["place"])
    held.save(update_fields=["scope", "place"])
    words = clean(note, 100) or _("更正用途或存放处")
    return SealEvent.objects.create(seal=held, kind=Kind.CHANGED, note=words, actor=actor, at=at)


def _held(seal: Seal, actor: Actor, at: datetime, *, or_keeper: bool = False) -> Seal:
    """The seal, locked, if ``actor`` keeps its unit's ledger (or the seal itself). Raises RightRefused."""
    held = Seal.objects.select_for_update().get(pk=seal.pk)
    if not (or_keeper and held.keeper_id == actor.pk):
        _require(actor, held.unit, at)
    return held


def _require(actor: Actor, unit: Unit, at: datetime) -> None:
    if org.holds_right(actor, "edit_seals", unit, at) is None:
        raise RightRefused(_("您的岗位不能维护%(unit)s的印章台账。") % {"unit": unit.name})


def _keeper(wanted: UUID | None, unit: Unit, at: datetime) -> Actor:
    """Who is to keep it: somebody appointed as keeper of ``unit``. Raises SealLedgerRefused."""
    person = Actor.objects.filter(pk=wanted).first() if wanted else None
    if person is None or org.holds(person, "seal_keeper", unit, at) is None:
        raise SealLedgerRefused(_("保管人须是%(unit)s的印章保管员。") % {"unit": unit.name}, field="keeper")
    return person
