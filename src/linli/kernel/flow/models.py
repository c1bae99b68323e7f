"""What is under way, and what has happened to it. Everything here is reached by the matter's key alone."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models.functions import Now

from linli.kernel.evidence.models import File
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Area, Unit


class Matter(models.Model):
    """Anything that moves along a flow: a case, a mediation, an inspection.

    Domain tables share its primary key, so one real foreign key serves the
    journal, the inbox, clocks and files of every domain.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    number = models.CharField(max_length=24)
    title = models.CharField(max_length=120)
    flow = models.CharField(max_length=40)
    flow_version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=40)
    home = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    """The unit that answers for it: the street (or district) whose centre took it in."""
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    """The unit that holds it now."""
    assignee = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", db_index=False)
    """The smallest area where it lies; none when the place is unknown or outside."""
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", db_index=False)
    round = models.PositiveSmallIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["home", "state", "due_at", "id"], name="matter_home"),
            models.Index(fields=["unit", "state", "due_at", "id"], name="matter_unit"),
            models.Index(fields=["area", "state", "due_at", "id"], name="matter_area"),
            models.Index(
                fields=["assignee", "state", "due_at", "id"],
                name="matter_assignee",
                condition=models.Q(assignee__isnull=False),
            ),
            models.Index(fields=["parent"], name="matter_parent", condition=models.Q(parent__isnull=False)),
            BrinIndex(fields=["opened_at"], name="matter_opened", pages_per_range=32, autosummarize=True),
        ]
        constraints = [
            # Not ``unique=True``, which brings a second index for LIKE that nobody uses.
            models.UniqueConstraint(fields=["number"], name="matter_number_once"),
            models.CheckConstraint(name="matter_title_given", condition=~models.Q(title="")),
            models.CheckConstraint(name="matter_round_from_one", condition=models.Q(round__gte=1)),
        ]

    def __str__(self) -> str:
        return self.number


class Entry(models.Model):
    """One step taken. Rows are only ever added; number, time and hash are made by the database."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="entries", db_index=False)
    seq = models.PositiveIntegerField(db_default=0)
    round = models.PositiveSmallIntegerField(default=1)
    step = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    target = models.CharField(max_length=40)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    """The unit that holds the matter after the step."""
    assignee = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    taken_at = models.DateTimeField()
    """When it happened, as claimed; may come late from a phone that was offline."""
    recorded_at = models.DateTimeField(db_default=Now())
    is_late = models.BooleanField(default=False)
    """The claim was outside the listed limits of drift and delay; punctuality uses ``recorded_at``."""
    note = models.TextField(blank=True)
    changes = models.JSONField(default=dict)
    files = models.JSONField(default=list)
    """SHA-256 (hex) of the originals given with the step."""
    prev_hash = models.BinaryField(max_length=32, db_default=b"")
    hash = models.BinaryField(max_length=32, db_default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "seq"], name="entry_once_per_number")]
        indexes = [models.Index(fields=["actor", "recorded_at"], name="entry_actor")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.seq} {self.step}"


class Receipt(models.Model):
    """The id a sender gave its command, so that the same command sent again gets the first answer."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+", db_index=False)
    command = models.UUIDField()
    digest = models.BinaryField(max_length=32)
    seq = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "command"], name="receipt_once")]

    def __str__(self) -> str:
        return str(self.command)


class Place(models.Model):
    """Where a matter lies. WGS84/CGCS2000 degrees; the sender's own system is kept beside it."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="place")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    address = models.CharField(max_length=200, blank=True)
    source_crs = models.CharField(max_length=20, default="WGS84")
    is_outside = models.BooleanField(default=False)
    """Given, but in no area of ours."""
    cell = models.BigIntegerField(null=True, db_index=True)
    """Morton number of the Web Mercator tile at zoom 22, see ``cells``."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="place_on_earth",
                condition=models.Q(lon__isnull=True, lat__isnull=True)
                | models.Q(lon__range=(-180, 180), lat__range=(-90, 90)),
            )
        ]

    def __str__(self) -> str:
        return self.address or f"{self.lon},{self.lat}"


class Words(models.Model):
    """What a matter is searched by. ``grams`` is filled by the database from ``text``.

    Numbers of people are starred in it: they are no words to search by.
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="words")
    text = models.TextField()
    grams = ArrayField(models.TextField(), db_default=[])

    class Meta:
        indexes = [GinIndex(fields=["grams"], name="words_grams")]

    def __str__(self) -> str:
        return self.text[:40]


class Party(models.Model):
    """Who stands beside a matter without a post: reporter, further caller, invited, informed."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="parties", db_index=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=40)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "actor", "role"], name="party_once")]
        indexes = [models.Index(fields=["actor", "matter"], name="party_actor")]

    def __str__(self) -> str:
        return f"{self.role} {self.actor_id}"


