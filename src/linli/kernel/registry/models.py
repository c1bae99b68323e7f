"""What stands somewhere and is looked after: buildings, shops, key places, check points, each with its code there."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat, Now
from django.utils.translation import gettext_lazy as _

from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Area, Unit


class SiteKind(models.Model):
    """A kind of site, as data: what it is called, what is written down about it.

    group     building, business, public, infrastructure, point: how kinds are offered
    is_small  one of the nine small places
    schema    JSON Schema 2020-12 of ``Site.attributes``
    """

    code = models.CharField(max_length=30, primary_key=True)
    name = models.CharField(max_length=60)
    group = models.CharField(max_length=20)
    is_small = models.BooleanField(default=False)
    schema = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=200, blank=True)
    confidence = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """One place with its code, its position and the unit in whose territory it lies. Closed, never deleted.

    tag       what its code on the spot says: not to be guessed, given anew when a sign is lost
    lon, lat  WGS84 degrees
    unit      the smallest territorial unit there (grid, committee, street); ``area`` its area
    within    the site it is part of: the check point in a building
    """

    class State(models.TextChoices):
        IN_USE = "in_use", _("在用")
        PAUSED = "paused", _("停业(停用)")
        CLOSED = "closed", _("注销")

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    code = models.CharField(max_length=40)
    tag = models.CharField(max_length=16)
    kind = models.ForeignKey(SiteKind, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", db_index=False)
    within = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    attributes = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.IN_USE)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    grams = models.GeneratedField(
        expression=Func(Concat(F("name"), Value(" "), F("address"), Value(" "), F("code")), function="text_bigrams"),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="site_code_once"),
            models.UniqueConstraint(fields=["tag"], name="site_tag_once"),
            models.CheckConstraint(name="site_named", condition=~Q(name="") & ~Q(code="") & ~Q(tag="")),
            models.CheckConstraint(
                name="site_on_earth", condition=Q(lon__range=(-180, 180), lat__range=(-90, 90))
            ),
            models.CheckConstraint(name="site_not_in_itself", condition=~Q(within=F("id"))),
            models.CheckConstraint(
                name="site_closed_at_a_time", condition=Q(state="closed", closed_at__isnull=False)
                | ~Q(state="closed") & Q(closed_at=None)
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["unit", "kind", "id"], name="site_unit"),
            models.Index(fields=["lat", "lon"], name="site_spot"),
            GinIndex(fields=["grams"], name="site_grams"),
        ]

    def __str__(self) -> str:
        return self.name


class SiteChange(models.Model):
    """Who changed what of a site, and why. Only added to."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="history", db_index=False)
    verb = models.CharField(max_length=20)
    reason = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=dict)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["site", "id"], name="site_change")]

    def __str__(self) -> str:
        return f"{self.site_id} {self.verb}"


class SiteSerial(models.Model):
    """The last serial number given out under a prefix of codes."""

    prefix = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.prefix} {self.last}"
