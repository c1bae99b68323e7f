"""Linking two cases asks for rights over both."""

from datetime import UTC, datetime

import pytest

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act, linking
from linli.domains.cases.models import Case
from linli.domains.cases.queries.seeing import CaseNotFound
from linli.kernel.flow.models import Link
from tests.town import IN_GRID, IN_WEST

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def reported(place, text="柳树路 5 号门口井盖没了"):
    return Case.objects.get(pk=commands.report(commands.Report(text=text, lon=place[0], lat=place[1]), at=NOON).id)


@pytest.fixture
def case(town):
    return reported(IN_GRID)


def test_a_case_is_linked_only_to_one_the_actor_may_see(case, town):
    hidden = reported(IN_WEST, "桥头路井盖没了")

    for verb in (linking.link_duplicate, linking.link_related, linking.dismiss_duplicate):
        with pytest.raises(CaseNotFound):
            verb(case, hidden, note="同一件事", actor=town.lin, at=NOON)
    assert not Link.objects.filter(matter=case.pk, other=hidden.pk).exists()


def test_a_case_of_another_street_that_is_visible_through_its_holder_is_not_linked_from_here(case, town):
    other = reported(IN_WEST, "桥头路井盖没了")
    for name, given in (
        ("accept", Given(fields={"category": "01001"})), ("file", Given()), ("dispatch", Given(unit=town.centre.pk)),
    ):  # fmt: skip
        act(other, name, given, actor=town.ding, at=NOON)

    with pytest.raises(commands.StepRefused, match="关联案件"):
        linking.link_duplicate(case, other, note="同一件事", actor=town.lin, at=NOON)
