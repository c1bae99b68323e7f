"""One small form on a page of its own: shown, carried out, and back to where it came from."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame, go
from linli.web.pages import page


def say(form: forms.Form, refusal: Refused) -> None:
    """Beside the field it is about; what is wrong with a hidden position stands beside the address."""
    if refusal.field in ("lon", "lat", "crs") and "address" in form.fields:
        form.add_error("address", str(refusal))
    else:
        blame(form, refusal)


def small_form(
    request: ActorRequest,
    form: forms.Form,
    command: Callable[[dict[str, Any]], object],
    *,
    title: object,
    back: str,
    done: object,
    to: str = "",
    lead: object = "",
    template: str = "safety/sites/form.html",
    **more: Any,
) -> HttpResponse:
    """Show ``form``; posted and sound, carry out ``command`` with its values and go ``to`` (``back``, when "")."""
    if form.is_valid():
        try:
            command(form.cleaned_data)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, str(done))
            return go(request, to or back)
    return page(
        request, template, status=422 if form.is_bound else 200, form=form, title=title, back=back, lead=lead, **more
    )
