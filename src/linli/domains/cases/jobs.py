"""What the worker does for cases by the calendar."""

from django.utils import timezone
from procrastinate.contrib.django import app

from linli.domains.cases.commands import counting


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="cases.count_map_cells", pass_context=False)
def count_map_cells(timestamp: int) -> int:
    """Count the cells of the map anew; ``timestamp`` is when it was due."""
    return counting.count_cells(at=timezone.now())
