"""Forms of federations: founding, members, notices, meetings. Shape only; the rules are in the commands."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.safety.queries import incidents
from linli.web.desk import day_field

Choices = Sequence[tuple[str, str | Promise]]
AGENDA = (_("通报隐患和警情"), _("交流技防、人防对策"), _("复查上次会议决定"))
"""Standing points of a federation's meetings."""


def _pick(form: forms.Form, name: str, choices: Choices, *, empty: str = "") -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", empty or "—"), *choices]


class FoundForm(forms.Form):
    home = forms.ChoiceField(label=_("所在街道"))
    unit = forms.ChoiceField(
        label=_("已登记的社会组织"),
        required=False,
        help_text=_("联合会已经作为单位登记过的，选它；没有则在下面填写名称。"),
    )
    name = forms.CharField(label=_("联合会名称"), max_length=60, required=False)
    founded_on = forms.DateField(label=_("成立日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    purpose = forms.CharField(
        label=_("宗旨"), max_length=400, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("例如：互通隐患、互帮互助、自我管理。"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, homes: Choices, units: Choices) -> None:
        super().__init__(data, initial={"home": homes[0][0] if len(homes) == 1 else ""})
        _pick(self, "home", homes)
        _pick(self, "unit", units)


class ReachForm(forms.Form):
    """Who speaks for a member."""

    person = forms.ChoiceField(
        label=_("联系人(有账号)"), required=False, help_text=_("在联合会任职的人员，登录后只看到联合会的页面。")
    )
    name = forms.CharField(label=_("联系人姓名"), max_length=80, required=False)
    phone = forms.CharField(
        label=_("联系电话"), max_length=20, required=False, widget=forms.TextInput({"inputmode": "tel"}),
        help_text=_("没有账号的联系人填这里：加密保存，只以遮盖形式显示，查看全号会记录。"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, people: Choices, **more: Any) -> None:
        super().__init__(data, **more)
        _pick(self, "person", people)


class JoinForm(ReachForm):
    site = forms.ChoiceField(label=_("楼宇或商场"))
    body = forms.CharField(label=_("成员单位"), max_length=120, help_text=_("由哪个单位代表，例如物业公司。"))
    post = forms.ChoiceField(label=_("职务"), initial="member")
    since = forms.DateField(label=_("入会日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    field_order = ("site", "body", "post", "since", "person", "name", "phone")

    def __init__(self, data: Any = None, *, sites: Choices, posts: Choices, **more: Any) -> None:
        super().__init__(data, **more)
        _pick(self, "site", sites)
        _pick(self, "post", posts)


class LeaveForm(forms.Form):
    on = forms.DateField(label=_("退会日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("理由"), max_length=200, widget=forms.Textarea({"rows": 2}))


class PostForm(forms.Form):
    post = forms.ChoiceField(label=_("职务"), help_text=_("任命新会长后，原会长自动成为普通成员。"))
    reason = forms.CharField(label=_("理由"), max_length=200, required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(self, data: Any = None, *, posts: Choices, now: str = "") -> None:
        super().__init__(data, initial={"post": now})
        _pick(self, "post", posts)


class NoticeForm(forms.Form):
    kind = forms.ChoiceField(label=_("类别"), choices=incidents.KINDS)
    title = forms.CharField(label=_("标题"), max_length=120)
    text = forms.CharField(
        label=_("发生了什么"), max_length=4000, widget=forms.Textarea({"rows": 4}),
        help_text=_("写时间、部位、手法和损失；不要写姓名、电话、证件号、车牌。"),
    )  # fmt: skip
    happened_on = forms.DateField(label=_("发生日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    technical = forms.CharField(
        label=_("技防对策"), max_length=400, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("例如：加装门禁、补监控盲区、红外报警联网。"),
    )  # fmt: skip
    human = forms.CharField(
        label=_("人防对策"), max_length=400, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("例如：夜间加派巡逻、来访登记、员工提醒。"),
    )  # fmt: skip
    watch_days = forms.IntegerField(
        label=_("观察天数"), initial=90, min_value=1, max_value=366,
        help_text=_("这段时间内再发生就算复发，措施要重新整改。"),
    )  # fmt: skip
    by = forms.CharField(label=_("通报单位"), max_length=80, required=False, help_text=_("例如：派出所。"))
    file = forms.FileField(label=_("附件"), required=False)


class RecurrenceForm(forms.Form):
    member = forms.ChoiceField(label=_("发生在哪个成员"))
    happened_on = forms.DateField(label=_("发生日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(label=_("情况"), max_length=400, widget=forms.Textarea({"rows": 2}))

    def __init__(self, data: Any = None, *, members: Choices) -> None:
        super().__init__(data, prefix="again")
        _pick(self, "member", members)


class CallForm(forms.Form):
    title = forms.CharField(label=_("会议名称"), max_length=120)
    starts_at = forms.DateTimeField(label=_("时间"), widget=forms.DateTimeInput({"type": "datetime-local"}))
    place = forms.CharField(label=_("地点"), max_length=120)
    points = forms.CharField(
        label=_("议题"), max_length=2000, widget=forms.Textarea({"rows": 5}),
        help_text=_("每行一条。上次会议没有落实的决定会自动列入。"),
    )  # fmt: skip
    hazards = forms.MultipleChoiceField(
        label=_("会上通报的隐患"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("成员楼宇里还没有销号、您能看到的隐患。"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, hazards: Choices, title: str = "") -> None:
        points = "\n".join(str(point) for point in AGENDA)
        super().__init__(data, initial={"points": points, "title": title})
        field = self.fields["hazards"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(hazards)
        if not hazards:
            del self.fields["hazards"]


class HazardsForm(forms.Form):
    hazards = forms.MultipleChoiceField(
        label=_("会上通报的隐患"), widget=forms.CheckboxSelectMultiple,
        help_text=_("成员楼宇里还没有销号、您能看到的隐患。"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, hazards: Choices) -> None:
        super().__init__(data)
        field = self.fields["hazards"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(hazards)


class SeriesForm(forms.Form):
    """The meeting that comes again every few months."""

    every_months = forms.TypedChoiceField(
        label=_("多久一次"), coerce=int, initial=3,
        choices=[(1, _("每月")), (2, _("每2个月")), (3, _("每3个月")), (6, _("每半年"))],
    )  # fmt: skip
    begins_on = forms.DateField(label=_("第一次"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    opens = forms.TimeField(label=_("开始时间"), initial="14:00", widget=forms.TimeInput({"type": "time"}))
    place = forms.CharField(label=_("地点"), max_length=120)
    until = day_field(_("到哪一天为止"), help_text=_("不填则一直开下去。"))
