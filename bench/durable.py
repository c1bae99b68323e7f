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

from linli.config.postgres import account, fitting, reach  # noqa: E402
from linli.config.postgres.cluster import PREFIX, SUPERUSER, Cluster  # noqa: E402

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

    def pgbench(self, script: str, *, connections: int, seconds: float) -> float:
        """Transactions a second of ``script``, prepared, by as many clients."""
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(script)
            file.flush()
            Path(file.name).chmod(0o644)
            program = reach.programs(self.cluster.user) / "pgbench"
            done = subprocess.run(
                [
                    str(program), "-n", "-M", "prepared", "-c", str(connections), "-j", "2", "-T", str(round(seconds)),
                    "-h", str(self.cluster.sockets), "-U", SUPERUSER, "-f", file.name, "linli",
                ],
                capture_output=True, text=True, cwd="/", **self.cluster.user.run_as(),
            )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"pgbench failed: {done.stderr}")
        line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
        if "failed transactions: 0 " not in done.stdout:
            raise SystemExit(f"pgbench had failed transactions: {done.stdout}")
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
