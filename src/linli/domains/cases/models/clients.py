"""Programs of other bodies that send reports or work cases through the interfaces."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from linli.kernel.org.models import Actor, Unit


class ApiClient(models.Model):
    """One program and its key, of which only the hash is kept.

    prefix        first part of the key, by which it is found and named in lists
    unit          the body it speaks for; what it may see and do follows from the posts of ``actor``
    systems       names of the systems whose numbers it sends: its own first, e.g. ``12345``, then those it relays
    faces         the interfaces it may use: ``rest``, ``open311``
    sources       codes of the source list it may report under; the first is what it reports under unasked
    per_minute    how many requests a minute it may make
    """

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    key_hash = models.BinaryField(max_length=32)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    actor = models.OneToOneField(Actor, models.PROTECT, related_name="api_client")
    systems = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    faces = ArrayField(models.CharField(max_length=10))
    sources = ArrayField(models.CharField(max_length=20))
    per_minute = models.PositiveIntegerField(default=600)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prefix"], name="api_client_prefix_once"),
            models.CheckConstraint(name="api_client_named", condition=~Q(name="")),
            models.CheckConstraint(name="api_client_rate", condition=Q(per_minute__gte=1)),
            models.CheckConstraint(name="api_client_has_source", condition=Q(sources__len__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
