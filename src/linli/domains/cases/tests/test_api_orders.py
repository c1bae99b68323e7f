"""Work orders of superior systems: each number once, whatever the channel."""

import pytest
from django.test import Client as Browser

from linli.domains.cases import commands
from linli.domains.cases.models import Case
from linli.domains.cases.tests.outside import COVER, NOON, hotline, program
from linli.kernel.flow.models import Entry

ORDER = COVER | {"number": "20260302-0007", "text": "来电反映柳树路井盖缺失"}


@pytest.fixture
def platform(town):
    return hotline(town)


@pytest.mark.spec("001g-36")
def test_the_centre_takes_orders_by_four_channels_and_an_outer_number_only_once(town):
    twelve345 = hotline(town)
    superior = program(town.street, "上级平台", sources=("05",), systems=("superior", "12345"))
    town_line = program(town.centre, "镇热线", sources=("16",), systems=("town_line",))
    portal = program(town.centre, "门户网站", sources=("13",), systems=("portal",), faces=("open311", "rest"))

    taken = [one.post("work-orders", ORDER) for one in (twelve345, superior, town_line, portal)]
    relayed = superior.post("work-orders", ORDER | {"system": "12345", "text": "市里转来的同一件"})
    by_report = twelve345.post("reports", ORDER | {"text": "又来一次"})
    with pytest.raises(commands.KnownNumberRefused):
        by_desk = commands.Report(text="坐席又登记一次", outer_system="12345", outer_number=ORDER["number"])
        commands.report(by_desk, at=NOON, actor=town.chen)

    assert [one.status_code for one in taken] == [201] * 4
    assert (relayed.status_code, by_report.status_code) == (409, 409)
    assert relayed.json()["number"] == taken[0].json()["number"]
    assert sorted(Case.objects.values_list("source", "outer_system")) == [
        ("04", "12345"), ("05", "superior"), ("13", "portal"), ("16", "town_line"),
    ]  # fmt: skip


def test_an_order_sent_again_gets_the_first_answer(platform):
    first = platform.post("work-orders", ORDER)
    again = platform.post("work-orders", ORDER)

    assert (again.status_code, again.json()["number"]) == (200, first.json()["number"])


def test_a_later_version_is_added_to_the_journal_without_numbers_of_people(platform):
    number = platform.post("work-orders", ORDER).json()["number"]

    later = ORDER | {"version": 2, "text": "市民再次来电,催办,电话 13812345678"}
    added = platform.post("work-orders", later)
    again = platform.post("work-orders", later)

    entry = Entry.objects.get(matter__number=number, step="supplement")
    assert added.json()["is_added"] is True
    assert again.status_code == 200
    assert "催办" in entry.note
    assert "13812345678" not in entry.note
    assert Case.objects.count() == 1


def test_another_content_under_the_same_version_is_a_conflict(platform):
    platform.post("work-orders", ORDER)
    platform.post("work-orders", ORDER | {"version": 2, "text": "第一次说"})

    assert platform.post("work-orders", ORDER | {"version": 2, "text": "第二次说"}).status_code == 409


def test_a_later_version_that_comes_first_is_taken_in(platform):
    answer = platform.post("work-orders", ORDER | {"version": 3})

    assert (answer.status_code, answer.json()["is_added"]) == (201, False)


def test_an_order_is_found_by_the_number_of_its_sender(platform, town):
    platform.post("work-orders", ORDER)

    found = platform.get(f"work-orders/{ORDER['number']}")
    other = program(town.west, "别家", systems=("12345",)).get(f"work-orders/{ORDER['number']}")

    assert found.json()["outer_number"] == ORDER["number"]
    assert other.status_code == 404


def test_an_order_needs_a_number(platform):
    assert platform.post("work-orders", COVER).json()["field"] == "number"


def test_a_program_without_a_system_sends_no_numbers(town):
    nameless = program(town.centre, "无系统", systems=())

    assert nameless.post("work-orders", ORDER).status_code == 422


def test_orders_are_not_for_browsers(platform, town):
    browser = Browser()
    browser.force_login(town.chen.account)

    assert browser.post("/api/v1/work-orders", ORDER, content_type="application/json").status_code == 401
