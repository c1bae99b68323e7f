from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from linli.domains.cases import commands
from linli.domains.cases.models import Case
from linli.kernel.errors import Refused
from linli.kernel.flow.models import Clock, Entry, Matter, Outbox, Party
from tests.town import IN_GRID, OUTSIDE

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
KEY = UUID("019ccc00-0000-7000-8000-000000000001")
COVER = commands.Report(id=KEY, text="柳树路 5 号门口井盖没了,很危险", lon=IN_GRID[0], lat=IN_GRID[1])


def test_a_report_is_placed_journalled_timed_and_told_in_one_go(town):
    taken = commands.report(COVER, at=NOON)

    matter = Matter.objects.get(pk=taken.id)
    assert (matter.state, matter.home, matter.unit, matter.area.unit) == (
        "reported", town.street, town.centre, town.grid,
    )  # fmt: skip
    assert Entry.objects.get(matter=matter).step == "open"
    assert Clock.objects.get(matter=matter).kind == "accept"
    assert Outbox.objects.get(matter=matter).kind == "case.open"


def test_the_same_report_sent_again_gets_the_first_answer(town):
    first = commands.report(COVER, at=NOON)

    again = commands.report(COVER, at=NOON)

    assert (again.number, again.code, again.is_resent) == (first.number, first.code, True)
    assert Case.objects.count() == 1


def test_the_same_id_with_another_text_is_refused(town):
    commands.report(COVER, at=NOON)

    with pytest.raises(Refused, match="内容不同"):
        commands.report(replace(COVER, text="别的事情"), at=NOON)


def test_an_anonymous_reporter_is_a_party_of_their_own(town):
    taken = commands.report(COVER, at=NOON)

    assert Party.objects.get(matter_id=taken.id).actor.kind == "resident"


def test_a_place_outside_every_area_goes_to_the_desk_with_a_flag(town):
    taken = commands.report(replace(COVER, lon=OUTSIDE[0], lat=OUTSIDE[1]), at=NOON)

    matter = Matter.objects.get(pk=taken.id)
    assert matter.area is None
    assert matter.place.is_outside
    assert matter.home == town.district
