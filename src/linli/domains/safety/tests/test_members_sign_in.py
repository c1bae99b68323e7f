"""Somebody who signs in for a member of a federation finds its pages and nothing else of the desk."""

import pytest
from django.urls import reverse

from linli.domains.safety.tests.federating_town import district, told
from linli.web import access
from tests.journeys.test_routes import OPENS


@pytest.fixture
def here(town):
    return district(town)


@pytest.fixture
def mei(client, here):
    client.force_login(here.mei.account)
    return client


@pytest.mark.spec("000-44")
def test_a_member_sees_the_federation_its_notices_and_its_directory(here, mei):
    notice = told(here)
    pages = ("federation", "federation_notices", "federation_experience", "federation_directory", "tell_federation")

    found = {name: mei.get(reverse(f"safety:{name}", args=[here.federation.pk])).status_code for name in pages}

    assert found == dict.fromkeys(pages, 200)
    assert mei.get(reverse("safety:notice", args=[notice.pk])).status_code == 200


@pytest.mark.spec("000-44")
def test_a_member_finds_no_other_page_of_the_desk(here, mei):
    pages = [name for name in OPENS if not access.is_for_guests(name)]

    found = [name for name in pages if mei.get(reverse(name)).status_code != 404]

    assert len(pages) > 40
    assert found == []


def test_the_menu_of_a_member_leads_to_nothing_but_those_pages(here, mei):
    shown = mei.get(reverse("safety:federation", args=[here.federation.pk])).content.decode()

    assert reverse("safety:federations") in shown
    for name in ("cases:workbench", "cases:search", "lists:home", "organisation:people"):
        assert f'href="{reverse(name)}"' not in shown


def test_signing_in_leads_a_member_to_a_page_that_is_there(here, mei):
    answer = mei.get("/", follow=True)

    assert answer.status_code == 200


def test_whoever_has_a_post_of_the_street_too_is_no_guest(here, town, client):
    client.force_login(town.fu.account)

    assert client.get(reverse("organisation:units")).status_code == 200
