from datetime import UTC, date, datetime, time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from linli.domains.cases.commands import Report, deciding, report, shifts
from linli.domains.cases.models import Case, Rule, RuleTable, Shift
from linli.domains.cases.queries import coverage, decision_table, dry_run, rule_sheets
from linli.domains.cases.queries import deciding as decided
from linli.domains.cases.queries.categories import limit_of
from linli.kernel.catalog import sheets
from linli.kernel.errors import Refused
from linli.kernel.org.models import Account, Actor, Post
from tests.town import IN_GRID, IN_WEST, SINCE

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
ANY = deciding.GivenRow(lead_kind="centre", disposal_class=3)


def keeper(town, key, name):
    actor = Actor.objects.create(kind="staff", name=name)
    Account.objects.create(actor=actor, username=key)
    Post.objects.create(actor=actor, unit=town.district_centre, over=town.district, role="list_keeper", since=SINCE)
    return actor


@pytest.fixture
def dan(town):
    return keeper(town, "dan", "单海")


@pytest.fixture
def fang(town):
    return keeper(town, "fangfu", "方复")


@pytest.fixture
def browser(client):
    def enter(actor):
        client.force_login(actor.account)
        return client

    return enter


def in_force(town, drafter, other, *rows):
    table = deciding.draft(town.district.pk, note="", actor=drafter, at=NOON)
    for row in rows:
        deciding.set_row(table.pk, row, no=None, actor=drafter, at=NOON)
    table = deciding.put_in_force(table.pk, reason="议定", actor=other, at=NOON)
    decided.forget()
    return table


@pytest.fixture
def first(town, dan, fang):
    """Everything to the nearest centre; 06010 in East Street to the team, settled by the grid."""
    own = deciding.GivenRow(
        category="06010", area=town.street.pk, lead=town.team.pk, co_units=(town.department.pk,), limit_amount=240,
        limit_base="continuous", disposal_class=2,
    )  # fmt: skip
    return in_force(town, dan, fang, ANY, own)


@pytest.mark.spec("001g-43")
def test_the_page_explains_a_decision_with_its_row_class_and_the_rows_that_also_fit(first, town, browser, dan):
    page = browser(dan).get(reverse("cases:decisions"), {"ask": 1, "category": "06010", "unit": "grid"})

    text = page.content.decode()
    assert "第 2 行：06010 × 东街街道" in text
    assert "二类：网格处置" in text
    assert "第 1 行：任何分类 × 全区" in text


@pytest.mark.spec("001g-43")
def test_a_case_gets_the_disposal_class_of_its_row(first, town):
    key = report(Report(text="垃圾成堆", lon=IN_GRID[0], lat=IN_GRID[1], category="06010"), at=NOON).id

    assert Case.objects.get(pk=key).disposal_class == 2


def test_the_limit_of_the_deciding_row_wins_over_the_list(first, town):
    case = Case.objects.get(
        pk=report(Report(text="垃圾", lon=IN_GRID[0], lat=IN_GRID[1], category="06010"), at=NOON).id
    )

    limit = limit_of(case, case.matter, "handle")

    assert (limit.amount, limit.base, limit.why) == (240, "continuous", "第 2 行：06010 × 东街街道")


def test_an_emergency_level_goes_by_the_list_and_not_by_the_row(first, town):
    given = Report(text="垃圾", lon=IN_GRID[0], lat=IN_GRID[1], category="06010", emergency=1)
    case = Case.objects.get(pk=report(given, at=NOON).id)

    assert limit_of(case, case.matter, "handle").why != "第 2 行：06010 × 东街街道"


@pytest.mark.parametrize(
    "change",
    [
        lambda table: Rule.objects.filter(table=table).update(note="改"),
        lambda table: Rule.objects.filter(table=table).delete(),
        lambda table: Rule.objects.create(table=table, no=99, lead_kind="team"),
        lambda table: RuleTable.objects.filter(pk=table.pk).update(note="改"),
        lambda table: RuleTable.objects.filter(pk=table.pk).update(status="draft"),
    ],
)
def test_the_database_refuses_to_edit_a_version_in_force(first, change):
    with pytest.raises(DatabaseError, match="decision table"), transaction.atomic():
        change(first)


def test_who_drafted_does_not_put_in_force_while_somebody_else_might(first, town, dan, fang):
    table = deciding.draft(town.district.pk, note="", actor=dan, at=NOON)

    with pytest.raises(Refused, match="另一位"):
        deciding.put_in_force(table.pk, reason="急", actor=dan, at=NOON)

    deciding.put_in_force(table.pk, reason="复核", actor=fang, at=NOON)
    first.refresh_from_db()
    assert first.status == "replaced"


