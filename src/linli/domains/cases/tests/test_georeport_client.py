"""The service read over the network by a public client of the standard that knows nothing of us."""

import pytest
from django.utils import timezone
from georeport import GeoReport

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case
from tests.town import IN_GRID


@pytest.fixture
def case(transactional_db, town):
    """Taken up, so that everybody may read it."""
    given = commands.Report(text="柳树路井盖没了", lon=IN_GRID[0], lat=IN_GRID[1], category="01001")
    case = Case.objects.get(pk=commands.report(given, at=timezone.now()).id)
    act(case, "accept", Given(), actor=town.chen, at=timezone.now())
    return case


@pytest.fixture(params=["json", "xml"])
def client(request, live_server):
    return GeoReport(f"{live_server.url}/open311/v2", output_format=request.param)


def test_the_public_client_lists_services_and_reads_a_definition(case, client):
    services = client.get_service_list()
    definition = client.get_service_definition("01001")

    found = next(one for one in services if one["service_code"] == "01001")
    assert found["service_name"] == "供水井盖异常"
    assert len(services) > 100
    assert "01001" in str(definition)


def test_the_public_client_reads_requests_and_one_of_them(case, client):
    listed = client.get_service_requests()
    one = client.get_service_request(case.matter.number)

    assert case.matter.number in str(listed)
    assert case.matter.number in str(one)
    assert "open" in str(one)
