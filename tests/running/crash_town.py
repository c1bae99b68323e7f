"""What the crash test needs inside a deployment: ``python -m tests.running.crash_town found | due COUNT``."""

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
        lines = scene.found() if arguments[0] == "found" else scene.due(int(arguments[1]))
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
