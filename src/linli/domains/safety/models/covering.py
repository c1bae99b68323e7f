"""What is to be walked: roads, and the cells of about 100 m into which they or a grid's ground are cut."""

from django.db import models
from django.db.models import Q

from linli.kernel.org.models import Unit


class Road(models.Model):
    """A named road, to tell which was not walked. Lines as loaded, WGS84 degrees.

    district  where it was loaded for; ``source`` whose data it is, to be named beside it
    """

    district = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=30, blank=True)
    lines = models.JSONField()
    """[[[lon, lat], …], …]"""
    source = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Cell(models.Model):
    """A piece of about 100 m × 100 m in a grid's ground, and when somebody on patrol last came through.

    No person is kept here, so it outlives the tracks it was reckoned from.
    cell  number on the lattice of ``queries.lattice``; ``road`` the one that passes there, None off the roads
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    cell = models.BigIntegerField()
    road = models.ForeignKey(Road, models.CASCADE, null=True, related_name="cells")
    lon = models.FloatField()
    lat = models.FloatField()
    walked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "cell", "road"], name="cell_once", nulls_distinct=False),
            models.CheckConstraint(
                name="cell_on_earth", condition=Q(lon__range=(-180, 180), lat__range=(-90, 90))
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["cell"], name="cell_number")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.cell}"
