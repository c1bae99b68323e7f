"""Work orders of superior systems and the 12345 hotline: a number is taken once; its later versions are added to it."""

from uuid import uuid5

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Status

from linli.domains.cases import commands
from linli.domains.cases.api import reports
from linli.domains.cases.api.filing import given_files
from linli.domains.cases.api.keys import ApiRequest, ByKey
from linli.domains.cases.api.shapes import Number, OrderIn, OrderOut, System
from linli.domains.cases.commands import desk
from linli.domains.cases.queries import code_for, exchange, get_case
from linli.domains.cases.queries.clients import Client
from linli.domains.cases.queries.exchange import CaseFacts
from linli.domains.cases.queries.seeing import CaseNotFound
from linli.kernel.text import without_personal_data
from linli.web.api import PROBLEMS, READ_PROBLEMS

router = Router(tags=["work orders"], auth=ByKey())


@router.post("/work-orders", response={frozenset({200, 201}): OrderOut, **PROBLEMS}, url_name="work_order")
def work_order(request: ApiRequest, order: OrderIn) -> Status[object]:
    """Take a work order in (201), or add a new version to it (200). A version sent again gets the first answer."""
    client = _client(request)
    if order.version > 1 and (known := _known(order, client)):
        return Status(200, _added(known, order, client))
    taken = reports.take_in(reports.as_report(order, client), order, client)
    return Status(200 if taken.is_resent else 201, {**reports.answer(taken), "is_added": False})


@router.get("/work-orders/{number}", response={200: CaseFacts, **READ_PROBLEMS}, url_name="work_order_case")
def work_order_case(request: ApiRequest, number: Number, system: System = "") -> CaseFacts:
    """The case that was made of a work order, by the sender's own number."""
    client = _client(request)
    if not client.systems or (system and system not in client.systems):
        raise CaseNotFound(number)
    return exchange.case_by_outer_number(system or client.systems[0], number, actor=client.actor)


def _client(request: ApiRequest) -> Client:
    client = request.client
    assert client is not None  # ByKey lets nobody else in
    return client


def _known(order: OrderIn, client: Client) -> CaseFacts | None:
    try:
        return exchange.case_by_outer_number(reports.system_of(order, client), order.number, actor=client.actor)
    except CaseNotFound:
        return None


def _added(known: CaseFacts, order: OrderIn, client: Client) -> dict[str, object]:
    """Write a later version into the journal, as the flow lets who sent the order; numbers of people are left out."""
    note = _("第 %(version)d 版：%(text)s") % {"version": order.version, "text": without_personal_data(order.text)}
    given = commands.Given(
        note=note[:2000],
        files=given_files(order.files, actor=client.actor),
        command=uuid5(known.id, f"version {order.version}"),
    )
    case = get_case(known.number, actor=client.actor)
    desk.take(case, "supplement", given, actor=client.actor, at=timezone.now())
    return {
        "id": known.id, "number": known.number, "code": code_for(known.id), "is_resent": False,
        "suggested": [], "duplicates": [], "is_added": True,
    }  # fmt: skip
