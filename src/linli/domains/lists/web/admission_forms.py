"""Forms of admission: the application, a decision, a question, an answer, levels of review."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.domains.lists.queries.applying_choices import Choices
from linli.web.desk import day_field

MOST_YUAN = 10**10


class ApplyForm(forms.Form):
    """What is asked of committees, of which, how often, and what it takes from them."""

    title = forms.CharField(label=_("要做什么"), max_length=120, help_text=_("动词开头，例如“协助开展……”。"))
    content = forms.CharField(
        label=_("具体内容"), max_length=200, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("居(村)委会具体做哪一段，做到什么程度。"),
    )  # fmt: skip
    why = forms.CharField(
        label=_("为什么要下沉"), max_length=400, widget=forms.Textarea({"rows": 2}),
        help_text=_("为什么部门自己做不了，必须由居(村)委会协助。"),
    )  # fmt: skip
    worklist = forms.ChoiceField(label=_("列入哪份清单"))
    heading = forms.CharField(label=_("归入哪一类"), max_length=60, required=False)
    area = forms.MultipleChoiceField(label=_("在哪里开展"), widget=forms.CheckboxSelectMultiple)
    kind = forms.ChoiceField(
        label=_("长期还是试行"), choices=[("regular", _("长期")), ("trial", _("试行（到期自动停止）"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    valid_from = forms.DateField(label=_("从哪天起"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    valid_to = day_field(_("到哪天为止"), help_text=_("试行必填；长期事项可不填。"))
    sunset = day_field(_("哪天复核"), help_text=_("到这一天须重新评估是否继续保留。"))
    load_kind = forms.ChoiceField(label=_("给居(村)委会带来的是"))
    frequency = forms.ChoiceField(label=_("多久一次"))
    times = forms.FloatField(label=_("一年几次"), min_value=0, max_value=10_000, required=False,
                             help_text=_("不填时按频次算。"))  # fmt: skip
    hours = forms.FloatField(label=_("每次几小时"), min_value=0, max_value=1000)
    people = forms.FloatField(label=_("每次几个人"), min_value=0, max_value=1000, help_text=_("工时按人数乘小时算。"))
    sheets = forms.IntegerField(label=_("每次几张表、几份台账"), min_value=0, max_value=100, initial=0)
    money_yuan = forms.FloatField(
        label=_("每年给每个居(村)委会多少元"), min_value=0, max_value=MOST_YUAN, required=False,
        help_text=_("费随事转：准入时从下面的账户划给承担单位，余额不足则不能准入。"),
    )  # fmt: skip
    money_from = forms.ChoiceField(label=_("经费账户"), required=False)
    collects = forms.MultipleChoiceField(
        label=_("要向居民或居(村)委会要哪些数据"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("已有的数据不重复采集；系统会指出从哪里取。"),
    )  # fmt: skip
    collects_other = forms.CharField(label=_("其他数据"), max_length=400, required=False, help_text=_("用分号隔开。"))
    bases = forms.MultipleChoiceField(
        label=_("依据"), required=False, widget=forms.SelectMultiple({"size": 6}), help_text=_("按住 Ctrl 可多选。")
    )
    duty_class = forms.ChoiceField(label=_("是否属于禁止下派的职责"), required=False)
    limit_days = forms.IntegerField(label=_("每次时限（工作日）"), min_value=1, max_value=365, required=False)
    evidence = forms.CharField(label=_("需要的佐证"), max_length=200, required=False, help_text=_("用分号隔开。"))
    guide = forms.CharField(
        label=_("办理步骤"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("每行一步。"),
    )  # fmt: skip

    SECTIONS = (
        (_("要做什么"), ("title", "content", "why", "worklist", "heading", "area")),
        (_("多久、多少"), ("kind", "valid_from", "valid_to", "sunset", "load_kind", "frequency", "times", "hours",
                         "people", "sheets")),
        (_("钱从哪里来"), ("money_yuan", "money_from")),
        (_("要哪些数据"), ("collects", "collects_other")),
        (_("依据和做法"), ("bases", "duty_class", "limit_days", "evidence", "guide")),
    )  # fmt: skip

    def __init__(self, offered: Choices, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        known = {
            "worklist": offered.worklists, "area": offered.areas, "load_kind": offered.load_kinds,
            "frequency": offered.frequencies, "collects": offered.collects, "bases": offered.bases,
            "duty_class": offered.duty_classes, "money_from": (("", "—"), *offered.accounts),
        }  # fmt: skip
        for name, choices in known.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # choice fields all
        self.fields["heading"].widget.attrs["list"] = "headings"

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields in the order of the questions."""
        return [(label, [self[name] for name in names]) for label, names in self.SECTIONS]


class AgreeForm(forms.Form):
    """A unit agrees under its own conditions."""

    note = forms.CharField(label=_("审核意见"), max_length=400, widget=forms.Textarea({"rows": 2}))
    conditions = forms.CharField(
        label=_("准入条件"), max_length=400, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("例如“每季不超过一次”“同步取消旧台账”。任务单上会写明。"),
    )  # fmt: skip
    valid_to = day_field(_("本单位只同意到哪天"), help_text=_("不填时按申请的期限。"))
    money_yuan = forms.FloatField(
        label=_("随事划入经费（元／年）"), min_value=0, max_value=MOST_YUAN, required=False,
        help_text=_("从申请部门的账户划到本单位，专款专用。"),
    )  # fmt: skip


class DeclineForm(forms.Form):
    note = forms.CharField(label=_("理由"), max_length=400, widget=forms.Textarea({"rows": 2}))


class InviteForm(forms.Form):
    """Which units are asked what they think."""

    units = forms.MultipleChoiceField(label=_("向谁征求意见"), widget=forms.SelectMultiple({"size": 8}))
    note = forms.CharField(label=_("想听什么意见"), max_length=400, required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(self, choices: Any, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["units"].choices = choices  # type: ignore[attr-defined]  # a choice field


class OpinionForm(forms.Form):
    stance = forms.ChoiceField(
        label=_("意见"), widget=forms.RadioSelect,
        choices=[("for", _("同意")), ("if", _("有条件同意")), ("against", _("不同意"))],
    )  # fmt: skip
    note = forms.CharField(label=_("说明"), max_length=400, widget=forms.Textarea({"rows": 3}))


class LevelForm(forms.Form):
    """One line of the levels; empty kinds are left out."""

    unit_kind = forms.ChoiceField(label=_("由哪类单位审核"), required=False)
    name = forms.CharField(label=_("名称"), max_length=60, required=False)
    opinions = forms.IntegerField(label=_("至少几家意见"), min_value=0, max_value=20, initial=0, required=False)
    days = forms.IntegerField(label=_("几个工作日内"), min_value=1, max_value=120, initial=10, required=False)

    def __init__(self, kinds: Any, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["unit_kind"].choices = [("", "—"), *kinds]  # type: ignore[attr-defined]  # a choice field
