"""What crash tests need inside a deployment: ``python -m tests.running.crash_town found | due N | phones N``."""

import os
import sys
from importlib import import_module

import django

from linli.config import preparing


def main(arguments: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "linli.config.settings"
    with preparing.ready(needs="database"):
        django.setup()
        scene = import_module("tests.running.crash_scene")  # its models need Django ready
        name, *counts = arguments
        lines = getattr(scene, name)(*map(int, counts))
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
