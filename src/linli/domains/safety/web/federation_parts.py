"""What pages of federations, contacts and visits share."""

from uuid import UUID, uuid4

from django import forms
from django.http import HttpResponse

from linli.kernel.org.http import ActorRequest
from linli.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def form_page(
    request: ActorRequest, form: forms.Form, heading: str, *, back: str, button: str, lead: str = ""
) -> HttpResponse:
    """One form on a page of its own; it carries the key of what it opens, so that sent twice it opens one."""
    return page(
        request, "safety/federation/form.html", status=422 if form.errors else 200, form=form, heading=heading,
        back=back, button=button, lead=lead, key=key_of(request),
    )  # fmt: skip


def key_of(request: ActorRequest, name: str = "key") -> UUID:
    """The key that came with the form, else a new one."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return uuid4()


def workbook(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)
