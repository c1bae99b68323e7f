"""A list changes by a proposal that others approve; where what leaves a list goes is kept for good."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.catalog.models import ListVersion, WorkItem, WorkList
from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Unit


class MoveKind(models.TextChoices):
    """Where an item goes when it leaves a list, or comes from (004-18, -19, -23; M32)."""

    TRANSFER = "transfer", _("转移")
    RECOVER = "recover", _("上收")
    SINK = "sink", _("下沉")
    REDUCE = "reduce", _("精简")
    MERGE = "merge", _("合并")
    ABOLISH = "abolish", _("取消")
    RETURN = "return", _("回归")


class Proposal(models.Model):
    """A change of one list on its way: shares its key with its Matter (flow ``list_change``).

    seen_no  the version it was drawn up against; ``valid_from`` null: the day of publication
    digest   SHA-256 over its lines as they were submitted: what is approved is what was submitted
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="list_proposal")
    worklist = models.ForeignKey(WorkList, models.PROTECT, related_name="proposals")
    seen_no = models.PositiveIntegerField()
    reason = models.CharField(max_length=400)
    valid_from = models.DateField(null=True)
    origin = models.CharField(max_length=20, default="page")
    """page, sheet (an import), check (a finding), admission"""
    digest = models.CharField(max_length=64, blank=True, db_default="")
    version = models.ForeignKey(ListVersion, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.worklist_id} {self.reason[:40]}"


class Change(models.Model):
    """One line of a proposal.

    item   null for an item to be added; ``said`` is what it is to say (title, heading, keywords, terms …), {} to retire
    seen   number of the version since which the item has said what the proposer saw; another one means a conflict
    move   where a retired item goes, with ``to_unit``, ``to_item`` or ``to_text``
    """

    class Action(models.TextChoices):
        ADD = "add", _("新增")
        ALTER = "alter", _("修改")
        RETIRE = "retire", _("退出")

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="changes")
    no = models.PositiveIntegerField()
    action = models.CharField(max_length=8, choices=Action)
    item = models.ForeignKey(WorkItem, models.PROTECT, null=True, related_name="+")
    seen = models.PositiveIntegerField(default=0)
    said = models.JSONField(default=dict)
    reason = models.CharField(max_length=400, blank=True)
    move = models.CharField(max_length=10, choices=MoveKind, blank=True)
    to_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    to_item = models.ForeignKey(WorkItem, models.PROTECT, null=True, related_name="+")
    to_text = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "no"], name="change_once"),
            models.UniqueConstraint(
                fields=["proposal", "item"], name="change_one_an_item", condition=Q(item__isnull=False)
            ),
            models.CheckConstraint(
                name="change_of_something",
                condition=Q(action="add", item=None) | ~Q(action="add") & Q(item__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.item_id}"


class Move(models.Model):
    """What became of an item that left a list, or was handed back to one: only ever added (M32).

    from_unit  who had it before; ``to_unit``, ``to_item`` or ``to_text`` where it went; nobody when it was abolished
    """

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="moves")
    worklist = models.ForeignKey(WorkList, models.PROTECT, related_name="moves")
    version = models.ForeignKey(ListVersion, models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=10, choices=MoveKind)
    on = models.DateField()
    from_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    from_text = models.CharField(max_length=120, blank=True)
    to_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    to_item = models.ForeignKey(WorkItem, models.PROTECT, null=True, related_name="moved_from")
    to_text = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=400)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="move_once"),
            models.CheckConstraint(name="move_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="move_has_destination",
                condition=Q(kind__in=["abolish", "reduce"])
                | Q(to_unit__isnull=False)
                | Q(to_item__isnull=False)
                | ~Q(to_text=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.kind}"


class Loading(models.Model):
    """A file whose rows became the first version of a list, or an earlier part of one; loaded again it changes nothing.

    file_hash  SHA-256 of the file
    """

    worklist = models.ForeignKey(WorkList, models.PROTECT, related_name="loadings")
    version = models.ForeignKey(ListVersion, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    file_hash = models.BinaryField(max_length=32)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["worklist", "file_hash"], name="loading_once")]

    def __str__(self) -> str:
        return self.name
