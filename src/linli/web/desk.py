"""What all pages of staff share: only staff come in, a refusal keeps the form, an answer fits who asked."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest

View = Callable[..., HttpResponseBase]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def for_staff(view: View) -> View:
    """A page of the desk: for everybody else it is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = getattr(request, "actor", None)
        if actor is None or actor.kind != "staff":
            raise NotFound
        return view(request, *args, **kwargs)

    return guarded


def blame(form: forms.Form, refusal: Refused) -> None:
    """Put a refusal beside the field it is about, else above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def go(request: ActorRequest, to: str) -> HttpResponse:
    """To another page, also when htmx asked."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return redirect(to)


def address_of(request: ActorRequest) -> dict[str, list[str]]:
    """The query of the address as plain names and values."""
    return {name: request.GET.getlist(name) for name in request.GET}


def with_right(right: str) -> Callable[[View], View]:
    """A page for those whose posts carry ``right`` somewhere: for everybody else it is not there."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if org.holds_right(request.actor, right, at=timezone.now()) is None:
                raise NotFound
            return view(request, *args, **kwargs)

        return guarded

    return guard


def act(request: ActorRequest, done: object, command: Callable[[], object], to: str, **where: Any) -> HttpResponse:
    """Carry out ``command`` that needs no form, tell what came of it, and go to the page named ``to``."""
    try:
        command()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(done))
    answer: HttpResponse = redirect(to, **where)
    return answer


def download(name: str, heads: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV that spreadsheets open in UTF-8; a cell that would be a formula becomes text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([str(head) for head in heads])
    writer.writerows([_harmless(str(cell)) for cell in row] for row in rows)
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


class ReasonForm(forms.Form):
    """A change with its reason."""

    reason = forms.CharField(
        label=_("理由"), max_length=400, help_text=_("会记入变更记录。"), widget=forms.Textarea({"rows": 2})
    )


def day_field(label: "str | Promise", *, help_text: "str | Promise" = "") -> forms.DateField:
    """A day that may be left out."""
    return forms.DateField(
        label=label,  # type: ignore[arg-type]  # a lazy string is as good
        required=False,
        help_text=help_text,  # type: ignore[arg-type]  # likewise
        widget=forms.DateInput({"type": "date"}),
    )
