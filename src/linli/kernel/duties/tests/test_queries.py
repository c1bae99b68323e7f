"""What is seen of duties: one's own, a territory's, figures, the feed; each in a fixed number of statements."""

from datetime import date, time, timedelta

import pytest

from linli.kernel.duties import commands, patterns, queries
from linli.kernel.duties.queries import Narrow
from linli.kernel.duties.queries.one import duty_page
from linli.kernel.duties.queries.preview import preview
from linli.kernel.duties.tests.dutying import SUNDAY, a_duty, draft, moment
from linli.kernel.errors import NotFound

MARCH = Narrow(date(2026, 3, 1), date(2026, 4, 1))


@pytest.fixture
def week(town):
    """Monday done, Wednesday late, Friday missed, the Monday after called off; Hua's."""
    duty = a_duty(town)
    first, second, _third, fourth = duty.occurrences.order_by("on")[:4]
    for one, hour, minute in ((first, 10, 0), (second, 11, 30)):
        at = moment(one.on.day, hour, minute)
        commands.record_done(one.pk, done_at=at, filed_at=at, is_late=False, actor=town.hua)
    commands.miss_due(at=moment(7, 0))
    commands.excuse(fourth.pk, reason="全员培训", actor=town.wang, at=moment(7, 8))
    return duty


def test_my_duties_are_those_that_name_me_and_those_of_my_role(town, week):
    a_duty(town, title="机动巡查", holder=None, role="grid_officer", opens=time(14), closes=time(15))
    a_duty(town, title="特保巡逻", holder=None, role="patroller", unit=town.guard, by="fu")

    mine = queries.of_person(town.hua, first=moment(2, 0), until=moment(3, 0), at=SUNDAY)

    assert [(line.title, line.who) for line in mine] == [("第七网格日常巡查", "花开"), ("机动巡查", "网格员")]
    assert queries.of_person(town.zhou, first=moment(2, 0), until=moment(3, 0), at=SUNDAY) == []


@pytest.mark.spec("001g-18")
def test_what_was_missed_is_listed_for_who_reaches_there_and_nobody_else(town, week):
    missed = Narrow(MARCH.first, MARCH.until, states=("missed",))

    for person in (town.wang, town.bao, town.li, town.fu):
        assert [line.on.day for line in queries.listed(person, missed, at=moment(7, 0)).rows] == [6]
    assert queries.listed(town.zhou, missed, at=moment(7, 0)).rows == []


def test_pages_go_forth_and_back_without_losing_one(town):
    for number in range(3):
        a_duty(town, title=f"巡查{number}", holder=None, role="grid_officer", rule="FREQ=DAILY")
    everything = [line.id for line in queries.listed(town.wang, MARCH, at=SUNDAY, size=500).rows]
    first = queries.listed(town.wang, MARCH, at=SUNDAY, size=25)
    second = queries.listed(town.wang, MARCH, at=SUNDAY, size=25, after=first.after)
    third = queries.listed(town.wang, MARCH, at=SUNDAY, size=25, after=second.after)

    pages = [[line.id for line in one.rows] for one in (first, second, third)]
    assert [key for page in pages for key in page] == everything
    assert third.after == "" and first.before == ""
    back = queries.listed(town.wang, MARCH, at=SUNDAY, size=25, before=third.before)
    assert [line.id for line in back.rows] == pages[1]


def test_a_key_made_up_shows_the_first_page(town, week):
    assert queries.listed(town.wang, MARCH, at=SUNDAY, after="x_y").rows


@pytest.mark.spec("000-53")
def test_figures_say_what_share_was_done_late_missed_and_nothing_where_nothing_fell_due(town, week):
    later = a_duty(town, title="月末检查", rule="FREQ=MONTHLY;BYMONTHDAY=20", opens=time(20), closes=time(21))

    total, by_duty = queries.figures(town.wang, MARCH, by="duty", at=moment(8, 0))

    assert (total.fell_due, total.excused) == (3, 1)
    shares = {one.name: (one.done_share, one.late_share, one.missed_share) for one in by_duty}
    assert shares[later.title] == (None, None, None)
    assert shares["第七网格日常巡查"] == (1 / 3, 1 / 3, 1 / 3)


