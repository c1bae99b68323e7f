"""Files that come with a form: received at once, so that a refused form keeps them; shown again by a token."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from uuid import UUID

from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.given import GivenFile
from linli.kernel.org.http import ActorRequest

SALT = "linli.web.received"
MOST_FILES = 9
UNSENT_KEPT = timedelta(days=2)
"""How long a file stays that came with a form which was never accepted."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came with a form that was refused: shown again, given again. ``token`` stands for it in the form."""

    token: str
    name: str
    kind: str


def files_of(request: ActorRequest, kinds: Iterable[str], *, at: datetime) -> tuple[list[GivenFile], list[Received]]:
    """Files given with this request, by kind: new ones received now, earlier ones by their tokens."""
    given: list[GivenFile] = []
    kept: list[Received] = []
    for token in request.POST.getlist("received"):
        if found := _opened(request, token):
            given.append(found[0])
            kept.append(found[1])
    known = {(file.sha256, file.kind) for file in given}
    for kind in kinds:
        claims = request.POST.getlist(f"{kind}_sha256")
        for upload, claim in zip_longest(request.FILES.getlist(kind)[:MOST_FILES], claims[:MOST_FILES], fillvalue=""):
            if isinstance(upload, UploadedFile) and (claim, kind) not in known:
                file = _receive(request, upload, kind, str(claim), at=at)
                given.append(file)
                kept.append(Received(_token(request, file, upload.name or kind), upload.name or kind, kind))
    return given, kept


def _receive(request: ActorRequest, upload: UploadedFile, kind: str, claim: str, *, at: datetime) -> GivenFile:
    file = evidence.receive(
        upload,  # type: ignore[arg-type]  # an uploaded file reads like a stream
        name=upload.name or kind, claimed_sha256=claim, actor=request.actor, at=at, retained_until=at + UNSENT_KEPT,
    )  # fmt: skip
    return GivenFile(file.pk, file.sha256, kind)


def _token(request: ActorRequest, file: GivenFile, name: str) -> str:
    return signing.dumps([str(file.file_id), file.sha256, file.kind, name, str(request.actor.pk)], salt=SALT)


def _opened(request: ActorRequest, token: str) -> tuple[GivenFile, Received] | None:
    """The file behind a token, if it was given to this very person within the day."""
    try:
        key, sha256, kind, name, actor = signing.loads(token, salt=SALT, max_age=24 * 3600)
    except (signing.BadSignature, ValueError):
        return None
    if actor != str(request.actor.pk):
        return None
    return GivenFile(UUID(key), sha256, kind), Received(token, name, kind)
