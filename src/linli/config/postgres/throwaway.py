"""A PostgreSQL for one run of tests or a bench: made in a second, private to its owner, gone at the end."""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from . import account, binaries, reach
from .cluster import PREFIX, Cluster

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "120",
    "shared_buffers": "96MB",
    "autovacuum": "off",
    "jit": "off",
}
"""For tests only: nothing of it survives a power cut."""


class Throwaway:
    """A cluster in a temporary folder; ``start`` may be called by several processes, one of them starts it.

    cache   where copies of data folders are kept between runs
    base    the kept data folder to begin with; without it, or while it does not exist, an empty cluster
    """

    def __init__(self, folder: Path, *, cache: Path, base: Path | None = None) -> None:
        self.folder = folder
        self.cache = cache
        self.base = base
        self.cluster = Cluster(data=folder / "data", sockets=folder / "s")

    def url(self, database: str) -> str:
        """The address in the form of ``DATABASE_URL``."""
        return f"postgresql://linli_admin@/{database}?host={self.cluster.sockets}"

    def start(self, settings: Mapping[str, str] = FAST) -> None:
        """Have the server running; who comes second finds it so."""
        with _locked(self.folder / "start.lock"):
            if (self.folder / "started").exists():
                return
            kept = self.base if self.base is not None and self.base.exists() else template(self.cache)
            shutil.copytree(kept, self.cluster.data, symlinks=True)
            self.cluster.data.chmod(0o700)
            self.cluster.user.own(self.cluster.data)
            self._start_detached(settings)
            (self.folder / "started").touch()

    def _start_detached(self, settings: Mapping[str, str]) -> None:
        """By ``pg_ctl``, so that the server is nobody's child and outlives the process that came first."""
        cluster = self.cluster
        cluster.sockets.mkdir(mode=0o700)
        cluster.user.own(cluster.sockets)
        fixed = {"listen_addresses": "''", "unix_socket_directories": str(cluster.sockets)}
        options = " ".join(f"-c {name}={value}" for name, value in {**settings, **fixed}.items())
        self._pg_ctl("-w", "-o", options, "start")

    def keep(self) -> None:
        """Stop the server in order and keep its data as ``base`` for later runs."""
        if self.base is None or self.base.exists() or not (self.folder / "started").exists():
            return
        self._pg_ctl("-w", "-m", "fast", "stop")
        fresh = self.base.with_name(f"{self.base.name}.{os.getpid()}")
        shutil.copytree(self.cluster.data, fresh, symlinks=True)
        try:
            fresh.rename(self.base)
        except OSError:  # another run was first
            shutil.rmtree(fresh)

    def _pg_ctl(self, *arguments: str) -> None:
        program = reach.programs(self.cluster.user) / "pg_ctl"
        command = [str(program), "-D", str(self.cluster.data), "-s", *arguments]
        with (self.folder / "log").open("ab") as log:
            subprocess.run(command, check=True, stdout=log, stderr=log, **self.cluster.user.run_as())

    def remove(self) -> None:
        """Stop the server, whichever process started it, and delete the folder."""
        _kill(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)


def create(*, cache: Path, base: Path | None = None) -> Throwaway:
    """A new one in a folder of its own; those whose owner died are swept away on the way."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o711 if account.current().switch else 0o700)
    owner = os.open(folder / "owner.lock", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(owner, fcntl.LOCK_EX)  # held, by the open descriptor, as long as this process lives
    return Throwaway(folder, cache=cache, base=base)


def template(cache: Path) -> Path:
    """An ``initdb``-ed folder to copy, made once per version of PostgreSQL and per user."""
    user = account.current()
    version = binaries.version()
    kept = cache / f"{version}-{user.uid}"
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / "template.lock"):
        if not kept.exists():
            with tempfile.TemporaryDirectory(prefix=PREFIX) as place:
                Path(place).chmod(0o711)
                fresh = Cluster(data=Path(place) / "data", sockets=Path(place) / "s", user=user)
                fresh.create(auth="trust", extra=("--no-sync", "--wal-segsize=4"))
                shutil.copytree(fresh.data, kept.with_name(f"{kept.name}.new"), symlinks=True)
            kept.with_name(f"{kept.name}.new").rename(kept)
    return kept


def _sweep() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        lock = folder / "owner.lock"
        if not os.access(lock, os.W_OK):
            continue
        with lock.open("r+") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            _kill(folder)
            shutil.rmtree(folder, ignore_errors=True)


def _kill(folder: Path) -> None:
    """End the server of a folder at once; its contents are worth nothing."""
    try:
        pid = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGQUIT)
    except (FileNotFoundError, ProcessLookupError, IndexError, ValueError):
        return
    for _ in range(250):
        if not _is_alive(pid):
            return
        time.sleep(0.02)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
