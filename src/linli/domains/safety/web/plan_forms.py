"""Forms of plans and drills."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.domains.safety.commands.plans import Drafted, Drilled

LOCAL = "%Y-%m-%dT%H:%M"


class PlanForm(forms.Form):
    """What a plan says; posts one a line, ``post：duty``."""

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    measures = forms.CharField(
        label=_("管控措施"), max_length=8000, widget=forms.Textarea({"rows": 8}),
        help_text=_("平时怎么管：人流、用火用电、通道、巡查、关闭条件。"),
    )  # fmt: skip
    emergency = forms.CharField(
        label=_("应急预案"), max_length=8000, widget=forms.Textarea({"rows": 8}),
        help_text=_("出事怎么办：报警、疏散、清点、医疗、信息报送。"),
    )  # fmt: skip
    capacity = forms.IntegerField(label=_("核定容量"), required=False, min_value=1, help_text=_("最多同时多少人。"))
    posts = forms.CharField(
        label=_("岗位分工"), required=False, widget=forms.Textarea({"rows": 4}),
        help_text=_("每行一个，写成“岗位：做什么”；写岗位不写姓名。"),
    )  # fmt: skip
    resources = forms.CharField(label=_("应急物资"), max_length=400, required=False, widget=forms.Textarea({"rows": 2}))
    drill_every_days = forms.IntegerField(label=_("多少天演练一次"), min_value=1, max_value=732, initial=180)

    def clean_posts(self) -> list[tuple[str, str]]:
        lines = [line.strip() for line in self.cleaned_data["posts"].splitlines() if line.strip()]
        pairs = [line.replace(":", "：", 1).partition("：") for line in lines]
        if any(not mark or not post.strip() or not duty.strip() for post, mark, duty in pairs):
            raise forms.ValidationError(_("每行写成“岗位：做什么”。"))
        return [(post.strip(), duty.strip()) for post, _mark, duty in pairs]

    def drafted(self, file: UUID | None) -> Drafted:
        given = {name: value for name, value in self.cleaned_data.items() if name != "id"}
        return Drafted(**given, file=file)


class ApproveForm(forms.Form):
    valid_to = forms.DateField(
        label=_("有效期至"), widget=forms.DateInput({"type": "date"}),
        help_text=_("到这一天要重新评估，提前30天、7天提醒。"),
    )  # fmt: skip


class DrillForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    held_at = forms.DateTimeField(
        label=_("演练时间"), input_formats=[LOCAL, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, LOCAL),
    )  # fmt: skip
    people = forms.IntegerField(label=_("参加人数"), min_value=1)
    minutes = forms.IntegerField(label=_("疏散用时（分钟）"), min_value=1, required=False)
    passed = forms.ChoiceField(
        label=_("结果"), choices=[("1", _("达到要求")), ("0", _("没有达到要求"))], widget=forms.RadioSelect
    )
    findings = forms.CharField(
        label=_("发现的问题和改进"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("写岗位不写姓名。"),
    )  # fmt: skip

    def drilled(self, file: UUID | None) -> Drilled:
        given: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if name != "id"}
        return Drilled(**{**given, "passed": given["passed"] == "1"}, file=file)
