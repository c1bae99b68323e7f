"""What the documents ask of a case, each shown through the commands that do it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act
from linli.domains.cases.flow.case import STAGES
from linli.domains.cases.models import Case, Urge
from linli.kernel.flow import clocks
from linli.kernel.flow.models import Clock, Entry, Matter, Outbox
from linli.kernel.org.models import Post, Unit
from tests.evidence import photo
from tests.town import IN_GRID, SINCE

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
COVER = commands.Report(text="柳树路 5 号门口井盖没了", lon=IN_GRID[0], lat=IN_GRID[1], category="01001")


def report(given=COVER, **who):
    return Case.objects.get(pk=commands.report(given, at=NOON, **who).id)


@pytest.fixture
def case(town):
    return report()


def go(case, town, *steps):
    for who, name, given in steps:
        act(case, name, given, actor=getattr(town, who), at=NOON)


def matter(case):
    return Matter.objects.get(pk=case.pk)


def dispatched_to(town, unit):
    return (
        ("chen", "accept", Given()),
        ("chen", "file", Given()),
        ("lin", "dispatch", Given(unit=unit.pk)),
    )


def handled_by(town):
    return (
        *dispatched_to(town, town.team),
        ("zhao", "take_over", Given()),
        ("zhao", "feed_back", Given(fields={"outcome": "已补盖"}, files=[photo(town.zhao, "after")])),
    )


def closed_by(town):
    return (*handled_by(town), ("sun", "pass_check", Given(note="已恢复")), ("chen", "close", Given()))


@pytest.mark.spec("000-41")
def test_a_case_is_sent_to_the_competent_department(case, town):
    go(case, town, *dispatched_to(town, town.department), ("deng", "take_over", Given()))

    assert (matter(case).unit, matter(case).state) == (town.department, "handling")


@pytest.mark.spec("000-42")
def test_a_committee_reports_for_a_resident_who_gets_the_answer(town):
    caller = commands.Caller(name="王阿姨", phone="13812345678")
    given = replace(COVER, on_behalf=True, source="17", caller=caller, wants_answer=True)
    case = report(given, actor=town.ma, role="committee_worker")

    go(case, town, ("chen", "reply", Given(note="已派人去修")))

    told = matter(case).occurrences.get()
    assert told.actor.kind == "resident"
    assert told.answer == "已派人去修"
    assert Entry.objects.get(matter=matter(case), step="open").actor == town.ma


@pytest.mark.spec("001g-11")
def test_a_patroller_creates_and_settles_a_case_in_one_go_with_evidence(town):
    pair = [photo(town.hua, "before"), photo(town.hua, "after")]

    case = report(replace(COVER, on_spot=True, files=pair, outcome="已扶正"), actor=town.hua, role="grid_officer")

    assert matter(case).state == "on_spot"
    assert Entry.objects.filter(matter=matter(case)).count() == 1
    with pytest.raises(commands.ReportRefused, match="照片"):
        commands.report(replace(COVER, on_spot=True, files=pair[:1]), at=NOON, actor=town.hua)


@pytest.mark.spec("001g-19")
def test_a_liaison_called_must_answer_and_the_time_is_kept(case, town):
    call = commands.call_liaison(
        case, unit=town.department, liaison=town.he, problem="请派人会商", actor=town.lin, at=NOON
    )

    commands.act_on_child(call, "answer", Given(note="马上到"), actor=town.he, at=NOON + timedelta(minutes=4))

    call.liaison_call.refresh_from_db()
    assert call.liaison_call.seconds == 240


@pytest.mark.spec("001g-22")
@pytest.mark.parametrize("source", ["01", "02", "03", "11", "12", "17", "18", "19"])
def test_information_officers_of_many_kinds_report_and_the_source_is_kept(town, source):
    case = report(replace(COVER, source=source), actor=town.hua, role="informant")

    assert case.source == source


@pytest.mark.spec("001g-24")
def test_the_centre_classifies_numbers_and_registers_every_case(town):
    case = report(replace(COVER, category=""))

    go(case, town, ("chen", "accept", Given(fields={"category": "01001"})), ("chen", "file", Given()))

    case.refresh_from_db()
    assert case.category == "01001"
    assert case.standard.startswith("GB/T 47678.5")
    assert matter(case).number.startswith("20260302")


@pytest.mark.spec("001g-24")
def test_nothing_is_filed_without_a_category(town):
    case = report(replace(COVER, category=""))
    go(case, town, ("chen", "accept", Given()))

    with pytest.raises(commands.StepRefused, match="分类"):
        act(case, "file", Given(), actor=town.chen, at=NOON)


@pytest.mark.spec("001g-25")
@pytest.mark.spec("004-85")
def test_the_grid_head_assigns_a_work_order_to_a_person(case, town):
    go(case, town, *dispatched_to(town, town.grid), ("wang", "assign", Given(assignee=town.hua.pk)))

    assert matter(case).assignee == town.hua


@pytest.mark.spec("001g-27")
def test_an_archived_case_can_be_rechecked_and_reopened(case, town):
    go(case, town, *closed_by(town), ("chen", "archive", Given()))

    go(case, town, ("qian", "recheck", Given(note="盖板又松")), ("gao", "reopen", Given(note="复查不合格")))

    assert (matter(case).state, matter(case).round) == ("filed", 2)


@pytest.mark.spec("001g-31")
def test_an_instruction_is_received_arrived_at_and_fed_back(case, town):
    go(case, town, ("lin", "instruct", Given(note="请先到现场围挡", assignee=town.hua.pk)))
    order = Matter.objects.get(parent_id=case.pk, flow="instruction")

    for name, given in (("receive", Given()), ("arrive", Given()), ("feed_back", Given(note="已围挡"))):
        commands.act_on_child(order, name, given, actor=town.hua, at=NOON)

    assert Matter.objects.get(pk=order.pk).state == "fed_back"


@pytest.mark.spec("001g-37")
@pytest.mark.parametrize("level", ["unit", "grid", "centre"])
def test_the_level_that_found_it_is_kept(town, level):
    assert report(replace(COVER, found_level=level)).found_level == level


@pytest.mark.spec("001g-38")
@pytest.mark.spec("001g-05")
def test_what_a_level_cannot_settle_goes_up_one_level_at_a_time(case, town):
    go(case, town, *dispatched_to(town, town.grid))
    path = []

    for who in ("wang", "lead", "chief"):
        if who == "lead":
            Post.objects.create(actor=town.ma, unit=town.committee, over=town.committee, role="unit_head", since=SINCE)
        actor = {"wang": town.wang, "lead": town.ma, "chief": town.gao}[who]
        if who == "chief":
            Post.objects.create(actor=town.gao, unit=town.centre, over=town.centre, role="unit_head", since=SINCE)
        act(case, "escalate", Given(note="力量不足"), actor=actor, at=NOON)
        path.append(matter(case).unit.level)

    assert path == ["unit", "centre", "centre"]
    assert matter(case).unit == town.district_centre


@pytest.mark.spec("001g-39")
def test_grid_linkage_comes_first_then_the_towns_force(case, town):
    go(case, town, *dispatched_to(town, town.team), ("zhao", "take_over", Given()))
    town_force = Given(note="需要部门", units=[town.department.pk])

    with pytest.raises(commands.StepRefused, match="先网格联动"):
        act(case, "link_units", town_force, actor=town.zhao, at=NOON)
    go(case, town, ("zhao", "link_units", Given(note="一起", units=[town.grid.pk])), ("zhao", "link_units", town_force))

    case.refresh_from_db()
    assert case.linkage == "town"


@pytest.mark.spec("001g-40")
def test_urging_has_levels_and_is_answered(case, town):
    go(case, town, *dispatched_to(town, town.team))
    go(case, town, ("qian", "urge", Given(note="请加快", fields={"level": "2"})))
    go(case, town, ("zhao", "answer_urge", Given(note="今晚完成")))

    urge = Urge.objects.get()
    assert (urge.level, urge.answer, urge.answered_by) == (2, "今晚完成", town.zhao)


@pytest.mark.spec("001g-41")
def test_a_member_may_file_a_finding_on_another_line(town):
    finding = replace(COVER, text="市政井盖长期破损无人管", about_unit=town.department.pk, source="02")

    case = report(finding, actor=town.hua, role="grid_officer")

    assert case.about_unit == town.department


@pytest.mark.spec("001g-55")
def test_five_mechanisms_leave_their_own_entries(case, town):
    go(case, town, *dispatched_to(town, town.team), ("zhao", "take_over", Given()))
    go(case, town, ("zhao", "link_units", Given(note="一起", units=[town.grid.pk])))
    go(case, town, ("qian", "urge", Given(note="请加快")))
    child = Matter.objects.get(parent_id=case.pk, flow="co_handling")
    commands.act_on_child(child, "feed_back", Given(note="已配合"), actor=town.wang, at=NOON)
    go(case, town, ("zhao", "feed_back", Given(fields={"outcome": "好了"}, files=[photo(town.zhao, "after")])))

    steps = set(Entry.objects.filter(matter=matter(case)).values_list("step", flat=True))
    assert {"open", "take_over", "link_units", "urge", "feed_back"} <= steps


@pytest.mark.spec("001g-60")
def test_a_caller_of_the_town_hotline_is_answered_within_a_limit(town):
    caller = commands.Caller(phone="13812345678")
    case = report(replace(COVER, source="16", caller=caller, wants_answer=True, on_behalf=True), actor=town.chen)
    running = Clock.objects.get(matter_id=case.pk, kind="answer")

    go(case, town, ("chen", "reply", Given(note="已安排")))

    running.refresh_from_db()
    assert running.stopped_at == NOON
    assert case.source == "16"


@pytest.mark.spec("002-15")
def test_an_emergency_level_shortens_the_limit_and_names_another_commander(case, town):
    go(case, town, *dispatched_to(town, town.team))
    before = Clock.objects.get(matter_id=case.pk, kind="handle").due_at

    go(case, town, ("gao", "raise_emergency", Given(note="多车坠坑", fields={"emergency": "2"})))

    case.refresh_from_db()
    assert Clock.objects.get(matter_id=case.pk, kind="handle").due_at < before
    assert case.commander == town.district_centre


@pytest.mark.spec("003-02")
@pytest.mark.spec("004-93")
def test_departments_street_committee_and_grid_work_on_one_case(case, town):
    units = [town.department.pk, town.police.pk, town.committee.pk, town.grid.pk]
    go(case, town, *dispatched_to(town, town.team), ("lin", "link_units", Given(note="联合处置", units=units)))

    children = Matter.objects.filter(parent_id=case.pk, flow="co_handling")
    assert {child.unit.kind for child in children} == {"department", "committee", "grid"}
    assert Clock.objects.filter(matter__in=children, kind="handle").count() == 4


@pytest.mark.spec("003-07")
def test_an_invited_department_answers_in_time_and_a_refusal_is_recorded(case, town):
    go(case, town, ("chen", "accept", Given()), ("chen", "file", Given()))
    go(case, town, ("lin", "invite", Given(note="会商井盖权属", unit=town.department.pk)))
    invitation = Matter.objects.get(parent_id=case.pk, flow="invitation")
    assert Clock.objects.get(matter=invitation).kind == "answer"

    commands.act_on_child(invitation, "refuse", Given(note="非我局管养"), actor=town.he, at=NOON)

    assert Entry.objects.filter(matter=invitation, step="refuse", note="非我局管养").exists()


@pytest.mark.spec("003-09")
def test_a_committee_sends_an_estate_problem_straight_to_the_department(case, town):
    given = Given(unit=town.department.pk, note="小区停水", fields={"category": "01001"})

    act(case, "fast_lane", given, actor=town.ma, at=NOON)

    assert (matter(case).unit, matter(case).state) == (town.department, "dispatched")
    other = report(replace(COVER, lon=121.43))
    with pytest.raises(commands.StepRefused, match="职责"):
        act(other, "fast_lane", given, actor=town.ma, at=NOON)


@pytest.mark.spec("004-82")
def test_major_information_goes_hop_by_hop_with_alarms_within_four_hours(town):
    known = datetime(2026, 3, 1, 17, tzinfo=UTC)  # one in the morning: the clock runs day and night
    chain = commands.raise_major(text="燃气泄漏", unit=town.grid, actor=town.hua, at=known, known_at=known)
    clocks.fire(now=known + timedelta(minutes=15))

    alarm = Outbox.objects.filter(kind="clock.warning").get()
    assert alarm.payload["clock"] == "hop_grid"
    assert Clock.objects.get(matter=chain, kind="chain").due_at == known + timedelta(hours=4)
    for who, name in ((town.hua, "to_station"), (town.ma, "to_street"), (town.gao, "to_district")):
        commands.act_on_child(chain, name, Given(), actor=who, at=known + timedelta(minutes=40))
    commands.act_on_child(chain, "to_leaders", Given(), actor=town.ding, at=known + timedelta(minutes=90))

    assert Matter.objects.get(pk=chain.pk).state == "with_leaders"
    assert not Clock.objects.filter(matter=chain, stopped_at=None).exists()


def test_every_state_belongs_to_one_of_the_six_public_stages(town):
    from linli.domains.cases.flow import CASE

    assert set(STAGES) == set(CASE.states)
    assert len(set(STAGES.values())) == 6


def test_a_unit_of_another_name_is_not_a_holder(case, town):
    go(case, town, *dispatched_to(town, town.team))

    with pytest.raises(commands.StepRefused, match="职责"):
        act(case, "take_over", Given(), actor=town.zhou, at=NOON)
    assert Unit.objects.get(pk=matter(case).unit_id) == town.team
