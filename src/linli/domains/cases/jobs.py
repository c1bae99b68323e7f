"""What the worker does for cases: by the calendar, and when asked to."""

from uuid import UUID

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from linli.domains.cases.commands import counting, uploading


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="cases.count_map_cells", pass_context=False)
def count_map_cells(timestamp: int) -> int:
    """Count the cells of the map anew; ``timestamp`` is when it was due."""
    return counting.count_cells(at=timezone.now())


@app.task(name=uploading.TASK, queue="cases", pass_context=False)
def run_import(file_id: str) -> None:
    """Carry out an import that was started on the page; broken off by a stop, it goes on when it is tried again."""
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = '120s'")
    uploading.carry_out(UUID(file_id), now=timezone.now)
