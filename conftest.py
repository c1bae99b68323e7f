"""Names the private database before Django reads its settings; everything else of a run is in ``tests.session``."""

import os

import django
import pytest

from tests.postgres import IS_WORKER, remove, server

os.environ["LINLI_TESTING"] = "1"
os.environ["DATABASE_URL"] = server().url("linli")
os.environ["DJANGO_SETTINGS_MODULE"] = "linli.config.settings"
os.environ.setdefault("LINLI_DATA", str(server().folder / "files"))
django.setup()

pytest_plugins = ["tests.session"]


def pytest_unconfigure(config: pytest.Config) -> None:
    if not IS_WORKER:
        remove()
