"""Forgetting what is over: dead sessions, barriers, codes, old tries, browsers not seen for long."""

from datetime import datetime

from django.contrib.sessions.models import Session

from linli.domains.organisation.commands import barriers, codes, signing_in
from linli.domains.organisation.models import Attempt, KnownDevice


def forget_old(*, at: datetime, unused_since: datetime, tried_before: datetime) -> int:
    """Returns how many rows were closed or removed; may be called at any time, and again.

    unused_since  sessions not used since then are over
    tried_before  tries and browsers older than this are forgotten
    """
    return sum(
        (
            signing_in.end_stale(before=unused_since, at=at),
            Session.objects.filter(expire_date__lt=at).delete()[0],
            barriers.forget_old(at=at),
            codes.forget_old(at=at),
            Attempt.objects.filter(at__lt=tried_before).delete()[0],
            KnownDevice.objects.filter(last_at__lt=tried_before).delete()[0],
        )
    )
