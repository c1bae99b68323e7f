"""Meetings that come again: begun, listed with the next and the last, ended (000-45)."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.organisation.queries import meeting_picks, reach, staff
from linli.kernel.errors import NotFound, Refused
from linli.kernel.meetings import queries
from linli.kernel.meetings.commands import series
from linli.kernel.org.http import ActorRequest
from linli.web.desk import act, blame
from linli.web.pages import page
from linli.web.recurring import WhenForm, choose


class SeriesForm(WhenForm):
    """A series of meetings."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=meeting_picks.KINDS)
    title = forms.CharField(label=gettext_lazy("会议名称"), max_length=100)
    unit = forms.ChoiceField(label=gettext_lazy("召集单位"))
    place = forms.CharField(label=gettext_lazy("地点"), max_length=120)
    starts_on = forms.DateField(
        label=gettext_lazy("从哪天起"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    agenda = forms.CharField(
        label=gettext_lazy("固定议题"), required=False, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("每行一个；上次会议没落实的决定会自动加进下次议题。"),
    )  # fmt: skip
    days_ahead = forms.IntegerField(
        label=gettext_lazy("提前几天通知"), min_value=1, max_value=series.MOST_AHEAD, initial=series.DAYS_AHEAD
    )
    people = forms.MultipleChoiceField(
        label=gettext_lazy("参加人"), required=False, widget=forms.SelectMultiple({"size": 8}),
        help_text=gettext_lazy("按住 Ctrl 可多选；都会收到通知。"),
    )  # fmt: skip
    knowing = forms.BooleanField(label=gettext_lazy("知道时间重叠，仍要这样安排"), required=False)

    def __init__(self, *args: Any, units: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "unit", units)
        choose(self, "people", people)


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    now = timezone.now()
    return page(
        request, "organisation/meetings/series.html", lines=queries.series_of(request.actor, at=now),
        may_begin=bool(meeting_picks.conveners(request.actor, now)),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def begin(request: ActorRequest) -> HttpResponse:
    """Begin a series; the meetings then are called by themselves."""
    now, actor = timezone.now(), request.actor
    units = meeting_picks.conveners(actor, now)
    if not units:
        raise NotFound
    today = timezone.localdate(now)
    initial = {"every": "monthly", "days": [1], "opens": "14:00", "closes": "16:00", "starts_on": today}
    form = SeriesForm(request.POST or None, units=units, people=staff.choices(actor, now), initial=initial)
    key = _key(request.POST.get("command", ""))
    if request.method == "POST" and form.is_valid():
        try:
            begun = _begun(request, form, key)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("例会已排好：%(title)s，到时间会自动通知。") % {"title": begun.title})
            return redirect("organisation:series")
    return page(
        request, "organisation/meetings/begin_series.html", form=form, command=key, status=422 if form.errors else 200
    )


def _begun(request: ActorRequest, form: SeriesForm, key: UUID) -> Any:
    given, now, actor = dict(form.cleaned_data), timezone.now(), request.actor
    names = ("kind", "title", "place", "starts_on", "opens", "closes", "days_ahead", "working_days_only", "knowing")
    return series.begin(
        **{name: given[name] for name in names}, rule=form.rule,
        unit=reach.get_unit(int(given["unit"]), actor=actor, at=now), agenda=given["agenda"].splitlines(),
        people=[staff.get_person(UUID(one), actor=actor, at=now) for one in given["people"]], actor=actor, at=now,
        key=key,
    )  # fmt: skip


@require_POST
def end(request: ActorRequest, series_id: int) -> HttpResponse:
    def command() -> None:
        series.end(series_id, reason=request.POST.get("reason", "")[:200], actor=request.actor, at=timezone.now())

    return act(request, _("例会已结束；已通知的会议不变。"), command, "organisation:series")


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
