"""The private PostgreSQL of this run of tests. xdist's workers find it by the environment they inherit.

The first run after a change of migrations or lists builds the database ``linli_template`` and keeps the whole cluster
under .cache; later runs begin with a copy of it. Each worker's database is a copy of that template.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import django
import psycopg

from linli.config.postgres import binaries, throwaway

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "postgres"
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
TEMPLATE = "linli_template"
KEPT_AT_MOST = 4
SHAPES_IT = (
    "**/migrations/*.py",
    "packs/**/*",
    "kernel/calendar/**/*.py",
    "kernel/catalog/**/*.py",
    "kernel/text/*.py",
)
"""Below src/linli: what the template database depends on."""


@cache
def server() -> throwaway.Throwaway:
    """The same one whenever it is asked for; not started by asking."""
    base = CACHE / f"filled-{fingerprint()}"
    if IS_WORKER:
        return throwaway.Throwaway(Path(os.environ["LINLI_TEST_POSTGRES"]), cache=CACHE, base=base)
    made = throwaway.create(cache=CACHE, base=base)
    os.environ["LINLI_TEST_POSTGRES"] = str(made.folder)
    return made


def database(name: str, *, fill: Callable[[], None]) -> None:
    """Make the database ``name``, with schema and lists.

    fill   migrates and loads the lists into TEMPLATE; only called when there is none yet
    """
    server().start()
    with (server().folder / "template.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(server().url("postgres"), autocommit=True) as connection:
            filled = server().folder / "filled"
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone()
            if not known:
                connection.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
                fill()
                filled.write_text(fingerprint())
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE}')


def remove() -> None:
    """End the server; what it took time to fill is kept for the next run."""
    filled = server().folder / "filled"
    # Files edited while the template was being filled would make it lie about what is in it.
    if (
        filled.exists()
        and server().base == CACHE / f"filled-{filled.read_text()}"
        and fingerprint() == filled.read_text()
    ):
        _drop_all_but_the_template()
        server().keep()
        _forget_the_oldest()
    server().remove()


def fingerprint() -> str:
    """Changes with everything the template database is made from."""
    digest = hashlib.sha256(f"{django.VERSION} {binaries.version()} {os.geteuid()}".encode())
    package = ROOT / "src" / "linli"
    paths = {path for pattern in SHAPES_IT for path in package.glob(pattern) if "tests" not in path.parts}
    for path in sorted(paths):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(package)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _drop_all_but_the_template() -> None:
    with psycopg.connect(server().url("postgres"), autocommit=True) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'")
        for (name,) in rows.fetchall():
            if name != TEMPLATE:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _forget_the_oldest() -> None:
    kept = sorted(CACHE.glob("filled-*"), key=lambda path: path.stat().st_mtime)
    for path in kept[:-KEPT_AT_MOST]:
        shutil.rmtree(path, ignore_errors=True)
