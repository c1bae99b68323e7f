"""A day swapped for a day on the pages of duties: asked, seen by both, answered, taken back."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.safety.tests.test_duties_pages import a_duty
from linli.kernel.duties.models import Swap
from tests.clock import start_at


@pytest.fixture(autouse=True)
def _ten_in_the_morning(monkeypatch):
    start_at(monkeypatch)


@pytest.fixture
def as_of(client):
    """The client, signed in as somebody."""

    def signed_in(person):
        client.force_login(person.account)
        return client

    return signed_in


def test_two_swap_a_day_for_a_day_and_both_calendars_follow(town, as_of, client):
    town.jiang.posts.create(unit=town.grid, over=town.grid, role="grid_officer", since=date(2020, 1, 1))
    soon = timezone.localdate() + timedelta(days=2)
    mine = a_duty(town, opens=time(9), closes=time(11)).occurrences.get(on=soon)
    theirs = a_duty(
        town, title="夜间值守", kind="watch", holder=town.jiang, opens=time(20), closes=time(22)
    ).occurrences.get(on=soon)  # fmt: skip
    page = as_of(town.hua).get(reverse("safety:duty_time", args=[mine.pk])).content.decode()
    assert f'<option value="{theirs.pk}">' in page and "请人换班" in page

    given = {"asked": str(town.jiang.pk), "in_return": str(theirs.pk), "reason": "培训"}
    assert as_of(town.hua).post(reverse("safety:ask_swap", args=[mine.pk]), given).status_code == 302
    swap = Swap.objects.get()
    addresses = {
        "my_duties": [], "leave_desk": [], "duties": [], "duty_time": [theirs.pk],
    }  # fmt: skip
    for name, args in addresses.items():
        shown = as_of(town.jiang).get(reverse(f"safety:{name}", args=args)).content.decode()
        assert ("等您答复" if name == "duties" else "作为交换，花开 上") in shown, name
    assert "作为交换，花开 上" in as_of(town.hua).get(reverse("safety:duty_time", args=[mine.pk])).content.decode()

    as_of(town.jiang).post(reverse("safety:answer_swap", args=[swap.pk, "agree"]))

    assert f"UID:{mine.pk}" in feed_of(as_of(town.jiang))
    assert f"UID:{theirs.pk}" in feed_of(as_of(town.hua))
    assert f"UID:{mine.pk}" not in feed_of(as_of(town.hua))
    assert f"UID:{theirs.pk}" not in feed_of(as_of(town.jiang))


def feed_of(browser) -> str:
    browser.post(reverse("safety:renew_feed"))
    shown = browser.get(reverse("safety:my_duties")).content.decode()
    return browser.get(shown.split('data-copy="')[1].split('"')[0]).content.decode()


def test_a_swap_is_withdrawn_by_who_asked_and_a_wrong_return_is_said_beside_the_field(town, as_of):
    town.jiang.posts.create(unit=town.grid, over=town.grid, role="grid_officer", since=date(2020, 1, 1))
    soon = timezone.localdate() + timedelta(days=2)
    mine = a_duty(town, opens=time(9), closes=time(11)).occurrences.get(on=soon)
    theirs = a_duty(
        town, title="夜间值守", kind="watch", holder=town.jiang, opens=time(20), closes=time(22)
    ).occurrences.get(on=soon)  # fmt: skip
    browser, address = as_of(town.hua), reverse("safety:ask_swap", args=[mine.pk])

    wrong = browser.post(address, {"asked": str(town.wang.pk), "in_return": str(theirs.pk), "reason": "培训"})
    assert wrong.status_code == 422 and 'id="id_in_return_error"' in wrong.content.decode()
    browser.post(address, {"asked": str(town.jiang.pk), "in_return": str(theirs.pk), "reason": "培训"})
    assert "撤回" in browser.get(reverse("safety:duty_time", args=[mine.pk])).content.decode()
    browser.post(reverse("safety:answer_swap", args=[Swap.objects.get().pk, "withdraw"]))

    assert Swap.objects.get().state == "withdrawn"
    assert "已撤回" in as_of(town.jiang).get(reverse("safety:leave_desk")).content.decode()
