"""The menu's table names only what exists."""

from django.urls import reverse

from linli.config.menu import MENU
from linli.kernel.org.roles import BY_CODE


def test_every_role_named_in_the_menu_exists():
    named = {role for group in MENU for entry in group.entries for role in entry.roles}

    assert named <= set(BY_CODE)


def test_no_two_lines_of_the_menu_share_a_key():
    keys = [entry.key for group in MENU for entry in group.entries if entry.key]

    assert len(keys) == len(set(keys))


def test_whoever_signs_in_comes_to_their_work_and_not_to_the_news_when_there_is_any(town, client):
    landed = {}
    for name in ("lin", "tao", "fang", "zhu", "yin", "tang", "ma", "root"):
        client.force_login(town.people[name].account)
        landed[name] = client.get("/").headers["Location"]

    assert landed["lin"] == reverse("cases:workbench")
    assert landed["tao"] == landed["tang"] == reverse("lists:mine")
    assert landed["yin"] == reverse("lists:seal_desk")
    assert reverse("organisation:notices") not in landed.values()
