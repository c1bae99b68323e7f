"""Which days are worked and at which hours: rows of two small lists, read into memory by ``queries.current``."""

from django.db import models
from django.db.models import F, Q


class Day(models.Model):
    """One day of the calendar. A year is either here with all its days or not at all.

    ``year_announced`` is true when the State Council's notice of holidays and make-up days for that year is in.
    """

    on = models.DateField(primary_key=True)
    is_working = models.BooleanField()
    name = models.CharField(max_length=40, blank=True, default="")
    year_announced = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.on} {self.name}".strip()


class Hours(models.Model):
    """One stretch of the working day, local time, from ``valid_from`` until the day before ``valid_to``."""

    starts = models.TimeField()
    ends = models.TimeField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="hours_start_before_they_end"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lt=F("valid_to")), name="hours_valid_for_a_while"
            ),
            models.UniqueConstraint(fields=("starts", "valid_from"), name="hours_once"),
        )

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}-{self.ends:%H:%M}"


class Revision(models.Model):
    """One row whose ``number`` the database changes at every write to the lists above: copies in memory compare it."""

    number = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.number)