class Attachment(models.Model):
    """A file on a matter, and the step it came with."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="attachments", db_index=False)
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    seq = models.PositiveIntegerField()
    round = models.PositiveSmallIntegerField(default=1)
    is_public = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "file", "kind"], name="attachment_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_id}"


class Link(models.Model):
    """Two matters that belong together. They stay two: linked, never merged away."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="links", db_index=False)
    other = models.ForeignKey(Matter, models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=20)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "other", "kind"], name="link_once"),
            models.CheckConstraint(name="link_of_two", condition=~models.Q(matter=models.F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.kind} {self.other_id}"


class Clock(models.Model):
    """A limit that runs on a matter. ``next_at`` is the only thing the worker looks at.

    run       1, 2 …: the same clock started again within a round; the earlier runs stay as they ended
    amount    the whole limit, extensions included, counted from ``starts_at`` without pauses
    used      what of ``amount`` was used up before ``runs_from``
    runs_from since when it runs after its last pause; None when it was never paused
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="clocks", db_index=False)
    kind = models.CharField(max_length=20)
    round = models.PositiveSmallIntegerField(default=1)
    base = models.CharField(max_length=20)
    amount = models.FloatField()
    run = models.PositiveSmallIntegerField(default=1, db_default=1)
    starts_at = models.DateTimeField()
    runs_from = models.DateTimeField(null=True)
    used = models.FloatField(default=0, db_default=0)
    due_at = models.DateTimeField()
    marks = ArrayField(models.DateTimeField())
    """When the warnings fire, in order; the last is ``due_at``."""
    shares = ArrayField(models.FloatField())
    fired = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    left = models.FloatField(null=True)
    """What of ``amount`` was left when it was paused."""
    stopped_at = models.DateTimeField(null=True)
    extended = models.PositiveSmallIntegerField(default=0)
    escalates_by = models.CharField(max_length=40, blank=True)
    why = models.CharField(max_length=200, blank=True)
    """Which list row gave the limit."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "kind", "round", "run"], name="clock_once_a_run")]
        indexes = [
            models.Index(fields=["next_at"], name="clock_next", condition=models.Q(next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%F %R}"


class Outbox(models.Model):
    """What others must hear of, written in the transaction that made it true, drained in batches."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outbox_escalate", condition=models.Q(kind="clock.escalate")),
        ]

    def __str__(self) -> str:
        return self.kind


class Mandate(models.Model):
    """Under which admission a committee or village was given a matter, or why none is needed.

    asker    the unit that asks; ``bearer`` the one it was given to
    exempt   source: a resident's matter (reading 30); level: opened by the committee itself or another of its level,
             or a part of what the bearer itself opened
    source   code of the source that exempts
    load_kind, minutes, forms  what asking it once puts upon the bearer, as the item said at that time
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="mandate")
    asker = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    bearer = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    admission = models.ForeignKey("catalog.Admission", models.PROTECT, null=True, related_name="+")
    exempt = models.CharField(max_length=10, blank=True)
    source = models.CharField(max_length=20, blank=True)
    load_kind = models.CharField(max_length=12, blank=True)
    minutes = models.PositiveIntegerField(default=0)
    forms = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["bearer", "asked_at"], name="mandate_bearer")]
        constraints = [
            models.CheckConstraint(
                name="mandate_admitted_or_exempt",
                condition=models.Q(admission__isnull=False, exempt="", asker__isnull=False)
                | models.Q(admission=None, exempt__in=("source", "level")),
            )
        ]

    def __str__(self) -> str:
        return self.exempt or str(self.admission_id)


class Declined(models.Model):
    """A downward task that was refused because it is on no list: who tried to give what to whom."""

    flow = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    asker = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    bearer = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=400)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["bearer", "at"], name="declined_bearer")]

    def __str__(self) -> str:
        return self.title


class Exemption(models.Model):
    """A flow some of whose matters are residents' own: ``test`` is the database function that says which."""

    flow = models.CharField(max_length=40, primary_key=True)
    test = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.flow


class Part(models.Model):
    """Matters of ``flow`` may proceed beside one of the flow ``whole`` as parts of it, e.g. co-handling of a case."""

    flow = models.CharField(max_length=40)
    whole = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["flow", "whole"], name="part_once")]

    def __str__(self) -> str:
        return f"{self.flow} {self.whole}"


class Anchor(models.Model):
    """What the journal looked like at the end of a day, signed; exposes cut tails and missing matters."""

    on = models.DateField(primary_key=True)
    matters = models.BigIntegerField()
    entries = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
    key_no = models.PositiveSmallIntegerField(default=0, db_default=0)
    """Which of the deployment's master keys signed it; 0 for none of them."""
    made_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.on)
