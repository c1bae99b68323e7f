"""Notices to a federation's members: how each stands, what is overdue, whether it happened again (000-46)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.domains.safety.models import AnswerStep, Federation, IncidentNotice, NoticeAnswer, Recurrence
from linli.domains.safety.queries import federations
from linli.domains.safety.queries.incident_rules import last_watched, may_keep, may_tell, verbs_for
from linli.kernel.errors import NotFound
from linli.kernel.meetings.models import Lesson
from linli.kernel.org import queries as org
from linli.kernel.org.models import Account, Actor
from linli.kernel.org.queries.posts import day_of
from linli.kernel.text import bigrams

PAGE = 30
KINDS = list(IncidentNotice.Kind.choices)
LOOKS = {"told": "", "read": "brand", "promised": "warn", "done": "brand", "confirmed": "ok", "handed_on": ""}
OPEN = ("told", "read", "promised")


@dataclass(frozen=True, slots=True)
class Watch:
    """How a notice's watch stands: ``label`` in words; ``is_over`` once its days have passed."""

    last_day: date
    is_over: bool
    recurrences: int
    label: str
    look: str


@dataclass(frozen=True, slots=True)
class Line:
    """A notice as listed, with how many members stand where."""

    id: UUID
    kind_label: str
    title: str
    by: str
    federation: str
    federation_id: int
    happened_on: date
    told_at: datetime
    members: int
    unread: int
    promised: int
    done: int
    confirmed: int
    overdue: int
    watch: Watch


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What a member made of it. ``contact``/``phone`` as they may be shown; ``verbs`` what the reader may do now."""

    id: int
    member_id: int
    body: str
    site: str
    contact: str
    phone: str
    has_sign_in: bool
    state: str
    state_label: str
    look: str
    measure: str
    due_on: date | None
    is_overdue: bool
    reopened: int
    phoned_at: datetime | None
    steps: tuple[Step, ...]
    verbs: tuple[tuple[str, str], ...]
    may_phone: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class NoticePage:
    """``to_phone`` members without a sign-in who have not been reached yet."""

    line: Line
    text: str
    technical: str
    human: str
    watch_days: int
    told_by: str
    meeting_id: int | None
    answers: tuple[AnswerLine, ...]
    to_phone: tuple[AnswerLine, ...]
    recurrences: tuple[tuple[date, str, str], ...]
    may_record: bool
    may_read_contacts: bool
    has_file: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Of notices whose watch is over, how many had no recurrence; None when none is over yet."""

    notices: int
    watched: int
    clean: int
    recurrences: int
    overdue: int

    @property
    def share(self) -> float | None:
        return self.clean / self.watched if self.watched else None


def visible(actor: Actor, at: datetime) -> QuerySet[IncidentNotice]:
    reach = federations.visible(actor, at).values("pk")
    return IncidentNotice.objects.filter(federation__in=reach).select_related("federation__unit", "made_by")


def page_of(
    federation: Federation, *, at: datetime, kind: str = "", only: str = "", after: str = ""
) -> tuple[list[Line], str]:
    """Newest first, and the key the next page asks with; three statements. ``only``: watched, overdue or recurred."""
    rows = IncidentNotice.objects.filter(federation=federation).select_related("federation__unit")
    if kind:
        rows = rows.filter(kind=kind)
    if only == "overdue":
        rows = rows.filter(pk__in=_overdue(day_of(at)).values("notice_id"))
    elif only == "recurred":
        rows = rows.filter(recurrences__isnull=False).distinct()
    elif only == "open":
        rows = rows.filter(answers__state__in=OPEN).distinct()
    if key := _key(after):
        rows = rows.filter(pk__lt=key)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return _lines(found[:PAGE], at), str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _overdue(today: date) -> QuerySet[NoticeAnswer]:
    return NoticeAnswer.objects.filter(state="promised", due_on__lt=today)


def _lines(rows: Sequence[IncidentNotice], at: datetime) -> list[Line]:
    keys, today = [row.pk for row in rows], day_of(at)
    answers: dict[UUID, Counter[str]] = {key: Counter() for key in keys}
    stands = NoticeAnswer.objects.filter(notice__in=keys).values_list("notice_id", "state", "due_on")
    for key, state, due_on in stands:
        answers[key][state] += 1
        if state == "promised" and due_on is not None and due_on < today:
            answers[key]["overdue"] += 1
    again = Counter(Recurrence.objects.filter(notice__in=keys).values_list("notice_id", flat=True))
    return [_line(row, answers[row.pk], again[row.pk], today) for row in rows]


def _line(row: IncidentNotice, count: Counter[str], again: int, today: date) -> Line:
    return Line(
        row.pk, str(row.get_kind_display()), row.title, row.by, row.federation.unit.name, row.federation_id,
        row.happened_on, row.made_at, count.total() - count["overdue"], count["told"], count["promised"],
        count["done"], count["confirmed"], count["overdue"], watch_of(row, again, today),
    )  # fmt: skip


def watch_of(notice: IncidentNotice, recurrences: int, today: date) -> Watch:
    """Told as it is: nothing is called free of recurrence before its days are over."""
    last = last_watched(notice)
    is_over = today > last
    if recurrences:
        return Watch(last, is_over, recurrences, _("复发%(n)d起") % {"n": recurrences}, "late")
    if is_over:
        return Watch(last, True, 0, _("观察期满，未复发"), "ok")
    return Watch(last, False, 0, _("观察至%(day)s，至今未复发") % {"day": last.isoformat()}, "brand")


