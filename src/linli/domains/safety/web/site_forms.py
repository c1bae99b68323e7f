"""Forms of the register: a site, what is said of a safety object, a responsibility, a spreadsheet."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.domains.safety.commands.objects import Watched
from linli.domains.safety.commands.responsibilities import Held
from linli.domains.safety.queries.site_choices import TARGETS, Person
from linli.kernel.registry import attributes

NOBODY = ("", _("请选择"))


def people_choices(people: Sequence[Person]) -> list[Any]:
    return [NOBODY, *((one.key, one.words) for one in people)]


def reason_field(*, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=_("理由"), max_length=200, required=required, help_text=_("会记入变更记录。"),
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip


class SiteForm(forms.Form):
    """A site; ``schema`` of its kind adds a field for each thing to be written down."""

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("类别"))
    name = forms.CharField(label=_("名称"), max_length=120, help_text=_("写招牌或门牌上的名称，不写人名。"))
    code = forms.CharField(
        label=_("编号"), max_length=40, required=False, help_text=_("已有编号的照填，没有的留空自动编号。")
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    lon = forms.FloatField(widget=forms.HiddenInput, required=False)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False)
    crs = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, kinds: Sequence[Any], schema: Mapping[str, Any], data: Any = None, *, is_new: bool = True, **more: Any
    ) -> None:
        super().__init__(data, **more)
        self.fields["kind"].choices = [NOBODY, *kinds]  # type: ignore[attr-defined]  # a choice field
        self.attribute_names = [name for name, _rule in attributes.fields(schema)]
        for name, rule in attributes.fields(schema):
            self.fields[f"attribute_{name}"] = _attribute(rule)
        if not is_new:
            for name in ("code", "id", "lon", "lat", "crs"):
                del self.fields[name]
            self.fields["reason"] = reason_field()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "lon" in self.fields and (given.get("lon") is None or given.get("lat") is None):
            self.add_error("address", _("请在地图上点出位置，或使用当前定位。"))
        return given

    @property
    def attributes(self) -> dict[str, Any]:
        """What was written down, empty fields left out."""
        given = {name: self.cleaned_data.get(f"attribute_{name}") for name in self.attribute_names}
        return {name: value for name, value in given.items() if value not in (None, "")}

    @property
    def attribute_fields(self) -> list[forms.BoundField]:
        return [self[f"attribute_{name}"] for name in self.attribute_names]


def _attribute(rule: Mapping[str, Any]) -> forms.Field:
    label = str(rule.get("title", ""))
    if "enum" in rule:
        choices = [("", "—"), *((one, one) for one in rule["enum"])]
        return forms.ChoiceField(label=label, required=False, choices=choices)
    if rule["type"] == "boolean":
        return forms.NullBooleanField(
            label=label, required=False,
            widget=forms.Select(choices=[("", "—"), ("true", _("是")), ("false", _("否"))]),
        )  # fmt: skip
    if rule["type"] == "integer":
        return forms.IntegerField(label=label, required=False, min_value=0)
    if rule["type"] == "number":
        return forms.FloatField(label=label, required=False, min_value=0)
    return forms.CharField(label=label, required=False, max_length=200)


class MoveForm(forms.Form):
    address = forms.CharField(label=_("旁边的标志物"), max_length=200, required=False)
    lon = forms.FloatField(widget=forms.HiddenInput, required=False)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False)
    crs = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = reason_field()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("lon") is None or given.get("lat") is None:
            self.add_error("address", _("请在地图上点出位置，或使用当前定位。"))
        return given


class WatchForm(forms.Form):
    """What is said of a safety object."""

    target = forms.ChoiceField(
        label=_("三类巡查对象"), required=False, choices=[("", _("不属于三类对象")), *TARGETS],
        help_text=_("按类别定巡查频次。"),
    )  # fmt: skip
    is_crowded = forms.BooleanField(
        label=_("人员密集场所"), required=False, help_text=_("须明确五项责任、一点一方案。")
    )
    every_days = forms.IntegerField(
        label=_("多少天巡查一次"), required=False, min_value=1, max_value=366, help_text=_("不填按所属类别的频次。")
    )
    keeper = forms.TypedChoiceField(
        label=_("网格内责任人"), required=False, coerce=UUID, empty_value=None, help_text=_("重点区域由谁盯。")
    )
    operator = forms.CharField(label=_("运营(管理)单位"), max_length=120, required=False)
    industry = forms.CharField(label=_("行业"), max_length=60, required=False)
    problems = forms.CharField(
        label=_("既往问题"), max_length=400, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("登记以前出过的问题，不写个人信息。"),
    )  # fmt: skip
    reason = reason_field(required=False)

    def __init__(self, keepers: Sequence[Person], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["keeper"].choices = people_choices(keepers)  # type: ignore[attr-defined]  # a choice field

    @property
    def watched(self) -> Watched:
        given = dict(self.cleaned_data)
        given.pop("reason")
        return Watched(**given)


class HoldForm(forms.Form):
    """Who holds a responsibility: one of ours, or an outside body."""

    unit = forms.TypedChoiceField(label=_("责任单位"), required=False, coerce=int, empty_value=None)
    actor = forms.TypedChoiceField(label=_("责任人"), required=False, coerce=UUID, empty_value=None)
    post_title = forms.CharField(label=_("岗位(职务)"), max_length=80, required=False)
    body = forms.CharField(
        label=_("外部责任单位"), max_length=120, required=False, help_text=_("不是本系统单位时填写，如经营公司。")
    )
    name = forms.CharField(
        label=_("外部责任人姓名"), max_length=40, required=False, widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("加密保存，页面上只显示姓。"),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("联系电话"), max_length=20, required=False,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "tel"}),
    )  # fmt: skip
    reason = reason_field(required=False)

    def __init__(self, units: Sequence[Any], people: Sequence[Person], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["unit"].choices = [NOBODY, *units]  # type: ignore[attr-defined]  # a choice field
        self.fields["actor"].choices = people_choices(people)  # type: ignore[attr-defined]  # likewise

    @property
    def held(self) -> Held:
        given = dict(self.cleaned_data)
        given.pop("reason")
        return Held(**given)


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=_("查看原因"), max_length=200, widget=forms.Textarea({"rows": 2}), help_text=_("查看会被记录。")
    )


class FileForm(forms.Form):
    file = forms.FileField(label=_("表格文件"), help_text=_("xlsx 或 csv，最多 2000 行。"))


class FrequencyForm(forms.Form):
    target = forms.ChoiceField(label=_("三类巡查对象"), choices=[NOBODY, *TARGETS])
    every_days = forms.IntegerField(label=_("多少天巡查一次"), min_value=1, max_value=366)
    valid_from = forms.DateField(label=_("从哪天起"), widget=forms.DateInput({"type": "date"}))
    source = forms.CharField(label=_("依据"), max_length=200, required=False)
