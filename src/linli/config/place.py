"""The folder a deployment lives in (``LINLI_DATA``), what lies where in it, and its secrets."""

import fcntl
import hashlib
import json
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOCKET_PATH_BYTES = 103
"""The shortest limit on the path of a unix socket (macOS; Linux allows 107)."""
SOCKET_NAME = ".s.PGSQL.5432"


class PlaceRefused(Exception):
    """The folder cannot be used; the message is fit to show."""


@dataclass(frozen=True)
class Place:
    """One deployment's folder. Nothing outside it is written, except a socket whose path would be too long."""

    root: Path

    @property
    def postgres(self) -> Path:
        """Home of the embedded PostgreSQL."""
        return self.root / "postgres"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def metrics(self) -> Path:
        """Counters of the running processes; emptied at every start."""
        return self.root / "metrics"

    @property
    def certificate(self) -> Path:
        return self.root / "certificate"

    @property
    def sign_ins(self) -> Path:
        """Written by the demo: who may sign in with what, shown at every start."""
        return self.root / "sign-ins.txt"

    @property
    def demo_complete(self) -> Path:
        """There once the whole demonstration is loaded."""
        return self.root / "demo-complete"

    @property
    def sockets(self) -> Path:
        """The private folder of the database's socket."""
        near = self.postgres / "socket"
        if len(os.fsencode(near / SOCKET_NAME)) <= SOCKET_PATH_BYTES:
            return near
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return _runtime_folder() / f"linli-{os.geteuid()}-{digest}"

    def make(self) -> None:
        """Create the folder, closed to others except for passing through it."""
        for folder in (self.root, self.logs, self.metrics):
            folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        for folder in (self.logs, self.metrics):
            folder.chmod(0o700)

    def secrets(self) -> dict[str, str]:
        """The secrets of this deployment, made at the first call and kept with mode 0600."""
        path = self.root / "secrets.json"
        if not path.exists():
            fresh = {
                "LINLI_SECRET_KEY": secrets.token_urlsafe(48),
                "LINLI_KEYS": f"1:{secrets.token_hex(32)}",
                "admin": secrets.token_urlsafe(24),
                "owner": secrets.token_urlsafe(24),
                "app": secrets.token_urlsafe(24),
            }
            _write_private(path, json.dumps(fresh, indent=1))
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise PlaceRefused(f"{path} can be read by others: chmod 600 it, and think about making new secrets.")
        kept: dict[str, str] = json.loads(path.read_text())
        return kept

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for ourselves; whoever comes second gets one clear error."""
        self.root.mkdir(mode=0o711, parents=True, exist_ok=True)
        path = self.root / "run.lock"
        with path.open("a+") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                handle.seek(0)
                raise PlaceRefused(
                    f"Linli is already running on {self.root} (process {handle.read().strip() or 'unknown'})."
                ) from None
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
            yield

    def is_held(self) -> bool:
        """Whether somebody runs on this folder now."""
        path = self.root / "run.lock"
        if not path.exists():
            return False
        with path.open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False


def current() -> Place:
    """The place named by ``LINLI_DATA``, else ``.data`` in the project."""
    return Place(Path(os.environ.get("LINLI_DATA") or ROOT / ".data").resolve())


def _write_private(path: Path, text: str) -> None:
    """Write whole or not at all, never readable by others, not even for a moment."""
    path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    Path(name).rename(path)


def _runtime_folder() -> Path:
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    if given and Path(given).is_dir():
        return Path(given)
    return Path("/run") if os.geteuid() == 0 and Path("/run").is_dir() else Path(tempfile.gettempdir())
