"""Notes of those who supervise key projects."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.lists.models import KeyNote, Standing
from linli.domains.lists.queries.key_projects import may_watch
from linli.kernel.catalog.models import WorkItem
from linli.kernel.errors import Refused
from linli.kernel.org.models import Actor
from linli.kernel.text import clean, personal_data_in

TWICE_WITHIN = timedelta(minutes=10)


class NoteRefused(Refused):
    """It may not be written like that."""


@transaction.atomic
def note_key_project(item: WorkItem, text: str, *, actor: Actor, at: datetime) -> KeyNote:
    """Write down what was found when looking at a key project. The same words sent twice are kept once."""
    said = clean(text, 400)
    if not may_watch(actor, item.worklist.unit):
        raise NoteRefused(_("您的岗位不督办%(unit)s的重点项目。") % {"unit": item.worklist.unit.name})
    if not said:
        raise NoteRefused(_("请写明情况或要求。"), field="text")
    if personal_data_in(said):
        raise NoteRefused(_("不要写电话、证件号码等个人信息。"), field="text")
    if not Standing.objects.select_for_update().filter(pk=item.pk, is_key=True).exists():
        raise NoteRefused(_("这不是重点项目。"))
    before = KeyNote.objects.filter(item=item, actor=actor, text=said, at__gt=at - TWICE_WITHIN).first()
    return before or KeyNote.objects.create(item=item, text=said, actor=actor, at=at)
