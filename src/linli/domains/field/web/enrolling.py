"""Signing in on a phone: the session of the pages is exchanged for the phone's own token."""

import base64
from typing import Annotated
from uuid import UUID

import orjson
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from pydantic import BaseModel, Field, ValidationError

from linli.domains.field.queries.people import me
from linli.kernel.devices import commands
from linli.kernel.devices.refusals import DeviceRefused, TakenRefused
from linli.kernel.org.http import ActorRequest
from linli.web import shell
from linli.web.rates import Rate, TooManyRefused, use

ENROL = Rate("field_enrol", 20, 3600)
BODY_BYTES = 4_000
PLAIN = r"^[^\x00]*$"
"""Text that the database can keep."""


class Asked(BaseModel):
    device: UUID
    name: Annotated[str, Field(min_length=1, max_length=120, pattern=PLAIN)]
    app: Annotated[str, Field(max_length=40, pattern=PLAIN)] = ""


@require_POST
def enrol(request: ActorRequest) -> HttpResponse:
    """What the phone needs to work without network for a month. Not kept by anything in between."""
    if request.actor is None:
        back = f"{shell.link('sign_in')}?next=/field/"
        return _answer({"sign_in": back}, status=401)
    at = timezone.now()
    try:
        use(ENROL, str(request.actor.pk), at=at)
        asked = Asked.model_validate(orjson.loads(request.read(BODY_BYTES)))
        made = commands.enrol(device=asked.device, name=asked.name, app=asked.app, actor=request.actor, at=at)
    except TooManyRefused as refusal:
        return _answer({"detail": str(refusal)}, status=429)
    except TakenRefused as refusal:
        return _answer({"detail": str(refusal), "field": refusal.field}, status=409)
    except DeviceRefused as refusal:
        return _answer({"detail": str(refusal), "field": refusal.field}, status=422)
    except (ValidationError, orjson.JSONDecodeError):
        return _answer({"detail": _("内容不符合要求。")}, status=422)
    return _answer(_told(made, request, at))


def _told(made: commands.Enrolled, request: ActorRequest, at: object) -> dict[str, object]:
    return {
        "token": made.token,
        "escrow": base64.b64encode(made.escrow).decode(),
        "presence": base64.b64encode(made.presence).decode(),
        "actor": me(request.actor, timezone.now()),
        "valid_to": made.device.valid_to,
        "now": at,
    }


def _answer(value: dict[str, object], *, status: int = 200) -> HttpResponse:
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(orjson.dumps(value), status=status, content_type="application/json", headers=headers)
