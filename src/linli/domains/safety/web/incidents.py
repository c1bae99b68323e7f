"""Notices to a federation's members: listed, told, answered, printed; what helped, to look up (000-46)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.safety.commands import incidents as commands
from linli.domains.safety.commands.incidents import Said
from linli.domains.safety.queries import federations, incident_rules, incidents
from linli.domains.safety.web.federation_forms import NoticeForm, RecurrenceForm
from linli.domains.safety.web.federation_parts import form_page, key_of
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence.queries import open_served
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import act, blame
from linli.web.pages import page
from linli.web.uploads import files_of

ONLY = (
    ("open", gettext_lazy("还有成员未完成")),
    ("overdue", gettext_lazy("逾期")),
    ("recurred", gettext_lazy("有复发")),
)


@require_GET
def listed(request: ActorRequest, unit_id: int) -> HttpResponse:
    now, actor, asked = timezone.now(), request.actor, request.GET
    federation = federations.get_federation(unit_id, actor=actor, at=now)
    lines, more = incidents.page_of(
        federation, at=now, kind=asked.get("kind", ""), only=asked.get("only", ""), after=asked.get("after", "")
    )
    return page(
        request, "safety/federation/notices.html", name=federation.unit.name, unit_id=unit_id,
        keyset=lists.Keyset(lines, more), figures=incidents.figures(federation, at=now),
        overdue=incidents.overdue(federation, at=now), may_tell=incident_rules.may_tell(federation, actor, now),
        kinds=lists.chips(request, "kind", incidents.KINDS, label=_("类别"), everything=_("全部")),
        only=lists.chips(request, "only", ONLY, label=_("状态"), everything=_("全部")),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def tell(request: ActorRequest, unit_id: int) -> HttpResponse:
    """Tell all members what happened and what helps."""
    now, actor = timezone.now(), request.actor
    federation = federations.get_federation(unit_id, actor=actor, at=now)
    if not incident_rules.may_tell(federation, actor, now):
        raise NotFound
    form = NoticeForm(request.POST or None, request.FILES or None, initial={"happened_on": timezone.localdate()})
    if form.is_valid():
        given: dict[str, Any] = dict(form.cleaned_data)
        given.pop("file")
        try:
            received, _kept = files_of(request, ["file"], at=now)
            said = Said(**given, file_id=received[0].file_id if received else None)
            made = commands.tell(federation, said, key=key_of(request), actor=actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("通报已发给全体成员。"))
            return redirect("safety:notice", key=made.pk)
    back = reverse("safety:federation_notices", args=[unit_id])
    return form_page(request, form, _("发出通报"), back=back, button=_("通报全体成员"), lead=federation.unit.name)


@require_GET
def show(request: ActorRequest, key: UUID) -> HttpResponse:
    return _shown(request, key)


def _shown(request: ActorRequest, key: UUID, *, wrong: RecurrenceForm | None = None) -> HttpResponse:
    now = timezone.now()
    notice = incidents.get_notice(key, actor=request.actor, at=now)
    found = incidents.notice_page(notice, actor=request.actor, at=now)
    again = wrong or RecurrenceForm(members=[(str(one.member_id), one.body) for one in found.answers])
    return page(
        request, "safety/federation/notice.html", status=422 if wrong else 200, found=found, again=again,
        today=timezone.localdate(),
    )  # fmt: skip


@require_POST
def answer(request: ActorRequest, key: UUID, answer_id: int, verb: str) -> HttpResponse:
    """Read, promise, finish, confirm, send back, tick off a call."""
    now = timezone.now()
    row = incidents.get_answer(incidents.get_notice(key, actor=request.actor, at=now), answer_id)
    note, due_on = request.POST.get("note", "")[:1000], _day(request.POST.get("due_on", ""))

    def command() -> None:
        commands.answer(row, verb, note=note, due_on=due_on, actor=request.actor, at=now)

    return act(request, _("已登记。"), command, "safety:notice", key=key)


@require_POST
def recur(request: ActorRequest, key: UUID) -> HttpResponse:
    """Record that the same happened again."""
    now = timezone.now()
    notice = incidents.get_notice(key, actor=request.actor, at=now)
    found = incidents.notice_page(notice, actor=request.actor, at=now)
    form = RecurrenceForm(request.POST, members=[(str(one.member_id), one.body) for one in found.answers])
    if form.is_valid():
        given = form.cleaned_data
        try:
            member = federations.get_member(notice.federation_id, int(given["member"]), actor=request.actor, at=now)
            commands.record_recurrence(
                notice, member, happened_on=given["happened_on"], note=given["note"], actor=request.actor, at=now
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("复发已登记，该成员的措施重新开始，其他成员已通知。"))
            return redirect("safety:notice", key=key)
    return _shown(request, key, wrong=form)


@require_GET
def file(request: ActorRequest, key: UUID) -> FileResponse:
    """What was attached to a notice."""
    notice = incidents.get_notice(key, actor=request.actor, at=timezone.now())
    if notice.file_id is None:
        raise NotFound
    served = open_served(notice.file_id, variant="view")
    response = FileResponse(served.stream, content_type=served.content_type)
    for header, value in served.headers.items():
        response[header] = value
    return response


@require_GET
def experience(request: ActorRequest, unit_id: int) -> HttpResponse:
    """What worked, from meetings and from measures that were confirmed; two characters suffice."""
    federation = federations.get_federation(unit_id, actor=request.actor, at=timezone.now())
    text = request.GET.get("q", "")[:40]
    return page(
        request, "safety/federation/experience.html", found=incidents.experience(federation, text), text=text,
        unit_id=unit_id, name=federation.unit.name,
    )  # fmt: skip


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None
