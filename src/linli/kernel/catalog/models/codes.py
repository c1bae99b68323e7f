"""Numbered, versioned lists: code sets, their versions and items, crosswalks between sets, and time limits."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class CodeSet(models.Model):
    """One list, e.g. the matters of GB/T 47678.5-2026 (``code`` is ``"matters"``)."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    standard_ref = models.CharField(max_length=80, blank=True, default="")
    edition = models.CharField(max_length=20, blank=True, default="")

    def __str__(self) -> str:
        return self.code


class Version(models.Model):
    """One edition of a list. Once published only its last day may still be set; the database refuses all else."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        PROPOSED = "proposed"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"

    code_set = models.ForeignKey(CodeSet, models.PROTECT, related_name="versions")
    no = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    file_hash = models.CharField(max_length=64, blank=True, default="")
    origin = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("org.Actor", models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey("org.Actor", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("code_set", "no"), name="version_number_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lt=F("valid_to")), name="version_valid_for_a_while"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "proposed", "published", "withdrawn")), name="version_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False), name="version_published_when"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code_set_id}/{self.no} {self.status}"


class Item(models.Model):
    """One numbered entry of one version. ``attributes`` holds what only some lists have, and is never filtered on."""

    class Kind(models.TextChoices):
        CLASS = "class"
        COMPONENT = "component"
        MATTER = "matter"
        SOURCE = "source"
        RESULT = "result"
        REASON = "reason"
        TAG = "tag"
        LEVEL = "level"

    version = models.ForeignKey(Version, models.PROTECT, related_name="items")
    kind = models.CharField(max_length=12, choices=Kind)
    code = models.CharField(max_length=20)
    parent_code = models.CharField(max_length=20, blank=True, default="")
    name = models.CharField(max_length=80)
    keywords = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    is_local = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=200, blank=True, default="")
    confidence = models.CharField(max_length=10, blank=True, default="")
    attributes = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("version", "code"), name="item_code_once"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="item_has_code_and_name"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Correspondence(models.Model):
    """``from_code`` of one list is ``to_code`` of another; ``to_code`` is empty where the other has no such thing."""

    from_set = models.ForeignKey(CodeSet, models.PROTECT, related_name="leads_to")
    from_code = models.CharField(max_length=20)
    to_set = models.ForeignKey(CodeSet, models.PROTECT, related_name="comes_from")
    to_code = models.CharField(max_length=20, blank=True, default="")
    source = models.CharField(max_length=200, blank=True, default="")
    confidence = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("from_set", "from_code", "to_set", "to_code"), name="correspondence_once"),
        )

    def __str__(self) -> str:
        return f"{self.from_code} → {self.to_code or '-'}"


class TimeLimit(models.Model):
    """How long a stage may take for an item under a condition; rows are closed and added, never rewritten.

    code        item of the matters list, its class, or "" for every item
    condition   the filing condition (缺失/移位 …), or "" for any
    amount      of ``base``: minutes for continuous and working_minutes, days for working_days
    emergency   code of the emergency level this row is for, or "" for any
    unit        the area unit (and all below it) this row is for; null means everywhere
    """

    class Base(models.TextChoices):
        CONTINUOUS = "continuous"
        WORKING_MINUTES = "working_minutes"
        WORKING_DAYS = "working_days"

    code_set = models.ForeignKey(CodeSet, models.PROTECT, related_name="limits")
    code = models.CharField(max_length=20, blank=True, default="")
    condition = models.CharField(max_length=200, blank=True, default="")
    stage = models.CharField(max_length=20, default="handle")
    emergency = models.CharField(max_length=10, blank=True, default="")
    amount = models.PositiveIntegerField()
    base = models.CharField(max_length=16, choices=Base)
    close_condition = models.CharField(max_length=200, blank=True, default="")
    unit_kind = models.CharField(max_length=20, blank=True, default="")
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    is_local = models.BooleanField(default=False)
    verified = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=200, blank=True, default="")
    confidence = models.CharField(max_length=10, blank=True, default="")
    made_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey("org.Actor", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(base__in=("continuous", "working_minutes", "working_days")), name="limit_base_known"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="limit_amount_positive"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lt=F("valid_to")), name="limit_valid_for_a_while"
            ),
            models.UniqueConstraint(
                fields=(
                    "code_set",
                    "code",
                    "condition",
                    "stage",
                    "emergency",
                    "unit_kind",
                    "unit",
                    "position",
                    "valid_from",
                ),
                nulls_distinct=False,
                name="limit_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code or '*'} {self.stage} {self.amount} {self.base}"


class Revision(models.Model):
    """One row whose ``number`` the database changes at every write to the lists above: copies in memory compare it."""

    number = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.number)
