"""What every test may use: the session's database, the named cast, and the rules of a run."""

import os
from collections.abc import Generator
from datetime import UTC, datetime

import hypothesis
import pytest
import pytest_django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_save
from django.utils import translation

from linli.kernel.calendar import commands as calendar
from linli.kernel.calendar import queries as calendar_queries
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog import queries as catalog_queries
from linli.kernel.org import fresh
from linli.kernel.org import models as org
from linli.kernel.registry import commands as registry
from tests.postgres import TEMPLATE, database, server
from tests.town import Town, build

hypothesis.settings.register_profile("shared", deadline=None)
hypothesis.settings.load_profile("shared")
"""Cores are shared with other work: how long an example takes says nothing about the code."""

LISTS = (
    "catalog_codeset",
    "catalog_version",
    "catalog_item",
    "catalog_correspondence",
    "catalog_timelimit",
    "catalog_revision",
    "catalog_boundkind",
    "catalog_listkind",
    "calendar_",
    "cases_residentsource",
    "flow_exemption",
    "flow_part",
    "org_revision",
    "registry_sitekind",
    "django_migrations",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One browser at a time, and nothing beside a test that kills or measures: they share a worker.

    First of all, since the groups are read off right afterwards.
    """
    for item in items:
        is_marked = any(item.get_closest_marker(name) for name in ("browser", "crash", "bench", "fuzz"))
        if is_marked or "chrome" in getattr(item, "fixturenames", ()):
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


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Rolled back rows of the test before must not live on in memory."""
    translation.activate(settings.LANGUAGE_CODE)
    fresh.forget()
    calendar_queries.look_again()
    catalog_queries.look_again()


def _forget(**_signal: object) -> None:
    fresh.forget()


for _model in (org.Unit, org.UnitLink, org.Area, org.Post):
    # Commands forget by themselves; this is for tests that set up rows directly.
    post_save.connect(_forget, sender=_model, dispatch_uid="tests")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Generator[None, None, None]:
    """A database of this worker's own, with schema and lists; they stay, all else a test leaves is taken away."""
    name = f"test_linli_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with django_db_blocker.unblock():
        database(name, fill=_fill_template)
        _use(name)
    # For every connection: a browser's driver makes Django open others than this one.
    type(connection.ops).sql_flush = _sql_flush
    yield
    with django_db_blocker.unblock():
        connection.close()


def _fill_template() -> None:
    _use(TEMPLATE)
    call_command("migrate", verbosity=0, interactive=False)
    calendar.fill_from_library()
    catalog.load_pack(at=datetime(2026, 1, 1, tzinfo=UTC))
    registry.load_kinds()
    connection.close()


def _use(name: str) -> None:
    """Connect to this database from now on, in this process and in those it starts."""
    connection.close()
    connection.settings_dict["NAME"] = name
    settings.DATABASE_URL = os.environ["DATABASE_URL"] = server().url(name)


def _sql_flush(_operations: object, _style: object, tables: list[str], **_options: object) -> list[str]:
    """Empty after a test with real transactions what refuses to be emptied: in replica mode triggers do not fire."""
    emptied = [f'DELETE FROM "{table}"' for table in tables if not table.startswith(LISTS)]
    return ["SET session_replication_role = replica", *emptied, "SET session_replication_role = origin"]


@pytest.fixture
def town(db: None) -> Town:
    """A small town and the people every test knows by name."""
    fresh.forget()
    return build()
