"""``linli run`` as a person starts it: everything comes up, survives a kill, and goes away again."""

import os
import random
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from linli.config.place import Place
from tests.running.conftest import environment_outside, new_place

pytestmark = pytest.mark.crash
UP_SECONDS = 180
COMMAND_SECONDS = 180
LINLI = [sys.executable, "-m", "linli.config"]


class Run:
    """One ``linli run`` with its output in a file."""

    def __init__(self, place: Place, environment: dict[str, str]) -> None:
        self.port = free_ports()
        self.said = place.root / "said.txt"
        self.environment = {**environment, "LINLI_DATA": str(place.root), "PORT": str(self.port)}
        self.place = place
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self.said.open("wb") as out:
            command = [*LINLI, "run", "--no-demo"]
            return subprocess.Popen(command, env=self.environment, stdout=out, stderr=out, start_new_session=True)

    def again(self) -> None:
        self.process = self._start()

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=20) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + UP_SECONDS
        while not holds():
            assert time.monotonic() < end, self.said.read_text()
            time.sleep(0.1)

    def up(self) -> None:
        self.until(lambda: "is running" in self.said.read_text() or self.process.poll() is not None)
        self.until(self.is_ready)

    def child(self, name: str) -> psutil.Process:
        """The child of that name, once there is one: it may just be coming back."""
        self.until(lambda: bool(self._children(name)))
        return self._children(name)[0]

    def _children(self, name: str) -> list[psutil.Process]:
        return [one for one in psutil.Process(self.process.pid).children() if _cmdline(one)[3:4] == [name]]

    def postgres(self) -> psutil.Process:
        pid = (self.place.postgres / "data" / "postmaster.pid").read_text().split()[0]
        return psutil.Process(int(pid))

    def end(self, number: int = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(UP_SECONDS)


def free_ports() -> int:
    """A port that is free together with the next one, below those the kernel gives to outgoing connections."""
    while True:
        port = random.randrange(20_000, 32_000, 2)
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def left_behind(place: Place) -> list[str]:
    return [" ".join(one.cmdline()) for one in psutil.process_iter() if str(place.root) in " ".join(_cmdline(one))]


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """One that the tests below use in turn: each start takes seconds."""
    with new_place() as place:
        started = Run(place, environment_outside())
        yield started
        if started.process.poll() is None:
            started.end(signal.SIGKILL)
        leftover = place.postgres / "data" / "postmaster.pid"
        if leftover.exists():
            os.kill(int(leftover.read_text().split()[0]), signal.SIGINT)


def test_a_second_start_on_the_folder_is_told_so(run: Run) -> None:
    run.up()

    second = subprocess.run(
        [*LINLI, "run"], env=run.environment, capture_output=True, text=True, timeout=COMMAND_SECONDS
    )

    assert second.returncode == 1
    assert f"already running on {run.place.root} (process {run.process.pid})" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_command_beside_it_uses_the_running_database(run: Run) -> None:
    run.up()

    done = subprocess.run(
        [*LINLI, "verify"], env=run.environment, capture_output=True, text=True, timeout=COMMAND_SECONDS
    )

    assert (done.returncode, done.stdout) == (0, "0 faults\n0 reports with words destroyed by a step\n")


def test_whatever_is_killed_comes_back(run: Run) -> None:
    run.up()
    for kill in (lambda: run.child("web").kill(), lambda: run.child("worker").kill(), lambda: run.postgres().kill()):
        kill()
        time.sleep(0.3)
        run.until(run.is_ready)

    # A connection made before may answer once more: that it was noticed is said a moment later.
    run.until(lambda: "PostgreSQL ended unexpectedly" in run.said.read_text())
    run.until(run.is_ready)
    assert run.child("worker").is_running()


def test_a_start_after_kill_9_recovers_by_itself_and_ctrl_c_stops_it_all(run: Run) -> None:
    run.up()
    run.end(signal.SIGKILL)

    run.again()
    run.up()
    status = run.end()

    assert status == 0
    assert "Stopped." in run.said.read_text()
    assert left_behind(run.place) == []


def test_a_taken_port_is_named(place: Place, outside: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environment = {**outside, "LINLI_DATA": str(place.root), "PORT": str(taken.getsockname()[1])}

        refused = subprocess.run(
            [*LINLI, "run"], env=environment, capture_output=True, text=True, timeout=COMMAND_SECONDS
        )

    assert refused.returncode == 1
    assert "set PORT" in refused.stderr


def test_https_speaks_tls_with_the_certificate_made_here(place: Place, outside: dict[str, str]) -> None:
    run = Run(place, {**outside, "HTTPS": "1", "LINLI_BIND": "127.0.0.1"})
    try:
        run.until(lambda: "is running" in run.said.read_text())
        url = f"https://localhost:{run.port}/healthz"

        answer = urllib.request.urlopen(
            url, context=_trusting(place.certificate / "linli.pem"), timeout=COMMAND_SECONDS
        )

        assert answer.read() == b"ok\n"
    finally:
        run.end()


def _trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))
