"""``linli run``: everything on one machine. Database, schema, demonstration, web, live updates, worker."""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from . import certificate, children, cli, place, preparing, schema
from .postgres import embedded

LOOK_SECONDS = 0.2
READY_SECONDS = 60
FREE_SECONDS = 12
WORKER_STATEMENT_TIMEOUT = "5min"


class RunRefused(Exception):
    """We cannot start here; the message is fit to show."""


@dataclass
class Running:
    """What is up now."""

    here: place.Place
    options: argparse.Namespace
    database: embedded.Embedded | None = None
    crew: list[children.Child] = field(default_factory=list)
    rest: subprocess.Popen[bytes] | None = None
    stopping: bool = False


def run(arguments: list[str]) -> int:
    """Start everything and stay until Ctrl-C."""
    options = _options(arguments)
    here = place.current()
    here.make()
    try:
        with ExitStack() as stack:
            stack.enter_context(here.held())
            running = Running(here=here, options=options)
            stack.enter_context(_listening_for_signals(running))
            _start(running, stack)
            _stay(running)
    except (*preparing.PROBLEMS, RunRefused) as problem:
        sys.stderr.write(f"linli: {problem}\n")
        return 1
    _say("Stopped.")
    return 0


def _start(running: Running, stack: ExitStack) -> None:
    here, options = running.here, running.options
    _refuse_taken(options.address, options.port)
    _refuse_taken(options.address, options.live_port)
    os.environ.update(_environment(here, options))
    preparing.fill(preparing.secrets_of(here))
    if not os.environ.get("DATABASE_URL"):
        _say("Starting PostgreSQL …")
        running.database = embedded.at(here)
        stack.enter_context(preparing.running(running.database))
        os.environ["DATABASE_URL"] = running.database.application_url
        os.environ["LINLI_OWNER_URL"] = running.database.owner_url
    if not schema.is_current(os.environ.get("LINLI_OWNER_URL") or os.environ["DATABASE_URL"]):
        _say("Bringing the schema up to date …")
        _finish(running, "migrate", "--verbosity", "0")
    if options.demo and "demo" in cli.COMMANDS:
        _load_demonstration(running)
    # Children know only the application's role.
    os.environ.pop("LINLI_OWNER_URL", None)
    stack.callback(lambda: children.stop(running.crew))
    running.crew = _children(here, options)
    web = running.crew[0]
    web.start()
    _wait_until_ready(running)
    for child in running.crew[1:]:
        child.start()
    _greet(running)
    if options.demo and not here.demo_complete.exists():
        stack.callback(_leave_rest, running)
        running.rest = _start_rest(here)


def _start_rest(here: place.Place) -> subprocess.Popen[bytes]:
    """What the demonstration does not need at once, in the background and behind everything else."""
    with (here.logs / "demo.log").open("ab") as log:
        command = ["nice", "-n", "15", sys.executable, "-m", "linli.config", "demo"]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)


def _note_rest(running: Running) -> None:
    if running.rest is not None and running.rest.poll() is not None:
        if running.rest.returncode == 0:
            running.here.demo_complete.touch()
        running.rest = None


def _leave_rest(running: Running) -> None:
    """The next start goes on from where it is."""
    if running.rest is not None and running.rest.poll() is None:
        os.killpg(running.rest.pid, signal.SIGTERM)
        running.rest.wait()


def _stay(running: Running) -> None:
    """Watch over everything until asked to stop; whatever dies is started again."""
    while not running.stopping:
        if running.database is not None and not running.database.is_running():
            _say("PostgreSQL ended unexpectedly; starting it again …")
            running.database.cluster.stop_leftover()
            running.database.start()
        for child in running.crew:
            if child.revive():
                _say(f"{child.name} ended unexpectedly; started again.")
        _note_rest(running)
        time.sleep(LOOK_SECONDS)
    _say("Stopping …")


def _environment(here: place.Place, options: argparse.Namespace) -> dict[str, str]:
    shutil.rmtree(here.metrics, ignore_errors=True)
    here.metrics.mkdir(mode=0o700)
    hosts = ["localhost", "127.0.0.1", "[::1]"]
    if options.address not in ("127.0.0.1", "localhost"):
        hosts += [socket.gethostname(), *certificate.own_addresses()]
    values = {
        "LINLI_DATA": str(here.root),
        "PORT": str(options.port),
        "LINLI_BIND": options.address,
        "PROMETHEUS_MULTIPROC_DIR": str(here.metrics),
        "HTTPS": "1" if options.https else "",
    }
    if not os.environ.get("LINLI_LIVE_URL"):
        values["LINLI_LIVE_PORT"] = str(options.live_port)
    if not os.environ.get("LINLI_HOSTS"):
        values["LINLI_HOSTS"] = ",".join(hosts)
    return values


