"""Forms of the seal desk: a request, the small form of a step, a seal, an outing."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.lists.commands.sealing import MOST_COPIES, MOST_PAGES, Asked, Given
from linli.domains.lists.queries.seal_ledger import Person
from linli.domains.lists.queries.seal_page import SealChoice, Stepping
from linli.kernel.flow.given import GivenFile

FILES: Mapping[str, tuple[tuple[str, Any], ...]] = {"stamp": (("stamped", gettext_lazy("盖章页照片")),)}
"""Step → kinds of files it takes, with what they are called."""
DRAFT = (("draft", gettext_lazy("文稿照片")),)
SCRIBBLES = {"autocomplete": "off"}


class AskForm(forms.Form):
    """A request. ``item`` is the line of the list picked beside it; "" when none fits."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    paper = forms.CharField(
        label=gettext_lazy("在什么文件上盖章"), max_length=120, widget=forms.TextInput(SCRIBBLES),
        help_text=gettext_lazy("写文件名称，不写姓名、电话和证件号。"),
    )  # fmt: skip
    purpose = forms.CharField(
        label=gettext_lazy("做什么用"), max_length=200, widget=forms.Textarea({"rows": 2, **SCRIBBLES}),
        help_text=gettext_lazy("交给谁、办什么事；不写个人信息。"),
    )  # fmt: skip
    copies = forms.IntegerField(label=gettext_lazy("份数"), min_value=1, max_value=MOST_COPIES, initial=1)
    pages = forms.IntegerField(label=gettext_lazy("每份页数"), min_value=1, max_value=MOST_PAGES, initial=1)
    resolution = forms.CharField(
        label=gettext_lazy("表决决议"), max_length=120, required=False,
        help_text=gettext_lazy("清单要求表决的才填：哪次会议、哪号决议。"),
    )  # fmt: skip
    seal = forms.TypedChoiceField(label=gettext_lazy("用哪枚印章"), coerce=int, required=False, empty_value=None)
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=40, required=False, widget=forms.TextInput(SCRIBBLES))
    phone = forms.CharField(
        label=gettext_lazy("联系电话"), max_length=20, required=False,
        widget=forms.TextInput({"inputmode": "tel", **SCRIBBLES}),
    )  # fmt: skip
    is_blank = forms.BooleanField(
        label=gettext_lazy("内容还没写完整，有空白处"), required=False,
        help_text=gettext_lazy("空白纸、空白介绍信一律不盖。"),
    )  # fmt: skip

    def __init__(self, seals: Sequence[SealChoice], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        if len(seals) > 1:
            choices = [("", _("由保管员定")), *((str(seal.id), seal.name) for seal in seals)]
            self.fields["seal"].choices = choices  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["seal"]

    def asked(self, item: str, files: Sequence[GivenFile]) -> Asked:
        """What the form says, for the command."""
        said = self.cleaned_data
        return Asked(
            said["id"], said["paper"], said["purpose"], item, said["copies"], said["pages"], said["resolution"],
            said.get("seal"), said["is_blank"], said["name"], said["phone"], files,
        )  # fmt: skip


def step_form(found: Stepping, data: Any = None) -> forms.Form:
    """The form of one step: it asks only what the step needs."""
    form = forms.Form(data, auto_id=f"{found.offer.name}_%s", initial={"seen": found.seen})
    form.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
    if found.offer.name == "stamp":
        if len(found.seals) > 1:
            choices: Any = [("", _("请选择")), *((str(seal.id), seal.name) for seal in found.seals)]
            form.fields["seal"] = forms.TypedChoiceField(
                label=_("用哪枚印章"), choices=choices, coerce=int, initial=found.use.seal_id
            )
        form.fields["copies"] = _count(_("数到几份"), MOST_COPIES)
        form.fields["pages"] = _count(_("每份几页"), MOST_PAGES)
    is_asked = any(need in ("note", "reason") for need in found.offer.needs)
    form.fields["note"] = forms.CharField(
        label=_("理由") if "reason" in found.offer.needs else _("说明"), required=is_asked, max_length=400,
        widget=forms.Textarea({"rows": 2}), help_text=_("不要写姓名、电话等个人信息。"),
    )  # fmt: skip
    return form


def _count(label: str, most: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=1, max_value=most, widget=forms.NumberInput({"inputmode": "numeric"})
    )


def given_from(found: Stepping, values: Mapping[str, Any], *, files: Sequence[GivenFile], command: str) -> Given:
    """What a step is given from the cleaned ``values`` of its form."""
    only = found.seals[0].id if len(found.seals) == 1 else None
    return Given(
        note=values.get("note", ""), files=files, command=UUID(command) if command else None, seen=values.get("seen"),
        copies=values.get("copies"), pages=values.get("pages"), seal=values.get("seal") or only,
    )  # fmt: skip


class SealForm(forms.Form):
    """A seal to be entered in the ledger."""

    name = forms.CharField(label=gettext_lazy("印章名称"), max_length=80, help_text=gettext_lazy("按印文写全称。"))
    kind = forms.ChoiceField(label=gettext_lazy("种类"))
    number = forms.CharField(
        label=gettext_lazy("编号"), max_length=40, required=False, help_text=gettext_lazy("备案编号，没有可不填。")
    )
    scope = forms.CharField(label=gettext_lazy("使用范围"), max_length=200, required=False)
    place = forms.CharField(label=gettext_lazy("存放处"), max_length=80, required=False)
    keeper = forms.TypedChoiceField(label=gettext_lazy("保管人"), coerce=UUID)

    def __init__(self, keepers: Sequence[Person], kinds: Any, data: Any = None) -> None:
        super().__init__(data)
        self.fields["keeper"].choices = people_choices(keepers)  # type: ignore[attr-defined]  # a choice field
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # likewise


class HandOverForm(forms.Form):
    """Passing a seal on, before a witness."""

    to = forms.TypedChoiceField(label=gettext_lazy("接收人"), coerce=UUID)
    witness = forms.TypedChoiceField(
        label=gettext_lazy("监交人"), coerce=UUID, help_text=gettext_lazy("移交人、接收人以外的第三人。")
    )
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=200, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("比如印章完好、连同登记簿一并移交。"),
    )  # fmt: skip

    def __init__(self, keepers: Sequence[Person], witnesses: Sequence[Person], data: Any = None) -> None:
        super().__init__(data)
        self.fields["to"].choices = people_choices(keepers)  # type: ignore[attr-defined]  # a choice field
        self.fields["witness"].choices = people_choices(witnesses)  # type: ignore[attr-defined]  # likewise


class OutForm(forms.Form):
    """Taking a seal out."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    purpose = forms.CharField(
        label=gettext_lazy("带出去做什么"), max_length=200, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("去哪里、在什么文件上盖章；不写个人信息。"),
    )  # fmt: skip
    companion = forms.TypedChoiceField(
        label=gettext_lazy("同行人"), coerce=UUID, help_text=gettext_lazy("外带须两人同行。")
    )
    back_at = forms.DateTimeField(
        label=gettext_lazy("什么时候还"), widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], help_text=gettext_lazy("到时未还会提醒并列入逾期。"),
    )  # fmt: skip

    def __init__(self, people: Sequence[Person], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["companion"].choices = people_choices(people)  # type: ignore[attr-defined]  # a choice field


class NoteForm(forms.Form):
    """A change of a seal, or a step of an outing, with its words."""

    note = forms.CharField(
        label=gettext_lazy("情况说明"), max_length=200, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("不要写姓名、电话等个人信息。"),
    )  # fmt: skip


def people_choices(people: Sequence[Person]) -> list[tuple[str, str]]:
    """People to pick from, nobody first."""
    return [("", _("请选择")), *((str(person.id), f"{person.name} · {person.role}") for person in people)]
