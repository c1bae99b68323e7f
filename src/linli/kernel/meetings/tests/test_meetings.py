"""From calling a meeting to lessons found again and decisions carried out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from linli.kernel.errors import NotFound
from linli.kernel.flow.models import Clock, Matter, Outbox
from linli.kernel.flow.refusals import StepRefused
from linli.kernel.meetings import commands, queries
from linli.kernel.meetings.commands import MeetingRefused, Point
from linli.kernel.meetings.models import Decision, Meeting
from linli.kernel.messages.models import Notice
from linli.kernel.org.keys import new_key

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
TEN = datetime(2026, 3, 4, 2, tzinfo=UTC)
AFTER = TEN + timedelta(hours=1)


@pytest.fixture
def case(town) -> Matter:
    """A case of the seventh grid."""
    return Matter.objects.create(
        number="20260301-00001", title="占道经营", flow="case", flow_version=1, state="closed", home=town.street,
        unit=town.team, area=town.areas["grid"], opened_at=NOON,
    )  # fmt: skip


@pytest.fixture
def meeting(town, case) -> Meeting:
    """Gao, duty chief, calls a discussion of the case with Hua and Wang."""
    return commands.call(
        kind="case_discussion", title="三月案例讨论会", unit=town.street, starts_at=TEN, place="201会议室",
        agenda=[Point("占道经营案例", case.pk), Point("下月重点")], invited=[town.hua, town.wang], actor=town.gao,
        at=NOON,
    )  # fmt: skip


@pytest.fixture
def held(town, meeting) -> Meeting:
    commands.record_attendance(
        meeting.pk, attended=[town.gao.pk, town.hua.pk], absent={town.wang.pk: "外出培训"}, actor=town.gao, at=AFTER
    )
    return meeting


@pytest.fixture
def resolution(town, held) -> Decision:
    """The municipal department shall widen the pavement by the twentieth."""
    return commands.decide(
        held.pk, text="市政局拓宽人行道", unit=town.department, due_on=date(2026, 3, 20), actor=town.gao, at=AFTER
    )


def test_everybody_invited_is_told_except_who_called(town, meeting):
    told = Notice.objects.filter(code="meeting_called")

    assert set(told.values_list("actor__name", flat=True)) == {"花开", "王格"}
    assert "03-04 10:00，201会议室。议题：占道经营案例；下月重点" in told[0].body


@pytest.mark.spec("001g-52")
def test_a_case_discussion_keeps_its_case_its_lesson_and_who_was_there(town, held, case):
    commands.write_minutes(held.pk, text="讨论了占道经营的成因。", actor=town.gao, at=AFTER)
    commands.note_lesson(
        held.pk,
        text="先与物业协商划定临时疏导点,再集中整治,反弹明显减少。",
        matter_ids=[case.pk],
        actor=town.gao,
        at=AFTER,
    )

    page = queries.get_meeting(held.pk, actor=town.hua, at=AFTER)
    assert page.line.state_label == "已形成纪要"
    assert [(point.subject, point.matter_number) for point in page.agenda] == [
        ("占道经营案例", "20260301-00001"), ("下月重点", ""),
    ]  # fmt: skip
    assert {(one.name, one.state, one.reason) for one in page.attendance} == {
        ("高远", "attended", ""), ("花开", "attended", ""), ("王格", "absent", "外出培训"),
    }  # fmt: skip
    assert page.lessons[0].matters == ((case.pk, "20260301-00001"),)
    assert not page.may_run


@pytest.mark.spec("001g-52")
def test_a_lesson_is_found_by_two_characters_by_everybody_of_the_street_and_nobody_else(town, held, case):
    commands.note_lesson(held.pk, text="先与物业协商划定临时疏导点。", matter_ids=[case.pk], actor=town.gao, at=AFTER)

    assert [lesson.meeting_title for lesson in queries.lessons(town.ma, at=AFTER, text="疏导")] == ["三月案例讨论会"]
    assert queries.lessons(town.ma, at=AFTER, text="点") != []
    assert queries.lessons(town.ma, at=AFTER, text="噪声") == []
    assert queries.lessons(town.zhou, at=AFTER, text="疏导") == []


@pytest.mark.spec("003-08")
def test_a_decision_of_a_joint_conference_becomes_a_matter_that_is_done_and_confirmed(town, resolution):
    matter = resolution.matter
    assert (matter.flow, matter.state, matter.unit, matter.home) == (
        "resolution", "assigned", town.department, town.street,
    )  # fmt: skip
    assert matter.due_at == datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
    assert Outbox.objects.filter(matter=matter, kind="resolution.open").exists()

    commands.finish(matter, note="已拓宽至三米", actor=town.deng, at=AFTER + timedelta(days=3))
    commands.confirm(matter, actor=town.gao, at=AFTER + timedelta(days=4))

    [line] = queries.get_meeting(resolution.meeting_id, actor=town.gao, at=AFTER).decisions
    assert (line.text, line.unit_name, line.state_label) == ("市政局拓宽人行道", "东城区市政局", "已落实")
    assert line.matter_number == matter.number
    assert Clock.objects.get(matter=matter).stopped_at is not None


def test_a_resolution_not_done_well_goes_back_and_its_clock_runs_on(town, resolution):
    matter = resolution.matter
    due = matter.due_at
    commands.finish(matter, note="已办", actor=town.deng, at=AFTER + timedelta(days=3))
    assert Clock.objects.get(matter=matter).paused_at is not None

    commands.send_back(matter, note="只拓宽了一半", actor=town.gao, at=AFTER + timedelta(days=4))

    matter.refresh_from_db()
    assert (matter.state, matter.due_at) == ("assigned", due + timedelta(days=1))


def test_who_reports_a_resolution_done_does_not_confirm_it(town, resolution):
    town.gao.posts.create(unit=town.department, over=town.department, role="handler", since=date(2026, 1, 1))
    commands.finish(resolution.matter, note="已办", actor=town.gao, at=AFTER)

    with pytest.raises(StepRefused):
        commands.confirm(resolution.matter, actor=town.gao, at=AFTER)


def test_another_street_can_neither_finish_nor_confirm(town, resolution):
    with pytest.raises(StepRefused):
        commands.finish(resolution.matter, note="已办", actor=town.zhou, at=AFTER)
    with pytest.raises(StepRefused):
        commands.call_off(resolution.matter, note="不办了", actor=town.zhou, at=AFTER)


def test_a_decision_without_a_unit_is_only_recorded(town, held):
    decision = commands.decide(held.pk, text="同意月度重点", actor=town.gao, at=AFTER)

    assert decision.matter is None
    assert queries.get_meeting(held.pk, actor=town.gao, at=AFTER).decisions[0].state == ""


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("unit", {"due_on": date(2026, 3, 20)}),
        ("due_on", {"unit": "department"}),
        ("due_on", {"unit": "department", "due_on": date(2026, 3, 3)}),
        ("text", {"text": " "}),
        ("text", {"text": "联系13812345678"}),
        ("text", {"text": "长" * 1001}),
    ],
)
def test_a_decision_that_cannot_be_tracked_is_refused(town, held, field, wrong):
    given = {"text": "拓宽", **wrong}
    if "unit" in given:
        given["unit"] = town.units[given["unit"]]

    with pytest.raises(MeetingRefused) as refused:
        commands.decide(held.pk, actor=town.gao, at=AFTER, **given)

    assert refused.value.field == field
    assert not Decision.objects.exists()
    assert not Matter.objects.filter(flow="resolution").exists()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("kind", {"kind": "party"}),
        ("title", {"title": " "}),
        ("agenda", {"agenda": []}),
        ("agenda", {"agenda": [Point(" ")]}),
        ("agenda", {"agenda": [Point("x", new_key())]}),
        ("unit", {"unit": "west"}),
    ],
)
def test_a_meeting_that_makes_no_sense_is_refused(town, field, wrong):
    fine = {
        "kind": "briefing", "title": "例会", "unit": town.street, "starts_at": TEN, "place": "", "invited": [],
        "agenda": [Point("一")],
    }  # fmt: skip
    given = {**fine, **wrong}
    given["unit"] = town.units.get(given["unit"], given["unit"]) if isinstance(given["unit"], str) else given["unit"]

    with pytest.raises(MeetingRefused) as refused:
        commands.call(**given, actor=town.gao, at=NOON)

    assert refused.value.field == field


def test_a_case_of_another_street_cannot_be_put_on_the_agenda(town, case):
    with pytest.raises(MeetingRefused, match="看不到"):
        commands.call(
            kind="case_discussion", title="会", unit=town.west, starts_at=TEN, place="", agenda=[Point("案", case.pk)],
            invited=[], actor=town.zhou, at=NOON,
        )  # fmt: skip


def test_a_grid_head_calls_the_meetings_of_the_grid_alone(town):
    grid = {"kind": "briefing", "title": "会", "starts_at": TEN, "place": "", "agenda": [Point("一")], "invited": []}

    assert commands.call(unit=town.grid, actor=town.wang, at=NOON, **grid).pk
    with pytest.raises(MeetingRefused, match="不能召集"):
        commands.call(unit=town.street, actor=town.wang, at=NOON, **grid)
    with pytest.raises(MeetingRefused, match="不能召集"):
        commands.call(unit=town.grid, actor=town.hua, at=NOON, **grid)


def test_strangers_do_not_see_the_meeting_and_guests_do_not_run_it(town, meeting):
    with pytest.raises(NotFound):
        queries.get_meeting(meeting.pk, actor=town.zhou, at=NOON)
    with pytest.raises(NotFound):
        commands.cancel(meeting.pk, reason="x", actor=town.zhou, at=NOON)
    with pytest.raises(MeetingRefused, match="召集人"):
        commands.cancel(meeting.pk, reason="x", actor=town.hua, at=NOON)


def test_a_guest_from_elsewhere_sees_the_meeting_once_invited(town, meeting):
    assert commands.invite(meeting.pk, invited=[town.zhou, town.hua], actor=town.gao, at=NOON) == 1

    assert queries.get_meeting(meeting.pk, actor=town.zhou, at=NOON).line.title == "三月案例讨论会"
    assert Notice.objects.filter(actor=town.zhou, code="meeting_called").count() == 1


def test_a_cancelled_meeting_is_told_and_over(town, meeting):
    with pytest.raises(MeetingRefused) as refused:
        commands.cancel(meeting.pk, reason=" ", actor=town.gao, at=NOON)
    assert refused.value.field == "reason"

    commands.cancel(meeting.pk, reason="台风", actor=town.gao, at=NOON)

    assert Notice.objects.filter(code="meeting_cancelled").count() == 2
    with pytest.raises(MeetingRefused, match="已取消"):
        commands.invite(meeting.pk, invited=[town.ma], actor=town.gao, at=NOON)


def test_nobody_has_attended_before_it_began(town, meeting):
    with pytest.raises(MeetingRefused, match="还没有开始"):
        commands.record_attendance(meeting.pk, attended=[town.gao.pk], absent={}, actor=town.gao, at=NOON)


def test_attendance_can_be_corrected_and_needs_somebody(town, held):
    commands.record_attendance(
        held.pk, attended=[town.wang.pk, town.gao.pk, town.ma.pk], absent={}, actor=town.gao, at=AFTER
    )
    states = {one.name: one.state for one in queries.get_meeting(held.pk, actor=town.gao, at=AFTER).attendance}
    assert states == {"高远": "attended", "花开": "attended", "王格": "attended", "马莲": "attended"}

    with pytest.raises(MeetingRefused, match="登记到会人员"):
        commands.record_attendance(held.pk, attended=[], absent={}, actor=town.gao, at=AFTER)
    with pytest.raises(MeetingRefused, match="既到会又缺席"):
        commands.record_attendance(held.pk, attended=[town.gao.pk], absent={town.gao.pk: ""}, actor=town.gao, at=AFTER)


def test_minutes_come_after_the_meeting(town, meeting):
    with pytest.raises(MeetingRefused, match="待召开"):
        commands.write_minutes(meeting.pk, text="纪要", actor=town.gao, at=NOON)


def test_a_lesson_names_only_cases_that_were_discussed(town, held):
    with pytest.raises(MeetingRefused) as refused:
        commands.note_lesson(held.pk, text="教训", matter_ids=[new_key()], actor=town.gao, at=AFTER)

    assert refused.value.field == "matters"


def test_lists_and_pages_cost_a_fixed_number_of_statements(town, held, resolution, django_assert_num_queries):
    for number in range(5):
        commands.note_lesson(held.pk, text=f"教训{number}", matter_ids=[], actor=town.gao, at=AFTER)
    queries.get_meeting(held.pk, actor=town.gao, at=AFTER)

    with django_assert_num_queries(1):
        assert len(queries.meetings(town.gao, at=AFTER, state="held", kind="case_discussion")) == 1
    with django_assert_num_queries(6):
        queries.get_meeting(held.pk, actor=town.gao, at=AFTER)
    with django_assert_num_queries(2):
        assert len(queries.lessons(town.gao, at=AFTER)) == 5


def test_the_decision_behind_a_resolution_is_found(resolution):
    assert queries.get_decision(resolution.matter_id).text == "市政局拓宽人行道"
    with pytest.raises(NotFound):
        queries.get_decision(new_key())
