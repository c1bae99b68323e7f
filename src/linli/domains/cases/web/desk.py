"""What all pages of staff share: only staff come in, a refusal keeps the form, an answer fits who asked."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.http import ActorRequest

View = Callable[..., HttpResponseBase]


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
