"""A clock for tests that speak of today: it starts in the middle of a quiet day and goes on from there.

Windows of a day are then open, tomorrow is in the same month, and no test knows at what hour it runs.
"""

from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from django.utils import timezone

WEDNESDAY = datetime(2026, 3, 4, 2, tzinfo=UTC)
"""Ten in the morning here; worked, with worked days on both sides."""


def start_at(monkeypatch: pytest.MonkeyPatch, at: datetime = WEDNESDAY) -> None:
    """From now on ``timezone.now()``, and with it ``localdate()``, begin at ``at``. The database's own clock stays."""
    begun = monotonic()
    monkeypatch.setattr(timezone, "now", lambda: at + timedelta(seconds=monotonic() - begun))
