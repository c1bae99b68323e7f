"""Forms for areas: the boundary travels as GeoJSON in a hidden field."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.organisation.queries import standing
from linli.web.desk import ReasonForm, day_field


class BoundaryForm(ReasonForm):
    """A form with a boundary; the field itself is made by ``<linli-draw>``."""

    boundary = forms.CharField(
        label=gettext_lazy("边界"), widget=forms.HiddenInput, error_messages={"required": gettext_lazy("请画出边界。")}
    )
    crs = forms.ChoiceField(label=gettext_lazy("坐标系"), choices=standing.CRS_CHOICES, initial="cgcs2000")

    def clean_boundary(self) -> object:
        try:
            return json.loads(self.cleaned_data["boundary"])
        except ValueError as broken:
            raise ValidationError(_("边界不是有效的GeoJSON。")) from broken

    def drawn(self) -> object:
        """The boundary as sent, to be drawn again; None when there is none to draw."""
        return self.cleaned_data.get("boundary") if self.is_bound and self.is_valid() else None


class DrawForm(BoundaryForm):
    code = forms.CharField(label=gettext_lazy("编码"), max_length=40)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=standing.AREA_CHOICES)
    grid_type = forms.ChoiceField(
        label=gettext_lazy("网格类型"), choices=[("", "—"), *standing.GRID_TYPES], required=False
    )
    unit = forms.ChoiceField(label=gettext_lazy("负责单位"))
    households = forms.IntegerField(label=gettext_lazy("户数"), min_value=0, required=False)
    residents = forms.IntegerField(label=gettext_lazy("人数"), min_value=0, required=False)
    schematic = forms.BooleanField(label=gettext_lazy("示意边界，非正式"), required=False)
    valid_from = day_field(gettext_lazy("生效日期"))
    field_order = (
        "code", "name", "kind", "grid_type", "unit", "households", "residents", "schematic", "valid_from", "crs",
        "reason", "boundary",
    )  # fmt: skip

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = units


class RedrawForm(BoundaryForm):
    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("crs", "reason", "boundary", "seen_version")


class DescribeForm(ReasonForm):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    grid_type = forms.ChoiceField(
        label=gettext_lazy("网格类型"), choices=[("", "—"), *standing.GRID_TYPES], required=False
    )
    households = forms.IntegerField(label=gettext_lazy("户数"), min_value=0, required=False)
    residents = forms.IntegerField(label=gettext_lazy("人数"), min_value=0, required=False)
    field_order = ("name", "grid_type", "households", "residents", "reason")


class ImportForm(ReasonForm):
    file = forms.FileField(
        label=gettext_lazy("文件"),
        required=False,
        help_text=gettext_lazy("GeoJSON，或边界列为WKT的CSV，UTF-8或GB18030。"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=standing.AREA_CHOICES, initial="governance_grid")
    crs = forms.ChoiceField(label=gettext_lazy("坐标系"), choices=standing.CRS_CHOICES, initial="cgcs2000")
    owner = forms.ChoiceField(label=gettext_lazy("归属单位"))
    parent = forms.ChoiceField(label=gettext_lazy("应当分完的区域"), required=False)
    as_units = forms.BooleanField(label=gettext_lazy("为每个网格设立单位"), required=False)
    repair = forms.BooleanField(label=gettext_lazy("修复自相交的边界"), required=False)
    schematic = forms.BooleanField(label=gettext_lazy("示意边界，非正式"), required=False)
    packed = forms.CharField(widget=forms.HiddenInput, required=False)
    file_name = forms.CharField(widget=forms.HiddenInput, required=False)
    field_order = ("file", "kind", "crs", "owner", "parent", "as_units", "repair", "schematic", "reason")

    def __init__(
        self, *args: Any, owners: list[tuple[str, str]], parents: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("owner", owners), ("parent", [("", "—"), *parents])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
