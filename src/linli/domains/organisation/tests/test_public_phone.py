"""The number residents may call: set by the system administrator, inherited downwards."""

import pytest
from django.test import Client
from django.urls import reverse

from linli.kernel.org import queries as org
from linli.kernel.org.models import Account, Change, Unit

pytestmark = pytest.mark.django_db


def set_phone(town, who, phone):
    browser = Client()
    browser.force_login(Account.objects.get(username=who))
    address = reverse("organisation:change_unit", args=[town.committee.pk, "phone"])
    return browser.post(address, {"phone": phone, "reason": "新装电话"})


def test_the_system_administrator_sets_it_with_a_reason_that_is_kept(town):
    set_phone(town, "root", "021-62345678")

    assert Unit.objects.get(pk=town.committee.pk).phone == "021-62345678"
    assert Change.objects.get(verb="set_phone").reason == "新装电话"


@pytest.mark.parametrize("phone", ["打这个", "12", "021-6234-5678-9012-3456-78"])
def test_what_is_no_number_is_refused(town, phone):
    assert set_phone(town, "root", phone).status_code == 422
    assert Unit.objects.get(pk=town.committee.pk).phone == ""


def test_nobody_else_sets_it(town):
    set_phone(town, "lin", "021-62345678")

    assert Unit.objects.get(pk=town.committee.pk).phone == ""


def test_a_unit_without_a_number_has_that_of_the_nearest_above(town):
    Unit.objects.filter(pk=town.street.pk).update(phone="021-11112222")

    assert org.phone_for(town.grid.pk) == "021-11112222"
    Unit.objects.filter(pk=town.committee.pk).update(phone="021-33334444")
    assert org.phone_for(town.grid.pk) == "021-33334444"
    assert org.phone_for(town.west_grid.pk) == ""
