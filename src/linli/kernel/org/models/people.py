"""Actors, how they sign in, the posts they hold, and how to reach them."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from linli.kernel.org.keys import new_key
from linli.kernel.org.models.places import Unit


class Actor(models.Model):
    """Whoever can do something: a member of staff, a resident, the system, an outside body.

    name  as shown beside what they did; empty for residents, whose name is sealed in ``Contact``
    """

    class Kind(models.TextChoices):
        STAFF = "staff", _("工作人员")
        RESIDENT = "resident", _("居民")
        SYSTEM = "system", _("系统")
        OUTSIDE = "outside", _("外部单位")

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (models.Index(fields=["name"], name="actor_staff_name", condition=Q(kind="staff")),)

    def __str__(self) -> str:
        return self.name or str(self.id)


class Account(AbstractBaseUser):
    """How an actor signs in. What they may do follows from their posts alone."""

    id = models.BigAutoField(primary_key=True)
    actor = models.OneToOneField(Actor, models.PROTECT, related_name="account")
    username = models.CharField(max_length=150)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(db_default=Now())

    objects = BaseUserManager["Account"]()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["username"], name="account_username_once"),
            models.UniqueConstraint(fields=["phone"], condition=~Q(phone=""), name="account_phone_once"),
        )

    def __str__(self) -> str:
        return self.username


class Post(models.Model):
    """``actor`` acts as ``role`` from ``unit``, over ``over`` and everything below it, since … until (half-open).

    role  code from ``roles.ROLES``
    over  usually ``unit`` itself; a department's handler may be posted over one street
    """

    id = models.BigAutoField(primary_key=True)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    over = models.ForeignKey(Unit, models.PROTECT, related_name="posts_over")
    role = models.CharField(max_length=40)
    title = models.CharField(max_length=80, blank=True)
    deputy = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(until=None) | Q(since__lt=F("until")), name="post_dates"),)
        indexes = (models.Index(fields=["over", "role"], name="post_over_role"),)

    def __str__(self) -> str:
        return f"{self.role} @ {self.over_id}"


class Contact(models.Model):
    """How to reach an actor, sealed under a key of their own; erasing destroys that key.

    data_key_enc  the person's data key, wrapped by master key number ``key_no``; empty once erased
    phone_index   keyed hash for finding a caller by number
    """

    actor = models.OneToOneField(Actor, models.PROTECT, primary_key=True, related_name="contact")
    name_enc = models.BinaryField(default=b"")
    phone_enc = models.BinaryField(default=b"")
    email_enc = models.BinaryField(default=b"")
    phone_index = models.BinaryField(default=b"")
    data_key_enc = models.BinaryField(default=b"")
    key_no = models.PositiveIntegerField()
    keep_until = models.DateField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(data_key_enc=b"", name_enc=b"", phone_enc=b"", email_enc=b"", phone_index=b""),
                name="contact_erased_is_empty",
            ),
        )
        indexes = (
            models.Index(fields=["phone_index"], name="contact_phone", condition=~Q(phone_index=b"")),
            models.Index(fields=["key_no"], name="contact_key_no"),
            models.Index(
                fields=["keep_until"], name="contact_keep", condition=Q(erased_at=None, keep_until__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return str(self.actor_id)


class Reading(models.Model):
    """Somebody saw a sealed field in plain. Rows are only ever added."""

    id = models.BigAutoField(primary_key=True)
    reader = models.ForeignKey(Actor, models.PROTECT, related_name="readings")
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="read_by")
    field = models.CharField(max_length=20)
    purpose = models.CharField(max_length=200)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(purpose=""), name="reading_has_purpose"),)

    def __str__(self) -> str:
        return f"{self.reader_id} {self.field} {self.actor_id}"
