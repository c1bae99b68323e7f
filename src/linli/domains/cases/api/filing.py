"""Files by upload, and handing them over with a report or a step."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Status
from ninja.errors import HttpError
from ninja.files import UploadedFile

from linli.domains.cases import commands
from linli.domains.cases.api.keys import ApiRequest, ByKey, BySession
from linli.domains.cases.api.shapes import UUID_TEXT, FileOut, FileRef
from linli.kernel.evidence import commands as evidence
from linli.kernel.evidence import queries as files
from linli.kernel.evidence.limits import Limits
from linli.web.api import PROBLEMS

if TYPE_CHECKING:
    from linli.kernel.org.models import Actor

router = Router(tags=["files"])
FORM_ID = rf"^({UUID_TEXT.pattern})?$"
"""A form has no other way to leave a field out than to leave it empty."""
UNSENT_KEPT = timedelta(days=2)
"""How long a file stays that no report or step was made with."""


@router.post("/files", auth=[ByKey(), BySession()], response={201: FileOut, **PROBLEMS}, url_name="file")
def receive(
    request: ApiRequest, file: Annotated[UploadedFile, File()], id: Annotated[str, Form(pattern=FORM_ID)] = "",
    sha256: Annotated[str, Form(pattern=r"^([0-9a-fA-F]{64})?$")] = "",
) -> Status[FileOut]:  # fmt: skip
    """Receive a file for a later report or step. ``sha256`` made by the sender is checked against what arrived."""
    if (file.size or 0) > Limits().largest_bytes:
        raise HttpError(413, _("文件过大。"))
    at = timezone.now()
    kept = evidence.receive(
        file,  # type: ignore[arg-type]  # an uploaded file reads like a stream
        name=file.name or "", claimed_sha256=sha256, file_id=UUID(id) if id else None, actor=request.actor, at=at,
        retained_until=at + UNSENT_KEPT,
    )  # fmt: skip
    return Status(201, FileOut(id=kept.pk, sha256=kept.sha256, content_type=kept.content_type, size=kept.size))


def given_files(refs: Sequence[FileRef], *, actor: "Actor") -> list[commands.GivenFile]:
    """Files ``actor`` uploaded before. Raises ReportRefused when one is not theirs."""
    if not refs:
        return []
    hashes = files.hashes_from(actor.pk, [ref.id for ref in refs])
    missing = [str(ref.id) for ref in refs if ref.id not in hashes]
    if missing:
        raise commands.ReportRefused(_("没有收到过这个文件：%(id)s。") % {"id": missing[0]}, field="files")
    return [commands.GivenFile(ref.id, hashes[ref.id], ref.kind) for ref in refs]
