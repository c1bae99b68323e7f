"""Numbers of the notices to put hazards right: by the issuing unit's code and the year, each once, without gaps."""

import threading
from datetime import date, datetime

import pytest
from django.db import connection
from django.utils import timezone

from linli.domains.safety.models import Hazard
from linli.domains.safety.tests import hazarding
from linli.domains.safety.tests.hazarding import FIVE, find, graded, step
from linli.kernel.org import fresh
from linli.kernel.org.models import Actor, Post, Unit
from tests.town import SINCE


@pytest.fixture
def sites(town):
    return hazarding.furnish(town)


def noticed(town, hazard, *, who=None, unit=None, at=None) -> str:
    due = date(timezone.localdate(at).year + 1, 12, 30) if at else date(timezone.localdate().year + 1, 12, 30)
    step(hazard, "notify", who or town.fu, unit=unit or town.grid, due_on=due, at=at, **FIVE)
    return Hazard.objects.get(pk=hazard.pk).notice_number


def test_two_streets_of_one_name_and_a_street_renamed_number_apart_and_on(town, sites):
    officer = Actor.objects.get(name="西安")
    Unit.objects.filter(pk=town.west.pk).update(name=town.street.name)
    first = noticed(town, graded(town, sites.eatery))
    elsewhere = find(officer, sites.west)
    Post.objects.create(actor=town.fu, unit=town.west, over=town.west, role="safety_officer", since=SINCE)
    fresh.forget()
    step(elsewhere, "grade_general", town.fu, grade_basis="通道被占", note="核实")
    west = noticed(town, elsewhere, unit=town.west_grid)
    Unit.objects.filter(pk=town.street.pk).update(name="东方街道")
    second = noticed(town, graded(town, sites.mall))

    year = timezone.localdate().year
    codes = [f"{unit.code}安改〔{year}〕" for unit in (town.street, town.west)]
    assert (first, west, second) == (f"{codes[0]}0001号", f"{codes[1]}0001号", f"{codes[0]}0002号")


def test_after_nine_thousand_nine_hundred_and_ninety_nine_comes_the_ten_thousandth(town, sites):
    one = graded(town, sites.eatery)
    noticed(town, one)
    series = Hazard.objects.get(pk=one.pk).notice_series
    Hazard.objects.filter(pk=one.pk).update(notice_serial=9999, notice_number=f"{series}9999号")

    found = [noticed(town, graded(town, sites.mall, text=text)) for text in ("甲处堆物", "乙处堆物")]

    assert found == [f"{series}10000号", f"{series}10001号"]


def test_a_new_year_begins_anew(town, sites):
    ends = datetime(2026, 12, 30, 4, tzinfo=timezone.get_default_timezone())
    begins = datetime(2027, 1, 4, 4, tzinfo=timezone.get_default_timezone())

    found = [noticed(town, graded(town, place, at=at), at=at) for place, at in
             ((sites.eatery, ends), (sites.mall, begins))]  # fmt: skip

    assert found == [f"{town.street.code}安改〔{year}〕0001号" for year in (2026, 2027)]


@pytest.mark.django_db(transaction=True)
def test_notices_issued_at_once_get_each_a_number_of_its_own(town):
    sites = hazarding.furnish(town)
    hazards = [graded(town, sites.eatery, text=f"第{n}处堆物") for n in range(4)]
    gate = threading.Barrier(len(hazards))

    def issue(hazard) -> None:
        try:
            gate.wait()
            noticed(town, hazard)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue, args=(hazard,)) for hazard in hazards]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(Hazard.objects.values_list("notice_serial", flat=True)) == [1, 2, 3, 4]
