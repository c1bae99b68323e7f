"""Phones that work without network: which they are, what they sent, how far their clocks were off."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from linli.kernel.org.models import Actor


class Device(models.Model):
    """One installation of the field app, signed in for one person. Revoked, never deleted.

    id          made on the phone
    token_hash  SHA-256 of the bearer token it syncs with
    escrow_enc  sealed half of the key of its queue: given back only to a person signed in, destroyed when revoked
    presence_enc  sealed secret of the code by which its holder proves to be there
    drift_ms    our clock minus the phone's at the last contact; ``worst_drift_ms`` the one furthest from nothing
    waiting     commands that were still with it after the last contact, as far as it said
    forget_at   asked to forget everything; ``forgotten_at`` it said it did
    """

    id = models.UUIDField(primary_key=True, editable=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="devices")
    name = models.CharField(max_length=120)
    token_hash = models.BinaryField(max_length=32)
    escrow_enc = models.BinaryField(default=b"")
    presence_enc = models.BinaryField(default=b"")
    enrolled_at = models.DateTimeField()
    valid_to = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    app_version = models.CharField(max_length=40, blank=True)
    drift_ms = models.BigIntegerField(default=0)
    worst_drift_ms = models.BigIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    revoke_reason = models.CharField(max_length=200, blank=True)
    forget_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="device_token_once"),
            models.CheckConstraint(
                name="device_revoked_why", condition=Q(revoked_at=None) | ~Q(revoke_reason="") & Q(escrow_enc=b"")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Sent(models.Model):
    """A command that came from a phone and what it was answered: sent again, it gets the same answer.

    no        its place in the order in which the phone made them
    after     the earlier command of this phone that it builds upon
    taken_at  when it was made, by the phone's clock; ``sent_at`` when it was sent, by the same clock
    drift_ms  our clock minus the phone's when it arrived; ``delay_s`` from making to sending, both by the phone
    is_late   drift or delay outside the listed limits: punctuality takes ``recorded_at``
    answer    what the phone is told: number, address, message, reason
    state     failed: refused because we ourselves failed at it again and again, see ``Failure``
    """

    class State(models.TextChoices):
        ACCEPTED = "accepted", _("已受理")
        REFUSED = "refused", _("未受理")
        CONFLICT = "conflict", _("有冲突")
        FAILED = "failed", _("平台未办成")

    id = models.UUIDField(primary_key=True, editable=False)
    device = models.ForeignKey(Device, models.PROTECT, related_name="sent", db_index=False)
    no = models.BigIntegerField()
    name = models.CharField(max_length=60)
    after = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    about = models.CharField(max_length=60, blank=True)
    digest = models.BinaryField(max_length=32)
    taken_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    drift_ms = models.BigIntegerField()
    delay_s = models.FloatField()
    is_late = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State)
    answer = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "no"], name="sent_number_once")]
        indexes = [models.Index(fields=["recorded_at"], name="sent_recorded")]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class Failure(models.Model):
    """A command of a phone at which we failed by a defect of ours: how often and by what kind of error.

    id  the command's own; the row stays when it was carried out in the end
    """

    id = models.UUIDField(primary_key=True, editable=False)
    device = models.ForeignKey(Device, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    tries = models.PositiveIntegerField(default=1)
    error = models.CharField(max_length=80)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.error} ×{self.tries}"


class ClockLimit(models.Model):
    """How far a phone's word on the time is taken: list data, the latest ``valid_from`` in force counts.

    drift_s   largest difference of the clocks; ``delay_s`` longest time between doing and telling
    name      beginning of the command's name the row is for; "" for all
    """

    name = models.CharField(max_length=60, blank=True)
    drift_s = models.PositiveIntegerField()
    delay_s = models.PositiveIntegerField()
    valid_from = models.DateField()
    source = models.CharField(max_length=200, blank=True)
    confidence = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "valid_from"], name="clock_limit_once")]

    def __str__(self) -> str:
        return f"{self.name or '*'} {self.drift_s}s {self.delay_s}s"
