"""The one contact in which a phone hands over what was done and takes along what is new; and files, apart."""

from datetime import timedelta
from urllib.parse import unquote
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.field.api import shapes
from linli.domains.field.api.coming_in import UNKNOWN, check_size, come_in, speak, token_of
from linli.domains.field.api.problems import answer, told
from linli.domains.field.queries import photos, taking_along
from linli.kernel.devices import commands
from linli.kernel.evidence import commands as evidence
from linli.kernel.evidence.limits import Limits
from linli.web.rates import Rate, client_address, use

SYNC = Rate("field_sync", 60, 60)
FILES = Rate("field_files", 240, 60)
PHOTOS = Rate("field_photos", 600, 60)
UNSENT_KEPT = timedelta(days=30)
"""How long a file stays whose command has not come: a phone may be without network that long."""
VARIANTS = {"thumb": "thumb"}


@require_POST
@told
def sync(request: HttpRequest) -> HttpResponse:
    """Commands in, answers out, and everything fresh."""
    device, at = come_in(request, SYNC)
    check_size(request, shapes.BODY_BYTES)
    contact = shapes.read(request.read(shapes.BODY_BYTES + 1))
    sending = commands.Sending(device, contact.now, at)
    answers = commands.receive(sending, contact.commands, app=contact.app, waiting=contact.waiting)
    return answer(
        {
            "now": at,
            "drift_ms": sending.drift_ms,
            "forget": device.forget_at is not None,
            "answers": [shapes.as_json(one) for one in (*answers, *contact.malformed)],
            "fresh": taking_along.fresh(device.actor, timezone.now(), have=contact.have),
        }
    )


@require_http_methods(["PUT"])
@told
def receive_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """A photo or other file, before the command it belongs to; the same again changes nothing."""
    device, at = come_in(request, FILES)
    check_size(request, Limits().largest_bytes)
    file = evidence.receive(
        request,  # type: ignore[arg-type]  # a request reads like a stream
        name=_name_from(request) or str(key), claimed_sha256=request.headers.get("X-Sha256", ""), file_id=key,
        actor=device.actor, at=at, retained_until=at + UNSENT_KEPT,
    )  # fmt: skip
    return answer({"id": file.pk, "sha256": file.sha256}, status=201 if file.created_at == at else 200)


def _name_from(request: HttpRequest) -> str:
    """The name of the file; a header carries no Chinese, so it comes percent-encoded."""
    return unquote(request.headers.get("X-Name", "")).replace("\x00", "")[:200]


@require_GET
@told
def photo(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """A photo to take along; ``?size=thumb`` for the small one."""
    device, _at = come_in(request, PHOTOS)
    served = photos.photo(key, actor=device.actor, variant=VARIANTS.get(request.GET.get("size", ""), "view"))
    return FileResponse(served.stream, content_type=served.content_type, headers=served.headers)


@require_POST
@told
def forgotten(request: HttpRequest) -> HttpResponse:
    """The phone says it has deleted everything; asked of phones that count no longer, too."""
    speak(request)
    at = timezone.now()
    use(UNKNOWN, client_address(request), at=at)
    commands.tell_forgotten(token_of(request), at=at)
    return answer({})
