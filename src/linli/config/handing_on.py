"""What one domain hands on to another: a message of a group, or what came up on a visit, becomes a report."""

from datetime import datetime
from uuid import UUID, uuid5

from linli.domains.cases import commands as cases
from linli.domains.cases.queries.onward import Passed
from linli.domains.organisation.commands.groups import Handed
from linli.domains.safety.commands import hazards
from linli.domains.safety.commands.follow_ups import FollowUp
from linli.domains.safety.commands.hazards import Found
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
        source=follow_up.source or "03",
        is_self_found=True,
        files=[GivenFile(key, sha256, "report") for key, sha256 in zip(follow_up.file_ids, hashes, strict=True)],
    )
    return cases.report(given, at=at, actor=actor, role=held.role if held else "").id


def hazard_of_case(passed: Passed, actor: Actor, at: datetime) -> UUID:
    """Take a resident's snapshot, or any case about safety, down as a hazard. Raises what taking it down refuses."""
    source = "resident" if passed.is_residents else "case"
    hashes = hashes_of(passed.file_ids)
    found = Found(
        text=passed.text[:1000],
        category=passed.choice,
        source=source,
        lon=passed.lon,
        lat=passed.lat,
        address=passed.address or passed.number,
        files=[GivenFile(key, sha256, "before") for key, sha256 in zip(passed.file_ids, hashes, strict=True)],
    )
    key = uuid5(passed.id, "hazard")
    hazards.take_in(found, key=key, actor=actor, at=at)
    return key
