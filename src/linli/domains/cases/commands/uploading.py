"""A file handed in on the page: kept, mapped, started as a job, carried out portion by portion, then thrown away."""

import gzip
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from linli.domains.cases.commands import importing, mapping
from linli.domains.cases.models import ImportFile, ImportRun
from linli.kernel.catalog import sheets
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Unit

TASK = "cases.run_import"
KEPT_UNSTARTED = timedelta(days=1)


class ImportRefused(Refused):
    """The file cannot be imported so; ``field`` names the input."""


@transaction.atomic
def keep(content: bytes, *, name: str, mapping_text: str, actor: Actor, at: datetime) -> UUID:
    """Keep a file until its import is started, a day at most. Refused when it is no table or the mapping is faulty."""
    ImportFile.objects.filter(run=None, made_at__lt=at - KEPT_UNSTARTED).delete()
    if mapping_text:
        mapping.read(mapping_text)
    if not sheets.read_rows(content).headers:
        raise ImportRefused(_("文件是空的。"), field="file")
    file = ImportFile.objects.create(
        id=new_key(), name=name[:200], packed=gzip.compress(content, 3), mapping=mapping_text, made_by=actor, made_at=at
    )
    return file.pk


@transaction.atomic
def set_mapping(file_id: UUID, mapping_text: str, *, actor: Actor) -> None:
    """How the columns are read. Raises MappingRefused."""
    mapping.read(mapping_text)
    if not ImportFile.objects.filter(pk=file_id, made_by=actor, run=None).update(mapping=mapping_text):
        raise NotFound


@transaction.atomic
def start(file_id: UUID, *, home_id: int, actor: Actor, at: datetime) -> ImportRun:
    """Hand the file to the worker. The same file again goes on where it broke off; ended, it is refused."""
    file = ImportFile.objects.select_for_update().filter(pk=file_id, made_by=actor, run=None).first()
    if file is None:
        raise NotFound
    if not file.mapping:
        raise ImportRefused(_("请先确认各列和案件来源。"))
    content, by = gzip.decompress(file.packed), columns_of(file)
    home = Unit.objects.get(pk=home_id)
    run = importing.begin(content, by, file_name=file.name, home=home, actor=actor, at=at)
    if run.finished_at is not None:
        raise ImportRefused(_("这个文件已经导入过。"))
    ImportFile.objects.filter(run=run).delete()
    run.total = sum(1 for _row in sheets.read_rows(content, expects=[by.columns["number"]]).rows)
    run.failed = ""
    run.save(update_fields=["total", "failed"])
    file.run = run
    file.save(update_fields=["run"])
    app.configure_task(TASK, queue="cases").defer(file_id=str(file.pk))
    return run


def columns_of(file: ImportFile) -> mapping.Columns:
    return mapping.read(file.mapping) if file.mapping else mapping.USUAL


def carry_out(file_id: UUID, *, now: Callable[[], datetime]) -> ImportRun | None:
    """Do what was started: each portion is its own transaction, so that the page sees how far it is.

    Returns None when somebody else has done it already. What the file is refused for stands in ``failed``.
    """
    file = ImportFile.objects.select_related("run__home", "run__made_by").filter(pk=file_id).first()
    if file is None or file.run is None:
        return None
    run = file.run
    try:
        run = importing.import_cases(
            gzip.decompress(file.packed), columns_of(file), file_name=file.name, home=run.home, actor=run.made_by,
            at=now(),
        )  # fmt: skip
    except Refused as refusal:
        ImportRun.objects.filter(pk=run.pk).update(failed=str(refusal)[:300])
    file.delete()
    return run