def get_notice(key: UUID, *, actor: Actor, at: datetime) -> IncidentNotice:
    """Raises NotFound."""
    found = visible(actor, at).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def get_answer(notice: IncidentNotice, answer_id: int) -> NoticeAnswer:
    """Raises NotFound."""
    found = NoticeAnswer.objects.filter(pk=answer_id, notice=notice).select_related("member").first()
    if found is None:
        raise NotFound
    return found


def notice_page(notice: IncidentNotice, *, actor: Actor, at: datetime) -> NoticePage:
    """In seven statements, whatever the number of members."""
    (line,) = _lines([notice], at)
    answers = _answers(notice, actor, at)
    again = Recurrence.objects.filter(notice=notice).select_related("member").order_by("-happened_on", "-pk")[:50]
    return NoticePage(
        line, notice.text, notice.technical, notice.human, notice.watch_days, notice.made_by.name, notice.meeting_id,
        tuple(answers), tuple(one for one in answers if not one.has_sign_in and one.state == "told"),
        tuple((row.happened_on, row.member.body, row.note) for row in again),
        may_tell(notice.federation, actor, at) and not line.watch.is_over,
        org.holds_right(actor, "read_contact", notice.federation.unit, at=at) is not None,
        notice.file_id is not None,
    )  # fmt: skip


def _answers(notice: IncidentNotice, actor: Actor, at: datetime) -> list[AnswerLine]:
    rows = list(
        NoticeAnswer.objects.filter(notice=notice)
        .select_related("member__site", "member__contact")
        .order_by("member__body", "pk")
    )
    keys = [row.member.contact_id for row in rows if row.member.contact_id]
    sealed = org.masked(keys)
    able = set(Account.objects.filter(actor_id__in=keys, is_active=True).values_list("actor_id", flat=True))
    steps: dict[int, list[Step]] = {row.pk: [] for row in rows}
    for step in AnswerStep.objects.filter(answer__in=rows).select_related("actor").order_by("pk"):
        steps[step.answer_id].append(Step(str(step.get_verb_display()), step.note, step.actor.name, step.at))
    keeps, today = may_keep(notice.federation, actor, at), day_of(at)
    made = []
    for row in rows:
        contact, mask = row.member.contact, sealed.get(row.member.contact_id) if row.member.contact_id else None
        has_sign_in = row.member.contact_id in able
        verbs = verbs_for(row, actor, keeps=keeps, has_sign_in=has_sign_in)
        made.append(
            AnswerLine(
                row.pk, row.member_id, row.member.body, row.member.site.name,
                mask.name if mask else (contact.name if contact else ""), mask.phone if mask else "", has_sign_in,
                row.state, str(row.get_state_display()), LOOKS[row.state], row.measure, row.due_on,
                row.state == "promised" and row.due_on is not None and row.due_on < today, row.reopened,
                row.phoned_at, tuple(steps[row.pk]), tuple((verb, _label(verb)) for verb in verbs), "phoned" in verbs,
                row.member.contact_id == actor.pk,
            )
        )  # fmt: skip
    return made


def _label(verb: str) -> str:
    return {
        "phoned": _("已电话告知"), "read": _("已阅"), "promised": _("承诺措施"), "done": _("完成升级"),
        "confirmed": _("核实通过"), "sent_back": _("退回"),
    }[verb]  # fmt: skip


@dataclass(frozen=True, slots=True)
class OverdueLine:
    notice_id: UUID
    title: str
    body: str
    measure: str
    due_on: date
    days: int


def overdue(federation: Federation, *, at: datetime) -> list[OverdueLine]:
    """Measures promised and not done by their day, the longest first, at most 100."""
    today = day_of(at)
    rows = _overdue(today).filter(notice__federation=federation).select_related("notice", "member")
    return [
        OverdueLine(
            row.notice_id, row.notice.title, row.member.body, row.measure, row.due_on, (today - row.due_on).days
        )
        for row in rows.order_by("due_on", "pk")[:100]
        if row.due_on is not None
    ]


def figures(federation: Federation, *, at: datetime) -> Figures:
    """Counted over all notices of the federation; two statements."""
    today = day_of(at)
    rows = list(IncidentNotice.objects.filter(federation=federation).only("made_at", "watch_days"))
    again = Counter(Recurrence.objects.filter(notice__federation=federation).values_list("notice_id", flat=True))
    over = [row for row in rows if today > last_watched(row)]
    return Figures(
        len(rows), len(over), sum(not again[row.pk] for row in over), again.total(),
        _overdue(today).filter(notice__federation=federation).count(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Experience:
    """Something that helped: a lesson of a meeting, or a confirmed measure after which nothing recurred."""

    text: str
    where: str
    at: datetime
    meeting_id: int | None
    notice_id: UUID | None


def experience(federation: Federation, text: str) -> list[Experience]:
    """What worked, newest first, at most 100; two characters suffice."""
    lessons = Lesson.objects.filter(meeting__unit=federation.unit).select_related("meeting")
    measures = NoticeAnswer.objects.filter(notice__federation=federation, state="confirmed", reopened=0)
    if wanted := text.strip():
        grams = bigrams(wanted)
        lessons = lessons.filter(grams__contains=grams) if grams else lessons.filter(text__icontains=wanted)
        measures = measures.filter(measure__icontains=wanted)
    found = [
        Experience(row.text, row.meeting.title, row.noted_at, row.meeting_id, None)
        for row in lessons.order_by("-noted_at", "-pk")[:50]
    ]
    found += [
        Experience(row.measure, f"{row.member.body} · {row.notice.title}", row.confirmed_at, None, row.notice_id)
        for row in measures.select_related("member", "notice").order_by("-confirmed_at", "-pk")[:50]
        if row.confirmed_at is not None
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)
