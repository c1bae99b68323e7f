"""``linli web`` and ``linli live``: granian with our two applications. TLS when a certificate is named."""

import argparse
import os
from pathlib import Path

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from .leaving import leave_with_parent

BACKLOG = 1024


def web(arguments: list[str]) -> int:
    """Serve pages and interfaces on PORT (8000)."""
    options = _options("web", arguments, port=8000)
    _serve(
        options,
        target="linli.config.wsgi:application",
        interface=Interfaces.WSGI,
        workers=int(os.environ.get("LINLI_WEB_WORKERS") or min(4, os.cpu_count() or 1)),
        threads=int(os.environ.get("LINLI_WEB_THREADS") or 8),
    )
    return 0


def live(arguments: list[str]) -> int:
    """Serve live updates on LINLI_LIVE_PORT (PORT + 1); one process, for all browsers share one LISTEN connection."""
    options = _options("live", arguments, port=int(os.environ.get("PORT") or 8000) + 1)
    _serve(options, target="linli.config.asgi:application", interface=Interfaces.ASGI, workers=1, threads=1, patience=1)
    return 0


def _options(name: str, arguments: list[str], *, port: int) -> argparse.Namespace:
    variable = "PORT" if name == "web" else "LINLI_LIVE_PORT"
    parser = argparse.ArgumentParser(prog=f"linli {name}")
    parser.add_argument("--address", default=os.environ.get("LINLI_BIND") or "127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get(variable) or port))
    parser.add_argument("--certificate", type=Path, help="PEM file; with --key the server speaks TLS")
    parser.add_argument("--key", type=Path)
    return parser.parse_args(arguments)


def _serve(
    options: argparse.Namespace, *, target: str, interface: Interfaces, workers: int, threads: int, patience: int = 10
) -> None:
    """Serve until asked to stop.

    patience   seconds an answer under way is then waited for; streams would never end by themselves
    """
    if os.environ.get("LINLI_SUPERVISED"):
        leave_with_parent(int(os.environ["LINLI_SUPERVISED"]))
    Server(
        target,
        address=options.address,
        port=options.port,
        interface=interface,
        workers=workers,
        blocking_threads=threads,
        # An idle thread would take its database connection with it.
        blocking_threads_idle_timeout=600,
        backlog=BACKLOG,
        log_level=LogLevels.warning,
        ssl_cert=options.certificate,
        ssl_key=options.key,
        respawn_failed_workers=True,
        workers_kill_timeout=patience,
    ).serve()
