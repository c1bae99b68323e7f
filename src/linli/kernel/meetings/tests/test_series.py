"""Meetings that come again: called ahead, reviewing what the last decided, missed when nobody held them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from linli.kernel.duties import commands as duties
from linli.kernel.errors import NotFound
from linli.kernel.meetings import commands, inviting, queries
from linli.kernel.meetings.commands import MeetingRefused
from linli.kernel.meetings.commands import series as again
from linli.kernel.meetings.models import AgendaItem, Attendance, Meeting, Series
from linli.kernel.messages.models import Notice
from linli.kernel.org.keys import new_key

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
FIRST = datetime(2026, 3, 5, 6, tzinfo=UTC)
"""Two in the afternoon of Thursday 5 March, the first meeting."""
DAY = timedelta(days=1)


def begun(town, **more) -> Series:
    given = {
        "kind": "briefing", "title": "天街商圈联合会例会", "unit": town.federation, "rule": "FREQ=WEEKLY;BYDAY=TH",
        "starts_on": date(2026, 3, 1), "opens": time(14), "closes": time(16), "place": "一号楼会议室",
        "agenda": ["通报隐患", "交流对策"], "people": [town.fu, town.ma], "actor": town.kong, "at": NOON,
    }  # fmt: skip
    return again.begin(**(given | more))


def agenda_of(meeting: Meeting) -> list[tuple[str, object]]:
    return list(AgendaItem.objects.filter(meeting=meeting).order_by("position").values_list("subject", "matter_id"))


def hold(town, meeting: Meeting, *, at: datetime) -> None:
    commands.record_attendance(meeting.pk, attended=[town.kong.pk], absent={}, actor=town.kong, at=at)


@pytest.mark.spec("000-45")
def test_a_series_calls_its_next_meeting_a_week_ahead_and_tells_everybody_once(town):
    series = begun(town)
    for _again in range(3):
        again.call_due(at=NOON)

    meeting = series.meetings.get()
    assert (meeting.starts_at, meeting.place, meeting.called_by) == (FIRST, "一号楼会议室", town.kong)
    assert meeting.title == "天街商圈联合会例会（2026-03-05）"
    assert agenda_of(meeting) == [("通报隐患", None), ("交流对策", None)]
    told = Notice.objects.filter(code="meeting_called").values_list("actor__name", flat=True)
    assert set(told) == {"傅安", "马莲"}


@pytest.mark.spec("000-45")
def test_the_next_meeting_reviews_what_the_last_decided_and_is_not_done_yet(town):
    series = begun(town)
    meeting, later = series.meetings.get(), FIRST + timedelta(hours=1)
    hold(town, meeting, at=later)
    open_one, done_one = (
        commands.decide(
            meeting.pk, text=text, unit=town.federation, due_on=date(2026, 3, 20), actor=town.kong, at=later
        )
        for text in ("各楼加装门禁", "更换过期灭火器")
    )
    commands.decide(meeting.pk, text="同意今年计划", actor=town.kong, at=later)
    commands.call_off(done_one.matter, note="已由业主更换", actor=town.li, at=later)

    again.call_due(at=FIRST + DAY)

    following = series.meetings.latest("starts_at")
    assert agenda_of(following)[2:] == [("复查上次决定：各楼加装门禁", open_one.matter_id)]


@pytest.mark.spec("000-45")
def test_a_meeting_with_minutes_is_done_and_one_that_nobody_held_is_missed(town):
    series = begun(town)
    meeting = series.meetings.get()
    hold(town, meeting, at=FIRST + timedelta(hours=1))
    commands.write_minutes(meeting.pk, text="通报两处隐患。", actor=town.kong, at=FIRST + DAY)
    again.call_due(at=FIRST + DAY)
    duties.miss_due(at=FIRST + 15 * DAY)

    states = list(series.duty.occurrences.order_by("on").values_list("state", flat=True))
    assert states == ["done", "missed", "due"]
    [line] = queries.series_of(town.kong, at=FIRST + 15 * DAY)
    assert (line.missed, line.last_at, line.when) == (1, FIRST, "每周四 14:00–16:00")


def test_minutes_that_come_after_it_was_given_up_make_it_done_after_all(town):
    series = begun(town)
    meeting = series.meetings.get()
    hold(town, meeting, at=FIRST + timedelta(hours=1))
    duties.miss_due(at=FIRST + 9 * DAY)

    commands.write_minutes(meeting.pk, text="通报两处隐患。", actor=town.kong, at=FIRST + 10 * DAY)

    one = series.duty.occurrences.earliest("on")
    assert (one.state, one.is_late_sync, one.done_at) == ("done", True, FIRST)


def test_a_meeting_called_off_is_not_called_again_by_itself_and_counts_as_missed(town):
    series = begun(town)
    commands.cancel(series.meetings.get().pk, reason="台风", actor=town.kong, at=NOON)

    again.call_due(at=NOON + DAY)
    duties.miss_due(at=FIRST + 9 * DAY)

    assert series.meetings.filter(starts_at=FIRST).count() == 1
    assert series.duty.occurrences.earliest("on").state == "missed"


def test_an_ended_series_calls_nobody_any_more(town):
    series = begun(town)

    again.end(series.pk, reason="改为季度会", actor=town.kong, at=NOON)

    assert again.call_due(at=NOON + 10 * DAY) == 0
    with pytest.raises(MeetingRefused):
        again.end(series.pk, reason="再结束", actor=town.kong, at=NOON)


def test_begun_twice_with_one_key_it_is_one_series(town):
    key = new_key()

    assert begun(town, key=key) == begun(town, key=key)
    assert Meeting.objects.count() == 1


def test_who_convenes_nobody_there_begins_and_ends_nothing(town):
    with pytest.raises(MeetingRefused, match="召集"):
        begun(town, actor=town.hua)
    series = begun(town)
    with pytest.raises(NotFound):
        again.end(series.pk, reason="管一管", actor=town.zhou, at=NOON)
    assert queries.series_of(town.zhou, at=NOON) == []


def test_a_kind_may_know_its_people_of_the_day_itself(town, monkeypatch):
    monkeypatch.setattr(inviting, "_by_kind", {})
    inviting.connect({"federation": lambda series, at: [town.cao]})

    meeting = begun(town, kind="federation").meetings.get()

    assert set(Attendance.objects.filter(meeting=meeting).values_list("actor__name", flat=True)) == {"孔会", "曹安"}
