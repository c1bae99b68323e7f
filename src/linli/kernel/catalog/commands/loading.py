"""Loading the lists of a pack: may run at every start, changes nothing the second time, never overrides local work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources.abc import Traversable

from django.db import transaction

from linli.kernel.catalog import packs, queries
from linli.kernel.catalog.commands.versions import propose, publish
from linli.kernel.catalog.models import CodeSet, Correspondence, TimeLimit, Version
from linli.kernel.org.models import Actor

ORIGIN = "pack:"
NO_KNOWN_BEGINNING = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did: codes of lists published and of lists left as proposals, and rows added."""

    published: tuple[str, ...]
    proposed: tuple[str, ...]
    correspondences: int
    limits: int


@transaction.atomic
def load_pack(
    *, at: datetime, actor: Actor | None = None, folder: Traversable | None = None, name: str = "catalog"
) -> Loaded:
    """Bring the lists, crosswalks and time limits of a pack in.

    A list whose content (by hash) was loaded before is left alone. A new one is published where the list in force
    came from a pack too or there is none; where people made the list in force, it stays a proposal for them.
    """
    folder = folder or packs.shipped()
    published: list[str] = []
    proposed: list[str] = []
    for set_file in packs.read_sets(folder):
        version = _bring(set_file, origin=ORIGIN + name, actor=actor, at=at)
        if version is not None:
            (published if version.status == Version.Status.PUBLISHED else proposed).append(set_file.code)
    sets = {code_set.code: code_set for code_set in CodeSet.objects.all()}
    crossings = _add_crossings(packs.read_crossings(folder), sets)
    limits = _add_limits(packs.read_limits(folder), sets[queries.MATTERS], at)
    queries.look_again()
    return Loaded(tuple(published), tuple(proposed), crossings, limits)


def _bring(set_file: packs.SetFile, *, origin: str, actor: Actor | None, at: datetime) -> Version | None:
    code_set, _created = CodeSet.objects.get_or_create(
        code=set_file.code,
        defaults={"name": set_file.name, "standard_ref": set_file.standard_ref, "edition": set_file.edition},
    )
    if code_set.versions.filter(file_hash=set_file.file_hash).exists():
        return None
    in_force = code_set.versions.filter(status=Version.Status.PUBLISHED).order_by("-valid_from").first()
    first_day = set_file.valid_from
    if in_force is not None:
        first_day = max(first_day, queries.local_day(at), in_force.valid_from + timedelta(days=1))
    version = propose(
        code_set,
        set_file.entries,
        valid_from=first_day,
        origin=origin,
        file_hash=set_file.file_hash,
        actor=actor,
        at=at,
    )
    if in_force is None or in_force.origin.startswith(ORIGIN):
        return publish(version, actor=actor, at=at)
    return version


def _add_crossings(crossings: Iterable[packs.Crossing], sets: dict[str, CodeSet]) -> int:
    known = set(Correspondence.objects.values_list("from_set__code", "from_code", "to_set__code", "to_code"))
    new = [
        Correspondence(
            from_set=sets[crossing.from_set],
            from_code=crossing.from_code,
            to_set=sets[crossing.to_set],
            to_code=crossing.to_code,
            source=crossing.source[:200],
            confidence=crossing.confidence,
        )
        for crossing in crossings
        if (crossing.from_set, crossing.from_code, crossing.to_set, crossing.to_code) not in known
    ]
    if new:
        Correspondence.objects.bulk_create(new)
    return len(new)


def _add_limits(limits: Iterable[packs.LimitRow], matters: CodeSet, at: datetime) -> int:
    """Rows for everywhere without a known beginning. One that was ended locally is still there and stays ended."""
    key = ("code", "condition", "stage", "emergency", "unit_kind", "position")
    known = set(TimeLimit.objects.filter(code_set=matters, unit=None, valid_from=NO_KNOWN_BEGINNING).values_list(*key))
    new = [
        TimeLimit(
            code_set=matters,
            valid_from=NO_KNOWN_BEGINNING,
            code=row.code,
            condition=row.condition,
            stage=row.stage,
            emergency=row.emergency,
            unit_kind=row.unit_kind,
            amount=row.amount,
            base=row.base,
            close_condition=row.close_condition,
            position=row.position,
            verified=row.verified,
            source=row.source[:200],
            confidence=row.confidence,
            made_at=at,
        )
        for row in limits
        if (row.code, row.condition, row.stage, row.emergency, row.unit_kind, row.position) not in known
    ]
    if new:
        TimeLimit.objects.bulk_create(new)
    return len(new)
