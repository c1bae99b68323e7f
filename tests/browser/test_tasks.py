"""Work under an item in a real browser: from the department along the docking table to a committee's phone and back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from linli.domains.lists.commands import docking, loading, planning
from linli.domains.lists.commands.docking import Pair
from linli.domains.lists.commands.standing import stand_anew
from linli.domains.lists.models import PlanLine
from linli.domains.lists.queries.docking import district_of
from linli.domains.lists.tests.tasking import COUNT
from linli.kernel.calendar import commands as calendar
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog.commands import ItemChange, Said
from linli.kernel.catalog.models import Admission, ListKind, WorkItem, WorkList
from linli.kernel.flow.models import Declined, Mandate, Matter
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WEEKLY = Said("每月安全检查", "平安建设", terms={"frequency": "monthly"})


def published(town, kind: str, unit, *said: Said) -> WorkList:
    at = timezone.now() - timedelta(days=1)
    loading.load_kinds(loading.rows_of(loading.shipped() / "kinds.csv"))
    worklist = catalog.open_list(ListKind.objects.get(pk=kind), unit, name=f"{unit.name}{kind}", at=at)
    changes = [ItemChange("add", said=one) for one in said]
    catalog.publish_list(
        worklist, changes, valid_from=timezone.localdate() - timedelta(days=1), reason="初版", actor=town.jin, at=at
    )
    stand_anew(worklist, at=timezone.now())
    return worklist


@pytest.fixture
def work(town):
    """Two items a committee may be asked for, the second no longer; the department docks with the safety office."""
    stands = [{"layer": "department", "unit": town.department.code}]
    fair_days = Said("协助组织邻里节", "自治", (), {"minutes": 120, "stands": stands})
    worklist = published(town, "assist", town.district, COUNT, fair_days)
    docking.add(district_of(town.district.pk), Pair(town.department.pk, "pab"), actor=town.jin, at=timezone.now())
    visiting, fair = WorkItem.objects.filter(worklist=worklist).order_by("serial")
    ended = Admission.objects.get(item=fair)
    catalog.end_admission(ended, actor=town.jin, at=timezone.now(), reason="并入其他事项")
    return visiting, fair


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def give(page: Page, item: WorkItem, unit: str) -> None:
    page.get_by_role("link", name="下达任务").first.click()
    page.get_by_role("searchbox", name="查找清单事项").fill(item.code)
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name=item.wordings.get().title).click()
    page.get_by_label(unit).check()
    page.get_by_role("button", name="下达任务").click()


@pytest.mark.spec("000-23", "000-24")
def test_a_task_goes_along_the_table_to_a_committees_phone_and_comes_back_with_a_picture(town, work, visit, pictures):
    item, _fair = work
    clerk = visit("/desk/lists/tasks", as_="tang")
    give(clerk, item, town.office.name)
    clerk.locator("#progress").wait_for()
    number = Matter.objects.get(flow="task").number
    address = f"/desk/lists/tasks/{number}"

    office = visit(address, as_="cao")
    office.get_by_role("button", name="接单").click()
    office.get_by_role("link", name="转下一级").click()
    office.get_by_label(town.committee.name).check()
    office.get_by_role("button", name="转下一级").click()
    office.locator(".ll-facts").get_by_text(town.committee.name).wait_for()

    worker = visit("/desk/lists/mine", as_="ma", width=PHONE)
    worker.get_by_role("link", name=COUNT.title).first.click()
    worker.get_by_text("准入依据").wait_for()
    worker.get_by_role("link", name="报告完成").click()
    worker.locator("linli-photos input[type=file]").last.set_input_files(pictures[0])
    worker.locator(".ll-photos li").wait_for()
    worker.get_by_label("情况说明").fill("已上门，老人平安")
    assert fits(worker)
    worker.get_by_role("button", name="报告完成").click()
    worker.locator(".ll-marks").get_by_text("待确认").wait_for()
    assert fits(worker)

    clerk.goto(clerk.url.partition("/desk")[0] + address)
    clerk.locator(".ll-timeline img").first.wait_for()
    clerk.get_by_role("button", name="确认办结").click()
    clerk.locator(".ll-marks").get_by_text("已办结").wait_for()
    assert Mandate.objects.get(matter__number=number).admission == Admission.objects.get(item=item)


@pytest.mark.spec("000-27")
def test_what_is_not_admitted_is_refused_with_the_reason_and_where_to_go_instead(town, work, visit, troubles):
    _item, fair = work
    street = visit("/desk/lists/tasks", as_="cao")
    give(street, fair, town.committee.name)

    street.get_by_text("清单上没有这件事").wait_for()
    street.get_by_role("link", name="申请准入").wait_for()
    street.get_by_role("link", name="这件事沿哪条线走").click()
    street.locator(".ll-way").get_by_text(town.office.name).wait_for()
    assert Declined.objects.get().bearer == town.committee
    assert not Matter.objects.filter(flow="task").exists()
    troubles[:] = [one for one in troubles if "422" not in one]


@pytest.mark.spec("000-11")
def test_a_street_drafts_its_year_ticks_a_line_and_sees_what_is_overdue(town, visit):
    calendar.fill_from_library()
    duties = published(town, "duties", town.street, WEEKLY)
    last, coming = timezone.localdate().year - 1, timezone.localdate().year + 1
    planning.draft_plan(town.street, last, actor=town.tao, at=datetime(last, 1, 2, tzinfo=UTC))

    keeper = visit(f"/desk/lists/plan/?year={coming}", as_="tao")
    keeper.get_by_role("button", name="编排计划").click()
    keeper.get_by_role("dialog").get_by_role("button", name="确认").click()
    keeper.get_by_text("已编排 12 项计划").wait_for()
    keeper.get_by_role("link", name="逐项").click()
    keeper.locator("tbody [data-pick]").first.check()
    keeper.get_by_label("完成结果").fill("查 6 处，整改 2 处")
    keeper.get_by_role("button", name="登记完成").click()
    keeper.get_by_text("已登记 1 项完成").wait_for()

    late = visit(f"/desk/lists/plan/?view=list&year={last}&only=overdue", as_="tao", width=PHONE)
    late.get_by_text("已逾期").first.wait_for()
    assert fits(late)
    lines = PlanLine.objects.filter(item__worklist=duties)
    assert lines.filter(year=coming).exclude(done_on=None).count() == 1