def test_the_only_keeper_may_put_a_draft_in_force(town, dan):
    Post.objects.filter(actor=town.jin).delete()
    table = deciding.draft(town.district.pk, note="", actor=dan, at=NOON)
    deciding.set_row(table.pk, ANY, no=None, actor=dan, at=NOON)

    assert deciding.put_in_force(table.pk, reason="首版", actor=dan, at=NOON).status == "in_force"


def test_only_a_keeper_of_the_district_edits(town, dan, first):
    for stranger in (town.chen, town.lin, town.li, town.root):
        with pytest.raises(Refused):
            deciding.draft(town.district.pk, note="", actor=stranger, at=NOON)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (deciding.GivenRow(category="9x", lead_kind="team"), "category"),
        (deciding.GivenRow(), "lead"),
        (deciding.GivenRow(lead_kind="nobody"), "lead_kind"),
        (deciding.GivenRow(lead_kind="team", limit_amount=5), "limit_base"),
        (deciding.GivenRow(lead_kind="team", disposal_class=4), "disposal_class"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_field(town, dan, given, field):
    table = deciding.draft(town.district.pk, note="", actor=dan, at=NOON)

    with pytest.raises(Refused) as refusal:
        deciding.set_row(table.pk, given, no=None, actor=dan, at=NOON)

    assert refusal.value.field == field


def test_a_draft_is_edited_on_its_pages_and_a_wrong_unit_told(first, town, browser, dan):
    chrome = browser(dan)
    chrome.post(reverse("cases:draft_decisions"), {"reason": "增加路灯"})
    new = reverse("cases:new_decision_row", args=[2])

    wrong = chrome.post(new, {"category": "01037", "lead": "没有的单位"})
    right = chrome.post(new, {"category": "01037", "lead": "department", "disposal_class": "3"})
    chrome.post(reverse("cases:decision_row", args=[2, 1]), {"lead_kind": "team"})
    chrome.post(reverse("cases:drop_decision_row", args=[2, 2]))

    rows = Rule.objects.filter(table__no=2).order_by("no")
    assert (wrong.status_code, right.status_code) == (422, 302)
    assert [(row.no, row.category, row.lead_kind) for row in rows] == [(1, "", "team"), (3, "01037", "")]
    assert "01037" in chrome.get(reverse("cases:decision_difference", args=[2])).content.decode()


def test_a_dry_run_tells_how_many_cases_would_go_elsewhere_and_which(first, town, browser, dan, fang):
    at = timezone.now()
    taken = report(Report(text="路灯不亮", lon=IN_GRID[0], lat=IN_GRID[1], category="01037"), at=at)
    report(Report(text="垃圾", lon=IN_GRID[0], lat=IN_GRID[1], category="06010"), at=at)
    table = deciding.draft(town.district.pk, note="", actor=dan, at=at)
    deciding.set_row(table.pk, deciding.GivenRow(category="01", lead=town.department.pk), no=None, actor=dan, at=at)

    run = dry_run.dry_run(table.pk, at=timezone.now())
    page = browser(dan).get(reverse("cases:decision_trial", args=[2]))

    assert (run.cases, run.moved) == (2, 1)
    assert [(m.source, m.target, m.examples) for m in run.moves] == [("东街城运中心", "东城区市政局", [taken.number])]
    assert taken.number in page.content.decode()


def test_the_cases_behind_a_line_of_the_dry_run_are_listed_as_far_as_one_sees_them(first, town, browser, dan, fang):
    at = timezone.now()
    east = [report(Report(text="路灯不亮", lon=IN_GRID[0], lat=IN_GRID[1], category="01037"), at=at) for _ in range(3)]
    west = report(Report(text="西街路灯不亮", lon=IN_WEST[0], lat=IN_WEST[1], category="01037"), at=at)
    report(Report(text="垃圾", lon=IN_GRID[0], lat=IN_GRID[1], category="06010"), at=at)
    table = deciding.draft(town.district.pk, note="", actor=dan, at=at)
    deciding.set_row(table.pk, deciding.GivenRow(category="01", lead=town.department.pk), no=None, actor=dan, at=at)
    address = reverse("cases:decision_moved", args=[2, town.centre.pk, town.department.pk])
    of_west = reverse("cases:decision_moved", args=[2, town.west_centre.pk, town.department.pk])

    trial = browser(dan).get(reverse("cases:decision_trial", args=[2])).content.decode()
    page = browser(dan).get(address).content.decode()

    assert address in trial
    assert [taken.number for taken in east if taken.number not in page] == []
    assert "垃圾" not in page
    assert west.number in browser(dan).get(of_west).content.decode()
    hidden = browser(town.lin).get(of_west).content.decode()
    assert west.number not in hidden
    assert "另有 1 件" in hidden
    nothing = reverse("cases:decision_moved", args=[2, town.department.pk, town.centre.pk])
    assert browser(dan).get(nothing).status_code == 404


def test_a_long_list_of_moved_cases_is_paged(first, town, browser, dan, fang, monkeypatch):
    monkeypatch.setattr(dry_run, "PAGE", 2)
    at = timezone.now()
    east = [report(Report(text="路灯不亮", lon=IN_GRID[0], lat=IN_GRID[1], category="01037"), at=at) for _ in range(3)]
    table = deciding.draft(town.district.pk, note="", actor=dan, at=at)
    deciding.set_row(table.pk, deciding.GivenRow(category="01", lead=town.department.pk), no=None, actor=dan, at=at)
    units = town.centre.pk, town.department.pk

    newest = dry_run.moved_cases(table.pk, *units, actor=dan, at=timezone.now())
    rest = dry_run.moved_cases(table.pk, *units, actor=dan, at=timezone.now(), after=newest.after)

    assert (len(newest.lines), newest.total, len(rest.lines), rest.after) == (2, 3, 1, "")
    assert {line.number for line in (*newest.lines, *rest.lines)} == {taken.number for taken in east}


def test_a_table_goes_out_as_a_spreadsheet_and_comes_in_again_the_same(first, town, dan):
    table = deciding.draft(town.district.pk, note="", actor=dan, at=NOON)
    read = rule_sheets.read(rule_sheets.write(first.pk, kind="xlsx"), district_id=town.district.pk)

    rows = [deciding.GivenRow(**row.columns) for row in read.rows]
    deciding.replace_rows(table.pk, rows, actor=dan, at=NOON)

    assert not read.problems
    assert decision_table.differences(table.pk, town.district.pk) == []


def test_formulas_in_notes_do_not_calculate_in_the_file(town, dan):
    table = deciding.draft(town.district.pk, note="", actor=dan, at=NOON)
    deciding.set_row(table.pk, deciding.GivenRow(lead_kind="team", note="=1+1"), no=None, actor=dan, at=NOON)

    [row] = sheets.read_rows(rule_sheets.write(table.pk, kind="csv")).rows

    assert row.values["备注"] == "'=1+1"


def test_a_sheet_with_wrong_rows_is_shown_with_their_errors_and_not_taken(first, town, browser, dan):
    chrome = browser(dan)
    chrome.post(reverse("cases:draft_decisions"), {"reason": ""})
    file = sheets.write_rows(
        rule_sheets.HEADERS, [["", "", "team", "", "", "", "", 2, ""], ["", "", "没有", "", "", "", "", 2, ""]],
        kind="csv",
    )  # fmt: skip
    page = chrome.post(
        reverse("cases:decision_sheet", args=[2]), {"take": 1, "file": SimpleUploadedFile("r.csv", file)}
    )

    assert "本区没有单位“没有”。" in page.content.decode()
    assert Rule.objects.filter(table__no=2).count() == 2


@pytest.mark.spec("002-14")
def test_every_industry_area_and_time_is_checked_and_the_blanks_listed(town, dan, fang, browser):
    in_force(town, dan, fang, deciding.GivenRow(category="01", area=town.street.pk, lead=town.team.pk))
    day = deciding_shift(town, time(8), time(20))
    shifts.set_shift(day, actor=dan, at=NOON)

    checked = coverage.coverage(town.district.pk, on=date(2026, 3, 2))
    text = browser(dan).get(reverse("cases:decision_gaps")).content.decode()

    [mine] = [w for w in checked.watches if (w.code, w.area) == ("01", "东街街道")]
    assert (mine.percent, mine.blank_hours, mine.units) == (100, 84.0, ["东街联勤队"])
    assert mine.blanks[0] == "周一 00:00–周一 08:00"
    assert any((gap.code, gap.area) == ("01037", "西街街道") for gap in checked.gaps)
    assert not any(gap.code.startswith("01") and gap.area == "东街街道" for gap in checked.gaps)
    assert "西街街道" in text
    assert "周一 00:00–周一 08:00" in text


def deciding_shift(town, starts, ends):
    return shifts.GivenShift(town.team.pk, range(1, 8), starts, ends, date(2026, 1, 1), team=town.team.pk)


@pytest.mark.spec("002-14")
def test_day_and_night_shifts_together_leave_no_hour_of_the_week_blank(town, dan, fang):
    in_force(town, dan, fang, deciding.GivenRow(lead=town.team.pk))
    shifts.set_shift(deciding_shift(town, time(8), time(20)), actor=dan, at=NOON)
    shifts.set_shift(deciding_shift(town, time(20), time(8)), actor=dan, at=NOON)

    checked = coverage.coverage(town.district.pk, on=date(2026, 3, 2))

    assert (checked.percent, checked.missing, checked.without_watch) == (100.0, 0, 0)


def test_shifts_are_set_and_ended_on_their_page(town, dan, browser):
    chrome = browser(dan)
    given = {
        "unit": "centre", "weekdays": ["1", "2"], "starts": "08:30", "ends": "17:30", "team": "team",
        "valid_from": "2026-01-01",
    }  # fmt: skip

    refused = chrome.post(reverse("cases:shifts"), given | {"team": ""})
    chrome.post(reverse("cases:shifts"), given)
    shown = chrome.get(reverse("cases:shifts")).content.decode()
    chrome.post(reverse("cases:end_shift", args=[Shift.objects.get().pk]))

    assert refused.status_code == 422
    assert "东街联勤队" in shown
    assert "周一、周二" in shown
    assert Shift.objects.get().valid_to == timezone.localdate()


@pytest.mark.spec("002-14")
def test_a_person_is_put_on_a_shift_by_name_and_shown_with_it(town, dan, browser):
    given = {
        "unit": "centre", "weekdays": ["6", "7"], "starts": "18:00", "ends": "08:00", "team": "",
        "valid_from": "2026-01-01",
    }  # fmt: skip
    page = browser(dan).get(reverse("cases:shifts")).content.decode()

    unknown = browser(dan).post(reverse("cases:shifts"), given | {"person": "查无此人"})
    browser(dan).post(reverse("cases:shifts"), given | {"person": "林静 · 东街城运中心"})

    assert "林静 · 东街城运中心" in page
    assert unknown.status_code == 422
    assert Shift.objects.get().actor == town.lin
    assert "林静" in browser(dan).get(reverse("cases:shifts")).content.decode()


def test_two_of_one_name_are_told_apart_and_nobody_is_guessed(town, dan, browser):
    twin = Actor.objects.create(kind="staff", name="林静")
    Post.objects.create(actor=twin, unit=town.team, over=town.team, role="handler", since=SINCE)
    given = {
        "unit": "centre", "weekdays": ["1"], "starts": "08:00", "ends": "18:00", "valid_from": "2026-01-01",
        "person": "林静",
    }  # fmt: skip

    answer = browser(dan).post(reverse("cases:shifts"), given)

    assert answer.status_code == 422
    assert "请从列表中选择" in answer.content.decode()


def test_the_keeper_of_one_street_sets_its_shifts_and_is_offered_nobody_else(town, browser):
    keeper_of_east = Actor.objects.create(kind="staff", name="东单")
    Account.objects.create(actor=keeper_of_east, username="east-lists")
    Post.objects.create(
        actor=keeper_of_east, unit=town.centre, over=town.street, role="list_keeper", since=SINCE
    )  # fmt: skip
    given = {"weekdays": ["1"], "starts": "08:00", "ends": "18:00", "valid_from": "2026-01-01"}
    chrome = browser(keeper_of_east)

    page = chrome.get(reverse("cases:shifts")).content.decode()
    chrome.post(reverse("cases:shifts"), given | {"unit": "centre", "person": "林静"})
    elsewhere = chrome.post(reverse("cases:shifts"), given | {"unit": "west_centre", "team": "west_centre"})

    assert "林静 · 东街城运中心" in page
    assert "周西" not in page
    assert elsewhere.status_code == 422
    assert [shift.unit for shift in Shift.objects.all()] == [town.centre]


READ = ("decisions", "decision_gaps", "shifts")
WHO = {"lin": 200, "gao": 200, "chen": 200, "li": 200, "qian": 200, "root": 404, "hua": 404, "ma": 404, "zhao": 404}


@pytest.mark.parametrize(("who", "status"), WHO.items())
@pytest.mark.parametrize("route", READ)
def test_those_who_work_by_the_tables_read_them_and_others_do_not_find_them(first, town, browser, who, status, route):
    assert browser(getattr(town, who)).get(reverse(f"cases:{route}")).status_code == status


@pytest.mark.parametrize("who", ["lin", "gao", "chen", "root", "hua"])
def test_nobody_but_a_keeper_drafts_on_the_page(first, town, browser, who):
    answer = browser(getattr(town, who)).post(reverse("cases:draft_decisions"), {"reason": "x"})

    assert answer.status_code in (404, 422)
    assert RuleTable.objects.count() == 1
