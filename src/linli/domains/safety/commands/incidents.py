"""What happened at one member is told to all; each says what it does against it; it is watched for recurrence (000-46).

Telling, answering and recurrences only add rows; where an answer stands is kept beside its steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.safety.models import AnswerStep, Federation, IncidentNotice, Member, NoticeAnswer, Recurrence
from linli.domains.safety.queries.incident_rules import BY_MEMBER, MOVES, last_watched, may_keep, may_tell
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.commands import wait_for_key
from linli.kernel.messages import commands as messages
from linli.kernel.org.models import Account, Actor
from linli.kernel.org.queries.posts import day_of
from linli.kernel.text import clean, personal_data_in

LONGEST_PROMISE = timedelta(days=366)
LONGEST_WATCH = 366

State = NoticeAnswer.State


class IncidentRefused(Refused):
    """Not told, answered or recorded like this. ``str()`` is fit to show."""


@dataclass(frozen=True, slots=True)
class Said:
    """A notice as written. ``technical`` and ``human``: what 技防 and 人防 help; ``by``: which body reported it."""

    kind: str
    title: str
    text: str
    happened_on: date
    technical: str = ""
    human: str = ""
    watch_days: int = 90
    by: str = ""
    file_id: UUID | None = None
    meeting_id: int | None = None


@transaction.atomic
def tell(federation: Federation, said: Said, *, key: UUID, actor: Actor, at: datetime) -> IncidentNotice:
    """Tell every member of today; told again with the same ``key``, it is the first notice. Raises IncidentRefused."""
    wait_for_key(key)
    if (earlier := IncidentNotice.objects.filter(pk=key).first()) is not None:
        if (earlier.federation_id, earlier.made_by_id) != (federation.pk, actor.pk):
            raise IncidentRefused(_("这个编号已用于别的记录。"))
        return earlier
    if not may_tell(_held(federation), actor, at):
        raise IncidentRefused(_("通报由成员单位、派出所或街道发出。"))
    _refuse(said, at)
    members = list(Member.objects.filter(federation=federation, until=None).order_by("pk"))
    if not members:
        raise IncidentRefused(_("联合会还没有成员。"))
    notice = IncidentNotice.objects.create(
        id=key, federation=federation, meeting_id=said.meeting_id, kind=said.kind, title=clean(said.title, 120),
        text=clean(said.text, 4000), technical=clean(said.technical, 400), human=clean(said.human, 400),
        happened_on=said.happened_on, watch_days=said.watch_days, by=clean(said.by, 80), file_id=said.file_id,
        made_by=actor, made_at=at,
    )  # fmt: skip
    if said.file_id is not None:
        evidence.retain([said.file_id], until=None)
    answers = NoticeAnswer.objects.bulk_create(NoticeAnswer(notice=notice, member=member) for member in members)
    AnswerStep.objects.bulk_create(
        AnswerStep(answer=answer, verb=AnswerStep.Verb.TOLD, actor=actor, at=at) for answer in answers
    )
    _message(notice, members, notice.text, actor=actor, at=at)
    return notice


@transaction.atomic
def answer(
    found: NoticeAnswer, verb: str, *, note: str = "", due_on: date | None = None, actor: Actor, at: datetime
) -> NoticeAnswer:
    """Take one step with a member's answer; a step taken already is not taken twice. Raises IncidentRefused, NotFound.

    note    the measure when promised, what was done, or why it is sent back
    due_on  by when a promised measure is done
    """
    row = _locked(found)
    if verb not in MOVES:
        raise NotFound
    _check_who(row, verb, actor, at)
    source, target = MOVES[verb]
    if row.state == target and verb != "promised":
        return row
    if row.state not in source:
        raise IncidentRefused(_("现在是“%(state)s”，不能这样做。") % {"state": row.get_state_display()})
    text = _plain(note, 400, field="note")
    if verb == "promised":
        _promise(row, text, due_on, at)
    elif verb in ("done", "sent_back") and not text:
        raise IncidentRefused(_("请写明情况。"), field="note")
    _mark(row, verb, target, actor, at)
    row.save()
    AnswerStep.objects.create(answer=row, verb=verb, note=_told(row, verb, text), actor=actor, at=at)
    return row


def _mark(row: NoticeAnswer, verb: str, target: str, actor: Actor, at: datetime) -> None:
    row.state = target
    if verb == "phoned":
        row.phoned_at = at
    if verb in ("phoned", "read", "promised") and row.read_at is None:
        row.read_at = at
    if verb == "done":
        row.done_at, row.done_by = at, actor
    elif verb == "confirmed":
        row.confirmed_at, row.confirmed_by = at, actor
    elif verb == "sent_back":
        row.done_at, row.done_by = None, None


def _told(row: NoticeAnswer, verb: str, text: str) -> str:
    if verb != "promised" or row.due_on is None:
        return text
    return _("%(measure)s（%(day)s前完成）") % {"measure": text[:370], "day": row.due_on.isoformat()}


def _promise(row: NoticeAnswer, measure: str, due_on: date | None, at: datetime) -> None:
    today = day_of(at)
    if not measure:
        raise IncidentRefused(_("请写明采取什么措施。"), field="note")
    if due_on is None or not today <= due_on <= today + LONGEST_PROMISE:
        raise IncidentRefused(_("完成日期应在今天以后、一年以内。"), field="due_on")
    row.measure, row.due_on = measure, due_on


def _check_who(row: NoticeAnswer, verb: str, actor: Actor, at: datetime) -> None:
    """The member's contact answers; others confirm. Raises NotFound, IncidentRefused."""
    is_contact, keeps = row.member.contact_id == actor.pk, may_keep(row.notice.federation, actor, at)
    if not (keeps or is_contact):
        raise NotFound
    if verb in BY_MEMBER:
        return
    if verb in ("confirmed", "sent_back") and (is_contact or row.done_by_id == actor.pk):
        raise IncidentRefused(_("由别人核实：完成的人和本单位联系人不能核实。"))
    if not keeps:
        raise NotFound


