"""Taking in a spreadsheet of sites."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.commands import site_import
from linli.domains.safety.web.site_forms import FileForm
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.errors import Refused
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame
from linli.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
def take(request: ActorRequest) -> HttpResponse:
    """Look first, then take in; rows with a problem are named and left out."""
    form = FileForm(request.POST or None, request.FILES or None)
    seen, is_taken = None, False
    if form.is_valid():
        content, now = form.cleaned_data["file"].read(), timezone.now()
        try:
            if "take" in request.POST:
                seen, is_taken = site_import.take(content, actor=request.actor, at=now), True
                messages.success(request, _("已导入%(n)d行。") % {"n": seen.added + seen.altered})
            else:
                seen = site_import.preview(content, actor=request.actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
    return page(
        request, "safety/sites/import.html", status=422 if form.errors else 200, form=form, seen=seen,
        is_taken=is_taken,
    )  # fmt: skip


@require_GET
def pattern(request: ActorRequest) -> HttpResponse:
    """An empty sheet to fill in."""
    heads, rows = site_import.pattern()
    content = write_rows(heads, rows, kind="xlsx", title=_("场所导入"))
    return HttpResponse(
        content, content_type=XLSX, headers={"Content-Disposition": 'attachment; filename="sites-empty.xlsx"'}
    )
