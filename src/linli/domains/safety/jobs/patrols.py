"""Tracks are dropped after their month; the ground is cut into cells anew where boundaries changed."""

from django.utils import timezone
from procrastinate.contrib.django import app

from linli.domains.safety.commands import covering, tracking


@app.periodic(cron="10 * * * *")
@app.task(queueing_lock="safety.drop_tracks", pass_context=False)
def drop_tracks(timestamp: int) -> None:
    """Every hour, so that nothing is kept much longer than said."""
    while tracking.drop_old(at=timezone.now()):
        pass


@app.periodic(cron="50 18 * * *")
@app.task(queueing_lock="safety.lay_cells", pass_context=False)
def lay_cells(timestamp: int) -> None:
    """Every night, street by street."""
    for home in covering.homes():
        covering.lay_cells(home)
