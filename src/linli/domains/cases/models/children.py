"""Matters that hang under a case: what is particular to each kind. Each shares its key with its own Matter."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor, Unit


class CoHandling(models.Model):
    """What one co-unit is asked to do; the lead feeds back when all have."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="co_handling")
    task = models.CharField(max_length=400)

    def __str__(self) -> str:
        return self.task[:40]


class Invitation(models.Model):
    """A department invited by a street on a named problem; answers and refusals are kept and appraised (003-07)."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="invitation")
    problem = models.CharField(max_length=400)
    meet_at = models.DateTimeField(null=True, blank=True)
    meet_where = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.problem[:40]


class Ask(models.Model):
    """A holder's request that the centre decides.

    amount  for an extension: in the unit of the clock (minutes or working days); for a pause: days at most
    """

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("延期")
        PAUSE = "pause", _("挂账")

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="ask")
    kind = models.CharField(max_length=12, choices=Kind)
    amount = models.FloatField(default=0)
    reason = models.CharField(max_length=400)

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class Instruction(models.Model):
    """An order to one member's terminal; receipt, arrival and feedback are its steps (001g-31)."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="instruction")
    text = models.CharField(max_length=400)

    def __str__(self) -> str:
        return self.text[:40]


class LiaisonCall(models.Model):
    """A department's liaison is called and must answer; ``seconds`` is how long it took (001g-19)."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="liaison_call")
    liaison = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    problem = models.CharField(max_length=400)
    seconds = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.problem[:40]


class Major(models.Model):
    """Major information on its way to the leaders, counted from when the grid knew of it (004-82, M29)."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="major")
    text = models.TextField()
    known_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:40]
