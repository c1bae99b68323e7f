"""Forms of regular contacts and of visits."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.domains.safety.queries import contacts, visit_purposes

Choices = Sequence[tuple[str, str]]
WEEKDAYS = [
    (0, _("星期一")), (1, _("星期二")), (2, _("星期三")), (3, _("星期四")), (4, _("星期五")), (5, _("星期六")),
    (6, _("星期日")),
]  # fmt: skip
EVERY = [("weekly", _("每周")), ("fortnightly", _("每两周")), ("monthly", _("每月第一个"))]


def _pick(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices if len(choices) == 1 else [("", "—"), *choices]


class WriteForm(forms.Form):
    grid = forms.ChoiceField(label=_("网格"))
    committee = forms.ChoiceField(label=_("居(村)委会"))
    at = forms.DateTimeField(label=_("时间"), widget=forms.DateTimeInput({"type": "datetime-local"}))
    way = forms.ChoiceField(label=_("方式"), choices=contacts.WAYS, widget=forms.RadioSelect, initial="visit")
    topics = forms.CharField(
        label=_("谈了什么"), max_length=1000, widget=forms.Textarea({"rows": 4}),
        help_text=_("网格动态、居民诉求、需要配合的事；不要写个人信息。"),
    )  # fmt: skip
    agreed = forms.CharField(
        label=_("商定"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )  # fmt: skip
    follow_up = forms.CharField(
        label=_("需要立案办理的事"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("填了就会转成案件，编号记在这次联系里。"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, grids: Choices, committees: Choices, initial: dict[str, Any]) -> None:
        now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
        super().__init__(data, initial={"at": now, **initial})
        _pick(self, "grid", grids)
        _pick(self, "committee", committees)


class PlanForm(forms.Form):
    grid = forms.ChoiceField(label=_("网格"))
    committee = forms.ChoiceField(label=_("居(村)委会"))
    every = forms.ChoiceField(label=_("多久一次"), choices=EVERY, initial="weekly")
    weekday = forms.TypedChoiceField(label=_("星期几"), choices=WEEKDAYS, coerce=int, initial=4)
    starts_on = forms.DateField(label=_("从哪一天起"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    opens = forms.TimeField(label=_("最早"), initial="09:00", widget=forms.TimeInput({"type": "time"}))
    closes = forms.TimeField(
        label=_("最晚"), initial="17:30", widget=forms.TimeInput({"type": "time"}),
        help_text=_("过了两天还没有联系的，记为漏办。"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, grids: Choices, committees: Choices) -> None:
        super().__init__(data, initial={"starts_on": timezone.localdate()})
        _pick(self, "grid", grids)
        _pick(self, "committee", committees)


class VisitForm(forms.Form):
    purpose = forms.ChoiceField(label=_("走访事由"))
    site = forms.CharField(
        label=_("场所编码"), max_length=40, required=False, help_text=_("已登记的场所填编码；没有就在下面写地址。")
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    taken_at = forms.DateTimeField(label=_("时间"), widget=forms.DateTimeInput({"type": "datetime-local"}))
    met = forms.ChoiceField(
        label=_("见到人没有"), choices=[("yes", _("见到了")), ("no", _("没有见到"))], initial="yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    note = forms.CharField(
        label=_("记录"), max_length=1000, required=False, widget=forms.Textarea({"rows": 4}),
        help_text=_("写事不写人：不要写姓名、电话、证件号。"),
    )  # fmt: skip
    follow_up = forms.CharField(
        label=_("需要立案办理的事"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2})
    )
    photo = forms.FileField(label=_("照片"), required=False, widget=forms.FileInput({"accept": "image/*"}))

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"taken_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M")})
        _pick(self, "purpose", visit_purposes.choices())