@transaction.atomic
def record_recurrence(
    notice: IncidentNotice, member: Member, *, happened_on: date, note: str, actor: Actor, at: datetime
) -> Recurrence:
    """The same happened again at ``member`` while it is watched: counted, its measures begin anew, all are told.

    Raises IncidentRefused, NotFound.
    """
    if _held(notice.federation).dissolved_on is not None:
        raise IncidentRefused(_("联合会已解散。"))
    if not may_tell(notice.federation, actor, at) and member.contact_id != actor.pk:
        raise NotFound
    row = _locked_for(notice, member)
    text = _plain(note, 400, field="note")
    if not text:
        raise IncidentRefused(_("请写明情况。"), field="note")
    if not notice.happened_on <= happened_on <= day_of(at):
        raise IncidentRefused(_("发生日期应在通报事件之后、今天以前。"), field="happened_on")
    if happened_on > last_watched(notice):
        raise IncidentRefused(_("观察期已过，请作为新的通报发出。"), field="happened_on")
    found, is_new = Recurrence.objects.get_or_create(
        notice=notice, member=member, happened_on=happened_on, defaults={"note": text, "recorded_by": actor, "at": at}
    )
    if is_new:
        _reopen(row, text, actor, at)
        others = Member.objects.filter(federation=notice.federation, until=None)
        _message(notice, list(others), _("又发生一起：%(what)s") % {"what": text}, actor=actor, at=at)
    return found


def _reopen(row: NoticeAnswer, note: str, actor: Actor, at: datetime) -> None:
    if row.state != State.TOLD:
        row.state = State.READ
    row.reopened += 1
    row.due_on = row.done_at = row.done_by = row.confirmed_by = row.confirmed_at = None
    row.save()
    AnswerStep.objects.create(answer=row, verb=AnswerStep.Verb.REOPENED, note=note, actor=actor, at=at)


def _held(federation: Federation) -> Federation:
    """As it is now, and not dissolved before this is done."""
    return Federation.objects.select_for_update(of=("self",)).select_related("unit").get(pk=federation.pk)


def _locked(found: NoticeAnswer) -> NoticeAnswer:
    rows = NoticeAnswer.objects.select_related("notice__federation__unit", "member")
    row = rows.select_for_update(of=("self",)).filter(pk=found.pk).first()
    if row is None:
        raise NotFound
    return row


def _locked_for(notice: IncidentNotice, member: Member) -> NoticeAnswer:
    """The member's answer, under lock; a member that joined later has none."""
    row = NoticeAnswer.objects.select_for_update().filter(notice=notice, member=member).first()
    if row is None:
        raise IncidentRefused(_("请选择收到通报的成员单位。"), field="member")
    return row


def _message(notice: IncidentNotice, members: Sequence[Member], text: str, *, actor: Actor, at: datetime) -> None:
    """In-app to those who sign in; the others are listed on the notice's page to be phoned."""
    contacts = {member.contact_id for member in members if member.contact_id}
    able = Account.objects.filter(actor_id__in=contacts, is_active=True).values_list("actor_id", flat=True)
    event = messages.Event(
        kind="incident", actor_ids=list(able), but_not=[actor.pk],
        context={"title": notice.title, "unit": notice.federation.unit.name, "by": notice.by or actor.name,
                 "text": text[:200]},
    )  # fmt: skip
    messages.fan_out([event], at=at)


def _refuse(said: Said, at: datetime) -> None:
    if said.kind not in IncidentNotice.Kind.values:
        raise IncidentRefused(_("请选择类别。"), field="kind")
    for field in ("title", "text"):
        if not getattr(said, field).strip():
            raise IncidentRefused(_("请写明发生了什么。"), field=field)
    for field in ("title", "text", "technical", "human", "by"):
        _plain(getattr(said, field), 4000, field=field)
    if not (said.technical.strip() or said.human.strip()):
        raise IncidentRefused(_("请至少写一条对策：技防或人防。"), field="technical")
    if said.happened_on > day_of(at):
        raise IncidentRefused(_("发生日期不能晚于今天。"), field="happened_on")
    if not 1 <= said.watch_days <= LONGEST_WATCH:
        raise IncidentRefused(_("观察期1到%(most)d天。") % {"most": LONGEST_WATCH}, field="watch_days")


def _plain(text: str, most: int, *, field: str) -> str:
    if found := personal_data_in(text):
        raise IncidentRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field=field)
    return clean(text, most)
