"""What one domain hands on to another: a message of a group, or what came up on a visit, becomes a report."""

from datetime import datetime
from uuid import UUID

from linli.domains.cases import commands as cases
from linli.domains.organisation.commands.groups import Handed
from linli.domains.safety.commands.follow_ups import FollowUp
from linli.kernel.evidence.queries import hashes_of
from linli.kernel.flow.commands import GivenFile
from linli.kernel.org import queries as org
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


def report_of_follow_up(follow_up: FollowUp, actor: Actor, at: datetime) -> UUID:
    """Take in what came up on a visit or in a contact as found by the officer. Raises what taking in refuses."""
    path = org.node_of(follow_up.unit_id).path
    posts = org.posts_of(actor, at)
    held = next((post for post in posts if post.reaches(path)), posts[0] if posts else None)
    hashes = hashes_of(follow_up.file_ids)
    given = cases.Report(
        id=follow_up.id,
        text=follow_up.text,
        lon=follow_up.lon,
        lat=follow_up.lat,
        address=follow_up.address,
        area_unit=follow_up.unit_id,
        channel="field",
        is_self_found=True,
        files=[GivenFile(key, sha256, "report") for key, sha256 in zip(follow_up.file_ids, hashes, strict=True)],
    )
    return cases.report(given, at=at, actor=actor, role=held.role if held else "").id
