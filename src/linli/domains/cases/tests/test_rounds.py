"""A reopening begins a round of its own: what closes a case is asked again, and what was said before is kept."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act, residents
from linli.domains.cases.models import Case, EarlierAnswer, Occurrence
from linli.domains.cases.queries import tracking
from linli.domains.cases.queries.case_page import callers_of
from linli.domains.cases.queries.following import caller_code, code_for
from linli.kernel.flow.models import Clock, Entry, Matter
from tests.evidence import photo
from tests.town import IN_GRID

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
LATER = NOON + timedelta(days=3)
COVER = commands.Report(text="柳树路 5 号门口井盖没了", lon=IN_GRID[0], lat=IN_GRID[1], wants_answer=True)


def go(case, town, *steps, at=NOON):
    for minute, (who, name, given) in enumerate(steps):
        act(case, name, given, actor=getattr(town, who), at=at + timedelta(minutes=minute))


def handled_and_checked(town):
    return (
        ("lin", "dispatch", Given(unit=town.team.pk)),
        ("zhao", "take_over", Given()),
        ("zhao", "feed_back", Given(fields={"outcome": "已补盖"}, files=[photo(town.zhao, "after")])),
        ("sun", "pass_check", Given(note="现场已恢复")),
    )


@pytest.fixture
def joined(town):
    """Closed after both callers were answered; the second one joined by "me too"."""
    case = Case.objects.get(pk=commands.report(COVER, at=NOON).id)
    sent = residents.Sent(key=uuid4(), text="这里井盖没了", lon=IN_GRID[0], lat=IN_GRID[1], wants_answer=True)
    residents.join(case.pk, sent, at=NOON)
    filed = (("chen", "accept", Given(fields={"category": "01001"})), ("chen", "file", Given()))
    go(case, town, *filed, *handled_and_checked(town))
    go(case, town, ("chen", "reply", Given(note="井盖已补好")), ("chen", "close", Given()))
    second = Occurrence.objects.filter(matter=case.pk).order_by("id").last()
    return case, second.actor


@pytest.fixture
def reopened(town):
    """Answered, closed, rated by a return visit as bad, and opened again."""
    case = Case.objects.get(pk=commands.report(COVER, at=NOON).id)
    filed = (("chen", "accept", Given(fields={"category": "01001"})), ("chen", "file", Given()))
    go(case, town, *filed, *handled_and_checked(town))
    go(case, town, ("chen", "reply", Given(note="井盖已补好")), ("chen", "close", Given()))
    bad = Given(note="盖子又松了", fields={"satisfaction": "1", "is_solved": "0", "reopen": "1"})
    go(case, town, ("xu", "revisit", bad), at=LATER)
    case.refresh_from_db()
    return case


@pytest.mark.spec("000-42")
def test_the_second_round_closes_only_after_a_new_answer_to_every_caller(reopened, town):
    go(reopened, town, *handled_and_checked(town), at=LATER + timedelta(hours=1))
    with pytest.raises(commands.StepRefused, match="没有答复"):
        act(reopened, "close", Given(), actor=town.chen, at=LATER + timedelta(hours=2))

    act(reopened, "reply", Given(note="这次换了新盖"), actor=town.chen, at=LATER + timedelta(hours=2))
    act(reopened, "close", Given(), actor=town.chen, at=LATER + timedelta(hours=2))

    assert Matter.objects.get(pk=reopened.pk).state == "closed"
    assert Occurrence.objects.get(matter=reopened.pk).answer == "这次换了新盖"


def test_the_answer_of_the_first_round_stays_on_record_for_staff_and_for_the_caller(reopened, town):
    kept = EarlierAnswer.objects.get(occurrence__matter=reopened.pk)
    line = callers_of(reopened.matter, may_read=False)[0]
    page = tracking.track(tracking.followed(reopened.matter.number, code_for(reopened.pk)))

    assert (kept.round, kept.answer, kept.answered_by) == (1, "井盖已补好", town.chen)
    assert (line.answer, [told.answer for told in line.earlier]) == ("", ["井盖已补好"])
    assert (page.answer, [answer for answer, _at in page.earlier]) == ("", ["井盖已补好"])


def test_satisfaction_outcome_and_count_of_answers_belong_to_the_round_and_the_journal_keeps_the_earlier_ones(reopened):
    said = Entry.objects.get(matter=reopened.pk, step="revisit").changes

    assert (reopened.satisfaction, reopened.is_solved, reopened.outcome, reopened.answered) == (None, None, "", 0)
    assert (said["satisfaction"], said["is_solved"]) == (1, False)
    assert reopened.matter.revisits.get().satisfaction == 1


def test_the_answer_owed_in_the_second_round_is_timed_again(reopened):
    clock = Clock.objects.get(matter=reopened.pk, kind="answer", round=2)

    assert (clock.starts_at, clock.stopped_at) == (LATER, None)


def test_who_joined_rates_their_own_report_and_leaves_the_first_reporter_s_word_alone(joined):
    case, second = joined
    first = Occurrence.objects.filter(matter=case.pk).order_by("id").first().actor
    act(case, "rate", Given(fields={"satisfaction": "5", "is_solved": "1"}), actor=first, at=LATER)
    act(case, "rate", Given(note="还是松", fields={"satisfaction": "2", "is_solved": "0"}), actor=second, at=LATER)

    case.refresh_from_db()
    grades = dict(Occurrence.objects.filter(matter=case.pk).values_list("actor_id", "satisfaction"))
    page = tracking.track(tracking.followed(case.matter.number, caller_code(case.pk, second.pk)))
    assert (case.satisfaction, case.is_solved) == (5, True)
    assert grades == {first.pk: 5, second.pk: 2}
    assert (page.grade, {"rate", "ask_reopening"} <= page.may) == (2, True)


def test_who_joined_may_ask_for_a_reopening_and_a_rating_of_the_ended_round_stays_on_record(joined, town):
    case, second = joined
    act(case, "rate", Given(fields={"satisfaction": "1"}), actor=second, at=LATER)
    act(case, "ask_reopening", Given(note="盖子又松了"), actor=second, at=LATER)
    act(case, "reopen", Given(note="反映人要求重办"), actor=town.gao, at=LATER)

    kept = EarlierAnswer.objects.get(occurrence__actor=second)
    assert (kept.round, kept.satisfaction, kept.answer) == (1, 1, "井盖已补好")
    assert Occurrence.objects.get(matter=case.pk, actor=second).satisfaction is None


def test_a_stranger_neither_rates_nor_asks_for_a_reopening(joined):
    case, _second = joined
    stranger = residents.anonymous(uuid4())

    for name in ("rate", "ask_reopening"):
        with pytest.raises(commands.StepRefused, match="职责"):
            act(case, name, Given(note="不好", fields={"satisfaction": "1"}), actor=stranger, at=LATER)
