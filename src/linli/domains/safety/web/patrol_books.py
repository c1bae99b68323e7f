"""The daily patrol books of buildings, and writing a walk down for a volunteer."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.commands import recording
from linli.domains.safety.commands.recording import Noted, Written
from linli.domains.safety.queries import patrol_book_paper, patrol_books, patrol_choices, route_desk, team_desk
from linli.domains.safety.web.hazards import pdf
from linli.domains.safety.web.patrol_forms import key_in
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web.desk import blame, go
from linli.web.pages import page


@require_GET
def books(request: ActorRequest) -> HttpResponse:
    """All books of the territory, a month at a glance."""
    month = patrol_books.month_of(request.GET.get("month", ""), today=timezone.localdate())
    return page(
        request, "safety/patrols/books.html", month=month,
        books=patrol_books.books(request.actor, request.post, month),
    )  # fmt: skip


@require_GET
def book(request: ActorRequest, key: int) -> HttpResponse:
    """One building's register of a month, as on paper."""
    month = patrol_books.month_of(request.GET.get("month", ""), today=timezone.localdate())
    found = patrol_books.book_page(key, month, actor=request.actor)
    return page(request, "safety/patrols/book.html", found=found, month=month, today=timezone.localdate())


@require_GET
def book_pdf(request: ActorRequest, key: int) -> HttpResponse:
    """The register of a month (楼栋巡查档案) as a file."""
    month = patrol_books.month_of(request.GET.get("month", ""), today=timezone.localdate())
    content = patrol_book_paper.as_pdf(key, month, actor=request.actor, at=timezone.now())
    return pdf(content, f"patrols-{key}-{month.first:%Y-%m}")


class WriteForm(forms.Form):
    """A walk that was made, written down afterwards."""

    walker = forms.ChoiceField(label=gettext_lazy("谁巡的"))
    began_at = forms.DateTimeField(
        label=gettext_lazy("从"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    ended_at = forms.DateTimeField(
        label=gettext_lazy("到"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    people = forms.IntegerField(label=gettext_lazy("几个人"), min_value=1, max_value=200, initial=1)
    note = forms.CharField(
        label=gettext_lazy("小结"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("不要写姓名、电话等个人信息。"),
    )  # fmt: skip

    def __init__(self, walkers: list[tuple[str, str]], points: Any, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["walker"].choices = walkers  # type: ignore[attr-defined]  # a choice field
        for point in points:
            self.fields[f"at_{point.site}"] = forms.ChoiceField(
                label=point.name,
                choices=[("", _("没有到")), *patrol_choices.CONDITIONS],
                required=False,
                initial="fine",
            )
            self.fields[f"note_{point.site}"] = forms.CharField(
                label=_("%(name)s：看到什么") % {"name": point.name}, max_length=400, required=False,
                help_text=_("发现问题或当场处置的要写明。"),
            )  # fmt: skip

    def noted(self, points: Any) -> list[Noted]:
        said = self.cleaned_data
        return [
            Noted(point.site, said[f"at_{point.site}"], said[f"note_{point.site}"])
            for point in points
            if said[f"at_{point.site}"]
        ]


@require_http_methods(["GET", "POST"])
def write(request: ActorRequest, key: int) -> HttpResponse:
    """Write a walk of this route down, for oneself or for a volunteer."""
    now = timezone.now()
    route = route_desk.route_page(key, actor=request.actor, at=now)
    on = request.GET.get("on", "")
    first = {"began_at": _start(on, now), "ended_at": None}
    form = WriteForm(team_desk.walkers_of(key, actor=request.actor), route.points, request.POST or None, initial=first)
    if form.is_valid():
        said = form.cleaned_data
        written = Written(
            key, said["began_at"], said["ended_at"], UUID(said["walker"]), form.noted(route.points), said["people"],
            said["note"],
        )  # fmt: skip
        try:
            command = key_in(request.POST.get("command", "")) or uuid4()
            patrol = recording.write_down(written, key=command, actor=request.actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已记入，标为事后补录。"))
            return go(request, reverse("safety:walk", args=[patrol.pk]))
    back = reverse("safety:patrol_book" if route.building else "safety:route", args=[key])
    return page(
        request, "safety/patrols/form.html", status=422 if form.is_bound else 200, form=form, command=uuid4(),
        title=_("补录巡逻：%(name)s") % {"name": route.row.title}, back=back,
        why=_("没有手机的志愿者巡完后由人代录：时间照实写，日志里会标明“事后同步”和代录人。"),
    )  # fmt: skip


def _start(on: str, now: datetime) -> datetime | None:
    day = whole(on.replace("-", "")) if len(on) == 10 else None
    return timezone.make_aware(datetime.fromisoformat(f"{on}T19:00")) if day and on < f"{now:%Y-%m-%d}" else None
