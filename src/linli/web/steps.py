"""The page of one step of a matter: its small form; posted and sound, the step is taken and the matter shown again."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from linli.kernel.errors import Refused
from linli.kernel.flow.given import GivenFile
from linli.kernel.flow.journal import Offer
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame, go
from linli.web.pages import page
from linli.web.uploads import Received, files_of

Kinds = Sequence[tuple[str, "str | Promise"]]
"""Kinds of files a step takes, with what they are called."""


class Stepping(Protocol):
    """What the template shows beside the form; at least the step itself."""

    @property
    def offer(self) -> Offer: ...


def step_page(
    request: ActorRequest,
    template: str,
    found: Stepping,
    form: forms.Form,
    take: Callable[[dict[str, Any], list[GivenFile]], object],
    *,
    kinds: Kinds = (),
    to: str,
) -> HttpResponse:
    """Show ``form``, or take the step and go to the address ``to``; a refusal keeps what was typed and its photos.

    take  carries the step out with the form's values and the files received
    """
    received: list[Received] = []
    if form.is_valid():
        try:
            files, received = files_of(request, [kind for kind, _label in kinds], at=timezone.now())
            take(form.cleaned_data, files)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已办:%(step)s") % {"step": found.offer.label})
            return go(request, to)
    return page(
        request, template, status=422 if form.is_bound else 200, found=found, form=form, received=received, kinds=kinds
    )
