"""Information groups: one for each grid, with who was added by hand, and what was written there."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from linli.kernel.evidence.models import File
from linli.kernel.flow.models import Matter
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Unit


class Capacity(models.TextChoices):
    """As what somebody belongs to a group (004-83)."""

    OFFICER = "officer", _("网格员")
    SAFETY_OFFICER = "safety_officer", _("安全员")
    BUILDING_MANAGER = "building_manager", _("楼栋管理员")
    POLICE = "police", _("民警")
    COMMITTEE = "committee", _("两委干部")
    RESIDENT = "resident", _("居民")


class GridGroup(models.Model):
    """The information group of the grid ``unit``. Who is in it by post is read from the posts, never copied here."""

    id = models.BigAutoField(primary_key=True)
    unit = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"group of {self.unit_id}"


class GroupMember(models.Model):
    """Somebody added by hand: residents, and staff whose posts do not put them there."""

    id = models.BigAutoField(primary_key=True)
    group = models.ForeignKey(GridGroup, models.PROTECT, related_name="members", db_index=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=20, choices=Capacity)
    added_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "actor"], condition=Q(removed_at=None), name="group_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.capacity}"


class GroupPost(models.Model):
    """Something written in a group. Its key is that of the case it may become."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    group = models.ForeignKey(GridGroup, models.PROTECT, related_name="posts", db_index=False)
    author = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    text = models.TextField()
    files = models.ManyToManyField(File, related_name="+", blank=True)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="group_post_says_something")]
        indexes = [models.Index(fields=["group", "-id"], name="group_post_newest")]

    def __str__(self) -> str:
        return self.text[:40]
