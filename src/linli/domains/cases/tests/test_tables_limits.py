from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from linli.domains.cases.commands import limits
from linli.domains.cases.queries import limit_list
from linli.kernel.catalog import form, sheets
from linli.kernel.catalog.models import TimeLimit, Version
from linli.kernel.errors import Refused
from linli.kernel.org.models import Account, Actor, Post
from tests.town import SINCE

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def keeper(town, key):
    actor = Actor.objects.create(kind="staff", name=key)
    Account.objects.create(actor=actor, username=key)
    Post.objects.create(actor=actor, unit=town.centre, over=town.street, role="list_keeper", since=SINCE)
    return actor


@pytest.fixture
def dan(town):
    return keeper(town, "dan")


@pytest.fixture
def browser(client, dan):
    client.force_login(dan.account)
    return client


LOCAL = {
    "code": "01001", "unit": "street", "amount": "30", "base": "continuous", "valid_from": "2026-03-03",
    "reason": "市里要求",
}  # fmt: skip


def test_a_local_limit_is_set_with_its_reason_holds_there_and_is_ended(browser, town):
    answer = browser.post(reverse("cases:new_limit"), LOCAL)
    at = datetime(2026, 3, 5, 4, tzinfo=UTC)

    local = TimeLimit.objects.get(unit=town.street)
    here = limit_list.reckon("01001", "", town.grid.pk, at)
    there = limit_list.reckon("01001", "", town.west_grid.pk, at)
    page = browser.get(reverse("cases:limits"), {"only": "local"}).content.decode()
    browser.post(reverse("cases:end_limit", args=[local.pk]))

    local.refresh_from_db()
    assert answer.status_code == 302
    assert (here.due - at).total_seconds() == 30 * 60
    assert there.due != here.due
    assert "市里要求" in page
    assert local.valid_to is not None


@pytest.mark.parametrize(
    "wrong", [{"unit": "没有"}, {"reason": ""}, {"amount": "99999999"}, {"code": "zz"}, {"unit": "west"}]
)
def test_a_limit_that_cannot_be_or_lies_outside_ones_area_is_refused(browser, town, wrong):
    assert browser.post(reverse("cases:new_limit"), LOCAL | wrong).status_code == 422
    assert not TimeLimit.objects.filter(unit__isnull=False).exists()


def test_a_due_time_is_explained_with_its_free_days_and_a_year_not_announced(town):
    limits_row = TimeLimit.objects.filter(base="working_days", unit=None, condition="").first()
    spring = limit_list.reckon(limits_row.code, "", town.grid.pk, datetime(2026, 2, 13, 4, tzinfo=UTC))
    far = limit_list.reckon(limits_row.code, "", town.grid.pk, datetime(2031, 2, 13, 4, tzinfo=UTC))

    assert "02-17" in spring.free_days
    assert not spring.is_provisional
    assert far.is_provisional


def test_the_calculator_answers_on_the_page(browser):
    asked = {"code": "01001", "unit": "grid", "start": "2026-03-02T10:00"}

    assert "01001" in browser.get(reverse("cases:limits"), asked).content.decode()


def test_the_list_goes_out_in_nine_columns_and_comes_in_as_a_proposal_that_another_publishes(browser, dan, town):
    file = browser.get(reverse("cases:limits_file")).content
    other = keeper(town, "fangfu")
    rows = [r.values for r in sheets.read_rows(file).rows if r.values["处置时限"]]
    smaller = sheets.write_rows(form.COLUMNS, [list(r.values()) for r in rows[:40]], kind="csv")

    given = {"file": SimpleUploadedFile("标准.csv", smaller), "numbers_of": "matters", "valid_from": "2027-01-01"}
    answer = browser.post(reverse("cases:limits_workbook"), given | {"take": 1})
    version = Version.objects.get(status="proposed", code_set__code="matters")
    with pytest.raises(Refused, match="另一位"):
        limits.publish(version.pk, actor=dan, at=NOON)
    limits.publish(version.pk, actor=other, at=NOON)

    assert answer.status_code == 302
    assert TimeLimit.objects.filter(valid_from=date(2027, 1, 1)).exists()


def test_a_workbook_with_wrong_lines_is_shown_with_them_and_not_proposed(browser):
    file = sheets.write_rows(form.COLUMNS, [["01", "市政", "x1", "坏", "", "", "", "", "2工作日"]], kind="csv")
    given = {"file": SimpleUploadedFile("标准.csv", file), "numbers_of": "matters", "valid_from": "2027-01-01"}

    page = browser.post(reverse("cases:limits_workbook"), given | {"take": 1})

    assert page.status_code == 422
    assert "须为数字代码" in page.content.decode()
    assert not Version.objects.filter(status="proposed").exists()


def test_categories_are_browsed_searched_and_crossed_with_the_old_standard(browser):
    page = browser.get(reverse("cases:categories"), {"find": "01001"}).content.decode()
    old = browser.get(reverse("cases:categories"), {"list": "events2013"})

    assert "01001" in page
    assert "events2013" in page
    assert old.status_code == 200
    assert browser.get(reverse("cases:categories"), {"list": "nothing"}).status_code == 404


@pytest.mark.parametrize(("who", "status"), {"gao": 200, "chen": 200, "hua": 404, "root": 404}.items())
@pytest.mark.parametrize("route", ["limits", "categories", "limits_file"])
def test_those_who_work_by_the_lists_read_them(town, client, who, status, route):
    client.force_login(getattr(town, who).account)

    assert client.get(reverse(f"cases:{route}")).status_code == status


@pytest.mark.parametrize("who", ["gao", "chen", "lin"])
def test_nobody_but_a_keeper_changes_limits(town, client, who):
    client.force_login(getattr(town, who).account)

    assert client.post(reverse("cases:new_limit"), LOCAL).status_code == 404
    assert not TimeLimit.objects.filter(unit__isnull=False).exists()


def test_every_limit_says_in_words_what_it_is_for_and_how_well_it_is_founded(town):
    lines, after = [], ""
    while True:
        found = limit_list.listed(after=after, on=timezone.localdate())
        lines += found.lines
        after = found.after
        if not after:
            break

    assert len(lines) == found.total > 200
    assert not [line.stage for line in lines if line.stage.isascii()]
    assert not [line.confidence_words for line in lines if line.confidence_words.isascii()]
    of_taking_in = [line.condition for line in lines if not line.code and line.stage == "受理时限"]
    assert len(set(of_taking_in)) == len(of_taking_in) == 3
