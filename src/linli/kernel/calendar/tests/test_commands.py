from datetime import UTC, date, datetime, time

import pytest
from django.db import IntegrityError, connection, transaction

from linli.kernel.calendar import commands, queries
from linli.kernel.calendar.models import Day, Hours

NEXT_YEAR = [
    {"日期": "2027-01-01", "类型": "放假", "名称": "元旦"},
    {"日期": "2027-01-03", "类型": "上班", "名称": "调休上班"},
]


@pytest.fixture(autouse=True)
def _empty_calendar(db):
    Day.objects.all().delete()
    Hours.objects.all().delete()
    queries.look_again()


def test_the_library_fills_whole_years_with_holidays_and_made_up_days():
    filled = commands.fill_from_library()

    assert 2026 in filled.years
    assert Day.objects.filter(on__year=2026).count() == 365
    assert not Day.objects.get(on=date(2026, 10, 1)).is_working
    assert Day.objects.get(on=date(2026, 2, 14)).name == "调休上班"
    assert queries.current().is_working_day(date(2026, 2, 14))


def test_filling_twice_adds_nothing():
    commands.fill_from_library()

    assert commands.fill_from_library() == commands.Filled((), 0)


def test_at_the_end_of_the_announced_years_only_weekends_are_free():
    commands.fill_from_library()
    last_afternoon = datetime(2026, 12, 31, 8, tzinfo=UTC)

    due = queries.due(last_afternoon, 1, "working_days")

    assert queries.announced(2026)
    assert not queries.announced(2027)
    assert due == datetime(2027, 1, 1, 8, tzinfo=UTC)
    assert queries.current().provisional(due)
    assert not queries.current().provisional(last_afternoon)


def test_the_new_year_begins_in_local_time():
    commands.fill_from_library()

    assert queries.current().provisional(datetime(2026, 12, 31, 16, tzinfo=UTC))


def test_an_announced_year_moves_what_is_due_in_it():
    commands.fill_from_library()

    commands.import_year(2027, NEXT_YEAR)

    assert queries.announced(2027)
    assert queries.due(datetime(2026, 12, 31, 8, tzinfo=UTC), 1, "working_days") == datetime(2027, 1, 3, 8, tzinfo=UTC)


def test_the_library_does_not_overwrite_an_imported_year():
    commands.import_year(2026, [{"日期": "2026-03-03", "类型": "放假", "名称": "试"}])

    commands.fill_from_library()

    assert not Day.objects.get(on=date(2026, 3, 3)).is_working


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"日期": "2027-02-30", "类型": "放假"}], "第2行"),
        ([{"日期": "2028-01-01", "类型": "放假"}], "不在2027年"),
        ([{"日期": "2027-01-01", "类型": "也许"}], "放假或上班"),
        ([NEXT_YEAR[0], NEXT_YEAR[0]], "重复"),
        ([NEXT_YEAR[1]], "没有一个放假日"),
        ([{"类型": "放假"}], "第2行"),
    ],
)
def test_a_list_that_cannot_be_a_year_is_refused_with_its_line(rows, message):
    with pytest.raises(commands.CalendarRefused, match=message):
        commands.import_year(2027, rows)

    assert not Day.objects.exists()


def test_summer_hours_give_way_to_the_old_ones_when_they_end():
    commands.set_hours([(time(9), time(12)), (time(13, 30), time(17, 30))], valid_from=date(2020, 1, 1))

    commands.set_hours([(time(8), time(14))], valid_from=date(2026, 7, 1), valid_to=date(2026, 9, 1))

    calendar = queries.current()
    assert calendar.is_open(datetime(2026, 7, 1, 0, 30, tzinfo=UTC))
    assert not calendar.is_open(datetime(2026, 7, 1, 7, tzinfo=UTC))
    assert calendar.is_open(datetime(2026, 9, 1, 7, tzinfo=UTC))
    assert Hours.objects.count() == 5


@pytest.mark.parametrize("stretches", [[], [(time(12), time(9))], [(time(9), time(12)), (time(11), time(15))]], ids=str)
def test_hours_that_overlap_or_end_before_they_start_are_refused(stretches):
    with pytest.raises(commands.CalendarRefused):
        commands.set_hours(stretches, valid_from=date(2026, 1, 1))


def test_the_database_itself_refuses_hours_that_end_before_they_start():
    with pytest.raises(IntegrityError), transaction.atomic():
        Hours.objects.create(starts=time(12), ends=time(9), valid_from=date(2026, 1, 1))


def test_a_change_by_another_process_is_seen_at_the_next_look():
    before = queries.current()
    with connection.cursor() as cursor:
        cursor.execute("insert into calendar_day values ('2026-11-20', false, '临时放假', true)")

    queries.look_again()

    assert queries.current() is not before
    assert not queries.current().is_working_day(date(2026, 11, 20))


def test_without_a_change_the_same_calendar_is_kept(django_assert_num_queries):
    held = queries.current()

    with django_assert_num_queries(0):
        assert queries.current() is held
    queries.look_again()
    with django_assert_num_queries(1):
        assert queries.current() is held
