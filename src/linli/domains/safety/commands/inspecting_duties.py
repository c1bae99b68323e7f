"""A checklist filed for a duty of inspecting: what the plan wants is checked, and its time is recorded as done."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.safety.commands.inspecting import Inspected
from linli.domains.safety.queries.proof import Proof, prove
from linli.kernel.duties import commands as duties
from linli.kernel.duties import eligibility
from linli.kernel.duties.commands import OccurrenceRefused
from linli.kernel.duties.kinds import WANTS
from linli.kernel.duties.models import Occurrence
from linli.kernel.duties.queries.listing import may_see
from linli.kernel.evidence.models import File
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

KIND = "inspection"
PROOFS = {"code": (Proof.CODE,), "position": (Proof.CODE, Proof.POSITION)}
"""What a plan wants on the spot → what of a checklist shows it."""


@transaction.atomic
def count(
    occurrence_id: UUID, given: Inspected, *, files: Collection[UUID], done_at: datetime, filed_at: datetime,
    is_late: bool, actor: Actor,
) -> Occurrence:  # fmt: skip
    """Record the time of the duty as done by the checklist ``given``; done before, it stays as it is.

    files  photos that came with it; a signature is none
    Raises NotTheirsRefused, OccurrenceRefused: then the checklist counts for no duty, and stands all the same.
    """
    one = Occurrence.objects.select_related("duty__unit", "duty__over").filter(pk=occurrence_id).first()
    if one is None or one.duty.kind != KIND or not _may_know(one, actor, done_at=done_at, filed_at=filed_at):
        raise OccurrenceRefused(_("没有这项检查排班。"), field="occurrence")
    eligibility.require_theirs(one, one.duty, actor, at=done_at)
    if not org.kept_unit(given.site.unit_id).path.startswith(one.duty.over.path):
        raise OccurrenceRefused(_("这一场所不在“%(title)s”的范围内。") % {"title": one.duty.title}, field="site")
    if missing := _missing(one, given, files):
        asked = "、".join(str(WANTS[code]) for code in missing)
        raise OccurrenceRefused(_("“%(title)s”要%(asked)s。") % {"title": one.duty.title, "asked": asked})
    kept = File.objects.filter(pk__in=files, created_by=actor)
    return duties.record_done(
        one.pk, done_at=done_at, filed_at=filed_at, is_late=is_late, actor=actor, files=list(kept),
        note=_("检查：%(site)s") % {"site": given.site.name},
    )  # fmt: skip


def _may_know(one: Occurrence, actor: Actor, *, done_at: datetime, filed_at: datetime) -> bool:
    """What is refused names the duty, so whether somebody may know of it comes first."""
    return eligibility.is_theirs(one, one.duty, actor, at=done_at) or may_see(actor, one.duty, at=filed_at)


def _missing(one: Occurrence, given: Inspected, files: Collection[UUID]) -> list[str]:
    """What the plan wants and the checklist does not show; words it always has."""
    shown = prove(
        (given.site.lon, given.site.lat), is_scanned=given.tag.strip().lower() == given.site.tag, lon=given.lon,
        lat=given.lat, accuracy_m=given.accuracy_m,
    ).proof  # fmt: skip
    lacks = {code: shown not in proofs for code, proofs in PROOFS.items()} | {"photo": not files}
    return [code for code in one.duty.wants if lacks.get(code, False)]
