"""What rows of matters carry beside their own columns, for many matters at once."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Max

from linli.kernel.flow.models import Attachment, Entry


def last_seen(keys: Collection[UUID]) -> dict[UUID, int]:
    """Matter → number of its last entry: what somebody who is shown it has seen. One statement, none for nothing."""
    if not keys:
        return {}
    rows = Entry.objects.filter(matter__in=list(keys)).order_by().values_list("matter_id")
    return dict(rows.annotate(last=Max("seq")))


def photos_of(keys: Collection[UUID], *, most: int) -> dict[UUID, tuple[UUID, ...]]:
    """Matter → files of its ``most`` newest photos that are still there. One statement, none for nothing."""
    if not keys:
        return {}
    found: dict[UUID, tuple[UUID, ...]] = {}
    rows = Attachment.objects.filter(matter__in=list(keys), file__family="photo", file__erased_at=None)
    for matter, file in rows.order_by("-seq", "id").values_list("matter_id", "file_id"):
        if len(found.get(matter, ())) < most:
            found[matter] = (*found.get(matter, ()), file)
    return found
