"""What every test may use: the session's database, the named cast, and the rules of a run."""

import os
from datetime import UTC, datetime
from collections.abc import Generator

import pytest
import pytest_django
from django.db import connection
from django.db.models.signals import post_save
from django.utils import timezone

from linli.kernel.calendar import commands as calendar
from linli.kernel.calendar import queries as calendar_queries
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog import queries as catalog_queries
from linli.kernel.org import fresh
from linli.kernel.org import models as org
from tests.postgres import server
from tests.town import Town, build

LISTS = ("catalog_", "calendar_", "org_revision", "django_migrations")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One browser at a time, and nothing beside a test that kills or measures: they share a worker."""
    for item in items:
        if any(item.get_closest_marker(name) for name in ("browser", "crash", "bench", "fuzz")):
            item.add_marker(pytest.mark.xdist_group("heavy"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI=true nothing is left out silently: a skip is a failure with its reason."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI=true does not allow: {reason}"
    return report


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The server starts when the first test asks for the database; xdist workers share it, each with its own one."""
    server().start()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Rolled back rows of the test before must not live on in memory."""
    fresh.forget()
    calendar_queries.look_again()
    catalog_queries.look_again()


def _forget(**_signal: object) -> None:
    fresh.forget()


for _model in (org.Unit, org.UnitLink, org.Area, org.Post):
    # Commands forget by themselves; this is for tests that set up rows directly.
    post_save.connect(_forget, sender=_model, dispatch_uid="tests")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> None:
    """Lists are loaded once and stay; all else is emptied after a test with real transactions.

    Only here, and only as superuser: in replica mode the triggers that refuse it do not fire.
    """

    def sql_flush(_style: object, tables: list[str], **_options: object) -> list[str]:
        emptied = [f'DELETE FROM "{table}"' for table in tables if not table.startswith(LISTS)]
        return ["SET session_replication_role = replica", *emptied, "SET session_replication_role = origin"]

    with django_db_blocker.unblock():
        calendar.fill_from_library()
        catalog.load_pack(at=datetime(2026, 1, 1, tzinfo=UTC))
    connection.ops.sql_flush = sql_flush


@pytest.fixture
def town(db: None) -> Town:
    """A small town and the people every test knows by name."""
    fresh.forget()
    return build()
