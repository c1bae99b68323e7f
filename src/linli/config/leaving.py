"""Processes of ``linli run`` do not outlive it, not even when it is killed with no chance to say so."""

import os
import signal
import threading
import time

GRACE_SECONDS = 10
LOOK_SECONDS = 0.5


def leave_with_parent(parent: int | None = None) -> None:
    """End this process soon after ``parent`` (by default the present one) is gone."""
    expected = parent or os.getppid()
    threading.Thread(target=_watch, args=(expected,), name="parent-watch", daemon=True).start()


def _watch(expected: int) -> None:
    while os.getppid() == expected:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)
