from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case
from linli.kernel.flow.models import Clock, Matter
from tests.evidence import photo
from tests.town import IN_GRID

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
COVER = commands.Report(text="柳树路 5 号门口井盖没了,很危险", lon=IN_GRID[0], lat=IN_GRID[1], wants_answer=True)


@pytest.fixture
def case(town):
    return Case.objects.get(pk=commands.report(COVER, at=NOON).id)


def state(case):
    return Matter.objects.get(pk=case.pk).state


def go(case, town, *steps, at=NOON):
    """Take steps given as (person, name, Given)."""
    for minute, (who, name, given) in enumerate(steps):
        act(case, name, given, actor=getattr(town, who), at=at + timedelta(minutes=minute))


def to_handling(town):
    return (
        ("chen", "accept", Given(fields={"category": "01001"})),
        ("chen", "file", Given()),
        ("lin", "dispatch", Given(unit=town.team.pk)),
        ("zhao", "take_over", Given()),
        ("zhao", "arrive", Given()),
    )


def to_checked(town):
    return (
        *to_handling(town),
        ("zhao", "feed_back", Given(fields={"outcome": "已补盖"}, files=[photo(town.zhao, "after")])),
        ("sun", "pass_check", Given(note="现场已恢复")),
    )


@pytest.mark.spec("001g-06")
@pytest.mark.spec("003-14")
def test_a_report_travels_from_the_phone_to_a_closed_visited_and_archived_case(case, town):
    go(case, town, *to_checked(town))
    go(case, town, ("chen", "reply", Given(note="井盖已补好,谢谢您")), ("chen", "close", Given()))
    go(case, town, ("xu", "revisit", Given(fields={"satisfaction": "5", "is_solved": "1"})))
    go(case, town, ("chen", "archive", Given()))

    case.refresh_from_db()
    assert state(case) == "archived"
    assert (case.satisfaction, case.is_solved, case.result_code) == (5, True, "solved")
    assert not Clock.objects.filter(matter_id=case.pk, stopped_at=None).exists()


@pytest.mark.spec("001g-28")
def test_who_handled_a_case_may_not_verify_it(case, town):
    from linli.kernel.org.models import Post

    Post.objects.create(actor=town.zhao, unit=town.centre, over=town.street, role="verifier", since="2020-01-01")
    go(case, town, *to_checked(town)[:-1])

    with pytest.raises(commands.StepRefused, match="处置与监督分离"):
        act(case, "pass_check", Given(note="好了"), actor=town.zhao, at=NOON)


@pytest.mark.spec("001g-26")
def test_the_handler_cannot_close(case, town):
    go(case, town, *to_checked(town))

    with pytest.raises(commands.StepRefused, match="不在您的职责内"):
        act(case, "close", Given(), actor=town.zhao, at=NOON)


def test_closing_waits_until_every_caller_has_an_answer(case, town):
    go(case, town, *to_checked(town))

    with pytest.raises(commands.StepRefused, match="没有答复"):
        act(case, "close", Given(), actor=town.chen, at=NOON)


@pytest.mark.spec("001g-32")
def test_a_dissatisfied_return_visit_reopens_the_case_in_a_new_round(case, town):
    go(case, town, *to_checked(town), ("chen", "reply", Given(note="已补好")), ("chen", "close", Given()))

    go(case, town, ("xu", "revisit", Given(note="盖子又松了", fields={"satisfaction": "1", "reopen": "1"})))

    matter = Matter.objects.get(pk=case.pk)
    assert (matter.state, matter.round, matter.closed_at) == ("filed", 2, None)
    assert set(matter.clocks.filter(round=2).values_list("kind", flat=True)) == {"dispatch", "answer"}


@pytest.mark.spec("004-92")
def test_a_returned_case_is_arbitrated_by_the_chief(case, town):
    go(case, town, *to_handling(town), ("zhao", "return", Given(note="属市政局管养")))

    go(case, town, ("gao", "arbitrate", Given(unit=town.department.pk, note="清单列明归市政局")))

    matter = Matter.objects.get(pk=case.pk)
    assert (matter.state, matter.unit) == ("dispatched", town.department)


@pytest.mark.spec("001g-29")
def test_the_lead_feeds_back_only_when_all_co_units_have(case, town):
    go(case, town, *to_handling(town), ("lin", "link_units", Given(note="一起处理", units=[town.grid8.pk])))
    feed_back = Given(fields={"outcome": "已补盖"}, files=[photo(town.zhao, "after")])

    with pytest.raises(commands.StepRefused, match="协办单位没有反馈"):
        act(case, "feed_back", feed_back, actor=town.zhao, at=NOON)


@pytest.mark.spec("001g-33")
def test_a_granted_extension_moves_the_due_time_and_is_allowed_twice(case, town):
    go(case, town, *to_handling(town))
    before = Clock.objects.get(matter_id=case.pk, kind="handle").due_at
    for _time in range(2):
        go(case, town, ("zhao", "ask_for", Given(note="缺配件", fields={"kind": "extension", "amount": "2"})))
        ask = Matter.objects.get(parent_id=case.pk, flow="ask", closed_at=None)
        commands.act_on_child(ask, "grant", Given(), actor=town.gao, at=NOON)

    assert Clock.objects.get(matter_id=case.pk, kind="handle").due_at > before
    go(case, town, ("zhao", "ask_for", Given(note="还缺", fields={"kind": "extension", "amount": "2"})))
    ask = Matter.objects.get(parent_id=case.pk, flow="ask", closed_at=None)
    with pytest.raises(commands.StepRefused.__mro__[1], match="2 次"):
        commands.act_on_child(ask, "grant", Given(), actor=town.gao, at=NOON)


def test_a_step_from_a_stale_page_is_refused_with_what_changed(case, town):
    go(case, town, *to_handling(town)[:2])
    go(case, town, ("lin", "dispatch", Given(unit=town.team.pk)))

    with pytest.raises(commands.StaleStepRefused, match=r"林静 已于 .* “派遣”"):
        act(case, "dispatch", Given(unit=town.grid.pk, seen=3), actor=town.gao, at=NOON)


def test_on_spot_settlement_is_registered_by_the_centre_afterwards(town):
    pair = [photo(town.hua, "before"), photo(town.hua, "after")]
    spot = replace(COVER, on_spot=True, files=pair, outcome="已扶正", source="02", category="01001", wants_answer=False)
    case = Case.objects.get(pk=commands.report(spot, at=NOON, actor=town.hua, role="grid_officer").id)

    go(case, town, ("chen", "register", Given()))

    assert state(case) == "closed"


def test_personal_numbers_in_a_note_are_refused(case, town):
    with pytest.raises(commands.StepRefused, match="不要写个人信息"):
        act(case, "reject", Given(note="联系 13812345678"), actor=town.chen, at=NOON)
