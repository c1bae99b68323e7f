"""Figures on hazards: what counts as due, done, in time and repeated; each leads to the hazards behind it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.safety.queries import hazard_figures
from linli.domains.safety.tests import hazarding
from linli.domains.safety.tests.hazarding import find, notified, rectified, step, struck_off, today
from linli.kernel.org import queries as org


@pytest.fixture
def sites(town):
    return hazarding.furnish(town)


@pytest.fixture
def enter(client):
    def as_(actor):
        client.force_login(actor.account)
        return client

    return as_


def figures(actor, days=90):
    until = today() + timedelta(days=1)
    post = org.posts_of(actor)[0]
    return hazard_figures.figures(actor, post, since=until - timedelta(days=days), until=until, at=timezone.now())


@pytest.mark.spec("000-53")
def test_rates_count_what_passed_its_recheck_against_what_was_due(town, sites):
    now = timezone.now()
    struck_off(town, sites.eatery)
    notified(town, sites.mall, days=1, at=now - timedelta(days=9))
    notified(town, sites.mall, item=hazarding.item("TZ01"))
    rectified(town, sites.eatery, item=hazarding.item("XF03"))
    step(find(town.hua, sites.eatery, item=hazarding.item("YD01")), "refute", town.fu, note="不属实")

    whole = figures(town.fu).whole

    assert (whole.found, whole.due, whole.done, whole.in_time) == (4, 2, 1, 1)
    assert (whole.rate, whole.in_time_rate, whole.repeat_rate) == (0.5, 0.5, 0.0)


def test_what_was_put_right_after_its_day_is_not_in_time(town, sites):
    begun = timezone.now() - timedelta(days=9)
    hazard = notified(town, sites.eatery, days=1, at=begun)
    step(hazard, "take_over", town.wang, at=begun)
    step(hazard, "rectify", town.wang, outcome="已清空", files=[hazarding.photo(town.wang, "after")])
    step(hazard, "pass_recheck", town.sun, note="好了")

    whole = figures(town.fu).whole

    assert (whole.done, whole.in_time, whole.in_time_rate) == (1, 0, 0.0)


def test_where_nothing_was_due_there_is_no_rate(town, sites):
    find(town.hua, sites.eatery)

    whole = figures(town.fu).whole

    assert (whole.found, whole.waiting, whole.rate, whole.in_time_rate) == (1, 1, None, None)
    assert figures(town.ma, days=1).whole.found == 1
    assert figures(town.zhou).whole.repeat_rate is None


@pytest.mark.spec("000-53")
def test_figures_by_unit_and_group_lead_to_the_hazards_behind_them(town, sites, enter):
    first = struck_off(town, sites.eatery)
    again = find(town.hua, sites.eatery)
    other = find(town.fu, sites.mall, item=hazarding.item("TZ01"))

    found = figures(town.fu)
    page = enter(town.fu).get(reverse("safety:hazard_figures")).content.decode()
    repeated = enter(town.fu).get(reverse("safety:hazards") + "?tab=all&part=repeat").content.decode()
    lifts = enter(town.fu).get(reverse("safety:hazards") + "?tab=all&category=特种设备").content.decode()

    assert {line.label: line.found for line in found.units} == {"柳树居委会": 3}
    assert {line.label: (line.found, line.repeat) for line in found.categories} == {
        "消防安全": (2, 1),
        "特种设备": (1, 0),
    }
    assert "柳树居委会" in page and "33.3 %" in page
    assert again.matter.number in repeated and first.matter.number not in repeated
    assert other.matter.number in lifts and again.matter.number not in lifts


@pytest.mark.parametrize(
    ("code", "since", "until", "report_by"),
    [
        ("2026Q3", date(2026, 7, 1), date(2026, 10, 1), date(2026, 10, 15)),
        ("2025Q4", date(2025, 10, 1), date(2026, 1, 1), date(2026, 1, 15)),
        ("2025", date(2025, 1, 1), date(2026, 1, 1), date(2026, 1, 31)),
        ("nonsense", date(2026, 1, 1), date(2026, 4, 1), date(2026, 4, 15)),
    ],
)
def test_a_quarter_is_reported_by_the_15th_and_a_year_by_the_end_of_january(code, since, until, report_by):
    found = hazard_figures.period(code, date(2026, 5, 2)) if code == "nonsense" else hazard_figures.period(
        code, date(2026, 11, 22)
    )  # fmt: skip

    assert (found.since, found.until, found.report_by) == (since, until, report_by)


def test_the_report_of_a_quarter_is_a_page_and_a_sheet(town, sites, enter):
    struck_off(town, sites.eatery)
    now = today()
    code = f"{now.year}Q{(now.month - 1) // 3 + 1}"

    page = enter(town.fu).get(reverse("safety:hazard_report") + f"?period={code}").content.decode()
    sheet = enter(town.fu).get(reverse("safety:hazard_report_sheet") + f"?period={code}")

    assert "100.0 %" in page and "统计期未结束" in page
    assert sheet.content.startswith(b"PK")
