"""``linli worker``: queued jobs by procrastinate, and the loops of ``jobs.LOOPS``, until asked to stop."""

import argparse
import os
import threading
from collections.abc import Callable
from importlib import import_module

import structlog
from django.db import close_old_connections, connection
from procrastinate.contrib.django import app

from .jobs import LOOPS, Loop
from .leaving import leave_with_parent

log = structlog.get_logger()
GRACE_SECONDS = 20
TROUBLE_SECONDS = 5.0


def work(arguments: list[str]) -> int:
    """Work until SIGTERM or SIGINT; jobs under way are finished first."""
    parser = argparse.ArgumentParser(prog="linli worker")
    parser.add_argument("--once", action="store_true", help="work off what is due now, then leave")
    parser.add_argument("--concurrency", type=int, default=int(os.environ.get("LINLI_WORKER_CONCURRENCY") or 4))
    options = parser.parse_args(arguments)
    if os.environ.get("LINLI_SUPERVISED"):
        leave_with_parent(int(os.environ["LINLI_SUPERVISED"]))
    stopping = threading.Event()
    if options.once:
        for loop in LOOPS:
            look_after(loop, function=_function(loop), stopping=stopping, rounds=1)
    threads = [] if options.once else _start(stopping)
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # the Django connector has it
    try:
        with app.replace_connector(connector):
            app.run_worker(
                wait=not options.once,
                concurrency=options.concurrency,
                delete_jobs="successful",
                shutdown_graceful_timeout=GRACE_SECONDS,
            )
    finally:
        stopping.set()
        for thread in threads:
            thread.join(GRACE_SECONDS)
    return 0


def look_after(loop: Loop, *, function: Callable[[], object], stopping: threading.Event, rounds: int = 0) -> None:
    """Call ``function`` again and again; what it raises is logged and tried again, for the loop must not end.

    rounds   how many calls, 0 for no end
    """
    done = 0
    while not stopping.is_set() and (not rounds or done < rounds):
        done += 1
        pause = loop.seconds
        try:
            close_old_connections()
            if function():
                pause = 0
        except Exception:  # the edge of the worker: one failing loop must not take the others along
            log.exception("loop.failed", target=loop.target)
            pause = max(pause, TROUBLE_SECONDS)
        if not rounds:
            stopping.wait(pause)


def _start(stopping: threading.Event) -> list[threading.Thread]:
    threads = [
        threading.Thread(target=_in_thread, args=(loop, stopping), name=loop.target, daemon=True) for loop in LOOPS
    ]
    for thread in threads:
        thread.start()
    return threads


def _in_thread(loop: Loop, stopping: threading.Event) -> None:
    try:
        look_after(loop, function=_function(loop), stopping=stopping)
    finally:
        connection.close()


def _function(loop: Loop) -> Callable[[], object]:
    module, _, name = loop.target.partition(":")
    found: Callable[[], object] = getattr(import_module(module), name)
    return found
