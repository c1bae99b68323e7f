"""Signs: what anybody sees who scans one, and the sheets to print them from."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from linli.domains.safety.queries import signs
from linli.domains.safety.web.site_asked import narrow_of
from linli.domains.safety.web.site_links import qr_of, sign_link
from linli.kernel.org.http import ActorRequest
from linli.web.pages import page

PER_SHEET = 12


@require_GET
def sign(request: HttpRequest, tag: str) -> HttpResponse:
    """What this place is, who keeps it, and how to report something there. Nothing internal."""
    found = signs.sign(tag)
    where = urlencode({"lon": f"{found.lon:.6f}", "lat": f"{found.lat:.6f}", "address": found.name})
    return page(
        request, "safety/signs/sign.html", sign=found, phone=found.phone,
        report=f"{reverse('resident:report')}?{where}",
    )  # fmt: skip


@require_GET
def sheets(request: ActorRequest) -> HttpResponse:
    """Signs of the sites asked for, twelve a sheet of A4."""
    now = timezone.now()
    codes = request.GET.getlist("code")[: signs.MOST_LABELS]
    labels = signs.labels(request.actor, narrow_of(request), codes=codes, at=now)
    shown = [(one, qr_of(sign_link(request, one.tag))) for one in labels]
    pages = [shown[start : start + PER_SHEET] for start in range(0, len(shown), PER_SHEET)]
    return page(
        request, "safety/signs/sheets.html", pages=pages, count=len(shown),
        is_cut=len(shown) >= signs.MOST_LABELS, most=signs.MOST_LABELS,
    )  # fmt: skip
