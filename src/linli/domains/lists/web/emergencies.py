"""Orders outside the lists: the emergency channel, and the count of all of them by street and month."""

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

from linli.domains.lists.commands import emergencies as commands
from linli.domains.lists.commands.emergencies import MOST_DAYS, Declared
from linli.domains.lists.queries import adhoc, opinion_choices
from linli.domains.lists.web.tabs import on_at_first
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import act, blame
from linli.web.pages import page

TABS = (("orders", gettext_lazy("应急下派")), ("declined", gettext_lazy("被系统拒绝的下派")))


class DeclareForm(forms.Form):
    """What cannot wait for a review, of whom, how long, and why."""

    title = forms.CharField(label=gettext_lazy("要做什么"), max_length=120)
    reason = forms.CharField(
        label=gettext_lazy("为什么不能等"), max_length=400, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("会公开计入清单外下派，由准入审核员在期限内追认；不追认即失效。"),
    )  # fmt: skip
    days = forms.IntegerField(label=gettext_lazy("几天内有效"), min_value=1, max_value=MOST_DAYS, initial=7)
    units = forms.MultipleChoiceField(label=gettext_lazy("哪些居(村)委会"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, groups: Any, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["units"].choices = groups  # type: ignore[attr-defined]  # a choice field


@require_GET
def overview(request: ActorRequest) -> HttpResponse:
    """The count by street and month, then each order or refused attempt with its reason."""
    if not adhoc.may_read(request.actor):
        raise NotFound
    now, actor = timezone.now(), request.actor
    tab = "declined" if request.GET.get("tab") == "declined" else "orders"
    street, after = whole(request.GET.get("street", "")), request.GET.get("after", "")
    shown = adhoc.table(actor, at=now)
    street = street if street in {line.id for line in shown.lines} else None
    orders = declined = None
    if tab == "orders":
        found, more = adhoc.page_of_emergencies(actor, street=street, after=after)
        orders = lists.Keyset(found, more)
    else:
        attempts, more = adhoc.page_of_declined(actor, street=street, after=after)
        declined = lists.Keyset(attempts, more)
    streets = lists.chips(
        request, "street", [(str(line.id), line.name) for line in shown.lines], everything=_("全部街道")
    )
    return page(
        request, "lists/admission/adhoc.html", table=shown, orders=orders, declined=declined, streets=streets,
        tabs=on_at_first(lists.chips(request, "tab", TABS)), may_declare=bool(adhoc.committees_to_ask(actor, now)),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def declare(request: ActorRequest) -> HttpResponse:
    """Open the channel for some committees."""
    now, actor = timezone.now(), request.actor
    groups = adhoc.committees_to_ask(actor, now)
    if not groups:
        raise NotFound
    form = DeclareForm(groups, request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        said = Declared(given["title"], given["reason"], opinion_choices.units_named(given["units"]), given["days"])
        try:
            made = commands.declare(said, key=_key(request, "key"), actor=actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("应急通道已开，事后须在期限内由准入审核员追认。"))
            return redirect("lists:emergency", number=made.matter.number)
    return page(
        request, "lists/admission/declare.html", status=422 if form.errors else 200, form=form,
        key=request.POST.get("key") or uuid4(), heading=_("应急下派"),
    )  # fmt: skip


def _key(request: ActorRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return uuid4()


@require_GET
def show(request: ActorRequest, number: str) -> HttpResponse:
    found = adhoc.get_emergency(number, actor=request.actor)
    shown = adhoc.emergency_page(found, actor=request.actor)
    return page(request, "lists/admission/emergency.html", shown=shown)


@require_POST
def judge(request: ActorRequest, number: str, name: str) -> HttpResponse:
    """Ratify it, or not."""
    found = adhoc.get_emergency(number, actor=request.actor)
    verbs = {"ratify": commands.ratify, "reject": commands.reject}
    if name not in verbs:
        raise NotFound

    def command() -> None:
        verbs[name](
            found, request.POST.get("note", "")[:400], actor=request.actor, at=timezone.now(),
            seen=whole(request.POST.get("seen", "")), command=_key(request, "command"),
        )  # fmt: skip

    return act(request, _("已办理。"), command, "lists:emergency", number=number)
