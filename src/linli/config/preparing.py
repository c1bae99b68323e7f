"""Before a command runs: the environment it needs, and a database that answers."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

import psycopg

from . import place
from .postgres import account, binaries, cluster, embedded

PROBLEMS = (place.PlaceRefused, cluster.ClusterRefused, account.NoAccount, binaries.NoBinaries)
"""What keeps the embedded database from starting; their messages are fit to show."""
ANSWER_SECONDS = 60


@contextmanager
def ready(*, needs: str) -> Iterator[None]:
    """The environment for one command of the command line.

    needs   as in ``cli.Command``

    The embedded database is started for the time of the command unless ``linli run`` has it running.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(_environment(needs=needs))
        except PROBLEMS as problem:
            sys.stderr.write(f"linli: {problem}\n")
            raise SystemExit(1) from None
        yield


@contextmanager
def _environment(*, needs: str) -> Iterator[None]:
    if needs in ("environment", "settings") and os.environ.get("LINLI_TESTING") == "1":
        yield  # settings have harmless defaults then; checks leave no folder behind
        return
    here = place.current()
    here.make()
    fill(secrets_of(here))
    if needs in ("database", "owner"):
        # Commands may take longer than a page; what they wait for others' locks stays short.
        os.environ.setdefault("LINLI_STATEMENT_TIMEOUT", "0")
    if os.environ.get("DATABASE_URL"):
        if needs == "owner" and os.environ.get("LINLI_OWNER_URL"):
            os.environ.update(LINLI_APPLICATION_URL=os.environ["DATABASE_URL"])
            os.environ.update(DATABASE_URL=os.environ["LINLI_OWNER_URL"])
        yield
        return
    database = embedded.at(here, create=needs in ("database", "owner"))
    urls = {"DATABASE_URL": database.application_url, "LINLI_OWNER_URL": database.owner_url}
    if needs == "owner":
        urls = {"DATABASE_URL": database.owner_url, "LINLI_APPLICATION_URL": database.application_url}
    os.environ.update(urls)
    if needs in ("environment", "settings"):
        yield
    elif here.is_held():
        wait_for(os.environ["DATABASE_URL"])
        yield
    else:
        with here.held(), running(database):
            yield


@contextmanager
def running(database: embedded.Embedded) -> Iterator[None]:
    """The embedded database, started now and stopped at the end."""
    database.cluster.stop_leftover()
    database.start()
    try:
        yield
    finally:
        database.cluster.stop()


def secrets_of(here: place.Place) -> dict[str, str]:
    """The secrets the settings ask for; those of the environment go first."""
    names = ("LINLI_SECRET_KEY", "LINLI_KEYS")
    if all(os.environ.get(name) for name in names):
        return {}
    kept = here.secrets()
    return {name: kept[name] for name in names}


def fill(values: Mapping[str, str]) -> None:
    """Put values into the environment where it has none."""
    for name, value in values.items():
        if not os.environ.get(name):
            os.environ[name] = value


def wait_for(url: str) -> None:
    """Return once the database answers; it may still be starting or recovering."""
    until = time.monotonic() + ANSWER_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > until:
                raise cluster.ClusterRefused(f"The database does not answer: {error}") from None
            time.sleep(0.2)
