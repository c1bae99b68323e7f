"""The electronic patrol log, one walk with its track, photos of the log."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from linli.domains.safety.commands import following, reading_tracks
from linli.domains.safety.queries import patrol_choices, patrol_log, patrol_log_sheet, walk_page
from linli.domains.safety.queries.patrol_log import SYNCS, Narrow
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence.queries import open_served
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import act, blame
from linli.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def key_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def day_of(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def sheet_answer(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _narrow(request: ActorRequest) -> Narrow:
    asked = request.GET
    return Narrow(
        since=day_of(asked.get("since", "")), until=day_of(asked.get("until", "")), unit=whole(asked.get("unit", "")),
        person=key_of(asked.get("person", "")), site=key_of(asked.get("site", "")), team=whole(asked.get("team", "")),
        kind=asked.get("kind", "")[:10], condition=asked.get("condition", "")[:10], proof=asked.get("proof", "")[:10],
        sync=asked.get("sync", "")[:12], text=asked.get("q", "")[:60],
    )  # fmt: skip


@require_GET
def show(request: ActorRequest) -> HttpResponse:
    """The log as the address says."""
    now, narrow = timezone.now(), _narrow(request)
    found = patrol_log.page(
        request.actor, request.post, narrow, at=now, after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    groups = [
        lists.chips(request, "condition", patrol_choices.CONDITIONS, everything=_("全部情况")),
        lists.chips(request, "proof", patrol_choices.PROOFS, everything=_("全部证明")),
        lists.chips(request, "sync", list(SYNCS.items())),
        lists.chips(request, "kind", patrol_choices.KINDS, everything=_("全部类别")),
    ]
    return page(
        request, "safety/patrols/log.html", keyset=lists.Keyset(found.rows, found.after, found.before), chips=groups,
        narrow=narrow, span=narrow.span(now), query=request.GET.urlencode(),
        units=patrol_choices.grounds(request.post), chosen=patrol_choices.chosen(narrow, actor=request.actor),
    )  # fmt: skip


@require_GET
def sheet(request: ActorRequest) -> HttpResponse:
    """The log as the address describes it, for a spreadsheet program."""
    content = patrol_log_sheet.write(request.actor, request.post, _narrow(request), at=timezone.now())
    return sheet_answer(content, "patrol-log")


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=gettext_lazy("为什么要看"), max_length=200, help_text=gettext_lazy("查看会被记录，审计可以查到。"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip


class FollowForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("案件或隐患编号"), max_length=40)


@require_GET
def walk(request: ActorRequest, key: UUID) -> HttpResponse:
    found = walk_page.walk_page(key, actor=request.actor, at=timezone.now())
    track = reading_tracks.read_track(key, purpose="", actor=request.actor, at=timezone.now()) if found.shows_track \
        else {"type": "FeatureCollection", "features": []}  # fmt: skip
    return page(request, "safety/patrols/walk.html", walk=found, track=track, form=PurposeForm())


@require_POST
def track(request: ActorRequest, key: UUID) -> HttpResponse:
    """The walk with its track, once somebody who plans there has said why they look."""
    now, form = timezone.now(), PurposeForm(request.POST)
    found = walk_page.walk_page(key, actor=request.actor, at=now)
    way = {"type": "FeatureCollection", "features": []}
    if form.is_valid():
        try:
            way = reading_tracks.read_track(key, purpose=form.cleaned_data["purpose"], actor=request.actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
    status = 200 if form.is_valid() else 422
    return page(request, "safety/patrols/walk.html", status=status, walk=found, track=way, form=form)


@require_GET
def photo(request: ActorRequest, entry: UUID, file_id: UUID, variant: str) -> FileResponse:
    """A photo of the log, for those who may see the walk."""
    served = open_served(patrol_log.photo_of(entry, file_id, actor=request.actor), variant=variant)
    answer = FileResponse(served.stream, content_type=served.content_type)
    for header, value in served.headers.items():
        answer[header] = value
    return answer


@require_POST
def follow(request: ActorRequest, entry: UUID) -> HttpResponse:
    """Say which case or hazard came of a line."""
    found = patrol_choices.entry_of(entry, actor=request.actor)

    def link() -> object:
        matter = patrol_choices.matter_of(request.POST.get("number", "").strip()[:40], actor=request.actor)
        return following.follow(entry, matter, actor=request.actor, at=timezone.now())

    return act(request, _("已关联。"), _told(link), "safety:walk", key=found)


def _told(command: Callable[[], object]) -> Callable[[], object]:
    def told() -> object:
        try:
            return command()
        except NotFound:
            raise Refused(_("没有这个编号的案件或隐患，或不在您的范围内。")) from None

    return told


@require_POST
def report(request: ActorRequest, entry: UUID) -> HttpResponse:
    """Hand a problem on to the grid as a case."""
    found = patrol_choices.entry_of(entry, actor=request.actor)

    def hand_on() -> object:
        return following.report_on(entry, actor=request.actor, at=timezone.now())

    return act(request, _("已转为案件。"), hand_on, "safety:walk", key=found)
