"""``linli rotate-keys``: seal every contact under the newest master key, so that the older ones can be dropped."""

import argparse
import sys
from collections.abc import Sequence

from django.utils import timezone

from linli.kernel.org.commands import contacts, people


def rotate(arguments: Sequence[str]) -> int:
    """Returns 0 when nothing is left under an older key. May be broken off and called again."""
    parser = argparse.ArgumentParser(prog="linli rotate-keys", description=__doc__)
    parser.add_argument("--portion", type=int, default=500, help="contacts in one transaction")
    options = parser.parse_args(arguments)
    system, left, before = people.the_system(), -1, -2
    while left != 0 and left != before:
        before, left = left, contacts.rotate_keys(limit=options.portion, actor=system, at=timezone.now())
        sys.stdout.write(f"\r{left} left ")
        sys.stdout.flush()
    sys.stdout.write("\n")
    return 0 if left == 0 else 1
