"""What was agreed takes effect in one go: the item stands on its list, may be asked where it was agreed, and its money
moves with it. Later it may end."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils.translation import gettext as _

from linli.domains.lists.commands.standing import stand_anew
from linli.domains.lists.flow import ADMISSION
from linli.domains.lists.models import Application, Review
from linli.domains.lists.queries.reviews import Agreed, agreed_in
from linli.kernel.catalog.commands import worklists
from linli.kernel.catalog.commands.worklists import Decided, ItemChange, Said
from linli.kernel.catalog.models import Admission, ListVersion, WorkItem
from linli.kernel.errors import Refused
from linli.kernel.flow.commands import take
from linli.kernel.flow.models import Matter
from linli.kernel.flow.system import system_actor
from linli.kernel.flow.whole import whole
from linli.kernel.ledger import commands as ledger
from linli.kernel.ledger.models import Account
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
REVIEW_RIGHT = "review_admission"


class AdmittingRefused(Refused):
    """Not admitted, or not ended, like this."""


def admit_everywhere(application: Application, area: Sequence[Unit], *, note: str, actor: Actor, at: datetime) -> None:
    """Let the item be asked in every part of ``area``, under what was agreed there; all or nothing.

    Raises Refused, e.g. when the department's account does not cover what is to move.
    """
    today = at.astimezone(SHANGHAI).date()
    agreed = agreed_in(application, area)
    item, version = _stood(application, today, actor=actor, at=at)
    for one in agreed:
        admission = worklists.admit(item, _decided(application, one, item, today), actor=actor, at=at)
        Review.objects.filter(pk__in=one.reviews, level=application.level).update(admission=admission)
    _move_money(application, agreed, item, actor=actor, at=at)
    conditions = "；".join(dict.fromkeys(one.conditions for one in agreed if one.conditions))[:400]
    changes = {"item_id": item.pk, "version_id": version.pk if version else None, "conditions": conditions}
    take(ADMISSION, "admit", application, actor=system_actor(), at=at, note=note, changes=changes)


def _stood(application: Application, today: date, *, actor: Actor, at: datetime) -> tuple[WorkItem, ListVersion | None]:
    """The item of the list; published now unless it stands there already."""
    if application.item is not None:
        return application.item, None
    last = application.worklist.versions.aggregate(day=Max("valid_from"))["day"]
    day = max(d for d in (today, application.valid_from, last) if d is not None)
    version, (item,) = worklists.publish_list(
        application.worklist, [ItemChange("add", said=Said(**application.said), admits=False)], valid_from=day,
        reason=_("准入：%(title)s") % {"title": application.said["title"]}, actor=actor, at=at, proposal=application.pk,
    )  # fmt: skip
    stand_anew(application.worklist, at=at, items=[item.pk])
    return item, version


def _decided(application: Application, one: Agreed, item: WorkItem, today: date) -> Decided:
    earliest = [today, application.valid_from]
    if application.renews is not None and application.renews.valid_to is not None:
        earliest.append(application.renews.valid_to)
    begins = max(earliest)
    if one.valid_to is not None and one.valid_to <= begins:
        raise AdmittingRefused(
            _("%(unit)s的期限%(day)s已到，不能准入。") % {"unit": one.unit.name, "day": one.valid_to}, field="valid_to"
        )
    return Decided(one.unit, application.kind, begins, one.valid_to, one.conditions, one.money_fen, application.pk)


def _move_money(
    application: Application, agreed: Sequence[Agreed], item: WorkItem, *, actor: Actor, at: datetime
) -> None:
    """费随事转: out of the department's account into those of the bearers, for this item only. One booking."""
    parts = [one for one in agreed if one.money_fen]
    if not parts:
        return
    source = Account.objects.filter(code=application.money_from).first()
    if source is None:
        raise AdmittingRefused(_("经费随事转移：申请没有写明经费从哪个账户出。"), field="money")
    lines: dict[Account, int] = {source: -sum(one.money_fen for one in parts)}
    for one in parts:
        account = ledger.open_account(
            account_code(one.unit, item, source.year), name=f"{one.unit.name} {item.code}", unit=one.unit,
            kind=Account.Kind.HELD, year=source.year, purpose=item.code, actor=actor, at=at,
        )  # fmt: skip
        lines[account] = one.money_fen
    matter = Matter.objects.get(pk=application.pk)
    text = _("费随事转：%(item)s") % {"item": f"{item.code} {application.said['title']}"}
    ledger.book(uuid5(NAMESPACE_OID, f"admission {application.pk}"), "move", lines, text=text, actor=actor, at=at,
                matter=matter)  # fmt: skip


def account_code(unit: Unit, item: WorkItem, year: int) -> str:
    """Of the account on which ``unit`` holds the money for ``item``."""
    return f"{year}/{unit.code}/{item.code}/held"


@whole
def end(admission: Admission, reason: str, *, actor: Actor, at: datetime) -> None:
    """From now on it may not be asked there. An application all of whose parts have ended has ended itself.

    Raises AdmittingRefused.
    """
    unit = org.kept_unit(admission.unit_id)
    if admission.kind == Admission.Kind.LISTED:
        raise AdmittingRefused(_("清单原有事项的退出，通过清单变更办理。"))
    if org.holds_right(actor, REVIEW_RIGHT, unit, at) is None:
        raise AdmittingRefused(_("退出准入由当地的准入审核员决定。"))
    worklists.end_admission(admission, actor=actor, at=at, reason=reason)
    application = Application.objects.filter(pk=admission.decision).first()
    if application is not None and not Admission.objects.filter(decision=application.pk, ended_at=None).exists():
        take(ADMISSION, "end", application, actor=system_actor(), at=at, note=reason)
