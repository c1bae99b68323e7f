"""A case becomes work of another domain beside it: opened there, linked here, each going its own way."""

from datetime import datetime

from django.utils.translation import gettext as _

from linli.domains.cases.models import Case, ResidentSource
from linli.domains.cases.queries import onward
from linli.domains.cases.queries.onward import Passed
from linli.kernel.flow.commands import StepRefused, link, lock
from linli.kernel.flow.models import Attachment, Link, Matter, Place
from linli.kernel.flow.whole import whole
from linli.kernel.org.models import Actor
from linli.kernel.text import without_personal_data

MOST_FILES = 9


@whole
def pass_on(case: Case, code: str, *, choice: str, note: str, actor: Actor, at: datetime) -> Matter:
    """Open what ``code`` names from ``case`` and link both; done before, it is the one opened then.

    Raises NotFound for no such way, StepRefused and what the other domain refuses.
    """
    way, matter = onward.way(code), lock(case.pk)
    if earlier := Link.objects.filter(matter=matter, kind=code).select_related("other").first():
        return earlier.other
    if way not in onward.ways_for(actor, matter):
        raise StepRefused(_("“%(what)s”不在您的职责内，或案件已办结。") % {"what": way.label})
    if Link.objects.filter(other=matter, kind=code).exists():
        raise StepRefused(_("这一案件正是由隐患转来的。"))
    if choice not in {value for value, _label in way.choices()}:
        raise StepRefused(_("请选择%(what)s。") % {"what": way.asks}, field="choice")
    if not note.strip():
        raise StepRefused(_("请写明理由。"), field="note")
    other = Matter.objects.get(pk=way.take(_passed(case, matter, choice), actor, at))
    link(matter, other, code, actor=actor, at=at, note=without_personal_data(note.strip()))
    return other


def _passed(case: Case, matter: Matter, choice: str) -> Passed:
    place = Place.objects.filter(matter=matter).first()
    files = Attachment.objects.filter(matter=matter, kind__in=("report", "before")).order_by("seq", "id")
    return Passed(
        case.pk, matter.number, without_personal_data(case.description), choice, place.lon if place else None,
        place.lat if place else None, without_personal_data(place.address) if place else "",
        tuple(files.values_list("file_id", flat=True)[:MOST_FILES]),
        ResidentSource.objects.filter(pk=case.source).exists(),
    )  # fmt: skip
