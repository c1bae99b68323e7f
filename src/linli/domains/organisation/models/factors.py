"""What somebody proves themselves with beside the password, and how their password stands."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from linli.kernel.org.models import Account


class Standing(models.Model):
    """How the password of an account stands. ``must_change`` after somebody else has set it."""

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="standing")
    must_change = models.BooleanField(default=False)
    changed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.account_id)


class Totp(models.Model):
    """The secret shared with an authenticator app, sealed by master key ``key_no``.

    confirmed_at  when the first code proved that the app has it; until then it counts for nothing
    last_step     number of the 30 seconds whose code was used last: no code works twice
    """

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="totp")
    secret_enc = models.BinaryField()
    key_no = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["key_no"], name="totp_key_no")]

    def __str__(self) -> str:
        return str(self.account_id)


class Passkey(models.Model):
    """A key pair held by a phone, a computer or a security key; only its public half is here.

    data        attested credential data as WebAuthn defines it: id, model of the authenticator, public key
    sign_count  as last told by the authenticator; 0 where it does not count
    """

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential_id = models.BinaryField(max_length=1023)
    data = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    transports = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["credential_id"], name="passkey_credential_once")]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """A code on paper for when the phone is lost: kept as a keyed hash, good for once."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="recovery_codes", db_index=False)
    digest = models.BinaryField(max_length=32)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="recovery_code_once")]
        indexes = [models.Index(fields=["account"], name="recovery_left", condition=Q(used_at=None))]

    def __str__(self) -> str:
        return str(self.account_id)
