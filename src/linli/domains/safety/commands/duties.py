"""A duty reported as done by words and photos: where nothing but being there proves it, words do not."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.duties import commands as kernel
from linli.kernel.duties import eligibility
from linli.kernel.duties.commands import OccurrenceRefused
from linli.kernel.duties.kinds import ON_THE_SPOT, WANTS
from linli.kernel.duties.models import Occurrence
from linli.kernel.duties.queries.listing import may_see
from linli.kernel.errors import NotFound
from linli.kernel.evidence.models import File
from linli.kernel.flow.given import GivenFile
from linli.kernel.org.models import Actor


@transaction.atomic
def report_done(
    occurrence_id: UUID, *, note: str, files: Sequence[GivenFile], done_at: datetime, filed_at: datetime,
    is_late: bool, actor: Actor,
) -> Occurrence:  # fmt: skip
    """Record it as done with the evidence its plan wants.

    Raises NotFound also for one that ``actor`` may not see: what is refused names it, so whose it is comes first.
    NotTheirsRefused, OccurrenceRefused.
    """
    one = Occurrence.objects.select_related("duty__unit", "duty__over").filter(pk=occurrence_id).first()
    if one is None:
        raise NotFound
    if not eligibility.is_theirs(one, one.duty, actor, at=done_at) and not may_see(actor, one.duty, at=filed_at):
        raise NotFound
    eligibility.require_theirs(one, one.duty, actor, at=done_at)
    _check_evidence(one, note, files)
    given = File.objects.filter(pk__in=[file.file_id for file in files])
    return kernel.record_done(
        occurrence_id, done_at=done_at, filed_at=filed_at, is_late=is_late, actor=actor, note=note, files=list(given)
    )


def _check_evidence(one: Occurrence, note: str, files: Sequence[GivenFile]) -> None:
    wants = set(one.duty.wants)
    if missing := wants & ON_THE_SPOT:
        asked = "、".join(str(WANTS[code]) for code in WANTS if code in missing)
        raise OccurrenceRefused(
            _("“%(title)s”要%(asked)s：请用手机从巡查或检查里完成。") % {"title": one.duty.title, "asked": asked}
        )
    if "photo" in wants and not files:
        raise OccurrenceRefused(_("请附上照片。"), field="photo")
    if "note" in wants and not note.strip():
        raise OccurrenceRefused(_("请写明做了什么。"), field="note")
