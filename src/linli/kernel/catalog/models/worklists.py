"""Work lists (清单): whose they are, their versions, the stable numbers of their items and how each was worded when.

An item is a number that is never used again; what it says is a wording, in force from the version ``since_no`` until
before the version ``until_no``. A version is made, filled and sealed in one transaction; the database refuses all else.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ListKind(models.Model):
    """A kind of list, as data: whose duties it holds and what follows from standing on it.

    bearer          kind of unit whose work it lists; ``post`` for lists of a cadre, ``resident`` for offers
    is_binding      what a higher unit opens for such a bearer must be admitted on a list of a binding kind
    is_public       residents may read it
    approval_steps  how many people apart approve a change: 1 or 2
    columns         names of the parts of an item that its table shows
    """

    class Bearer(models.TextChoices):
        DISTRICT = "district", _("区")
        STREET = "street", _("街道(镇)")
        COMMITTEE = "committee", _("居委会")
        VILLAGE = "village", _("村委会")
        STATION = "station", _("工作站")
        POST = "post", _("岗位")
        RESIDENT = "resident", _("居民")

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=60)
    bearer = models.CharField(max_length=12, choices=Bearer)
    is_binding = models.BooleanField(default=False)
    is_public = models.BooleanField(default=False)
    approval_steps = models.PositiveSmallIntegerField(default=1)
    prefix = models.CharField(max_length=4)
    columns = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=200, blank=True)
    confidence = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(approval_steps__in=(1, 2)), name="kind_approval_steps"),
            models.UniqueConstraint(fields=("prefix",), name="kind_prefix_once"),
        )

    def __str__(self) -> str:
        return self.name


class WorkList(models.Model):
    """One list of one unit. ``unit`` and everything below it is where its items hold."""

    kind = models.ForeignKey(ListKind, models.PROTECT, related_name="lists")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    last_serial = models.PositiveIntegerField(default=0, db_default=0)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("code",), name="list_code_once"),
            models.CheckConstraint(condition=~Q(name=""), name="list_has_name"),
        )

    def __str__(self) -> str:
        return self.name


class ListVersion(models.Model):
    """What a list says from ``valid_from`` on. Versions follow each other in number and in day; two may share a day.

    proposal  key of the matter by which it was approved; null for lists that came with the product
    added, altered, retired  how many items it touches
    digest    SHA-256 over the version before and all wordings that begin or end with it; made when it is sealed
    """

    worklist = models.ForeignKey(WorkList, models.PROTECT, related_name="versions")
    no = models.PositiveIntegerField()
    valid_from = models.DateField()
    reason = models.CharField(max_length=400, blank=True)
    proposal = models.UUIDField(null=True, blank=True)
    added = models.PositiveIntegerField(default=0)
    altered = models.PositiveIntegerField(default=0)
    retired = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey("org.Actor", models.PROTECT, related_name="+", db_index=False)
    is_sealed = models.BooleanField(default=False, db_default=False)
    digest = models.BinaryField(max_length=32, db_default=b"")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("worklist", "no"), name="list_version_once"),
            models.UniqueConstraint(
                fields=("proposal",), condition=Q(proposal__isnull=False), name="list_version_of_one_proposal"
            ),
            models.CheckConstraint(condition=Q(no__gte=1), name="list_version_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.worklist_id} v{self.no}"


class WorkItem(models.Model):
    """The stable number of an item: unique over all lists, never used again, never deleted."""

    worklist = models.ForeignKey(WorkList, models.PROTECT, related_name="items")
    serial = models.PositiveIntegerField()
    code = models.CharField(max_length=32)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("worklist", "serial"), name="work_item_serial_once"),
            models.UniqueConstraint(fields=("code",), name="work_item_code_once"),
        )

    def __str__(self) -> str:
        return self.code


class Wording(models.Model):
    """What an item said from version ``since_no`` until before ``until_no`` (null: still).

    heading  class or field under which it stands
    terms    everything else it says, see ``catalog/terms.py``; never filtered on
    """

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="wordings")
    worklist = models.ForeignKey(WorkList, models.PROTECT, related_name="+", db_index=False)
    since_no = models.PositiveIntegerField()
    until_no = models.PositiveIntegerField(null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    heading = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=120)
    keywords = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    terms = models.JSONField(default=dict)
    source = models.CharField(max_length=200, blank=True)
    confidence = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("item", "since_no"), name="wording_once"),
            models.UniqueConstraint(fields=("item",), condition=Q(until_no=None), name="wording_one_open"),
            models.CheckConstraint(condition=~Q(title=""), name="wording_has_title"),
            models.CheckConstraint(
                condition=Q(until_no=None) | Q(since_no__lt=F("until_no")), name="wording_ends_after_it_begins"
            ),
        )
        indexes = (models.Index(fields=("worklist", "since_no"), name="wording_of_version"),)

    def __str__(self) -> str:
        return self.title
