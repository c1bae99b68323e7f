"""``linli rotate-keys``: seal everything under the newest master key, so that the older ones can be dropped."""

import argparse
import sys
from collections.abc import Callable, Sequence

from django.utils import timezone

from linli.domains.organisation.commands import factors
from linli.kernel.devices import commands as devices
from linli.kernel.org.commands import contacts, people


def rotate(arguments: Sequence[str]) -> int:
    """Returns 0 when nothing is left under an older key. May be broken off and called again."""
    parser = argparse.ArgumentParser(prog="linli rotate-keys", description=__doc__)
    parser.add_argument("--portion", type=int, default=500, help="contacts in one transaction")
    options = parser.parse_args(arguments)
    system = people.the_system()
    contacts_left = _until_done(lambda: contacts.rotate_keys(limit=options.portion, actor=system, at=timezone.now()))
    secrets_left = _until_done(lambda: factors.rewrap_secrets(limit=options.portion))
    phones_left = _until_done(lambda: devices.rewrap(limit=options.portion))
    sys.stdout.write("\n")
    return 1 if contacts_left or secrets_left or phones_left else 0


def _until_done(portion: Callable[[], int]) -> int:
    """Call ``portion`` until nothing is left or it gets no further; returns what is left."""
    left, before = -1, -2
    while left not in (0, before):
        before, left = left, portion()
        sys.stdout.write(f"\r{left} left ")
        sys.stdout.flush()
    return left
