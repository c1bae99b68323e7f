"""An own psycopg pool with prepared statements for the hot path, beside Django's connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection as django_connection
from psycopg import Connection, Cursor
from psycopg_pool import ConnectionPool

SIZE = 8


@contextmanager
def raw_connection(given: "Connection[Any] | None" = None) -> "Iterator[Connection[Any]]":
    """The connection to write through: the one given, else Django's own, so that outer transactions hold."""
    if given is not None:
        yield given
        return
    django_connection.ensure_connection()
    yield django_connection.connection


@cache
def _pool() -> "ConnectionPool[Connection[Any]]":
    params = django_connection.get_connection_params()
    params = {key: value for key, value in params.items() if key not in ("cursor_factory", "context")}
    return ConnectionPool(
        kwargs={**params, "autocommit": True, "prepare_threshold": 0, "cursor_factory": Cursor},
        min_size=1, max_size=SIZE, open=True, name="intake", timeout=5,
    )  # fmt: skip


@contextmanager
def pooled() -> "Iterator[Connection[Any]]":
    """A connection of the pool; inside an open Django transaction (a test, an outer command) that one's instead."""
    if django_connection.in_atomic_block:
        with raw_connection() as raw:
            yield raw
        return
    with _pool().connection() as raw:
        yield raw
