"""The processes of ``linli run``: started, watched, started again when they die, stopped in order."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

STOP_SECONDS = 15
QUICK_SECONDS = 5
"""A process that lived shorter than this failed to start; it is tried again ever more slowly."""
SLOWEST_SECONDS = 30.0
LOG_BYTES = 50_000_000


@dataclass
class Child:
    """One process, ``linli NAME …``.

    log   where its output goes; None lets it through to ours
    """

    name: str
    arguments: list[str]
    environment: Mapping[str, str]
    log: Path | None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = 0.0
    starts: int = field(default=0)

    def start(self) -> None:
        """Start it, in a session of its own so that Ctrl-C at the terminal reaches only us."""
        command = [sys.executable, "-m", "linli.config", self.name, *self.arguments]
        environment = {**os.environ, **self.environment, "LINLI_SUPERVISED": str(os.getpid())}
        self.started_at = time.monotonic()
        self.starts += 1
        if self.log is None:
            self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)
            return
        with _opened(self.log) as out:
            self.process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def revive(self) -> bool:
        """Start it again if it died, at once the first time, then ever more slowly; True when it was started."""
        if self.is_alive():
            return False
        lived = time.monotonic() - self.started_at
        if lived >= QUICK_SECONDS:
            self.pause = 0.0
        if lived < self.pause:
            return False
        self.pause = min(SLOWEST_SECONDS, max(1.0, self.pause * 2))
        self.start()
        return True


def stop(children: list[Child], *, seconds: float = STOP_SECONDS) -> None:
    """Ask all to end, wait, and end those by force that do not."""
    alive = [child.process for child in children if child.process is not None and child.is_alive()]
    for process in alive:
        process.send_signal(signal.SIGTERM)
    until = time.monotonic() + seconds
    for process in alive:
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _opened(path: Path) -> IO[bytes]:
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")
