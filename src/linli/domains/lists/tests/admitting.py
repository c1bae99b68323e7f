"""What the tests of admission share: a district list, a wish for something new, and its way through the levels."""

from datetime import date, datetime
from uuid import UUID, uuid4

from linli.domains.lists.commands import applying, reviewing
from linli.domains.lists.commands.applying import Wish
from linli.domains.lists.commands.reviewing import Verdict
from linli.domains.lists.models import Application, Review
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog.models import ListKind, WorkList
from linli.kernel.ledger import commands as ledger
from linli.kernel.ledger.models import Account
from linli.kernel.org.models import Account as SignIn
from linli.kernel.org.models import Actor, Post, Unit
from tests.town import SINCE, Town


def newcomer(name: str, role: str, unit: Unit, over: Unit | None = None) -> Actor:
    """One more person with a post."""
    person = Actor.objects.create(kind="staff", name=name)
    SignIn.objects.create(actor=person, username=name)
    Post.objects.create(actor=person, unit=unit, over=over or unit, role=role, since=SINCE)
    return person


def assist_list(town: Town, at: datetime) -> WorkList:
    """The district's list of what committees assist in."""
    return catalog.open_list(ListKind.objects.get(pk="assist"), town.units["district"], name="协助清单", at=at)


def wish(town: Town, at: datetime, **said: object) -> Wish:
    given = {
        "worklist": assist_list(town, at), "area": [town.units["district"]],
        "title": "协助开展独居老人燃气安全上门核查", "why": "入户需要居委会陪同",
        "content": "每季陪同燃气公司入户核查", "heading": "公共安全",
        "valid_from": at.date(), "frequency": "quarterly", "people": 2, "hours": 3, "times": 4, "forms": 1,
        "load_kind": "inspection",
    } | said  # fmt: skip
    return Wish(**given)  # type: ignore[arg-type]  # a test gives what it needs


def applied(town: Town, at: datetime, **said: object) -> Application:
    """Drafted and submitted by Tang."""
    application = applying.draft(wish(town, at, **said), key=uuid4(), actor=town.people["tang"], at=at)
    applying.submit(application, actor=town.people["tang"], at=at)
    return again(application.pk)


def again(key: UUID) -> Application:
    return Application.objects.select_related("matter", "item", "worklist").get(pk=key)


def review_of(application: Application, unit: Unit) -> Review:
    """The one of ``unit`` that is open, else its last."""
    rows = Review.objects.filter(matter__parent=application.pk, matter__unit=unit).order_by("level")
    return rows.filter(matter__state="opened").first() or rows.last()  # type: ignore[return-value]  # there is one


def agree(application: Application, unit: Unit, actor: Actor, at: datetime, **said: object) -> None:
    verdict = Verdict("同意", **said)  # type: ignore[arg-type]  # a test gives what it needs
    reviewing.agree(review_of(application, unit), verdict, actor=actor, at=at)


def funded(town: Town, fen: int, at: datetime) -> Account:
    """The municipal department's account with ``fen`` on it."""
    department, year = town.units["department"], at.year
    who = {"actor": town.people["tang"], "at": at}
    source = ledger.open_account("source", name="财政", unit=town.units["district"], kind="source", year=year, **who)
    held = ledger.open_account("held", name="市政局经费", unit=department, kind="held", year=year, **who)
    ledger.book(uuid4(), "allocate", {source: -fen, held: fen}, text="年初拨付", **who)
    return held


def day(text: str) -> date:
    return date.fromisoformat(text)
