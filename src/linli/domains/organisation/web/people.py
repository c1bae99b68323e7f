"""People and posts: who is who, who holds what, and how posts are given, ended and deputised."""

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.organisation.commands import staffing
from linli.domains.organisation.queries import reach, staff, standing, unit_tree
from linli.domains.organisation.queries.role_table import role_table
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.commands import posts
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import ReasonForm, blame, day_field
from linli.web.pages import page

DAYS = gettext_lazy("不填为今天起。")


class AppointForm(ReasonForm):
    person = forms.ChoiceField(label=gettext_lazy("人员"))
    role = forms.ChoiceField(label=gettext_lazy("岗位"), choices=standing.ROLE_CHOICES)
    unit = forms.ChoiceField(label=gettext_lazy("所在单位"))
    over = forms.ChoiceField(
        label=gettext_lazy("负责范围"), required=False, help_text=gettext_lazy("不选则为所在单位及其下级。")
    )
    title = forms.CharField(
        label=gettext_lazy("职务名称"), max_length=80, required=False, widget=forms.TextInput({"list": "titles"})
    )
    since = day_field(gettext_lazy("任职日期"), help_text=DAYS)
    until = day_field(gettext_lazy("结束日期"), help_text=gettext_lazy("不填为长期。"))
    field_order = ("person", "role", "unit", "over", "title", "since", "until", "reason")

    def __init__(self, *args: Any, people: list[tuple[str, str]], units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("person", people), ("unit", units), ("over", [("", "—"), *units])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class EndForm(ReasonForm):
    on = day_field(gettext_lazy("结束日期"), help_text=gettext_lazy("不填为今天。"))
    field_order = ("on", "reason")


class DeputiseForm(ReasonForm):
    person = forms.ChoiceField(label=gettext_lazy("代理人"))
    since = forms.DateField(label=gettext_lazy("开始日期"), widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=gettext_lazy("结束日期"), widget=forms.DateInput({"type": "date"}))
    field_order = ("person", "since", "until", "reason")

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = people


class AccountForm(ReasonForm):
    username = forms.CharField(label=gettext_lazy("用户名"), max_length=150)
    phone = forms.CharField(
        label=gettext_lazy("手机号"), max_length=20, required=False, widget=forms.TextInput({"inputmode": "tel"})
    )
    email = forms.EmailField(label=gettext_lazy("邮箱"), required=False)
    field_order: "tuple[str, ...]" = ("username", "phone", "email", "reason")


class EngageForm(AccountForm):
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=80)
    field_order = ("name", "username", "phone", "email", "reason")


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    now, given = timezone.now(), request.GET
    unit = given.get("unit", "")
    asked = staff.Asked(
        text=given.get("q", "")[:40],
        role=given.get("role", ""),
        unit=reach.get_node(key, actor=request.actor, at=now).id if (key := whole(unit)) is not None else 0,
        idle="idle" in given,
        after=given.get("after", "")[:200],
    )
    found = staff.people(asked, actor=request.actor, at=now)
    return page(
        request,
        "organisation/people/list.html",
        asked=asked,
        keyset=lists.Keyset(found.lines, after=found.after),
        units=unit_tree.choices(request.actor, now, kinds=("district", "street", "department", "centre", "committee")),
        chosen=unit,
        roles=lists.chips(request, "role", standing.ROLE_CHOICES, label=_("岗位"), everything=_("全部")),
        idle=lists.chips(request, "idle", [("1", _("暂无岗位"))]),
        may_engage=org.holds_right(request.actor, "edit_accounts", at=now) is not None,
        may_appoint=org.holds_right(request.actor, "edit_posts", at=now) is not None,
        overloaded=staff.overloaded(request.actor, now),
    )


@require_GET
def one(request: ActorRequest, person_id: UUID) -> HttpResponse:
    found = staff.person_page(person_id, actor=request.actor, at=timezone.now())
    return page(request, "organisation/people/person.html", found=found)


@require_http_methods(["GET", "POST"])
def appoint(request: ActorRequest) -> HttpResponse:
    """Give somebody a post; 三员分立 and everything else the command refuses is shown beside its field."""
    now, actor = timezone.now(), request.actor
    if org.holds_right(actor, "edit_posts", at=now) is None:
        raise NotFound
    form = AppointForm(
        request.POST or None, people=staff.choices(actor, now), units=unit_tree.choices(actor, now),
        initial={name: request.GET.get(name, "") for name in ("person", "unit", "role")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        pick = partial(reach.get_unit, actor=actor, at=now)
        over = given.pop("over")
        try:
            person = staff.get_person(UUID(given.pop("person")), actor=actor, at=now)
            posts.appoint(
                person, given.pop("role"), pick(int(given.pop("unit"))), over=pick(int(over)) if over else None,
                actor=actor, at=now, **given,
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("任职已登记。"))
            return redirect("organisation:person", person_id=person.pk)
    return page(
        request, "organisation/people/appoint.html", form=form, titles=standing.TITLES,
        status=422 if form.errors else 200,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def end_post(request: ActorRequest, post_id: int) -> HttpResponse:
    now = timezone.now()
    post = staff.get_post(post_id, actor=request.actor, at=now)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            posts.end_post(post, actor=request.actor, at=now, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("任职已结束。"))
            return redirect("organisation:person", person_id=post.actor_id)
    heading = _("免职:%(who)s %(unit)s") % {"who": post.actor.name, "unit": post.unit.name}
    return _form(request, form, heading)


@require_http_methods(["GET", "POST"])
def deputise(request: ActorRequest, post_id: int) -> HttpResponse:
    """Let somebody stand in; said by the holder of the post or whoever appoints there."""
    now = timezone.now()
    post = staff.get_post(post_id, actor=request.actor, at=now)
    form = DeputiseForm(request.POST or None, people=staff.choices(request.actor, now))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            person = staff.get_person(UUID(given.pop("person")), actor=request.actor, at=now)
            posts.deputise(post, person, actor=request.actor, at=now, **given)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("代理已登记。"))
            return redirect("organisation:person", person_id=person.pk)
    return _form(request, form, _("代理:%(who)s %(unit)s") % {"who": post.actor.name, "unit": post.unit.name})


@never_cache
@require_http_methods(["GET", "POST"])
def engage(request: ActorRequest) -> HttpResponse:
    """Register somebody with an account; the first password is shown this once."""
    now = timezone.now()
    if org.holds_right(request.actor, "edit_accounts", at=now) is None:
        raise NotFound
    form = EngageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = staffing.engage(actor=request.actor, at=now, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            return page(request, "organisation/people/engaged.html", made=made)
    return _form(request, form, _("登记人员并开立账号"))


@never_cache
@require_http_methods(["GET", "POST"])
def open_account(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """An account for somebody registered without one."""
    now = timezone.now()
    person = staff.get_person(person_id, actor=request.actor, at=now)
    if org.holds_right(request.actor, "edit_accounts", at=now) is None:
        raise NotFound
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = staffing.open_for(person, actor=request.actor, at=now, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            return page(request, "organisation/people/engaged.html", made=made)
    return _form(request, form, _("开立账号:%(who)s") % {"who": person.name})


@require_GET
def roles(request: ActorRequest) -> HttpResponse:
    """Who may do what: the table that `linli roles` prints."""
    return page(request, "organisation/people/roles.html", roles=role_table())


def _form(request: ActorRequest, form: forms.Form, heading: str) -> HttpResponse:
    return page(
        request, "organisation/form.html", form=form, heading=heading, back="organisation:people",
        status=422 if form.errors else 200,
    )  # fmt: skip
