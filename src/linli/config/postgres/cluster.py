"""One data folder of PostgreSQL: create it, start a server on it, stop it."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg.conninfo

from . import account, reach

SUPERUSER = "linli_admin"
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8")
PREFIX = "linli-pg-"
STOP_SECONDS = 60
STILL_THERE = ("pre-existing shared memory block", "lock file")
"""What the server says while the remains of a killed one are not gone yet."""


class ClusterRefused(Exception):
    """The server could not be created or started; the message is fit to show."""


@dataclass(kw_only=True)
class Cluster:
    """A data folder, its socket folder and, once started, its server process.

    data      the folder that ``initdb`` makes
    sockets   a folder of mode 0700; its path is shorter than a socket address allows
    """

    data: Path
    sockets: Path
    user: account.Account = field(default_factory=account.current)
    server: subprocess.Popen[bytes] | None = None

    def dsn(self, *, user: str = SUPERUSER, database: str = "postgres", password: str = "") -> str:
        """A libpq connection string over the private socket."""
        return psycopg.conninfo.make_conninfo(host=str(self.sockets), user=user, dbname=database, password=password)

    def create(self, *, auth: str, password: str = "", extra: tuple[str, ...] = ()) -> None:
        """Make the data folder: UTF-8, C.UTF-8 of the builtin provider whatever the process's LANG says.

        auth   how local connections prove themselves: ``scram-sha-256``, or ``trust`` for throw-away clusters
        """
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.user.own(self.data)
        command = [self._program("initdb"), "-D", str(self.data), "-U", SUPERUSER, f"--auth={auth}", *LOCALE, *extra]
        with tempfile.NamedTemporaryFile("w", prefix=PREFIX) as secret:  # mode 0600
            if password:
                secret.write(password)
                secret.flush()
                self.user.own(Path(secret.name))
                command.append(f"--pwfile={secret.name}")
            done = subprocess.run(command, capture_output=True, text=True, env=_bare(), cwd="/", **self.user.run_as())
        if done.returncode:
            raise ClusterRefused(f"initdb failed in {self.data}: {done.stderr.strip() or done.stdout.strip()}")

    def start(self, settings: Mapping[str, str], *, log: Path, wait_seconds: float = 3600) -> None:
        """Start the server without TCP and return once it answers; recovery after a crash is waited for.

        Remains of a killed server that are still ending are waited for as well.
        """
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.sockets.chmod(0o700)
        self.user.own(self.sockets)
        fixed = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
        }
        command = [self._program("postgres"), "-D", str(self.data)]
        for name, value in {**settings, **fixed}.items():
            command += ["-c", f"{name}={value}"]
        until = time.monotonic() + wait_seconds
        while not self._is_started(command, log=log, until=until):
            if time.monotonic() > until:
                raise ClusterRefused(f"PostgreSQL did not start on {self.data}; the end of {log}:\n{_tail(log)}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop the server: clients are disconnected, everything committed is on disk."""
        if self.server is None:
            return
        if self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            try:
                self.server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.server.send_signal(signal.SIGQUIT)
                self.server.wait()
        self.server = None

    def stop_leftover(self) -> None:
        """End a server that outlived its killed parent, and forget a pid file whose number is somebody else's now."""
        path = self.data / "postmaster.pid"
        lines = _lines(path)
        if not lines or not lines[0].strip().isdigit():
            return
        pid = int(lines[0])
        if not _is_postgres(pid):
            path.unlink(missing_ok=True)
            return
        os.kill(pid, signal.SIGINT)
        until = time.monotonic() + STOP_SECONDS
        while _is_postgres(pid):
            if time.monotonic() > until:
                raise ClusterRefused(f"An old PostgreSQL (process {pid}) on {self.data} does not stop.")
            time.sleep(0.05)

    def _is_started(self, command: list[str], *, log: Path, until: float) -> bool:
        """Try once. False means: trouble that passes by itself."""
        before = log.stat().st_size if log.exists() else 0
        with log.open("ab") as out:
            # A session of its own, so that Ctrl-C at the terminal reaches only us: the database is stopped last.
            self.server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=_bare(),
                cwd="/",
                start_new_session=True,
                **self.user.run_as(),
            )
        while self.server.poll() is None:
            if _is_ready(self.data / "postmaster.pid", pid=self.server.pid):
                return True
            if time.monotonic() > until:
                self.stop()
                raise ClusterRefused(f"PostgreSQL was not ready in time; the end of {log}:\n{_tail(log)}")
            time.sleep(0.02)
        self.server = None
        said = log.read_bytes()[before:].decode(errors="replace")
        if not any(words in said for words in STILL_THERE):
            raise ClusterRefused(f"PostgreSQL did not start on {self.data}; the end of {log}:\n{_tail(log)}")
        return False

    def _program(self, name: str) -> str:
        return str(reach.programs(self.user) / name)


def _is_ready(path: Path, *, pid: int) -> bool:
    """The server writes ``ready`` on the eighth line of its pid file: no password is needed to know it."""
    lines = _lines(path)
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def _is_postgres(pid: int) -> bool:
    """Whether this number is a PostgreSQL now; after a reboot or in a container it may be anything else's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return words[0].endswith(b"postgres") and b"Z" not in _state(pid)
    except OSError:
        listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
        return "postgres" in listed.stdout


def _state(pid: int) -> bytes:
    return Path(f"/proc/{pid}/stat").read_bytes().rsplit(b")", 1)[-1].split()[0]


def _bare() -> dict[str, str]:
    """The environment without what would steer PostgreSQL from outside."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except (FileNotFoundError, PermissionError):
        return []


def _tail(path: Path, lines: int = 12) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
