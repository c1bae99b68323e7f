"""What people are told: notices on their pages, and deliveries to their phone, mailbox or group."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor


class Channel(models.TextChoices):
    """Ways to reach somebody. ``in_app`` is the notice itself; the last three reach a group, not a person."""

    IN_APP = "in_app", _("站内")
    EMAIL = "email", _("邮件")
    SMS = "sms", _("短信")
    WECOM = "wecom", _("企业微信群")
    DINGTALK = "dingtalk", _("钉钉群")
    WEBHOOK = "webhook", _("数据推送")


class Language(models.TextChoices):
    CHINESE = "zh-hans", "简体中文"
    ENGLISH = "en", "English"


class Template(models.Model):
    """Local wording of a message; where there is none, the shipped one of ``wordings`` is used."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel)
    language = models.CharField(max_length=10, choices=Language)
    subject = models.CharField(max_length=120)
    body = models.TextField(max_length=1000)
    changed_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "channel", "language"], name="template_once"),
            models.CheckConstraint(condition=~Q(body=""), name="template_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.channel} {self.language}"


class Preference(models.Model):
    """How somebody wants to be reached beside the notices on their pages.

    quiet_from, quiet_until  local time of day in which only urgent messages are sent; may pass midnight
    digest                   one mail or message a day, with everything that is not urgent
    """

    actor = models.OneToOneField(Actor, models.PROTECT, primary_key=True, related_name="+")
    language = models.CharField(max_length=10, choices=Language, default=Language.CHINESE)
    by_email = models.BooleanField(default=False)
    by_sms = models.BooleanField(default=False)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    digest = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="preference_quiet_from_until",
            )
        ]

    def __str__(self) -> str:
        return str(self.actor_id)


class Notice(models.Model):
    """Something one person was told on their pages."""

    id = models.BigAutoField(primary_key=True)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    code = models.CharField(max_length=40)
    subject = models.CharField(max_length=160)
    body = models.TextField(blank=True)
    is_urgent = models.BooleanField(default=False)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["actor", "-id"], name="notice_actor"),
            models.Index(fields=["actor"], name="notice_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return self.subject


class Delivery(models.Model):
    """One message on its way outside, and how that went. Never holds a plain address.

    actor           whom it is for: the address is looked up when it is sent; null for a group or a bare address
    sealed          address and text of a message to a bare address (a one-time code); emptied once it is over
    hint            the masked address, to recognise it by
    is_digest       waits to be sent together with the person's others
    error           name of what went wrong last; never its message, which may quote an address
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("待发送")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("失败待重试")
        GIVEN_UP = "given_up", _("已放弃")

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    actor = models.ForeignKey(Actor, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    code = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel)
    subject = models.CharField(max_length=160, blank=True)
    body = models.TextField(blank=True)
    sealed = models.BinaryField(default=b"")
    data_key_enc = models.BinaryField(default=b"")
    key_no = models.PositiveIntegerField(null=True, blank=True)
    hint = models.CharField(max_length=80, blank=True)
    is_digest = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["queued", "failed"], next_try_at__isnull=False)
                | Q(status__in=["sent", "given_up"], next_try_at=None, sealed=b""),
                name="delivery_waits_or_is_over",
            ),
            models.CheckConstraint(condition=~Q(status="sent") | Q(sent_at__isnull=False), name="delivery_sent_at"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="delivery_due", condition=Q(next_try_at__isnull=False)),
            models.Index(fields=["status", "-id"], name="delivery_status"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.code} {self.status}"
