"""Done, late, missed, heard of afterwards, called off."""

from datetime import timedelta

import pytest

from linli.kernel.duties import commands
from linli.kernel.duties.commands import NotTheirsRefused, OccurrenceRefused, PlanRefused, missing
from linli.kernel.duties.models import Occurrence
from linli.kernel.duties.tests.dutying import a_duty, moment
from linli.kernel.evidence import commands as evidence
from linli.kernel.evidence.models import File
from tests.evidence import photo


@pytest.fixture
def monday(town) -> Occurrence:
    """Monday 2 March from nine to eleven, an hour's grace."""
    return a_duty(town).occurrences.order_by("on")[0]


def done(one, actor, *, at, filed=None, is_late=False, **more):
    return commands.record_done(one.pk, done_at=at, filed_at=filed or at, is_late=is_late, actor=actor, **more)


@pytest.mark.parametrize(
    ("hour", "minute", "state"), [(9, 0, "done"), (11, 0, "done"), (11, 1, "late"), (12, 0, "late")]
)
def test_what_is_done_in_its_window_is_done_and_in_its_grace_late(town, monday, hour, minute, state):
    assert done(monday, town.hua, at=moment(2, hour, minute)).state == state


def test_the_photos_that_show_it_stay_for_good(town, monday):
    given = photo(town.hua)
    evidence.retain([given.file_id], until=moment(4, 9))

    done(monday, town.hua, at=moment(2, 10), files=[File.objects.get(pk=given.file_id)])

    assert evidence.erase_expired(at=moment(30, 9)) == 0


def test_too_early_and_after_the_grace_it_is_not_taken(town, monday):
    with pytest.raises(OccurrenceRefused, match="09:00"):
        done(monday, town.hua, at=moment(2, 8, 59))
    with pytest.raises(OccurrenceRefused, match="漏办"):
        done(monday, town.hua, at=moment(2, 12, 1))


@pytest.mark.spec("001g-18")
def test_what_nobody_did_is_missed_when_the_grace_is_over_and_not_before(town, monday):
    assert missing.miss_due(at=moment(2, 11, 59)) == 0
    assert missing.miss_due(at=moment(2, 12)) == 1

    monday.refresh_from_db()
    assert monday.state == "missed"


@pytest.mark.spec("000-54")
def test_a_missed_one_that_was_done_in_its_window_becomes_done_and_says_that_it_came_late(town, monday):
    missing.miss_due(at=moment(2, 13))

    one = done(monday, town.hua, at=moment(2, 10), filed=moment(2, 20))

    assert (one.state, one.is_late_sync, one.done_at, one.filed_at) == (
        "done", True, moment(2, 10), moment(2, 20),
    )  # fmt: skip


@pytest.mark.spec("000-54")
def test_claimed_outside_the_limits_it_counts_as_late_however_long_ago_it_is_said_to_have_been(town, monday):
    missing.miss_due(at=moment(2, 13))

    assert done(monday, town.hua, at=moment(2, 10), filed=moment(4, 20), is_late=True).state == "late"


def test_a_drifting_clock_does_not_make_late_what_reached_us_in_the_window(town, monday):
    assert done(monday, town.hua, at=moment(2, 10), filed=moment(2, 10, 30), is_late=True).state == "done"


def test_recorded_twice_the_first_stays(town, monday):
    done(monday, town.hua, at=moment(2, 10), note="一切正常")

    again = done(monday, town.hua, at=moment(2, 10, 30), note="再报一次")

    assert (again.done_at, again.note) == (moment(2, 10), "一切正常")


def test_only_its_holder_records_it(town, monday):
    with pytest.raises(NotTheirsRefused):
        done(monday, town.wang, at=moment(2, 10))


def test_without_a_holder_anybody_of_the_unit_in_the_role_records_it(town):
    one = a_duty(town, holder=None, role="patroller", unit=town.guard, over=town.street, by="fu").occurrences.order_by(
        "on"
    )[0]

    with pytest.raises(NotTheirsRefused, match="巡防队员"):
        done(one, town.jiang, at=moment(2, 10))
    assert done(one, town.meng, at=moment(2, 10)).done_by == town.meng


def test_called_off_with_a_reason_it_is_neither_done_nor_missed_and_can_be_restored(town, monday):
    commands.excuse(monday.pk, reason="暴雨红色预警", actor=town.wang, at=moment(2, 8))

    assert missing.miss_due(at=moment(2, 13)) == 0
    with pytest.raises(OccurrenceRefused, match="免办"):
        done(monday, town.hua, at=moment(2, 10))
    assert commands.restore(monday.pk, actor=town.wang, at=moment(2, 8, 30)).state == "due"


def test_a_missed_one_restored_after_its_time_is_missed_again(town, monday):
    missing.miss_due(at=moment(2, 13))
    commands.excuse(monday.pk, reason="系统停用", actor=town.wang, at=moment(3, 8))

    assert commands.restore(monday.pk, actor=town.wang, at=moment(3, 9)).state == "missed"


def test_nobody_calls_off_their_own_and_nobody_who_does_not_plan_there(town, monday):
    with pytest.raises(PlanRefused):
        commands.excuse(monday.pk, reason="不想去", actor=town.hua, at=moment(2, 8))
    with pytest.raises(OccurrenceRefused, match="理由"):
        commands.excuse(monday.pk, reason=" ", actor=town.wang, at=moment(2, 8))
    with pytest.raises(PlanRefused):
        commands.excuse(monday.pk, reason="管一管", actor=town.zhou, at=moment(2, 8))


def test_a_name_or_number_in_the_words_is_not_kept(town, monday):
    one = done(monday, town.hua, at=moment(2, 10) + timedelta(minutes=1), note="已联系 13812345678")

    assert "13812345678" not in one.note
