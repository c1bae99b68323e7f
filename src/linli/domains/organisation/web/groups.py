"""Information groups of grids: listed, read, written in; a message becomes a report."""

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.organisation.commands import groups as commands
from linli.domains.organisation.queries import groups as queries
from linli.domains.organisation.queries import staff
from linli.kernel.errors import Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.evidence.queries import open_served
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import act, blame
from linli.web.pages import page


class WriteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("内容"), max_length=commands.LONGEST, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("群成员都会收到；不要写姓名、电话等个人信息。"),
    )  # fmt: skip


class MemberForm(forms.Form):
    person = forms.ChoiceField(label=gettext_lazy("人员"))
    capacity = forms.ChoiceField(label=gettext_lazy("身份"), choices=queries.BY_HAND)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = people


class ResidentForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=80)
    phone = forms.CharField(
        label=gettext_lazy("手机号"), max_length=20, widget=forms.TextInput({"inputmode": "tel"}),
        help_text=gettext_lazy("须经本人同意；加密保存，只以遮盖形式显示。"),
    )  # fmt: skip


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    now, text = timezone.now(), request.GET.get("q", "")[:40]
    lines, after, missing = queries.groups(
        actor=request.actor, at=now, text=text, after=request.GET.get("after", "")[:40]
    )
    return page(
        request, "organisation/groups/list.html", keyset=lists.Keyset(lines, after=after), missing=missing, text=text,
        may_create=org.holds_right(request.actor, "edit_units", at=now) is not None,
    )  # fmt: skip


@require_POST
def create(request: ActorRequest) -> HttpResponse:
    """A group for every grid that has none."""
    made = commands.create_groups(actor=request.actor, at=timezone.now())
    messages.success(request, _("已建立 %(n)d 个信息群。") % {"n": made})
    return redirect("organisation:groups")


@require_http_methods(["GET", "POST"])
def one(request: ActorRequest, unit_id: int) -> HttpResponse:
    """A group with its members and messages; posted, a message with files is written."""
    now = timezone.now()
    group = queries.get_group(unit_id, actor=request.actor, at=now)
    form = WriteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            commands.write(
                group, text=form.cleaned_data["text"], file_ids=_received(request), actor=request.actor, at=now
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已发到群里。"))
            return redirect("organisation:group", unit_id=unit_id)
    found = queries.group_page(unit_id, actor=request.actor, at=now, after=request.GET.get("after", "")[:36])
    return page(
        request, "organisation/groups/group.html", found=found, form=form, resident=ResidentForm(),
        keyset=lists.Keyset(found.posts, after=found.after), status=422 if form.errors else 200,
        member=MemberForm(people=staff.choices(request.actor, now)) if found.may_keep else None,
    )  # fmt: skip


@require_POST
def add(request: ActorRequest, unit_id: int) -> HttpResponse:
    """Add a member of staff by hand."""
    now = timezone.now()
    group = queries.get_group(unit_id, actor=request.actor, at=now)
    form = MemberForm(request.POST, people=staff.choices(request.actor, now))

    def command() -> None:
        if not form.is_valid():
            raise Refused(_("请选择人员和身份。"))
        person = staff.get_person(UUID(form.cleaned_data["person"]), actor=request.actor, at=now)
        commands.add_member(group, person, form.cleaned_data["capacity"], actor=request.actor, at=now)

    return act(request, _("已加入信息群。"), command, "organisation:group", unit_id=unit_id)


@require_POST
def add_resident(request: ActorRequest, unit_id: int) -> HttpResponse:
    now = timezone.now()
    group = queries.get_group(unit_id, actor=request.actor, at=now)
    name, phone = request.POST.get("name", "")[:80], request.POST.get("phone", "")[:20]
    command = partial(commands.add_resident, group, name=name, phone=phone, actor=request.actor, at=now)
    return act(request, _("已加入信息群。"), command, "organisation:group", unit_id=unit_id)


@require_POST
def remove(request: ActorRequest, unit_id: int, member_id: int) -> HttpResponse:
    now = timezone.now()
    group = queries.get_group(unit_id, actor=request.actor, at=now)
    command = partial(commands.remove_member, group, member_id, actor=request.actor, at=now)
    return act(request, _("已移出信息群。"), command, "organisation:group", unit_id=unit_id)


@require_POST
def hand_on(request: ActorRequest, post_id: UUID) -> HttpResponse:
    """Make a report of a message."""
    now = timezone.now()
    post = queries.get_post(post_id, actor=request.actor, at=now)
    command = partial(commands.hand_on, post, actor=request.actor, at=now)
    return act(request, _("已转为案件。"), command, "organisation:group", unit_id=post.group.unit_id)


@require_GET
def file(request: ActorRequest, post_id: UUID, file_id: UUID, variant: str) -> FileResponse:
    """A file of a message, for those who may read the group."""
    key = queries.file_in(post_id, file_id, actor=request.actor, at=timezone.now())
    served = open_served(key, variant=variant)
    answer = FileResponse(served.stream, content_type=served.content_type)
    for header, value in served.headers.items():
        answer[header] = value
    return answer


def _received(request: ActorRequest) -> list[UUID]:
    """Files sent with the form, checked and kept. Raises Refused."""
    uploads = [one for one in request.FILES.getlist("photo") if isinstance(one, UploadedFile)]
    if len(uploads) > commands.MOST_FILES:
        raise Refused(_("最多%(most)d个文件。") % {"most": commands.MOST_FILES})
    claims = [*request.POST.getlist("photo_sha256"), *[""] * len(uploads)]
    return [
        evidence.receive(
            one,  # type: ignore[arg-type]  # an uploaded file reads like a stream
            name=one.name or "photo", claimed_sha256=claim, actor=request.actor, at=timezone.now(),
        ).pk
        for one, claim in zip(uploads, claims, strict=False)
    ]  # fmt: skip