def _children(here: place.Place, options: argparse.Namespace) -> list[children.Child]:
    tls: list[str] = []
    if options.https:
        names = ["localhost", "127.0.0.1", socket.gethostname(), *certificate.own_addresses()]
        pem, key = certificate.ensure(here.certificate, names=names)
        tls = ["--certificate", str(pem), "--key", str(key)]
    long = {"LINLI_STATEMENT_TIMEOUT": WORKER_STATEMENT_TIMEOUT}
    live_port = ["--port", str(options.live_port)]
    plan: tuple[tuple[str, list[str], dict[str, str]], ...] = (
        ("web", tls, {}),
        ("live", [*tls, *live_port], {}),
        ("worker", [], long),
    )
    return [
        children.Child(name, arguments, extra, None if options.follow else here.logs / f"{name}.log")
        for name, arguments, extra in plan
    ]


def _finish(running: Running, *arguments: str) -> None:
    """Run one command to its end, its output shown; Ctrl-C ends it too."""
    command = [sys.executable, "-m", "linli.config", *arguments]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    while process.poll() is None:
        if running.stopping:
            process.terminate()
            process.wait()
            raise RunRefused("Stopped before everything was ready; the next start goes on from there.")
        time.sleep(0.05)
    if process.returncode:
        raise RunRefused(f"`linli {' '.join(arguments)}` failed with status {process.returncode}.")


def _load_demonstration(running: Running) -> None:
    """What the first start waits for. If it fails the rest works all the same, and the next start goes on with it."""
    try:
        _finish(running, "demo", "--first")
    except RunRefused as problem:
        if running.stopping:
            raise
        _say(f"The demonstration is not complete: {problem}")


def _wait_until_ready(running: Running) -> None:
    """Return when the web server answers; it is asked on loopback without checking the certificate made here."""
    until = time.monotonic() + READY_SECONDS
    web = running.crew[0]
    while not running.stopping and not _answers(running.options):
        if not web.is_alive() or time.monotonic() > until:
            where = web.log or "the output above"
            raise RunRefused(f"The web server did not come up; see {where}.")
        time.sleep(0.1)


def _answers(options: argparse.Namespace) -> bool:
    if options.https:
        # Its certificate names this machine, but no authority we know has signed it.
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((_loopback(options.address), options.port)) == 0
    try:
        with urllib.request.urlopen(f"http://{_loopback(options.address)}:{options.port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _greet(running: Running) -> None:
    options = running.options
    scheme = "https" if options.https else "http"
    names = (
        ["localhost"] if options.address in ("127.0.0.1", "localhost") else ["localhost", *certificate.own_addresses()]
    )
    addresses = "  ".join(f"{scheme}://{name}:{options.port}/" for name in names)
    _say(f"\nLinli 邻里 is running:  {addresses}\nLogs: {running.here.logs}   Stop: Ctrl-C")
    if running.here.sign_ins.exists():
        _say(f"\n{running.here.sign_ins.read_text()}")


def _refuse_taken(address: str, port: int) -> None:
    """The children of a run that was killed need a moment to notice and leave."""
    until = time.monotonic() + FREE_SECONDS
    while reason := _why_taken(address, port):
        if time.monotonic() > until:
            raise RunRefused(f"Port {port} on {address} cannot be used ({reason}): set PORT.")
        time.sleep(LOOK_SECONDS)


def _why_taken(address: str, port: int) -> str:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def _loopback(address: str) -> str:
    return "127.0.0.1" if address in ("0.0.0.0", "localhost") else address


@contextmanager
def _listening_for_signals(running: Running) -> Iterator[None]:
    def stop(_number: int, _frame: object) -> None:
        running.stopping = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def _options(arguments: list[str]) -> argparse.Namespace:
    https = os.environ.get("HTTPS", "") == "1"
    port = int(os.environ.get("PORT") or 8000)
    parser = argparse.ArgumentParser(
        prog="linli run",
        description="Environment: PORT, LINLI_DATA, DATABASE_URL, HTTPS=1, LINLI_BIND, LINLI_LIVE_PORT, LINLI_DEMO=0.",
    )
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--live-port", type=int, default=int(os.environ.get("LINLI_LIVE_PORT") or 0))
    parser.add_argument("--address", default=os.environ.get("LINLI_BIND") or ("0.0.0.0" if https else "127.0.0.1"))
    parser.add_argument("--https", action="store_true", default=https, help="serve TLS with a certificate made here")
    parser.add_argument("--no-demo", dest="demo", action="store_false", help="start without the demonstration")
    parser.set_defaults(demo=os.environ.get("LINLI_DEMO", "1") != "0")
    parser.add_argument("--follow", action="store_true", help="show the logs here instead of keeping them in files")
    options = parser.parse_args(arguments)
    options.live_port = options.live_port or options.port + 1
    return options


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
