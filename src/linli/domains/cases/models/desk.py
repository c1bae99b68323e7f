"""What the desk keeps for itself: which lists left the house, and how many cases lie where."""

from django.db import models

from linli.kernel.org.models import Actor, Unit


class Export(models.Model):
    """A list of cases that somebody took out of the system: what, why, how many rows. Rows are only ever added.

    query   the filter as it stood in the address
    digest  SHA-256 of the file; its watermark names the ``id``
    """

    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    query = models.CharField(max_length=600, blank=True)
    kind = models.CharField(max_length=4)
    rows = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(name="export_has_reason", condition=~models.Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.pk} {self.rows}"


class MapCell(models.Model):
    """How many cases lie in one cell of the map: counted now and then, so that a view of a million takes no time.

    zoom   of the cell, one of ``queries.map.LEVELS``; ``cell`` its Morton number at that zoom
    group  first two characters of the category, "" without one
    late   how many were past their limit when counted
    """

    zoom = models.PositiveSmallIntegerField()
    cell = models.BigIntegerField()
    home = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    state = models.CharField(max_length=40)
    group = models.CharField(max_length=4, blank=True)
    count = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["zoom", "cell", "home", "state", "group"], name="map_cell_once")]

    def __str__(self) -> str:
        return f"{self.zoom}/{self.cell}"
