"""Pages of teams: all of them, one with members and rounds, founding, changing, dissolving."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.commands import teams
from linli.domains.safety.commands.teams import NewMember, NewTeam
from linli.domains.safety.queries import patrol_choices, patrol_reach, team_desk
from linli.domains.safety.web.patrol_forms import EndForm, key_in
from linli.domains.safety.web.patrol_log import PurposeForm
from linli.kernel.errors import Refused
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import blame, go
from linli.web.pages import page


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    chips = lists.chips(request, "kind", patrol_choices.TEAM_KINDS, everything=_("全部类别"))
    kind = request.GET.get("kind", "")[:12]
    return page(
        request, "safety/teams/teams.html", rows=team_desk.teams(request.actor, kind=kind, at=timezone.now()),
        chips=chips, may_plan=org.holds_right(request.actor, patrol_reach.PLAN) is not None,
    )  # fmt: skip


@require_GET
def show(request: ActorRequest, key: int) -> HttpResponse:
    found = team_desk.team_page(key, actor=request.actor, at=timezone.now())
    return page(request, "safety/teams/team.html", team=found)


class TeamForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("队伍名称"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("队伍类别"), choices=patrol_choices.TEAM_KINDS)
    leader = forms.ChoiceField(label=gettext_lazy("队长"), required=False, help_text=gettext_lazy("有账号的人。"))
    body = forms.CharField(
        label=gettext_lazy("承接公司"), max_length=120, required=False, help_text=gettext_lazy("特保机动队才填。")
    )
    contract_to = forms.DateField(
        label=gettext_lazy("合同到期日"), required=False, widget=forms.DateInput({"type": "date"}),
        help_text=gettext_lazy("特保机动队才填；到期后不能再调度。"),
    )  # fmt: skip

    def __init__(self, people: Any, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        choices = [("", "—"), *[(str(one.id), f"{one.name} · {one.post}") for one in people]]
        self.fields["leader"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def new(self) -> NewTeam:
        said = self.cleaned_data
        return NewTeam(said["kind"], said["name"], key_in(said["leader"]), said["body"], said["contract_to"])


@require_http_methods(["GET", "POST"])
def found(request: ActorRequest) -> HttpResponse:
    """Found a team of a unit one plans for."""
    units = patrol_choices.planned_grounds(request.actor)
    unit_id = whole(request.GET.get("unit", "")) or (units[0].id if units else 0)
    unit = patrol_choices.unit_planned(unit_id, actor=request.actor)
    form = TeamForm(patrol_choices.walkers_below(unit.path), request.POST or None)
    if form.is_valid():
        try:
            made = teams.found(form.new(), unit=unit, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("队伍已建立。"))
            return go(request, reverse("safety:team", args=[made.pk]))
    return page(
        request, "safety/teams/team_form.html", status=422 if form.is_bound else 200, form=form, unit=unit, units=units,
        title=_("建立队伍"), back=reverse("safety:teams"),
    )  # fmt: skip


class ChangeForm(TeamForm):
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200, help_text=gettext_lazy("会记入变更记录。"))


@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, key: int) -> HttpResponse:
    """Change name, leader or contract."""
    team = patrol_reach.get_team(key, actor=request.actor)
    patrol_choices.unit_planned(team.unit_id, actor=request.actor)
    first = {"name": team.name, "kind": team.kind, "leader": str(team.leader_id or ""), "body": team.body,
             "contract_to": team.contract_to.isoformat() if team.contract_to else ""}  # fmt: skip
    form = ChangeForm(patrol_choices.walkers_below(team.unit.path), request.POST or None, initial=first)

    def act() -> object:
        return teams.change(
            team, form.new(), reason=form.cleaned_data["reason"], actor=request.actor, at=timezone.now()
        )

    return _small(request, form, act, _("修改队伍"), key)


@require_http_methods(["GET", "POST"])
def end(request: ActorRequest, key: int) -> HttpResponse:
    """Dissolve a team, with the reason."""
    team = patrol_reach.get_team(key, actor=request.actor)
    patrol_choices.unit_planned(team.unit_id, actor=request.actor)
    form = EndForm(request.POST or None)

    def act() -> object:
        return teams.end(team, reason=form.cleaned_data["reason"], actor=request.actor, at=timezone.now())

    return _small(request, form, act, _("解散队伍：%(name)s") % {"name": team.name}, key)


class MemberForm(forms.Form):
    command = forms.UUIDField(widget=forms.HiddenInput)
    actor = forms.ChoiceField(
        label=gettext_lazy("有账号的人"),
        required=False,
        help_text=gettext_lazy("没有账号的志愿者，填下面的姓名和电话。"),
    )
    name = forms.CharField(
        label=gettext_lazy("志愿者姓名"), max_length=40, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    phone = forms.CharField(
        label=gettext_lazy("电话"), max_length=20, required=False,
        help_text=gettext_lazy("加密保存，查看要写理由并留记录。"),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    task = forms.CharField(label=gettext_lazy("分工"), max_length=80, required=False)

    def __init__(self, people: Any, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        choices = [("", "—"), *[(str(one.id), f"{one.name} · {one.post}") for one in people]]
        self.fields["actor"].choices = choices  # type: ignore[attr-defined]  # a choice field


@require_http_methods(["GET", "POST"])
def add_member(request: ActorRequest, key: int) -> HttpResponse:
    """Somebody joins: with a sign-in, or a volunteer whose name and phone are sealed."""
    team = patrol_reach.get_team(key, actor=request.actor)
    unit = patrol_choices.unit_planned(team.unit_id, actor=request.actor)
    people = patrol_choices.walkers_below(unit.path)
    form = MemberForm(people, request.POST or None, initial={"command": uuid4()})

    def act() -> object:
        said = form.cleaned_data
        new = NewMember(key_in(said["actor"]), said["name"], said["phone"], said["task"])
        return teams.add_member(team, new, key=said["command"], actor=request.actor, at=timezone.now())

    return _small(request, form, act, _("增加队员"), key)


@require_http_methods(["GET", "POST"])
def end_member(request: ActorRequest, key: int, member: int) -> HttpResponse:
    """Somebody leaves."""
    team = patrol_reach.get_team(key, actor=request.actor)
    patrol_choices.unit_planned(team.unit_id, actor=request.actor)
    form = EndForm(request.POST or None)

    def act() -> object:
        return teams.end_member(member, reason=form.cleaned_data["reason"], actor=request.actor, at=timezone.now())

    return _small(request, form, act, _("队员退出"), key)


@require_http_methods(["GET", "POST"])
def read_member(request: ActorRequest, key: int, member: int, field: str) -> HttpResponse:
    """Name or phone of a volunteer in plain, once the purpose is said; shown once."""
    patrol_reach.get_team(key, actor=request.actor)
    form = PurposeForm(request.POST or None)
    shown = ""
    if form.is_valid():
        try:
            purpose = form.cleaned_data["purpose"]
            shown = teams.read_member(member, field, purpose=purpose, actor=request.actor, at=timezone.now())
        except Refused as refusal:
            blame(form, refusal)
    status = 422 if form.is_bound and not shown else 200
    return page(
        request, "safety/teams/read.html", status=status, form=form, shown=shown, field=field,
        back=reverse("safety:team", args=[key]),
    )  # fmt: skip


def _small(request: ActorRequest, form: forms.Form, act: Any, title: str, key: int) -> HttpResponse:
    to = reverse("safety:team", args=[key])
    if form.is_valid():
        try:
            act()
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return go(request, to)
    status = 422 if form.is_bound else 200
    return page(request, "safety/patrols/form.html", status=status, form=form, title=title, back=to)
