"""Photos a person may take along: their own, and those of matters within their posts or given to them."""

from uuid import UUID

from django.db.models import Q

from linli.kernel.errors import NotFound
from linli.kernel.evidence import queries as evidence
from linli.kernel.evidence.models import File
from linli.kernel.evidence.queries import ServedFile
from linli.kernel.flow.models import Attachment
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor


def photo(key: UUID, *, actor: Actor, variant: str) -> ServedFile:
    """The served copy, small or whole. Raises NotFound for absent and hidden alike."""
    if not File.objects.filter(pk=key, created_by=actor).exists() and not _within_reach(key, actor):
        raise NotFound
    return evidence.open_served(key, variant=variant)


def _within_reach(key: UUID, actor: Actor) -> bool:
    reach = Q(matter__assignee=actor) | Q(matter__parties__actor=actor)
    for path in org.covers(actor).paths:
        for holder in ("home", "unit", "area__unit"):
            reach |= Q(**{f"matter__{holder}__path__startswith": path})
    return Attachment.objects.filter(file_id=key).filter(reach).exists()
