"""Cases for member bodies: read what is theirs, take steps on it, hear what changed (002-13)."""

from typing import Annotated, Any

from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import StringConstraints

from linli.domains.cases import commands
from linli.domains.cases.api.filing import given_files
from linli.domains.cases.api.keys import ApiRequest, ByKey, BySession
from linli.domains.cases.api.reports import unit_of
from linli.domains.cases.api.shapes import CaseNumber, Code, Key, Moment, StepIn, StepOut
from linli.domains.cases.commands import desk
from linli.domains.cases.flow import CASE
from linli.domains.cases.queries import exchange, get_case, seeing, steps_for
from linli.domains.cases.queries.changes import Changes, changes, entry_before
from linli.domains.cases.queries.exchange import By, CaseFacts, CasePage, ChildFacts, FileLine, Move, Wanted
from linli.domains.cases.queries.seeing import OpenStep
from linli.web.api import PROBLEMS, READ_PROBLEMS

router = Router(tags=["cases"], auth=[ByKey(), BySession()])
StepName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
LAST_ENTRY = 2**63 - 1
STATES = len(CASE.states)


@router.get("/cases", response={200: CasePage, **READ_PROBLEMS}, url_name="cases")
def cases(
    request: ApiRequest,
    by: By = "",
    state: Annotated[tuple[Code, ...], Query(max_length=STATES)] = (),
    category: Code = "",
    after: Key | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CasePage:
    """Cases of one's homes, units or areas, assigned to oneself, or sent by oneself."""
    if unknown := set(state) - set(CASE.states):
        raise commands.ReportRefused(_("没有这个状态：%(state)s。") % {"state": min(unknown)}, field="state")
    return exchange.cases(Wanted(by, state, category, after, limit), actor=request.actor)


@router.get("/cases/{number}", response={200: CaseFacts, **READ_PROBLEMS}, url_name="case")
def case(request: ApiRequest, number: CaseNumber) -> CaseFacts:
    """One case."""
    return exchange.case_facts(number, actor=request.actor)


@router.get("/cases/{number}/steps", response={200: list[OpenStep], **READ_PROBLEMS}, url_name="case_steps")
def case_steps(request: ApiRequest, number: CaseNumber) -> list[OpenStep]:
    """The steps open to oneself now, and what each needs."""
    return steps_for(request.actor, get_case(number, actor=request.actor).matter)


@router.post("/cases/{number}/steps/{step}", response={200: StepOut, **PROBLEMS}, url_name="case_step")
def case_step(request: ApiRequest, number: CaseNumber, step: StepName, given: StepIn) -> StepOut:
    """Take a step. Sent again with the same ``command``, it gets the first answer."""
    found = get_case(number, actor=request.actor)
    entry = desk.take(found, step, given_of(given, request), actor=request.actor, at=timezone.now())
    return step_out(number, entry)


@router.get("/cases/{number}/journal", response={200: list[Move], **READ_PROBLEMS}, url_name="case_journal")
def case_journal(request: ApiRequest, number: CaseNumber) -> list[Move]:
    """Everything that happened to a case, in order."""
    return exchange.journal(number, actor=request.actor)


@router.get("/cases/{number}/children", response={200: list[ChildFacts], **READ_PROBLEMS}, url_name="case_children")
def case_children(request: ApiRequest, number: CaseNumber) -> list[ChildFacts]:
    """Co-handling, invitations, requests and instructions under a case."""
    return exchange.children(number, actor=request.actor)


@router.get("/cases/{number}/files", response={200: list[FileLine], **READ_PROBLEMS}, url_name="case_files")
def case_files(request: ApiRequest, number: CaseNumber) -> list[FileLine]:
    """The files on a case."""
    return exchange.files(number, actor=request.actor)


@router.get(
    "/cases/{number}/files/{file}", response={200: Any, **READ_PROBLEMS}, url_name="case_file", openapi_extra={
        "responses": {200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}},
    },
)  # fmt: skip
def case_file(request: ApiRequest, number: CaseNumber, file: Key) -> FileResponse:
    """The copy of a file that may be shown: without metadata, made by ourselves."""
    served = exchange.open_file(number, file, variant="view", actor=request.actor)
    response = FileResponse(served.stream, content_type=served.content_type)
    for name, value in served.headers.items():
        response.headers[name] = value
    return response


@router.get("/matters/{key}", response={200: ChildFacts, **READ_PROBLEMS}, url_name="matter")
def matter(request: ApiRequest, key: Key) -> ChildFacts:
    """One matter under a case, e.g. an invitation to one's department."""
    return exchange.children_facts([seeing.get_matter(key, actor=request.actor)])[0]


@router.get("/matters/{key}/steps", response={200: list[OpenStep], **READ_PROBLEMS}, url_name="matter_steps")
def matter_steps(request: ApiRequest, key: Key) -> list[OpenStep]:
    """The steps open to oneself on a matter under a case."""
    return steps_for(request.actor, seeing.get_matter(key, actor=request.actor))


@router.post("/matters/{key}/steps/{step}", response={200: StepOut, **PROBLEMS}, url_name="matter_step")
def matter_step(request: ApiRequest, key: Key, step: StepName, given: StepIn) -> StepOut:
    """Take a step on a matter under a case: answer an invitation, feed back on co-handling."""
    found = seeing.get_matter(key, actor=request.actor)
    entry = desk.take(found, step, given_of(given, request), actor=request.actor, at=timezone.now())
    return step_out(found.number, entry)


@router.get("/changes", response={200: Changes, **READ_PROBLEMS}, url_name="changes")
def changed(
    request: ApiRequest,
    after: Annotated[int | None, Query(ge=0, le=LAST_ENTRY)] = None,
    since: Moment | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> Changes:
    """Steps on matters one may see, in the order they were written: after a number, or since a time (else from now).

    Ask again with ``after`` of the answer; at once while ``has_more``.
    """
    start = after if after is not None else entry_before(since or timezone.now())
    return changes(actor=request.actor, after=start, limit=limit)


def given_of(given: StepIn, request: ApiRequest) -> commands.Given:
    """What a step is given, units by their codes. Raises ReportRefused."""
    return commands.Given(
        note=given.note,
        unit=unit_of(given.unit) if given.unit else None,
        units=[unit_of(code) for code in given.units],
        assignee=given.assignee,
        files=given_files(given.files, actor=request.actor),
        seen=given.seen,
        command=given.command,
        fields=given.fields,
    )


def step_out(number: str, entry: Any) -> StepOut:
    return StepOut(
        number=number, seq=entry.seq, step=entry.step, source=entry.source, target=entry.target,
        recorded_at=entry.recorded_at,
    )  # fmt: skip
