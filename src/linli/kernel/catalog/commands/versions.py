"""Versions of a list: proposed, published, withdrawn. The database keeps what was published as it was."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.catalog import queries
from linli.kernel.catalog.commands.time_limits import publish_limits
from linli.kernel.catalog.entries import Entry
from linli.kernel.catalog.models import CodeSet, Item, Version
from linli.kernel.errors import Refused
from linli.kernel.org.models import Actor


class CatalogRefused(Refused):
    """The list may not be changed in this way."""


@transaction.atomic
def propose(
    code_set: CodeSet,
    entries: Iterable[Entry],
    *,
    valid_from: date,
    origin: str,
    actor: Actor | None,
    at: datetime,
    file_hash: str = "",
) -> Version:
    """A new version of a list, not in force until published.

    origin  where it comes from, e.g. ``"pack:catalog"`` or the name of a workbook
    actor   None: the system, from files that came with the product
    """
    CodeSet.objects.select_for_update().get(pk=code_set.pk)
    last = Version.objects.filter(code_set=code_set).order_by("-no").values_list("no", flat=True).first()
    version = Version.objects.create(
        code_set=code_set,
        no=(last or 0) + 1,
        valid_from=valid_from,
        status=Version.Status.PROPOSED,
        file_hash=file_hash,
        origin=origin[:120],
        created_at=at,
        created_by=actor,
    )
    Item.objects.bulk_create(_item(version, place, entry) for place, entry in enumerate(entries))
    queries.look_again()
    return version


def _item(version: Version, place: int, entry: Entry) -> Item:
    return Item(
        version=version,
        kind=entry.kind,
        code=entry.code,
        parent_code=entry.parent_code,
        name=entry.name,
        keywords=list(entry.keywords),
        is_local=entry.is_local,
        position=place,
        source=entry.source[:200],
        confidence=entry.confidence,
        attributes=dict(entry.attributes),
    )


@transaction.atomic
def publish(version: Version, *, actor: Actor | None, at: datetime) -> Version:
    """Put a proposed version in force from its first day; the one before it ends there. Its limits come with it."""
    CodeSet.objects.select_for_update().get(pk=version.code_set_id)
    version = Version.objects.select_for_update().get(pk=version.pk)
    if version.status not in (Version.Status.DRAFT, Version.Status.PROPOSED):
        raise CatalogRefused(_("只有未发布的版本可以发布。"))
    _refuse_other_meanings(version)
    published = Version.objects.filter(code_set=version.code_set, status=Version.Status.PUBLISHED)
    if published.filter(valid_from__gte=version.valid_from).exists():
        raise CatalogRefused(_("生效日期须晚于现行版本的生效日期。"), field="valid_from")
    published.filter(valid_to=None).update(valid_to=version.valid_from)
    Version.objects.filter(pk=version.pk).update(status=Version.Status.PUBLISHED, published_at=at, published_by=actor)
    publish_limits(version, actor=actor, at=at)
    queries.look_again()
    version.refresh_from_db()
    return version


@transaction.atomic
def withdraw(version: Version, *, at: datetime) -> None:
    """Take a version that is not yet published off the table, or end a published one today."""
    version = Version.objects.select_for_update().get(pk=version.pk)
    if version.status == Version.Status.PUBLISHED:
        day = max(queries.local_day(at), version.valid_from + timedelta(days=1))
        Version.objects.filter(pk=version.pk).update(valid_to=day)
    elif version.status in (Version.Status.DRAFT, Version.Status.PROPOSED):
        Item.objects.filter(version=version).delete()
        version.delete()
    else:
        raise CatalogRefused(_("该版本已撤回。"))
    queries.look_again()


def _refuse_other_meanings(version: Version) -> None:
    """A number never comes to mean something else; a new wording says what it was called (``renamed_from``)."""
    before: dict[str, str] = {}
    earlier = Item.objects.filter(
        version__code_set=version.code_set_id,
        version__status__in=(Version.Status.PUBLISHED, Version.Status.WITHDRAWN),
    )
    for code, name in earlier.order_by("version__no").values_list("code", "name"):
        before[code] = name
    for code, name, attributes in version.items.values_list("code", "name", "attributes"):
        if before.get(code, name) not in (name, attributes.get("renamed_from")):
            raise CatalogRefused(
                _("编号%(code)s曾用于“%(before)s”，不能改作“%(name)s”。")
                % {"code": code, "before": before[code], "name": name}
            )
