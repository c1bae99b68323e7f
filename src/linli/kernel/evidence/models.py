"""Files that prove something, and the written rules work rests on. What they belong to is not known here."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor


class File(models.Model):
    """One file as it was received. The row outlives the bytes: after erasure the hash stays as a tombstone.

    sha256         hex, of the original; what the journal quotes
    claimed_sha256 the same hash when the sender (a phone) made one before sending, else ""
    content_type   of the original, found in its bytes, never taken from its name
    size           of the original, in bytes
    taken_lon/lat  WGS84 degrees read from the picture before they were stripped
    original_key   where the sealed original lies; never served
    served_key     where the copy lies that people get to see; ``thumb_key`` its small form, photos only
    held_because   reason of a legal hold; while it is given nothing is erased
    """

    class Family(models.TextChoices):
        PHOTO = "photo", _("照片")
        VIDEO = "video", _("视频")
        AUDIO = "audio", _("录音")
        DOCUMENT = "document", _("文档")

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    sha256 = models.CharField(max_length=64)
    claimed_sha256 = models.CharField(max_length=64, blank=True)
    original_name = models.CharField(max_length=200)
    family = models.CharField(max_length=10, choices=Family)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    taken_lon = models.FloatField(null=True, blank=True)
    taken_lat = models.FloatField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    original_key = models.CharField(max_length=120, blank=True)
    served_key = models.CharField(max_length=120, blank=True)
    served_type = models.CharField(max_length=100, blank=True)
    thumb_key = models.CharField(max_length=120, blank=True)
    created_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    retained_until = models.DateTimeField(null=True, blank=True)
    held_because = models.CharField(max_length=400, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_hash_is_sha256"),
            models.CheckConstraint(
                condition=Q(claimed_sha256="") | Q(claimed_sha256=F("sha256")), name="file_is_what_was_claimed"
            ),
            models.CheckConstraint(
                condition=Q(taken_lon=None, taken_lat=None)
                | Q(taken_lon__range=(-180, 180), taken_lat__range=(-90, 90)),
                name="file_taken_on_earth",
            ),
            models.CheckConstraint(
                condition=(Q(erased_at=None) & ~Q(original_key="") & ~Q(served_key=""))
                | Q(
                    erased_at__isnull=False,
                    original_key="",
                    served_key="",
                    thumb_key="",
                    original_name="",
                    taken_lon=None,
                    held_because="",
                ),
                name="file_whole_or_erased",
            ),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="file_sha256"),
            models.Index(fields=["original_key"], name="file_original", condition=Q(erased_at=None)),
            models.Index(
                fields=["retained_until"],
                name="file_retention",
                condition=Q(erased_at=None, retained_until__isnull=False, held_because=""),
            ),
        ]

    def __str__(self) -> str:
        return self.original_name or self.sha256[:12]


class BasisDocument(models.Model):
    """A policy, regulation or standard that a rule or list item rests on.

    code        short name by which lists and files refer to it; "" when nothing does
    number      as its issuer numbers it (文号), e.g. "沪府办〔2024〕12号"
    field       which part of the standards library it belongs to (004-31), or ""
    valid_to    first day on which it no longer holds; null while in force
    """

    class Kind(models.TextChoices):
        LAW = "law", _("法律法规")
        POLICY = "policy", _("政策文件")
        STANDARD = "standard", _("标准")
        RULE = "rule", _("本地制度")

    class Field(models.TextChoices):
        PARTY = "party", _("党建")
        GOVERNMENT = "government", _("政务")
        RESIDENTS = "residents", _("居务")

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=40, blank=True, default="", db_default="")
    kind = models.CharField(max_length=10, choices=Kind)
    field = models.CharField(max_length=12, choices=Field, blank=True, default="", db_default="")
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=80, blank=True)
    issuer = models.CharField(max_length=120, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    file = models.ForeignKey(File, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=400, blank=True, default="", db_default="")
    source = models.CharField(max_length=200, blank=True, default="", db_default="")
    confidence = models.CharField(max_length=10, blank=True, default="", db_default="")
    registered_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="basis_has_title"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lt=F("valid_to")), name="basis_dates"
            ),
            models.UniqueConstraint(fields=["issuer", "number"], condition=~Q(number=""), name="basis_number_once"),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="basis_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()
