
import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.cases import commands
from linli.domains.cases.models import Case
from tests.town import IN_GRID

HERE = commands.Report(text="柳树路 5 号门口井盖没了,很危险", lon=IN_GRID[0], lat=IN_GRID[1], wants_answer=True)


@pytest.fixture
def sign_in(client):
    """Signs somebody of the town in and hands back their browser."""

    def enter(actor):
        client.force_login(actor.account)
        return client

    return enter


@pytest.fixture
def case(town):
    return Case.objects.get(pk=commands.report(HERE, at=timezone.now()).id)


def test_the_workbench_shows_what_was_reported_in_ones_street(case, town, sign_in):
    page = sign_in(town.chen).get(reverse("cases:workbench"), {"tab": "intake"})

    assert page.status_code == 200
    assert "柳树路 5 号门口井盖没了" in page.content.decode()
