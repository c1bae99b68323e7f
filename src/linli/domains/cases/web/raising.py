"""What people at the desk and in the field begin: calls and visits written down, things found and settled, findings
on other lines, and major information."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from linli.domains.cases.commands import Caller, Report, raising
from linli.domains.cases.queries import beginning, get_case, picking, wording
from linli.kernel.errors import Refused
from linli.kernel.flow.commands import GivenFile
from linli.kernel.org.http import ActorRequest
from linli.kernel.org.keys import new_key
from linli.kernel.text import without_personal_data
from linli.web.desk import blame, go
from linli.web.pages import page
from linli.web.uploads import Received, files_of

KINDS = {
    "call": (gettext_lazy("来电来访登记"), "headset", ("report",)),
    "found": (gettext_lazy("巡查发现上报"), "eye", ("report",)),
    "spot": (gettext_lazy("当场处置"), "bolt", ("before", "after")),
    "line": (gettext_lazy("条线监督发现"), "flag", ("report",)),
}
"""Kind of report → its name, icon and the photos it takes."""


class ReportForm(forms.Form):
    """What every report says. Each kind adds its own fields."""

    text = forms.CharField(
        label=gettext_lazy("发生了什么"), max_length=4000, widget=forms.Textarea({"rows": 4, "autofocus": True}),
        help_text=gettext_lazy("照反映人的原话写；姓名电话写在下面，不要写在这里。"),
    )  # fmt: skip
    address = forms.CharField(label=gettext_lazy("地点"), max_length=200, required=False)
    category = forms.ChoiceField(
        label=gettext_lazy("分类"), required=False, help_text=gettext_lazy("拿不准可以不选，系统会推荐三类。")
    )
    small_kind = forms.ChoiceField(label=gettext_lazy("五小类别"), required=False)
    emergency = forms.ChoiceField(label=gettext_lazy("应急等级"), required=False)
    is_pressing = forms.BooleanField(label=gettext_lazy("急难愁"), required=False)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    crs = forms.CharField(required=False, widget=forms.HiddenInput)
    accuracy = forms.FloatField(required=False, widget=forms.HiddenInput)


def report_form(kind: str, request: ActorRequest) -> forms.Form:
    """The form of one kind of report, bound when posted."""
    form = ReportForm(request.POST or None, initial={"channel": "hotline", "wants_answer": True, "source": "04"})
    _choices(form, "category", [("", _("由系统推荐")), *_grouped()])
    _choices(form, "small_kind", [("", "—"), *wording.choices("five_kinds")])
    _choices(form, "emergency", wording.emergencies())
    for name, made in _extra(kind, request).items():
        form.fields[name] = made
    return form


def _choices(form: forms.Form, name: str, choices: list[Any]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


def _grouped() -> list[Any]:
    return [(str(g.label), [(c.value, c.label) for c in g.choices]) for g in picking.category_groups(())]


def _extra(kind: str, request: ActorRequest) -> dict[str, forms.Field]:
    match kind:
        case "call":
            return _caller_fields()
        case "spot":
            return {
                "outcome": forms.CharField(
                    label=gettext_lazy("怎么处置的"), max_length=2000, widget=forms.Textarea({"rows": 2})
                )
            }
        case "line":
            units = [(str(node.id), node.name) for node in beginning.lines(request.actor, request.post)]
            return {
                "about_unit": forms.ChoiceField(
                    label=gettext_lazy("涉及哪个部门（条线）"), choices=[("", _("请选择")), *units],
                    help_text=gettext_lazy("网格内任何一名队员都可以对其他条线的工作提出监督意见。"),
                )
            }  # fmt: skip
        case _:
            return {}


def _caller_fields() -> dict[str, forms.Field]:
    sources = [choice for choice in wording.choices("sources") if choice[0] in ("04", "16", "17", "03", "13", "15")]
    channels = [("hotline", gettext_lazy("热线")), ("counter", gettext_lazy("窗口")), ("desk", gettext_lazy("其他"))]
    return {
        "source": forms.ChoiceField(label=gettext_lazy("来源"), choices=sources),
        "channel": forms.ChoiceField(label=gettext_lazy("渠道"), choices=channels, widget=forms.RadioSelect),
        "on_behalf": forms.BooleanField(
            label=gettext_lazy("代居民上报（居委会、同事转来）"), required=False,
            help_text=gettext_lazy("答复仍给居民本人。"),
        ),
        "name": forms.CharField(label=gettext_lazy("反映人姓名"), max_length=60, required=False),
        "phone": forms.CharField(
            label=gettext_lazy("反映人电话"), max_length=30, required=False,
            widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
            help_text=gettext_lazy("加密保存，页面上只显示后四位。"),
        ),
        "wants_answer": forms.BooleanField(label=gettext_lazy("要求答复"), required=False),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def take_report(request: ActorRequest) -> HttpResponse:
    """Write a report down; the kind decides what is asked."""
    kind = request.GET.get("kind", beginning.usual_kind(request.post))
    kind = kind if kind in KINDS else "call"
    form, received = report_form(kind, request), list[Received]()
    if form.is_valid():
        try:
            files, received = files_of(request, KINDS[kind][2], at=timezone.now())
            taken = raising.take_report(
                _report(kind, request, form.cleaned_data, files), role=beginning.role_of(request.post),
                actor=request.actor, at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已登记，编号 %(number)s。") % {"number": taken.number})
            return go(request, _after(request, taken.number))
    return page(
        request, "cases/staff/report.html", status=422 if form.is_bound else 200, form=form, kind=kind, kinds=KINDS,
        received=received, key=request.POST.get("key") or new_key(), photos=_photos(kind),
    )  # fmt: skip


def _after(request: ActorRequest, number: str) -> str:
    """To the case just taken in; back to the workbench when it belongs to another street."""
    is_near = beginning.page_after(number, actor=request.actor) is not None
    return reverse("cases:case", args=[number]) if is_near else reverse("cases:workbench")


def _photos(kind: str) -> list[tuple[str, str, bool]]:
    return [(k, str(wording.FILE_KINDS[k]), kind == "spot") for k in KINDS[kind][2]]


def _report(kind: str, request: ActorRequest, values: dict[str, Any], files: list[GivenFile]) -> Report:
    """The report as the form says it, with what follows from its kind."""
    is_call = kind == "call"
    return Report(
        id=beginning.key_of(request.POST.get("key", "")),
        text=values["text"], address=values["address"], category=values["category"],
        lon=values["lon"], lat=values["lat"], crs=values["crs"] or "wgs84", accuracy_m=values["accuracy"],
        area_unit=beginning.area_of(request.post),
        small_kind=values["small_kind"], emergency=int(values["emergency"] or 0), is_pressing=values["is_pressing"],
        source=values.get("source") or beginning.source_of(request.post),
        channel=values.get("channel") or "field",
        sphere="emergency" if int(values["emergency"] or 0) else "city",
        found_level=beginning.level_of(request.post), is_self_found=not is_call,
        on_behalf=bool(values.get("on_behalf")),
        caller=Caller(values.get("name", ""), values.get("phone", "")), wants_answer=bool(values.get("wants_answer")),
        about_unit=int(values["about_unit"]) if values.get("about_unit") else None,
        files=files, on_spot=kind == "spot", outcome=values.get("outcome", ""),
    )  # fmt: skip


class MajorForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("什么情况"), max_length=4000, widget=forms.Textarea({"rows": 4}))
    unit = forms.ChoiceField(label=gettext_lazy("发生在哪个网格"))
    known_at = forms.DateTimeField(
        label=gettext_lazy("什么时候知道的"), widget=forms.DateTimeInput({"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        help_text=gettext_lazy("从这一刻起四小时内须报到区领导，昼夜不停表。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def start_major(request: ActorRequest) -> HttpResponse:
    """Start the four-hour chain of major information."""
    number = request.GET.get("case", "")
    case = get_case(number, actor=request.actor) if number else None
    first = {
        "known_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "text": without_personal_data(case.description) if case else "",
    }
    form = MajorForm(request.POST or None, initial=first)
    _choices(form, "unit", [(str(node.id), node.name) for node in beginning.grids(request.actor)])
    if form.is_valid():
        values, now = form.cleaned_data, timezone.now()
        try:
            made = raising.start_major(
                text=values["text"], unit_id=int(values["unit"]), known_at=_aware(values["known_at"]), case=case,
                key=beginning.key_of(request.POST.get("key", "")), actor=request.actor, at=now,
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            return go(request, reverse("cases:matter", args=[made.number]))
    status = 422 if form.is_bound else 200
    return page(request, "cases/staff/start_major.html", status=status, form=form, key=new_key(), case=case)


def _aware(value: datetime) -> datetime:
    return value if timezone.is_aware(value) else timezone.make_aware(value)
