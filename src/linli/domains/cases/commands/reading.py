"""Reading how to reach people in plain: with a purpose, by who deals with their case, every reading kept."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.cases.models import Occurrence
from linli.domains.cases.queries import workbench
from linli.domains.cases.queries.case_page import caller_on, may_read_contacts
from linli.domains.cases.queries.reaching import reach_of
from linli.domains.cases.queries.rows import Row, rows
from linli.domains.cases.queries.seeing import get_case
from linli.kernel.flow.models import Matter
from linli.kernel.flow.refusals import StepRefused
from linli.kernel.org.commands import contacts
from linli.kernel.org.models import Actor
from linli.kernel.org.queries.contacts import masked
from linli.kernel.org.scope import Held

__all__ = ["Plain", "find_callers", "read_caller", "read_words"]


@dataclass(frozen=True, slots=True)
class Plain:
    """A contact in plain; "" for what was not left."""

    name: str
    phone: str
    email: str


@transaction.atomic
def read_caller(number: str, caller: UUID, *, purpose: str, actor: Actor, at: datetime) -> Plain:
    """Name, phone and mail of a caller of case ``number``. Raises CaseNotFound, StepRefused, ContactRefused."""
    matter, person = caller_on(number, caller, actor=actor)
    if not may_read_contacts(actor, matter, at=at):
        raise StepRefused(_("您的岗位不能查看反映人的联系方式。"))
    known = masked([person.pk]).get(person.pk)
    kept = {
        field: contacts.read_contact(person, field, purpose=purpose, actor=actor, at=at)
        for field in ("name", "phone", "email")
        if known and getattr(known, field)
    }
    return Plain(kept.get("name", ""), kept.get("phone", ""), kept.get("email", ""))


@transaction.atomic
def read_words(number: str, *, purpose: str, actor: Actor, at: datetime) -> str:
    """What was reported, with the numbers typed into it; pages show them starred.

    Kept as a reading of whoever wrote it.     Raises CaseNotFound, StepRefused, ContactRefused.
    """
    case = get_case(number, actor=actor)
    if not may_read_contacts(actor, case.matter, at=at):
        raise StepRefused(_("您的岗位不能查看反映人的联系方式。"))
    writer = case.matter.entries.select_related("actor").get(seq=1).actor
    contacts.keep_reading(writer, "words", purpose=purpose, actor=actor, at=at)
    return case.description


@transaction.atomic
def find_callers(phone: str, *, purpose: str, actor: Actor, post: Held | None, at: datetime) -> list[Row]:
    """Cases that people with this number reported, newest first, as far as the post reaches; the search is kept.

    Raises ContactRefused (no purpose), RightRefused.
    """
    people = contacts.find_by_phone(phone, purpose=purpose, actor=actor, at=at)
    keys = Occurrence.objects.filter(actor__in=people).order_by("-at").values_list("matter_id", flat=True)
    reach = reach_of(actor, post)
    seen = Matter.objects.filter(pk__in=list(keys[: workbench.PAGE])).select_related("home", "unit")
    mine = {m.pk for m in seen if reach.scope.reaches(m.home.path) or reach.scope.reaches(m.unit.path)}
    return rows([key for key in dict.fromkeys(keys[: workbench.PAGE]) if key in mine])
