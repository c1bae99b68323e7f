"""The test session: a private PostgreSQL of its own, and the named cast."""

import os
from pathlib import Path

import pytest
import pytest_django

from linli.config.postgres import throwaway

ROOT = Path(__file__).parent
CACHE = ROOT / ".cache" / "postgres"
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ

if IS_WORKER:
    POSTGRES = throwaway.Throwaway(Path(os.environ["LINLI_TEST_POSTGRES"]), cache=CACHE)
else:
    POSTGRES = throwaway.create(cache=CACHE)
    os.environ["LINLI_TEST_POSTGRES"] = str(POSTGRES.folder)

# Settings are read once, so all of this comes before Django is touched.
os.environ["LINLI_TESTING"] = "1"
os.environ["DATABASE_URL"] = POSTGRES.url("linli")
os.environ["DJANGO_SETTINGS_MODULE"] = "linli.config.settings"
os.environ.setdefault("LINLI_DATA", str(POSTGRES.folder / "files"))

import django  # noqa: E402

django.setup()

from django.db.models.signals import post_save  # noqa: E402

from linli.kernel.org import fresh  # noqa: E402
from linli.kernel.org import models as org  # noqa: E402


def pytest_unconfigure(config: pytest.Config) -> None:
    if not IS_WORKER:
        POSTGRES.remove()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The server starts when the first test asks for the database; xdist workers share it, each with its own one."""
    POSTGRES.start()


@pytest.fixture(autouse=True)
def _nothing_remembered_of_the_organisation() -> None:
    """Rolled back rows of the test before must not live on in memory."""
    fresh.forget()


def _forget(**_signal: object) -> None:
    fresh.forget()


for _model in (org.Unit, org.UnitLink, org.Area, org.Post):
    # Commands forget by themselves; this is for tests that set up rows directly.
    post_save.connect(_forget, sender=_model, dispatch_uid="tests")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> None:
    """Tables that refuse to be emptied are emptied all the same after a test with real transactions.

    Only here, and only as superuser: in replica mode triggers do not fire.
    """
    from django.db import connection

    plain = connection.ops.sql_flush

    def sql_flush(*args: object, **options: object) -> list[str]:
        statements = plain(*args, **options)
        return ["SET session_replication_role = replica", *statements, "SET session_replication_role = origin"]

    connection.ops.sql_flush = sql_flush


@pytest.fixture
def town(db: None) -> "Town":
    """A small town and the people every test knows by name."""
    from linli.kernel.org import fresh
    from tests.town import build

    fresh.forget()
    return build()
