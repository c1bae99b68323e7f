"""Reviews and opinions: one unit's decision on an application, and what others think of it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.lists.commands import reviewing
from linli.domains.lists.commands.reviewing import Verdict
from linli.domains.lists.queries import admission_reach, application_page, opinion_choices
from linli.domains.lists.web.admission_forms import AgreeForm, DeclineForm, InviteForm, OpinionForm
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.http import ActorRequest
from linli.kernel.text.numbers import whole
from linli.web.desk import blame
from linli.web.pages import page

Verb = Callable[[forms.Form, datetime, UUID], object]


@require_GET
def show(request: ActorRequest, number: str) -> HttpResponse:
    """The review of one unit, with everything that is to be weighed."""
    return _shown(request, number)


@require_POST
def verdict(request: ActorRequest, number: str, name: str) -> HttpResponse:
    """Agree, decline, or ask others first."""
    review = admission_reach.get_review(number, actor=request.actor)
    actor, seen = request.actor, whole(request.POST.get("seen", ""))

    def agree(form: forms.Form, now: datetime, command: UUID) -> None:
        given = form.cleaned_data
        said = Verdict(given["note"], given["conditions"], given["valid_to"], round((given["money_yuan"] or 0) * 100))
        reviewing.agree(review, said, actor=actor, at=now, seen=seen, command=command)

    def decline(form: forms.Form, now: datetime, command: UUID) -> None:
        reviewing.decline(review, form.cleaned_data["note"], actor=actor, at=now, seen=seen, command=command)

    def invite(form: forms.Form, now: datetime, command: UUID) -> None:
        units = opinion_choices.units_named(form.cleaned_data["units"])
        reviewing.invite(review, units, form.cleaned_data["note"], actor=actor, at=now, command=command)

    verbs: dict[str, tuple[Verb, str]] = {
        "agree": (agree, _("已同意准入。")), "decline": (decline, _("已决定不同意。")),
        "invite": (invite, _("已发出征求意见。")),
    }  # fmt: skip
    if name not in verbs:
        raise NotFound
    command, done = verbs[name]
    form = _forms(request, number, bound=name)[name]
    if form.is_valid():
        try:
            command(form, timezone.now(), _command(request))
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, done)
            return redirect("lists:review", number=number)
    return _shown(request, number, **{name: form})


def _command(request: ActorRequest) -> UUID:
    try:
        return UUID(request.POST.get("command", ""))
    except ValueError:
        return uuid4()


def _forms(request: ActorRequest, number: str, *, bound: str = "", money: int = 0) -> dict[str, forms.Form]:
    given = {name: request.POST if name == bound else None for name in ("agree", "decline", "invite")}
    choices = opinion_choices.units_to_ask(number, actor=request.actor)
    return {
        "agree": AgreeForm(given["agree"], auto_id="agree_%s", initial={"money_yuan": money / 100 or None}),
        "decline": DeclineForm(given["decline"], auto_id="decline_%s"),
        "invite": InviteForm(choices, given["invite"], auto_id="invite_%s"),
    }


def _shown(request: ActorRequest, number: str, **wrong: forms.Form) -> HttpResponse:
    now, actor = timezone.now(), request.actor
    review = admission_reach.get_review(number, actor=actor)
    parent = review.matter.parent
    assert parent is not None
    application = admission_reach.get_application(parent.number, actor=actor)
    shown = application_page.review_page(review, application, actor=actor, at=now)
    made = {**_forms(request, number, money=shown.money_wanted), **wrong}
    return page(
        request, "lists/admission/review.html", status=422 if wrong else 200, shown=shown, command=uuid4(), **made
    )


@require_http_methods(["GET", "POST"])
def opinion(request: ActorRequest, number: str) -> HttpResponse:
    """What a unit was asked, and its answer."""
    now, actor = timezone.now(), request.actor
    asked = admission_reach.get_opinion(number, actor=actor)
    shown = opinion_choices.opinion_page(asked, actor=actor, at=now)
    form = OpinionForm(request.POST or None)
    if form.is_valid():
        try:
            reviewing.give_opinion(
                asked, form.cleaned_data["stance"], form.cleaned_data["note"], actor=actor, at=now,
                seen=whole(request.POST.get("seen", "")), command=_command(request),
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("意见已送达审核单位。"))
            return redirect("lists:opinion", number=number)
    return page(
        request, "lists/admission/opinion.html", status=422 if form.errors else 200, shown=shown, form=form,
        command=uuid4(),
    )  # fmt: skip
