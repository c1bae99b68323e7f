"""Role × route: who finds a page, who does not; and nobody of East Street finds anything of West Street's."""

import pytest
from django.urls import reverse

from linli.kernel.org.models import Account, Actor

EAST = ("lin", "gao", "li", "hua", "ma", "zhao")
EVERYBODY = frozenset(("lin", "gao", "hua", "ma", "zhao", "zhou", "root", "guan", "shen"))
CONVENERS = frozenset(("lin", "gao", "ma", "zhou"))
ROUTES = {
    "units": EVERYBODY,
    "export_units": EVERYBODY,
    "found_unit": frozenset(("root",)),
    "areas": EVERYBODY,
    "shapes": EVERYBODY,
    "check_grids": EVERYBODY,
    "grids": EVERYBODY,
    "draw_area": frozenset(("root",)),
    "import_areas": frozenset(("root",)),
    "people": EVERYBODY,
    "engage": frozenset(("root",)),
    "appoint": frozenset(("guan",)),
    "roles": EVERYBODY,
    "meetings": EVERYBODY,
    "call_meeting": CONVENERS,
    "lessons": EVERYBODY,
    "groups": EVERYBODY,
    "notices": EVERYBODY,
    "preference": EVERYBODY,
    "wordings": frozenset(),
    "deliveries": frozenset(("root",)),
    "readings": frozenset(("shen",)),
    "changes": frozenset(("shen",)),
    "journal": frozenset(("shen",)),
}


@pytest.mark.parametrize("name", ROUTES)
def test_a_page_is_there_for_those_it_is_for_and_for_nobody_else(town, client, name):
    address, found = reverse(f"organisation:{name}"), set()
    for who in EVERYBODY:
        client.force_login(getattr(town, who).account)
        if client.get(address).status_code == 200:
            found.add(who)

    assert found == ROUTES[name]


@pytest.mark.parametrize("who", EAST)
def test_nothing_of_the_street_next_door_is_there(town, client, who):
    client.force_login(getattr(town, who).account)

    for address in (
        reverse("organisation:unit", args=[town.west.pk]),
        reverse("organisation:unit", args=[town.west_grid.pk]),
        reverse("organisation:below", args=[town.west.pk]),
        reverse("organisation:area", args=[town.areas["west_grid"].pk]),
        reverse("organisation:person", args=[town.zhou.pk]),
        reverse("organisation:group", args=[town.west_grid.pk]),
    ):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("name", ROUTES)
def test_a_resident_finds_none_of_it_and_a_stranger_is_asked_who_they_are(town, client, name):
    address = reverse(f"organisation:{name}")
    assert client.get(address).status_code in (302, 401)
    resident = Actor.objects.create(kind="resident")
    Account.objects.create(actor=resident, username="resident")
    client.force_login(resident.account)

    assert client.get(address).status_code == 404
