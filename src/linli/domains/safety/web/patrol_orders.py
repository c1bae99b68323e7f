"""The dispatcher's desk of the guard unit; joint patrols between departments and grids; their steps."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.commands import deploying, joining
from linli.domains.safety.commands.deploying import Given, Order
from linli.domains.safety.commands.joining import Asked
from linli.domains.safety.queries import patrol_choices, patrol_orders
from linli.domains.safety.queries.patrol_orders import Stepping
from linli.domains.safety.web.patrol_forms import key_in
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence.queries import open_served
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import blame, go
from linli.web.pages import page
from linli.web.uploads import Received, files_of

MOMENT = {"type": "datetime-local"}
FILES = (("report", gettext_lazy("现场照片（选填）")),)
TAKES_FILES = frozenset({"report", "record_grid", "record_department"})


def _open_or_over(request: ActorRequest) -> tuple[bool, lists.ChipGroup]:
    chips = lists.chips(request, "state", [("over", _("已结束的"))])
    return "over" not in request.GET.getlist("state"), chips


@require_GET
def guard(request: ActorRequest) -> HttpResponse:
    """Guard teams now, and what they were ordered to do."""
    is_open, chips = _open_or_over(request)
    found = patrol_orders.deployments(request.actor, is_open=is_open, after=request.GET.get("after", ""))
    return page(
        request, "safety/teams/guard.html", keyset=lists.Keyset(found.rows, found.after), chips=chips,
        teams=patrol_orders.guards(request.actor, at=timezone.now()),
        may_order=patrol_orders.may_order(request.actor, request.post),
    )  # fmt: skip


class OrderForm(forms.Form):
    team = forms.TypedChoiceField(label=gettext_lazy("调哪支队伍"), coerce=int)
    task = forms.CharField(
        label=gettext_lazy("任务"), max_length=400, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("写清做什么；不写个人信息。"),
    )  # fmt: skip
    place = forms.CharField(label=gettext_lazy("地点"), max_length=200)
    lon = forms.FloatField(label=gettext_lazy("经度"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=gettext_lazy("纬度"), required=False, min_value=-90, max_value=90)
    people = forms.IntegerField(label=gettext_lazy("人数"), min_value=1, max_value=500, initial=2)
    case = forms.CharField(label=gettext_lazy("关联案件编号"), max_length=40, required=False)

    def __init__(self, teams: Any, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["team"].choices = [(team.pk, team.name) for team in teams]  # type: ignore[attr-defined]  # a choice field


@require_http_methods(["GET", "POST"])
def order(request: ActorRequest) -> HttpResponse:
    """Send a team somewhere."""
    if not patrol_orders.may_order(request.actor, request.post):
        raise NotFound
    first = {"team": request.GET.get("team", ""), "case": request.GET.get("case", "")[:40]}
    form = OrderForm(patrol_orders.guards_of_post(request.actor), request.POST or None, initial=first)
    if form.is_valid():
        try:
            key = key_in(request.POST.get("command", "")) or uuid4()
            made = deploying.order(_order(form, request), key=key, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("命令已下达。"))
            return go(request, reverse("safety:deployment", args=[made.matter.number]))
    return page(
        request, "safety/patrols/form.html", status=422 if form.is_bound else 200, form=form, command=uuid4(),
        title=_("调度特保力量"), back=reverse("safety:guard"),
    )  # fmt: skip


def _order(form: OrderForm, request: ActorRequest) -> Order:
    said = form.cleaned_data
    try:
        case = patrol_choices.matter_of(said["case"], actor=request.actor) if said["case"] else None
    except NotFound:
        raise Refused(_("没有这个编号的案件或隐患，或不在您的范围内。"), field="case") from None
    return Order(said["team"], said["task"], said["place"], said["people"], said["lon"], said["lat"], case)


@require_GET
def deployment(request: ActorRequest, number: str) -> HttpResponse:
    found = patrol_orders.deployment_page(number, actor=request.actor)
    return page(request, "safety/teams/deployment.html", order=found)


@require_GET
def joints(request: ActorRequest) -> HttpResponse:
    """Joint patrols asked for by us or of us."""
    is_open, chips = _open_or_over(request)
    found = patrol_orders.joints(request.actor, is_open=is_open, after=request.GET.get("after", ""))
    return page(
        request, "safety/teams/joints.html", keyset=lists.Keyset(found.rows, found.after), chips=chips,
        may_ask=joining.asking_unit(request.actor) is not None,
    )  # fmt: skip


class AskForm(forms.Form):
    grid = forms.TypedChoiceField(label=gettext_lazy("请哪个网格"), coerce=int)
    purpose = forms.CharField(
        label=gettext_lazy("巡查什么、为什么"), max_length=400, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("不写个人信息。"),
    )  # fmt: skip
    wanted_from = forms.DateTimeField(label=gettext_lazy("希望从"), widget=forms.DateTimeInput(MOMENT))
    wanted_to = forms.DateTimeField(label=gettext_lazy("希望到"), widget=forms.DateTimeInput(MOMENT))

    def __init__(self, grids: Any, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["grid"].choices = [(node.id, node.name) for node in grids]  # type: ignore[attr-defined]  # a choice field


@require_http_methods(["GET", "POST"])
def ask(request: ActorRequest) -> HttpResponse:
    """A department asks a grid."""
    asker = joining.asking_unit(request.actor)
    if asker is None:
        raise NotFound
    form = AskForm(patrol_orders.grids_to_ask(patrol_orders.home_path(asker.pk)), request.POST or None)
    if form.is_valid():
        try:
            key = key_in(request.POST.get("command", "")) or uuid4()
            made = joining.ask(Asked(**form.cleaned_data), key=key, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("请求已送到网格。"))
            return go(request, reverse("safety:joint", args=[made.matter.number]))
    return page(
        request, "safety/patrols/form.html", status=422 if form.is_bound else 200, form=form, command=uuid4(),
        title=_("请求联合巡查"), back=reverse("safety:joints"),
    )  # fmt: skip


@require_GET
def joint(request: ActorRequest, number: str) -> HttpResponse:
    return page(request, "safety/teams/joint.html", order=patrol_orders.joint_page(number, actor=request.actor))


def _step_form(found: Stepping, data: Any) -> forms.Form:
    """The form of one step: it asks only what the step needs."""
    name = found.offer.name
    form = forms.Form(data, auto_id=f"{name}_%s")
    if name in ("arrange", "rearrange"):
        form.fields["meets_at"] = forms.DateTimeField(label=_("集合时间"), widget=forms.DateTimeInput(MOMENT))
        form.fields["meeting_place"] = forms.CharField(label=_("集合地点"), max_length=120)
        form.fields["people"] = forms.CharField(
            label=_("参加人员"),
            max_length=200,
            required=False,
            help_text=_("写岗位和人数，如：网格员 2 人、执法队员 3 人。"),
        )
    if name == "redirect":
        form.fields["place"] = forms.CharField(label=_("改派到哪里"), max_length=200)
        for axis, label, most in (("lon", _("经度"), 180), ("lat", _("纬度"), 90)):
            form.fields[axis] = forms.FloatField(label=label, required=False, min_value=-most, max_value=most)
    needs = set(found.offer.needs)
    form.fields["note"] = forms.CharField(
        label=_("理由") if "reason" in needs else _("情况说明"), required=bool(needs & {"note", "reason"}),
        max_length=1000, widget=forms.Textarea({"rows": 3}), help_text=_("不要写姓名、电话等个人信息。"),
    )  # fmt: skip
    return form


def _given(request: ActorRequest, form: forms.Form, files: Any) -> Given:
    said = dict(form.cleaned_data)
    note = said.pop("note", "")
    seen = forms.IntegerField(required=False).clean(request.POST.get("seen", ""))
    command = key_in(request.POST.get("command", ""))
    return Given(note=note, files=files, seen=seen, command=command, fields=said)


@require_http_methods(["GET", "POST"])
def step_deployment(request: ActorRequest, number: str, name: str) -> HttpResponse:
    found = patrol_orders.deployment_stepping(number, name, actor=request.actor)
    return _step(request, found, deploying.act, reverse("safety:deployment", args=[number]))


@require_http_methods(["GET", "POST"])
def step_joint(request: ActorRequest, number: str, name: str) -> HttpResponse:
    found = patrol_orders.joint_stepping(number, name, actor=request.actor)
    return _step(request, found, joining.act, reverse("safety:joint", args=[number]))


def _step(request: ActorRequest, found: Stepping, act: Any, to: str) -> HttpResponse:
    form = _step_form(found, request.POST if request.method == "POST" else None)
    kinds = FILES if found.offer.name in TAKES_FILES else ()
    received: list[Received] = []
    if form.is_valid():
        try:
            files, received = files_of(request, [kind for kind, _label in kinds], at=timezone.now())
            act(found.row, found.offer.name, _given(request, form, files), actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已办:%(step)s") % {"step": found.offer.label})
            return go(request, to)
    return page(
        request, "safety/patrols/form.html", status=422 if form.is_bound else 200, form=form, title=found.offer.label,
        why=found.title, back=to, command=found.command, seen=found.seen, kinds=kinds, received=received,
    )  # fmt: skip


@require_GET
def deployment_file(request: ActorRequest, number: str, file_id: UUID, variant: str) -> FileResponse:
    return _file(patrol_orders.file_on(number, file_id, actor=request.actor, is_joint=False), variant)


@require_GET
def joint_file(request: ActorRequest, number: str, file_id: UUID, variant: str) -> FileResponse:
    return _file(patrol_orders.file_on(number, file_id, actor=request.actor, is_joint=True), variant)


def _file(file_id: UUID, variant: str) -> FileResponse:
    served = open_served(file_id, variant=variant)
    answer = FileResponse(served.stream, content_type=served.content_type)
    for header, value in served.headers.items():
        answer[header] = value
    return answer
