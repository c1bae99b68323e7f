"""Units and the areas they answer for, both with effective dates (half-open; null = still in force)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """A body that can hold work: a department, street office, committee, grid, team, company…

    path        ids from the root, dotted, ending in a dot: ``"1.12.140."``; kept by a trigger.
                The subtree of 12 is everything whose path starts with ``"1.12."``
    level       which of the four levels of authority it belongs to, or ""
    successor   the unit that took over when this one was merged, split or closed
    lon, lat    where its office is, WGS84 degrees
    phone       the number residents may call, shown to everybody; never a person's own
    """

    class Kind(models.TextChoices):
        DISTRICT = "district", _("区")
        DEPARTMENT = "department", _("委办局")
        LINE = "line", _("条线")
        STREET = "street", _("街道办事处(镇政府)")
        OFFICE = "office", _("街道内设机构")
        CENTRE = "centre", _("中心")
        STATION = "station", _("工作站")
        COMMITTEE = "committee", _("居民委员会")
        VILLAGE = "village", _("村民委员会")
        GRID = "grid", _("网格")
        TEAM = "team", _("队伍")
        COMPANY = "company", _("企业")
        ASSOCIATION = "association", _("社会组织")
        GROUP = "group", _("领导小组")
        POLICE_BEAT = "police_beat", _("警务区")

    class Level(models.TextChoices):
        TOWN = "town", _("镇级")
        CENTRE = "centre", _("中心级")
        GRID = "grid", _("网格级")
        UNIT = "unit", _("单元级")

    class Tree(models.TextChoices):
        TERRITORIAL = "territorial", _("属地")
        LINE = "line", _("条线")
        SERVICE = "service", _("服务")
        COMMAND = "command", _("指挥")
        ZONE = "zone", _("片区")

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind)
    level = models.CharField(max_length=10, choices=Level, blank=True)
    tree = models.CharField(max_length=12, choices=Tree, default=Tree.TERRITORIAL)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.TextField(db_collation="C", db_default="", editable=False)
    division_code = models.CharField(max_length=12, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True, db_default="", default="")
    pilot = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["code"], name="unit_code_once"),
            models.UniqueConstraint(fields=["path"], name="unit_path_once"),
            models.CheckConstraint(
                condition=Q(division_code="") | Q(division_code__regex=r"^[0-9]{12}$"), name="unit_division_code"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lt=F("valid_to")), name="unit_dates"
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | Q(valid_to__isnull=False), name="unit_succeeded_only_when_ended"
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | Q(lon__range=(-180, 180), lat__range=(-90, 90)), name="unit_position"
            ),
        )
        indexes = (
            models.Index(fields=["kind"], name="unit_kind"),
            models.Index(fields=["division_code"], name="unit_division", condition=~Q(division_code="")),
        )

    def __str__(self) -> str:
        return self.name


class UnitLink(models.Model):
    """``unit`` also belongs to ``other`` in a second tree, or is mapped to it.

    double_line  staff of ``unit`` are commanded by ``other`` beside their parent department
    police_beat  ``unit`` is a grid, ``other`` the beat that answers for it
    member_of    ``unit`` is a member of the group or association ``other``
    deputises    ``unit`` stands in for ``other``
    """

    class Kind(models.TextChoices):
        DOUBLE_LINE = "double_line", _("双重管理")
        POLICE_BEAT = "police_beat", _("警务区对接")
        MEMBER_OF = "member_of", _("成员单位")
        DEPUTISES = "deputises", _("代管")

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="links")
    other = models.ForeignKey(Unit, models.PROTECT, related_name="linked_by")
    kind = models.CharField(max_length=20, choices=Kind)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(unit=F("other")), name="unitlink_to_another"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lt=F("valid_to")), name="unitlink_dates"
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.other_id}"


class Area(models.Model):
    """A piece of territory and its boundary. Keeps its id when redrawn; old boundaries are in ``AreaVersion``.

    boundary   GeoJSON geometry (Polygon or MultiPolygon), WGS84/CGCS2000 degrees
    source_crs the reference system it arrived in, before conversion
    schematic  drawn for want of the real boundary; never to be shown as official
    west…north bounding box, degrees
    """

    class Kind(models.TextChoices):
        DISTRICT = "district", _("区界")
        STREET = "street", _("街镇界")
        COMMITTEE = "committee", _("居村界")
        RESPONSIBILITY_GRID = "responsibility_grid", _("责任网格")
        GOVERNANCE_GRID = "governance_grid", _("综合网格")
        UNIT_GRID = "unit_grid", _("单元网格")
        BEAT = "beat", _("警务区界")

    class GridType(models.TextChoices):
        COMPREHENSIVE_URBAN = "comprehensive_urban", _("城市综合网格")
        COMPREHENSIVE_RURAL = "comprehensive_rural", _("农村综合网格")
        EXCLUSIVE = "exclusive", _("专属网格")

    class Crs(models.TextChoices):
        CGCS2000 = "cgcs2000", _("2000国家大地坐标系")
        WGS84 = "wgs84", "WGS84"
        GCJ02 = "gcj02", "GCJ-02"
        BD09 = "bd09", "BD-09"

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="areas")
    kind = models.CharField(max_length=20, choices=Kind)
    grid_type = models.CharField(max_length=20, choices=GridType, blank=True)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    boundary = models.JSONField()
    source_crs = models.CharField(max_length=10, choices=Crs, default=Crs.CGCS2000)
    schematic = models.BooleanField(default=False)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    centre_lon = models.FloatField()
    centre_lat = models.FloatField()
    area_m2 = models.FloatField()
    households = models.PositiveIntegerField(null=True, blank=True)
    residents = models.PositiveIntegerField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "code"], condition=Q(valid_to=None), name="area_code_once_while_in_force"
            ),
            models.CheckConstraint(condition=Q(west__lt=F("east"), south__lt=F("north")), name="area_box"),
            models.CheckConstraint(
                condition=Q(west__gte=-180, east__lte=180, south__gte=-90, north__lte=90), name="area_on_earth"
            ),
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="area_not_empty"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lt=F("valid_to")), name="area_dates"
            ),
        )

    def __str__(self) -> str:
        return self.name


class AreaVersion(models.Model):
    """What the boundary of an area was before it was redrawn. Rows are only ever added."""

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="earlier")
    version = models.PositiveIntegerField()
    boundary = models.JSONField()
    area_m2 = models.FloatField()
    replaced_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["area", "version"], name="area_version_once"),)

    def __str__(self) -> str:
        return f"{self.area_id} v{self.version}"
