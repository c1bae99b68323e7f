"""The web server as it is run in earnest, on a free port of this machine."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from durable import ROOT


@dataclass(frozen=True)
class Web:
    port: int
    pid: int


@contextmanager
def web(*, workers: int, threads: int = 8) -> Iterator[Web]:
    """``linli web`` with so many processes; ended by its id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ, "PORT": str(port), "LINLI_WEB_WORKERS": str(workers), "LINLI_WEB_THREADS": str(threads),
        "PYTHONPATH": str(ROOT / "src"),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "linli.config", "web"], env=environment, stdout=subprocess.DEVNULL, cwd=ROOT
    )
    try:
        _wait(port, process)
        yield Web(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the web server does not start")
