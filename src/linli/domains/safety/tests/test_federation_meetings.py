"""Meetings of a federation: every few months, hazards notified, decisions with clocks, reviewed next time (000-45)."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.safety.commands import federation_meetings as commands
from linli.domains.safety.commands.federation_meetings import FederationMeetingRefused
from linli.domains.safety.queries import federation_meetings as queries
from linli.domains.safety.queries import incidents
from linli.domains.safety.tests.federating_town import NOON, district, joined
from linli.domains.safety.tests.hazarding import find, furnish, place
from linli.kernel.duties.commands import make_ahead, missing
from linli.kernel.flow.models import Clock
from linli.kernel.meetings import commands as meetings
from linli.kernel.meetings.commands import series
from linli.kernel.meetings.models import AgendaItem, Attendance, Meeting
from linli.kernel.messages.models import Notice
from tests.town import IN_GRID

POINTS = ("通报隐患和警情", "交流技防、人防对策")


@pytest.fixture
def here(town):
    return district(town)


@pytest.fixture
def enter(client):
    def sign_in(actor):
        client.force_login(actor.account)
        return client

    return sign_in


def called(here, *, actor=None, at=NOON, starts_in=timedelta(days=3), hazards=()):
    return commands.call(
        here.federation, title="第一季度例会", starts_at=at + starts_in, place="天街大厦三楼", points=POINTS,
        hazards=hazards, actor=actor or here.town.kong, at=at,
    )  # fmt: skip


def hazard_of_a_member(here):
    """An open hazard in a tower that joined; its key."""
    furnish(here.town)
    site = place(here.town, here.town.fu, "office_building", "天街国际", IN_GRID)
    joined(here.town, here.federation, site, "国际物业")
    return find(here.town.hua, site).pk


def held(here, *, at=NOON, decided="各楼夜间加一班巡逻"):
    """A meeting that was held, minuted, and decided one thing for the federation to do within ten days."""
    meeting = called(here, at=at, starts_in=timedelta(minutes=1))
    after, kong = at + timedelta(hours=2), here.town.kong
    meetings.record_attendance(meeting.pk, attended=[kong.pk], absent={}, actor=kong, at=after)
    meetings.write_minutes(meeting.pk, text="通报了两起盗窃，交流了门禁做法。", actor=kong, at=after)
    decision = meetings.decide(
        meeting.pk, text=decided, unit=here.town.federation, due_on=(after + timedelta(days=10)).date(), actor=kong,
        at=after,
    )  # fmt: skip
    return meeting, decision


@pytest.mark.spec("000-45")
def test_all_members_are_called_with_the_standing_points(here):
    meeting = called(here)

    assert set(Attendance.objects.filter(meeting=meeting).values_list("actor__name", flat=True)) == {
        "梅联", "广场物业", "孔会",
    }  # fmt: skip
    subjects = AgendaItem.objects.filter(meeting=meeting).order_by("position").values_list("subject", flat=True)
    assert list(subjects) == list(POINTS)
    assert Notice.objects.filter(code="meeting_called", actor=here.mei).exists()


@pytest.mark.spec("000-45")
def test_what_was_decided_is_a_matter_with_a_clock_and_the_next_meeting_reviews_it(here, town):
    _meeting, decision = held(here)

    later = NOON + timedelta(days=5)
    second = called(here, at=later)
    point = AgendaItem.objects.filter(meeting=second, matter__isnull=False).get()
    shown = queries.meetings_of(here.federation, at=later)

    assert Clock.objects.filter(matter=decision.matter, kind="resolution", stopped_at=None).exists()
    assert point.matter_id == decision.matter_id
    assert point.subject == "复查上次决定：各楼夜间加一班巡逻"
    assert [(one.text, one.is_closed) for one in shown.decisions] == [("各楼夜间加一班巡逻", False)]
    assert (shown.next.id, shown.last.decisions) == (second.pk, 1)


@pytest.mark.spec("000-45")
def test_a_decision_not_carried_out_in_time_is_shown_late_and_one_confirmed_is_not_reviewed_again(here, town):
    _meeting, decision = held(here)
    late = queries.meetings_of(here.federation, at=NOON + timedelta(days=20)).decisions[0]
    done = NOON + timedelta(days=2)
    meetings.finish(decision.matter, note="四栋楼都加了", actor=town.kong, at=done)
    meetings.confirm(decision.matter, actor=town.li, at=done)

    kept = queries.meetings_of(here.federation, at=NOON + timedelta(days=20)).decisions[0]
    second = called(here, at=done)

    assert (late.look, kept.look, kept.state_label) == ("late", "ok", "已落实")
    assert not AgendaItem.objects.filter(meeting=second, matter__isnull=False).exists()


@pytest.mark.spec("000-45")
def test_hazards_of_member_buildings_are_notified_by_who_may_see_them(here, town):
    key = hazard_of_a_member(here)

    offered = queries.hazards_to_notify(here.federation, actor=town.fu, at=timezone.now())
    hidden = queries.hazards_to_notify(here.federation, actor=town.kong, at=timezone.now())
    meeting = called(here, actor=town.fu, at=timezone.now(), hazards=[key])
    point = AgendaItem.objects.get(meeting=meeting, matter=key)

    assert [line.site for line in offered] == ["天街国际"]
    assert hidden == []
    assert point.subject.startswith("通报隐患：")
    with pytest.raises(FederationMeetingRefused):
        called(here, actor=town.kong, at=timezone.now(), hazards=[key])


@pytest.mark.spec("000-45")
def test_hazards_are_added_to_a_meeting_called_already_and_only_once(here, town):
    key = hazard_of_a_member(here)
    now = timezone.now()
    meeting = called(here, actor=town.fu, at=now)

    added = [
        commands.notify_hazards(here.federation, meeting.pk, hazards=[key], actor=town.fu, at=now) for _n in range(2)
    ]

    assert added == [1, 0]
    assert AgendaItem.objects.filter(meeting=meeting, matter=key).count() == 1


def begun(here, *, at=NOON, every_months=3):
    return commands.begin(
        here.federation, every_months=every_months, starts_on=(at + timedelta(days=5)).date(), opens=time(14),
        place="天街大厦三楼", points=POINTS, actor=here.town.kong, at=at,
    )  # fmt: skip


@pytest.mark.spec("000-45")
def test_every_few_months_a_meeting_is_called_by_itself_with_the_members_of_that_day(here):
    begun(here)
    first = Meeting.objects.get(kind="federation")

    june = datetime(2026, 6, 1, 4, tzinfo=UTC)
    make_ahead(at=june)
    made = series.call_due(at=june)

    assert first.attendances.count() == 3
    assert made == 1
    assert [row.starts_at.month for row in Meeting.objects.order_by("starts_at")] == [3, 6]
    assert series.call_due(at=june) == 0


@pytest.mark.spec("000-45")
def test_a_meeting_that_was_not_held_is_visible_as_missed(here):
    begun(here)
    later = NOON + timedelta(days=20)
    missing.miss_due(at=later)

    days = queries.meetings_of(here.federation, at=later).missed

    assert [why for _day, why in days] == ["已通知，没有召开记录", "到期没有召开"]


def test_there_is_one_recurring_meeting_at_a_time(here):
    begun(here)

    with pytest.raises(FederationMeetingRefused):
        begun(here)
    with pytest.raises(FederationMeetingRefused):
        begun(here, every_months=0)


def test_a_meeting_is_called_begun_and_given_hazards_by_the_pages(here, town, enter):
    key, browser = hazard_of_a_member(here), enter(town.fu)
    soon = timezone.localtime() + timedelta(days=3)
    given = {"title": "例会", "starts_at": f"{soon:%Y-%m-%dT%H:%M}", "place": "三楼", "points": "通报\n交流"}

    def address(name, *more):
        return reverse(f"safety:{name}", args=[here.federation.pk, *more])

    answer = browser.post(address("call_federation"), given)
    meeting = Meeting.objects.get(kind="federation")
    browser.post(address("notify_hazards", meeting.pk), {"hazards": [str(key)]})
    begun = browser.post(
        address("begin_federation_meetings"),
        {"every_months": 3, "begins_on": f"{soon:%Y-%m-%d}", "opens": "14:00", "place": "三楼"},
    )
    page = browser.get(reverse("organisation:meeting", args=[meeting.pk])).content.decode()

    assert (answer.status_code, begun.status_code) == (302, 302)
    assert "通报隐患" in page
    assert browser.post(address("call_federation"), {**given, "place": ""}).status_code == 422


def test_a_members_contact_reads_the_meeting_but_does_not_call_one(here, enter):
    meeting = called(here)
    browser = enter(here.mei)

    assert browser.get(reverse("organisation:meeting", args=[meeting.pk])).status_code == 200
    assert browser.get(reverse("safety:call_federation", args=[here.federation.pk])).status_code == 404


def test_what_a_meeting_taught_is_found_among_the_experience(here, town):
    meeting, _decision = held(here)
    meetings.note_lesson(
        meeting.pk,
        text="门磁要接到值班室，不要只响在门口。",
        matter_ids=[],
        actor=town.kong,
        at=NOON + timedelta(hours=3),
    )

    assert [one.meeting_id for one in incidents.experience(here.federation, "门磁")] == [meeting.pk]
