"""A committee complains of being burdened outside its list, or objects to a trial; a reviewer looks into it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.domains.lists.flow import COMPLAINT
from linli.domains.lists.models import Complaint
from linli.domains.lists.queries.review_levels import district_of
from linli.kernel.catalog.models import Admission
from linli.kernel.errors import Refused
from linli.kernel.flow.commands import open_matter, start_clocks, take, wait_for_key
from linli.kernel.flow.models import Declined, Entry, Mandate, Matter
from linli.kernel.flow.whole import whole
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean, personal_data_in

RIGHT = "complain_burden"


class ComplaintRefused(Refused):
    """Not complained of, or answered, like this."""


@dataclass(frozen=True, slots=True)
class Grief:
    """What a committee complains of: ``about`` whom; the task, refused attempt or trial it is about, if any."""

    kind: str
    text: str
    about: Unit
    task: Matter | None = None
    declined: Declined | None = None
    admission: Admission | None = None


@whole
def complain(grief: Grief, *, key: UUID, actor: Actor, at: datetime) -> Complaint:
    """Raise it for the actor's committee; the district's reviewers answer, not those complained of. Raises
    ComplaintRefused."""
    wait_for_key(key)
    if (earlier := Complaint.objects.filter(pk=key).first()) is not None:
        return earlier
    held = org.holds_right(actor, RIGHT, at=at)
    if held is None:
        raise ComplaintRefused(_("增负投诉由居(村)委会提出。"))
    by = org.kept_unit(held.unit_id)
    text = _refuse(grief, by)
    district = district_of(by)
    matter = open_matter(
        COMPLAINT, title=_("增负投诉：%(unit)s") % {"unit": grief.about.name}, home=by, unit=district,
        actor=actor, at=at, key=key, role=held.role,
    )  # fmt: skip
    complaint = Complaint.objects.create(
        matter=matter, kind=grief.kind, by=by, about=grief.about, task=grief.task, declined=grief.declined,
        admission=grief.admission, text=text,
    )  # fmt: skip
    start_clocks(matter, complaint, ("answer",), at=at)
    return complaint


def _refuse(grief: Grief, by: Unit) -> str:
    text = clean(grief.text, 400)
    if grief.kind not in Complaint.Kind.values:
        raise ComplaintRefused(_("请选择投诉类别。"), field="kind")
    if not text:
        raise ComplaintRefused(_("请写明情况。"), field="text")
    if found := personal_data_in(text):
        raise ComplaintRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field="text")
    if not grief.about.path.startswith(district_of(by).path) or grief.about.path.startswith(by.path):
        raise ComplaintRefused(_("请选择本区的上级单位。"), field="about")
    _refuse_cause(grief, by)
    return text


def _refuse_cause(grief: Grief, by: Unit) -> None:
    if grief.task is not None and not Mandate.objects.filter(matter=grief.task, bearer=by).exists():
        raise ComplaintRefused(_("这项任务不是派给本单位的。"), field="task")
    if grief.declined is not None and grief.declined.bearer_id != by.pk:
        raise ComplaintRefused(_("这次下派不是派给本单位的。"), field="declined")
    if grief.admission is not None and not by.path.startswith(org.kept_unit(grief.admission.unit_id).path):
        raise ComplaintRefused(_("这一事项没有对本单位准入。"), field="admission")
    if grief.kind == Complaint.Kind.TRIAL and grief.admission is None:
        raise ComplaintRefused(_("请指明是哪一项试行。"), field="admission")


def look_into(complaint: Complaint, *, actor: Actor, at: datetime, seen: int | None = None) -> Entry:
    """Take it up. Raises StepRefused."""
    return take(COMPLAINT, "look_into", complaint, actor=actor, at=at, seen=seen)


def answer(
    complaint: Complaint, *, upheld: bool, text: str, actor: Actor, at: datetime, seen: int | None = None,
    command: UUID | None = None,
) -> Entry:  # fmt: skip
    """Say whether it is right, and why; it counts against the unit complained of. Raises StepRefused."""
    step = "uphold" if upheld else "dismiss"
    changes = {"answer": clean(text, 400)}
    return take(COMPLAINT, step, complaint, actor=actor, at=at, note=text, seen=seen, command=command, changes=changes)


def withdraw(complaint: Complaint, reason: str, *, actor: Actor, at: datetime, seen: int | None = None) -> Entry:
    """Take it back. Raises StepRefused."""
    return take(COMPLAINT, "withdraw", complaint, actor=actor, at=at, note=reason, seen=seen)
