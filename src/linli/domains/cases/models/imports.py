"""Bulk imports: resumable, row by row accounted for."""

from django.db import models

from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor, Unit


class ImportRun(models.Model):
    """One file taken in: which, by whom, how far."""

    file_name = models.CharField(max_length=200)
    file_hash = models.BinaryField(max_length=32)
    outer_system = models.CharField(max_length=40)
    mapping = models.JSONField(default=dict)
    home = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    reached = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    """Rows the file has, where that was counted before: for the progress bar."""
    failed = models.CharField(max_length=300, blank=True)
    """Why it broke off, in words; "" while it runs or when it ended well."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file_hash", "outer_system"], name="import_once")]

    def __str__(self) -> str:
        return self.file_name


class ImportFile(models.Model):
    """A file that was handed in on the page, packed, until its import has ended: it may hold people's contacts."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200)
    packed = models.BinaryField()
    mapping = models.TextField(blank=True)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    run = models.OneToOneField(ImportRun, models.CASCADE, null=True, blank=True, related_name="file")

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """What became of one row that was not simply taken: refused with its reason, or known already."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="problems", db_index=False)
    row = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "row"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.row}"
