"""The menu's table names only what exists."""

from linli.config.menu import MENU
from linli.kernel.org.roles import BY_CODE


def test_every_role_named_in_the_menu_exists():
    named = {role for group in MENU for entry in group.entries for role in entry.roles}

    assert named <= set(BY_CODE)


def test_no_two_lines_of_the_menu_share_a_key():
    keys = [entry.key for group in MENU for entry in group.entries if entry.key]

    assert len(keys) == len(set(keys))
