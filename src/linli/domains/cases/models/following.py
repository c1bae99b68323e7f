"""Supervision, return visits and what staff keep for themselves."""

from django.db import models

from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor, Unit


class Urge(models.Model):
    """One urging of a case: by whom, at which level, to be answered by when (001g-40).

    level  1 centre, 2 street leader, 3 district
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="urges", db_index=False)
    level = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=400)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    answer_due_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=400, blank=True)
    answered_by = models.ForeignKey(Actor, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["matter", "made_at"], name="urge_matter")]
        constraints = [models.CheckConstraint(name="urge_level", condition=models.Q(level__in=[1, 2, 3]))]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.level}"


class Revisit(models.Model):
    """One return visit after closing: how, with what result (001g-32)."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="revisits", db_index=False)
    round = models.PositiveSmallIntegerField()
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    method = models.CharField(max_length=12)
    reached = models.BooleanField()
    satisfaction = models.PositiveSmallIntegerField(null=True, blank=True)
    is_solved = models.BooleanField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = [models.Index(fields=["matter", "round"], name="revisit_matter")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.method}"


class SavedFilter(models.Model):
    """A filter of the workbench that somebody wants to find again."""

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=600)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "name"], name="saved_filter_once")]

    def __str__(self) -> str:
        return self.name
