"""What the tests of pages share: signing in, and cases made and worked by commands."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case
from tests.evidence import photo
from tests.town import IN_GRID

HOLE = "柳树路 5 号门口井盖没了，很危险"


@pytest.fixture
def sign_in(client):
    """Signs somebody of the town in and hands back their browser."""

    def enter(actor):
        client.force_login(actor.account)
        return client

    return enter


@pytest.fixture
def queries_of():
    """Runs something and hands back its SQL, without the looks at revision numbers that happen once a second."""

    def run(what):
        with CaptureQueriesContext(connection) as caught:
            what()
        return [one["sql"] for one in caught if "_revision" not in one["sql"]]

    return run


@pytest.fixture
def report(town):
    """Takes a report in and hands back the case."""

    def take(text=HOLE, *, at=None, place=IN_GRID, actor=None, **given):
        said = commands.Report(text=text, lon=place[0], lat=place[1], **given)
        taken = commands.report(said, at=at or timezone.now(), actor=actor)
        return Case.objects.select_related("matter").get(pk=taken.id)

    return take


@pytest.fixture
def bring(town):
    """Works a case by commands until it is in a state."""

    def work(case, state, *, unit=None, category="01001", at=None):
        at = at or timezone.now()
        for n, (who, name, given) in enumerate(_way(town, unit or town.team, category)):
            if _state(case) == state:
                return case
            act(case, name, given(), actor=getattr(town, who), at=at + timedelta(seconds=n))
        assert _state(case) == state
        return case

    return work


def _way(town, unit, category):
    who = {town.team.pk: "zhao", town.grid.pk: "wang", town.department.pk: "deng"}.get(unit.pk, "zhao")
    return (
        ("chen", "accept", lambda: Given(fields={"category": category})),
        ("chen", "file", lambda: Given()),
        ("lin", "dispatch", lambda: Given(unit=unit.pk)),
        (who, "take_over", lambda: Given()),
        (who, "feed_back", lambda: Given(fields={"outcome": "已处置"}, files=[photo(getattr(town, who), "after")])),
        ("sun", "pass_check", lambda: Given(note="现场已恢复")),
        ("chen", "reply", lambda: Given(note="已处置完毕")),
        ("chen", "close", lambda: Given(fields={"result_code": "solved"})),
        ("chen", "archive", lambda: Given()),
    )


def _state(case):
    case.matter.refresh_from_db()
    return case.matter.state
