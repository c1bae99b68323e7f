"""Pages of plan, key projects and check-up: who finds them, what they show, what a button does."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.lists.commands import checking, planning
from linli.domains.lists.models import CheckRun, Finding, PlanLine
from linli.kernel.calendar import commands as calendar
from linli.kernel.catalog.commands import Said

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
YEAR = timezone.localdate().year


@pytest.fixture
def enter(client):
    """Signs somebody in and hands back their browser."""

    def sign_in(actor):
        client.force_login(actor.account)
        return client

    return sign_in


@pytest.fixture
def items(town, publish_items):
    calendar.fill_from_library()
    said = (
        Said(
            "每月安全检查", "平安建设", terms={"frequency": "monthly", "stands": [{"layer": "office", "office": "pab"}]}
        ),
        Said("旧区改造推进", "城市建设", terms={"frequency": "quarterly", "is_key": True}),
    )
    return publish_items("duties", town.street, town.tao, *said, at=NOW)


@pytest.fixture
def drafted(town, items):
    planning.draft_plan(town.street, YEAR, actor=town.tao, at=NOW, begins=date(YEAR, 1, 1))
    return PlanLine.objects.filter(plan_of=town.street)


@pytest.mark.spec("000-11")
@pytest.mark.parametrize("view", ["year", "items", "month", "list"])
def test_the_office_sees_the_whole_plan_of_the_street_in_every_view(town, drafted, enter, view):
    answer = enter(town.cao).get(reverse("lists:plan"), {"view": view, "month": "6", "year": YEAR})

    assert answer.status_code == 200
    assert ("平安建设" if view == "year" else "每月安全检查") in answer.content.decode()


def test_the_keeper_drafts_the_plan_from_the_page_and_a_second_press_adds_nothing(town, items, enter):
    browser, given = enter(town.tao), {"unit": town.street.pk, "year": YEAR + 1}

    browser.post(reverse("lists:draft_plan"), given)
    before = PlanLine.objects.count()
    browser.post(reverse("lists:draft_plan"), given)

    assert PlanLine.objects.count() == before == 20


@pytest.mark.spec("000-11")
def test_filters_narrow_the_plan_to_the_key_projects(town, drafted, enter):
    page = enter(town.cao).get(reverse("lists:plan"), {"view": "items", "only": "key"}).content.decode()

    assert "旧区改造推进" in page
    assert "每月安全检查" not in page


@pytest.mark.spec("000-11")
def test_the_head_of_the_office_marks_a_line_as_done(town, drafted, enter):
    line = drafted.filter(unit=town.office).earliest("due_on")
    browser = enter(town.cao)

    answer = browser.post(
        reverse("lists:finish_plan_line", args=[line.pk]), {"on": timezone.localdate(), "result": "检查 12 处"}
    )

    assert answer.status_code == 302
    assert "检查 12 处" in browser.get(reverse("lists:plan_line", args=[line.pk])).content.decode()


@pytest.mark.spec("000-11")
def test_ticked_lines_are_marked_done_with_one_result_and_without_one_nothing_happens(town, drafted, enter):
    lines = drafted.filter(unit=town.office).order_by("due_on")[:3]
    browser, given = enter(town.cao), {"line": [line.pk for line in lines], "back": "view=list"}

    browser.post(reverse("lists:finish_plan_lines"), given)
    before = drafted.exclude(done_on=None).count()
    browser.post(reverse("lists:finish_plan_lines"), given | {"result": "逐处检查完毕"})

    assert before == 0
    assert set(drafted.exclude(done_on=None).values_list("result", flat=True)) == {"逐处检查完毕"}
    assert drafted.exclude(done_on=None).count() == 3


def test_a_result_that_lacks_is_asked_for_beside_its_field(town, drafted, enter):
    line = drafted.earliest("due_on")

    answer = enter(town.tao).post(reverse("lists:finish_plan_line", args=[line.pk]), {"on": timezone.localdate()})

    assert answer.status_code == 422


def test_the_street_next_door_finds_neither_plan_nor_line(town, drafted, enter):
    browser = enter(town.zhou)

    assert browser.get(reverse("lists:plan"), {"unit": town.street.pk}).status_code == 404
    assert browser.get(reverse("lists:plan_line", args=[drafted.first().pk])).status_code == 404


def test_a_line_is_moved_on_its_form_only_with_a_reason(town, drafted, enter):
    line = drafted.filter(unit=town.office).latest("due_on")
    given = {"title": line.title, "due_on": date(YEAR, 12, 1), "unit": town.office.pk, "person": ""}
    browser = enter(town.tao)

    refused = browser.post(reverse("lists:change_plan_line", args=[line.pk]), given)
    browser.post(reverse("lists:change_plan_line", args=[line.pk]), given | {"reason": "年底封账"})

    assert refused.status_code == 422
    assert drafted.get(pk=line.pk).due_on == date(YEAR, 12, 1)


@pytest.mark.spec("000-11")
def test_the_plan_goes_out_as_a_sheet(town, drafted, enter):
    answer = enter(town.tao).get(reverse("lists:plan_sheet"), {"year": YEAR})

    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")


@pytest.mark.spec("000-12")
def test_a_key_project_shows_its_milestones_what_is_late_and_the_notes_of_those_who_watch(town, items, drafted, enter):
    browser, code = enter(town.qian), items[1].code

    browser.post(reverse("lists:key_project", args=[code]), {"text": "请月底前交方案"})
    browser.post(reverse("lists:key_project", args=[code]), {"text": "请月底前交方案"})
    page = browser.get(reverse("lists:key_project", args=[code])).content.decode()

    assert all(label in page for label in ("方案确定", "中期检查", "完成验收", "总结归档"))
    assert page.count("请月底前交方案") == 1
    assert "旧区改造推进" in browser.get(reverse("lists:key_projects")).content.decode()


@pytest.mark.spec("000-12")
def test_who_does_not_supervise_writes_no_note(town, items, drafted, enter):
    answer = enter(town.hua).post(reverse("lists:key_project", args=[items[1].code]), {"text": "我也看看"})

    assert answer.status_code in (404, 422)


@pytest.mark.spec("000-10")
def test_what_runs_under_an_item_is_listed_below_its_figures(town, items, drafted, enter):
    browser = enter(town.tao)

    for kind in ("plan", "tasks", "case"):
        answer = browser.get(reverse("lists:runs", args=[items[0].code]), {"kind": kind})
        assert answer.status_code == 200


@pytest.mark.spec("000-06")
def test_a_check_up_on_demand_lists_what_it_found_and_why(town, items, enter):
    browser = enter(town.tao)

    browser.post(reverse("lists:run_check"), {"unit": town.street.pk})
    page = browser.get(reverse("lists:check_up"), {"rule": "no_owner"}).content.decode()

    assert CheckRun.objects.get().counts["no_owner"] == 1
    assert "旧区改造推进" in page
    assert "每月安全检查" not in page


@pytest.mark.spec("000-06")
def test_a_finding_set_aside_with_a_reason_leaves_the_list_until_its_day(town, items, enter):
    checking.check_up(town.street, at=timezone.now())
    finding = Finding.objects.get(rule="no_owner")
    browser = enter(town.tao)
    until = date(YEAR + 1, 1, 31)

    refused = browser.post(reverse("lists:set_aside", args=[finding.pk]), {"reason": "", "until": until})
    browser.post(reverse("lists:set_aside", args=[finding.pk]), {"reason": "机构调整中", "until": until})

    assert refused.status_code == 422
    assert "旧区改造推进" not in browser.get(reverse("lists:check_up"), {"rule": "no_owner"}).content.decode()
    assert "机构调整中" in browser.get(reverse("lists:check_up"), {"aside": "1"}).content.decode()


def test_the_check_up_is_not_there_for_those_who_do_not_check_nor_next_door(town, items, enter):
    checking.check_up(town.street, at=timezone.now())
    finding = Finding.objects.first()

    assert enter(town.ma).get(reverse("lists:check_up")).status_code == 404
    assert enter(town.zhou).get(reverse("lists:set_aside", args=[finding.pk])).status_code == 404
