"""A federation is dissolved: what is open is named, ended or handed on first; all that was stays readable."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from linli.domains.safety.commands.federating import FederationRefused
from linli.domains.safety.models import AnswerStep, Federation, Member, NoticeAnswer
from linli.domains.safety.queries.federation_ending import UNFINISHED, left_open, takers
from linli.kernel.flow.succession import move_open_work
from linli.kernel.org.commands import people, units
from linli.kernel.org.commands.changes import named, require
from linli.kernel.org.models import Actor, Change, Post, Unit
from linli.kernel.org.queries.posts import day_of
from linli.kernel.text import clean, personal_data_in

RIGHT = "convene"
"""Who founded it or leads it: whoever calls its meetings."""


@transaction.atomic
def dissolve(
    federation: Federation, *, on: date, reason: str, to: Unit | None = None, actor: Actor, at: datetime
) -> Federation:
    """End a federation from the day ``on``: its members leave, its unit and the posts in it end, nothing is deleted.

    to  who takes over what its members did not finish and what it had to do; without it nothing may be left.
        Meetings that are called and the recurring one are called off and ended before, by whoever called them.

    Raises FederationRefused (naming what is open), RightRefused, and what ending a unit refuses.
    """
    require(actor, RIGHT, federation.unit, at)
    row = Federation.objects.select_for_update(of=("self",)).select_related("unit", "home").get(pk=federation.pk)
    said = _checked(row, on, reason, at)
    left = left_open(row)
    if left.to_end:
        raise FederationRefused(_("请先取消会议、结束定期例会：%(what)s。") % {"what": "；".join(left.to_end)})
    if left.to_hand_on and to is None:
        raise FederationRefused(
            _("还有没办完的，请先办完，或选择移交给谁：%(what)s。") % {"what": "；".join(left.to_hand_on)}, field="to"
        )
    if to is not None:
        _hand_on(row, to, actor, at)
    Member.objects.filter(federation=row, until=None).update(until=on, end_reason=_("联合会解散"))
    row.dissolved_on, row.dissolved_why, row.dissolved_by, row.handed_to = on, said, actor, to
    row.save(update_fields=["dissolved_on", "dissolved_why", "dissolved_by", "handed_to"])
    changes = {"dissolved_on": on.isoformat(), "handed_to": to.name if to else ""}
    Change.objects.create(actor=actor, at=at, subject=named(row), verb="dissolve", reason=said, changes=changes)
    # As at its founding: units are kept by others, but a federation is an office of nobody's.
    units.close(row.unit, on=on, actor=people.the_system(), at=at, reason=_("联合会解散"))
    return row


def _checked(federation: Federation, on: date, reason: str, at: datetime) -> str:
    """The reason in form. Raises FederationRefused."""
    if federation.dissolved_on is not None:
        raise FederationRefused(_("联合会已解散。"))
    joined = Member.objects.filter(federation=federation, until=None).aggregate(last=Max("since"))["last"]
    if not max(federation.founded_on, joined or federation.founded_on) < on <= day_of(at):
        raise FederationRefused(_("解散日期应在成立和最后一个成员入会之后、今天以前。"), field="on")
    # Ending the unit cuts its posts on that day: what was held already is not shortened or unmade.
    posts = Post.objects.filter(Q(unit=federation.unit) | Q(over=federation.unit))
    begun = posts.filter(since__lte=day_of(at)).aggregate(last=Max("since"))["last"]
    ended = posts.filter(until__lte=day_of(at)).aggregate(last=Max("until"))["last"]
    if (begun and on <= begun) or (ended and on < ended):
        raise FederationRefused(_("解散日期应在联合会最后一次任职之后，不早于最后一次离任。"), field="on")
    if found := personal_data_in(reason):
        raise FederationRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field="reason")
    if not (said := clean(reason, 200)):
        raise FederationRefused(_("请写明理由。"), field="reason")
    return said


def _hand_on(federation: Federation, to: Unit, actor: Actor, at: datetime) -> None:
    """What members did not finish is marked as handed on, what the federation had to do moves; both say to whom."""
    if str(to.pk) not in dict(takers(federation)):
        raise FederationRefused(_("请选择本街道或其下的单位。"), field="to")
    rows = NoticeAnswer.objects.select_for_update().filter(UNFINISHED, notice__federation=federation)
    answers = list(rows.order_by("pk"))
    AnswerStep.objects.bulk_create(
        AnswerStep(answer=answer, verb=AnswerStep.Verb.HANDED_ON, note=to.name, actor=actor, at=at)
        for answer in answers
    )
    NoticeAnswer.objects.filter(pk__in=[answer.pk for answer in answers]).update(state=NoticeAnswer.State.HANDED_ON)
    move_open_work(federation.unit, to, actor, at)
