"""One data folder of PostgreSQL: create it, start a server on it, stop it."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from . import account, binaries

SUPERUSER = "linli_admin"
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8")
STOP_SECONDS = 60


class ClusterRefused(Exception):
    """The server could not be created or started; the message is fit to show."""


@dataclass(kw_only=True)
class Cluster:
    """A data folder, its socket folder and, once started, its server process.

    data      the folder that ``initdb`` made
    sockets   a folder of mode 0700; its path is shorter than a socket address allows
    """

    data: Path
    sockets: Path
    user: account.Account = field(default_factory=account.current)
    server: subprocess.Popen[bytes] | None = None

    def dsn(self, *, user: str = SUPERUSER, database: str = "postgres", password: str = "") -> str:
        """A libpq connection string over the private socket."""
        parts = {"host": str(self.sockets), "user": user, "dbname": database, "password": password}
        return psycopg.conninfo.make_conninfo("", **{name: value for name, value in parts.items() if value})

    def create(self, *, auth: str, password_file: Path | None = None, extra: tuple[str, ...] = ()) -> None:
        """Make the data folder: UTF-8, C.UTF-8 of the builtin provider whatever the process's LANG says.

        auth   how local connections prove themselves: ``scram-sha-256``, or ``trust`` for throw-away clusters
        """
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.user.own(self.data)
        command = [str(binaries.folder() / "initdb"), "-D", str(self.data), "-U", SUPERUSER, f"--auth={auth}", *LOCALE]
        command += [f"--pwfile={password_file}"] if password_file else []
        done = subprocess.run([*command, *extra], capture_output=True, text=True, env=_bare(), **self._as_user())
        if done.returncode:
            raise ClusterRefused(f"initdb failed in {self.data}: {done.stderr.strip() or done.stdout.strip()}")

    def start(self, settings: Mapping[str, str], *, log: Path, wait_seconds: float = 60) -> None:
        """Start the server without TCP, and return once it answers; recovery is part of the waiting."""
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.user.own(self.sockets)
        fixed = {"listen_addresses": "", "unix_socket_directories": str(self.sockets), "unix_socket_permissions": "0700"}
        command = [str(binaries.folder() / "postgres"), "-D", str(self.data)]
        for name, value in {**settings, **fixed}.items():
            command += ["-c", f"{name}={value}"]
        with log.open("ab") as out:
            # A session of its own, so that Ctrl-C at the terminal reaches only us: we stop it last.
            self.server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=_bare(), start_new_session=True,
                **self._as_user(),
            )  # fmt: skip
        self._wait_until_it_answers(log=log, until=time.monotonic() + wait_seconds)

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

    def _wait_until_it_answers(self, *, log: Path, until: float) -> None:
        server = self.server
        while server is not None and server.poll() is None:
            # postmaster.pid says "ready" on its eighth line: no password is needed to know it.
            lines = _lines(self.data / "postmaster.pid")
            if len(lines) >= 8 and lines[0] == str(server.pid) and lines[7].strip() == "ready":
                return
            if time.monotonic() > until:
                self.stop()
                raise ClusterRefused(f"PostgreSQL was not ready in time; see {log}.")
            time.sleep(0.02)
        self.server = None
        raise ClusterRefused(f"PostgreSQL did not start; the end of {log}:\n{_tail(log)}")

    def _as_user(self) -> dict[str, int | list[int]]:
        return self.user.run_as()


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
