"""What one domain hands on to another: a message of an information group becomes a report."""

from datetime import datetime
from uuid import UUID

from linli.domains.cases import commands as cases
from linli.domains.organisation.commands.groups import Handed
from linli.kernel.evidence.queries import hashes_of
from linli.kernel.flow.commands import GivenFile
from linli.kernel.org.models import Actor


def report_of_message(handed: Handed, actor: Actor, at: datetime) -> UUID:
    """Take the message in as a report of the grid; its key is the report's. Raises what taking in refuses."""
    hashes = hashes_of(handed.file_ids)
    given = cases.Report(
        id=handed.id,
        text=handed.text,
        area_unit=handed.unit_id,
        channel="group",
        files=[GivenFile(key, sha256, "report") for key, sha256 in zip(handed.file_ids, hashes, strict=True)],
    )
    return cases.report(given, at=at, actor=actor, role=handed.role).id
