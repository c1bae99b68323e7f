"""Who tried to sign in, who is signed in and from where, and what stands in the way of guessing."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from linli.kernel.org.models import Account, Actor


class SignIn(models.Model):
    """One session of an account, from signing in to its end. The row stays as the record that the law asks for.

    session_key  of Django's session, emptied when it ends: taking that session away ends it at once
    method       with what it was opened: password, password+totp, password+recovery, passkey, code
    device       browser and system in words; ``device_key`` hash of the cookie by which it is known again
    """

    class Ended(models.TextChoices):
        SIGNED_OUT = "signed_out", _("自己退出")
        IDLE = "idle", _("长时间未用")
        EXPIRED = "expired", _("到期")
        REVOKED = "revoked", _("被撤销")
        LOCKED = "locked", _("账号被锁定")
        CHANGED = "changed", _("密码已更改")

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="sign_ins", db_index=False)
    session_key = models.CharField(max_length=40, blank=True)
    method = models.CharField(max_length=20)
    device = models.CharField(max_length=80)
    device_key = models.BinaryField(max_length=32, default=b"")
    address = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=12, choices=Ended, blank=True)
    ended_by = models.ForeignKey(Actor, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session_key"], name="sign_in_session_once", condition=~Q(session_key="")),
            models.CheckConstraint(
                name="sign_in_open_or_ended",
                condition=Q(ended_at=None, ended_how="")
                | (Q(ended_at__isnull=False, session_key="") & ~Q(ended_how="")),
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-started_at"], name="sign_in_account"),
            models.Index(fields=["account"], name="sign_in_open", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.device}"


class Attempt(models.Model):
    """One try to sign in, successful or not. Rows are only ever added; a name that does not exist is kept as a hash.

    outcome  passed, wrong, blocked, locked, second_wrong
    """

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    name_hash = models.BinaryField(max_length=32)
    address = models.CharField(max_length=60)
    method = models.CharField(max_length=20)
    outcome = models.CharField(max_length=12)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["account", "-at"], name="attempt_account", condition=Q(account__isnull=False)),
            models.Index(fields=["at"], name="attempt_at"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.outcome}"


class Barrier(models.Model):
    """What wrong tries have built up before a name, a known device of it, or an address; taken down by success.

    key    keyed hash of what it stands before
    until  no try is looked at before then; grows with each wrong one
    """

    key = models.BinaryField(max_length=32, primary_key=True)
    wrong = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="barrier_last")]

    def __str__(self) -> str:
        return f"{self.wrong}"


class KnownDevice(models.Model):
    """A browser from which somebody has signed in before, known by a secret in its cookie (kept as a hash)."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    key = models.BinaryField(max_length=32)
    name = models.CharField(max_length=80)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="known_device_once")]

    def __str__(self) -> str:
        return self.name


class OneTimeCode(models.Model):
    """A code sent to a telephone. Neither the number nor the code is kept, only keyed hashes of both."""

    id = models.BigAutoField(primary_key=True)
    phone_index = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["phone_index", "-id"], name="code_phone"),
            models.Index(fields=["expires_at"], name="code_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%F %T}"
