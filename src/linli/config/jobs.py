"""What the worker does by itself, besides the jobs queued for it: one table.

Jobs with a calendar (nightly anchors, retention) are declared in the ``jobs.py`` of their app with
``@app.periodic(cron=…)`` and found there; cron times are UTC.
"""

from typing import NamedTuple


class Loop(NamedTuple):
    """Something to look after every few seconds, in a thread of its own.

    seconds   from the end of one call to the start of the next
    target    ``module:function``, called without arguments; may run in several workers at once, so it takes its work
              by ``SKIP LOCKED``. Returning a true value means: there is more, come back at once
    """

    seconds: float
    target: str


LOOPS: tuple[Loop, ...] = (
    Loop(2, "linli.kernel.flow.ticking:fire"),
    Loop(2, "linli.kernel.flow.ticking:escalate"),
    Loop(0.5, "linli.config.announcing:drain"),
    Loop(1, "linli.kernel.messages.jobs:deliver_due"),
    Loop(20, "linli.kernel.duties.ticking:miss"),
)
