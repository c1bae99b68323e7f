"""What was changed in the organisation, and the counters by which running programs notice."""

from django.db import models
from django.db.models.functions import Now

from linli.kernel.org.models.people import Actor


class Change(models.Model):
    """One change to a unit, area, post or link: who, when, what, why. Rows are only ever added.

    subject     table and key, e.g. ``"unit:12"``
    changes     field → [before, after]
    """

    id = models.BigAutoField(primary_key=True)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="org_changes")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    subject = models.CharField(max_length=60)
    verb = models.CharField(max_length=40)
    reason = models.CharField(max_length=400, blank=True)
    changes = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["subject", "at"], name="change_subject"),)

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class Revision(models.Model):
    """``no`` changes whenever a row of ``topic`` changes (kept by triggers), so that what is held in memory is dropped.

    topic  unit, area or post
    """

    topic = models.CharField(max_length=20, primary_key=True)
    no = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.topic} {self.no}"