@pytest.mark.parametrize(
    ("by", "name"), [("unit", "柳树第七网格"), ("kind", "巡查"), ("person", "花开"), ("month", "2026-03")]
)
def test_figures_are_told_apart_by_unit_kind_person_and_month(town, week, by, name):
    assert [one.name for one in queries.figures(town.wang, MARCH, by=by, at=moment(8, 0))[1]] == [name]


def test_statements_do_not_grow_with_the_occurrences(town, django_assert_max_num_queries):
    for number in range(12):
        a_duty(town, title=f"巡查{number}", holder=None, role="grid_officer", rule="FREQ=DAILY")
    queries.listed(town.hua, MARCH, at=SUNDAY)

    with django_assert_max_num_queries(5):  # 1, 2 and 1; one more whenever the organisation is looked at anew
        queries.listed(town.hua, MARCH, at=SUNDAY)
        queries.of_person(town.hua, first=moment(1, 0), until=moment(20, 0), at=SUNDAY)
        queries.figures(town.hua, MARCH, by="duty", at=SUNDAY)


def test_a_duty_shows_its_rule_in_words_what_comes_and_what_was(town, week):
    found = duty_page(week.pk, actor=town.bao, at=moment(8, 0))

    assert (found.when, found.who, found.kind_label) == ("每周一、三、五 09:00–11:00", "花开", "巡查")
    assert [line.state for line in found.last] == ["missed", "late", "done"]
    assert found.next[0].on == date(2026, 3, 11)
    assert found.may_plan
    assert not duty_page(week.pk, actor=town.hua, at=moment(8, 0)).may_plan
    with pytest.raises(NotFound):
        duty_page(week.pk, actor=town.zhou, at=SUNDAY)


def test_a_feed_opens_by_its_secret_alone_and_not_by_the_one_before(town, week):
    old = commands.renew_feed(actor=town.hua, at=SUNDAY)
    new = commands.renew_feed(actor=town.hua, at=SUNDAY + timedelta(days=1))

    assert len(queries.of_feed(new, at=SUNDAY)[0]) == 9
    for wrong in (old, "", "x"):
        with pytest.raises(NotFound):
            queries.of_feed(wrong, at=SUNDAY)
    commands.forget_feed(actor=town.hua)
    with pytest.raises(NotFound):
        queries.of_feed(new, at=SUNDAY)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=DAILY", "每天 09:00–11:00"),
        ("FREQ=DAILY;INTERVAL=3", "每3天一次 09:00–11:00"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "每周一、三、五 09:00–11:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", "每2周的星期日 09:00–11:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "每月1日、15日 09:00–11:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "每月最后一天 09:00–11:00"),
        ("FREQ=MONTHLY;BYDAY=2FR", "每月第二个星期五 09:00–11:00"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=10", "每季度10日（从起始月算起） 09:00–11:00"),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=5", "每2个月的5日 09:00–11:00"),
    ],
)
def test_a_rule_is_said_in_words_and_read_back_into_its_form(rule, said):
    assert patterns.words(rule, opens=time(9), closes=time(11)) == said
    pattern = patterns.read(rule)
    assert pattern is not None and pattern.rule == rule


def test_a_rule_that_no_form_makes_is_shown_as_it_is():
    rule = "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=1"

    assert patterns.read(rule) is None
    assert patterns.words(rule, opens=time(22), closes=time(5)) == f"{rule} 22:00–次日05:00"


def test_a_draft_shows_before_it_is_set_when_it_will_fall(town):
    seen = preview(draft(town), at=SUNDAY)

    assert seen.when == "每周一、三、五 09:00–11:00"
    assert [window.on.day for window in seen.windows] == [2, 4, 6, 9, 11, 13]
