"""What happens to a case is heard by those it concerns, once, from the same transaction."""

from datetime import UTC, datetime

from linli.config import announcing
from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case
from linli.kernel.flow.models import Outbox
from linli.kernel.messages.models import Delivery, Notice
from tests.town import IN_GRID

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def test_dispatching_tells_the_team_and_not_the_dispatcher(town):
    given = commands.Report(text="路灯不亮", lon=IN_GRID[0], lat=IN_GRID[1], category="01001")
    case = Case.objects.get(pk=commands.report(given, at=NOON).id)
    act(case, "accept", Given(), actor=town.chen, at=NOON)
    act(case, "file", Given(), actor=town.chen, at=NOON)
    act(case, "dispatch", Given(unit=town.team.pk), actor=town.lin, at=NOON)

    announcing.drain()

    assert Notice.objects.get(code="dispatched").actor == town.zhao
    assert not Outbox.objects.exists()


def test_a_caller_who_left_a_number_hears_by_sms_with_the_follow_up_code(town):
    caller = commands.Caller(phone="13812345678")
    given = commands.Report(text="路灯不亮", lon=IN_GRID[0], lat=IN_GRID[1], caller=caller, wants_answer=True)
    taken = commands.report(given, at=NOON)

    announcing.drain()

    assert taken.code in Delivery.objects.get(code="received", channel="sms").body
