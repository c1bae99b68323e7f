"""Is the schema the one this code needs? Answered without loading Django, so that a start is quick."""

import contextlib
import hashlib
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

PACKAGE = Path(__file__).resolve().parents[1]
PREFIX = "linli schema "


@cache
def fingerprint() -> str:
    """Changes with every migration of ours, with the list of apps, and with the versions of theirs."""
    root = PACKAGE.parents[1]
    paths = [*PACKAGE.rglob("migrations/*.py"), PACKAGE / "config" / "settings.py", root / "requirements.txt"]
    paths += (PACKAGE / "config" / "postgres").glob("rights.py")
    digest = hashlib.sha256()
    for path in sorted(path for path in paths if path.exists()):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def is_current(url: str) -> bool:
    """Whether a complete migration by this very code was the last one. A restored or foreign database says no."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    return row is not None and row[0] == PREFIX + fingerprint()


def mark_current(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Remember, in the database itself, that everything was applied.

    Only its owner may; elsewhere nothing is remembered, and every start asks Django what is missing.
    """
    said = sql.SQL("COMMENT ON DATABASE {} IS {}").format(
        sql.Identifier(connection.info.dbname), sql.Literal(PREFIX + fingerprint())
    )
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege), connection.transaction():
        connection.execute(said)
