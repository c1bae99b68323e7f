"""A database of a bench's own: durable as in earnest, with schema and lists, gone when the bench ends."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from linli.config.postgres import account, fitting, reach
from linli.config.postgres.cluster import PREFIX, SUPERUSER, Cluster

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass(frozen=True)
class Database:
    """A running server and the address of its database ``linli``."""

    cluster: Cluster
    url: str

    @property
    def pid(self) -> int:
        assert self.cluster.server is not None
        return self.cluster.server.pid

    def pgbench(
        self,
        script: str,
        *,
        connections: int,
        seconds: float = 0,
        each: int = 0,
        variables: dict[str, int] | None = None,
    ) -> float:
        """Transactions a second of ``script``, prepared, by as many clients: for a time, or ``each`` so many."""
        how_long = ["-t", str(each)] if each else ["-T", str(round(seconds))]
        defined = [f"-D{name}={value}" for name, value in (variables or {}).items()]
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(script)
            file.flush()
            Path(file.name).chmod(0o644)
            command = [
                str(reach.programs(self.cluster.user) / "pgbench"),
                *("-n", "-M", "prepared", "-c", str(connections), "-j", "2", *how_long, *defined),
                *("-h", str(self.cluster.sockets), "-U", SUPERUSER, "-f", file.name, "linli"),
            ]
            done = subprocess.run(command, capture_output=True, text=True, cwd="/", **self.cluster.user.run_as())
        if done.returncode or "failed transactions: 0 " not in done.stdout:
            raise SystemExit(f"pgbench failed: {done.stdout}{done.stderr}")
        line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
        return float(line.split()[2])


@contextmanager
def database() -> Iterator[Database]:
    """Start it, bring Django up on it with schema and lists, and take it away at the end."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o711 if account.current().switch else 0o700)
    cluster = Cluster(data=folder / "data", sockets=folder / "s")
    memory = fitting.memory_bytes()
    settings = fitting.settings(memory=memory, processors=os.cpu_count() or 1) | DURABLE
    try:
        cluster.create(auth="trust")
        cluster.start(settings, log=folder / "log")
        found = Database(cluster, f"postgresql://{SUPERUSER}@/linli?host={cluster.sockets}")
        _fill(found, folder)
        yield found
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _fill(found: Database, folder: Path) -> None:
    import psycopg

    with psycopg.connect(found.cluster.dsn(), autocommit=True) as connection:
        connection.execute("create database linli template template0")
    os.environ |= {
        "DATABASE_URL": found.url,
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
        "LINLI_LOG_LEVEL": "WARNING",
        "LINLI_DATA": str(folder / "files"),
        "LINLI_TESTING": "",
        "LINLI_SECRET_KEY": "bench-only-0123456789abcdefghijklmnopqrstuvwxyz",
        "LINLI_KEYS": "1:" + "cd" * 32,
        "LINLI_STATEMENT_TIMEOUT": "0",
    }
    import django
    from django.core.management import call_command
    from django.utils import timezone

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)

    from linli.kernel.calendar import commands as calendar
    from linli.kernel.catalog import commands as catalog

    calendar.fill_from_library()
    catalog.load_pack(at=timezone.now())
