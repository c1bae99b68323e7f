"""How a GeoReport client calls in tests, and how its requests become public."""

from urllib.parse import urlencode
from xml.etree import ElementTree

from django.test import Client as Browser
from django.utils import timezone

from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case
from linli.domains.cases.tests.outside import Program, program
from linli.kernel.org import fresh
from linli.kernel.org.models import Unit
from tests.town import IN_GRID, Town

ROOT = "/open311/v2"
FORM = "application/x-www-form-urlencoded"
COVER = {
    "service_code": "01001",
    "lat": str(IN_GRID[1]),
    "long": str(IN_GRID[0]),
    "description": "井盖没了,我是住 3 号楼的王芳",
}


def city_of(town: Town) -> Program:
    """The city's app; division codes make the town a jurisdiction."""
    Unit.objects.filter(pk=town.district.pk).update(division_code="310105000000")
    Unit.objects.filter(pk=town.west.pk).update(division_code="310105019000")
    fresh.forget()
    return program(town.centre, "城市 App", sources=("21",), systems=())


def get(path, **params):
    return Browser().get(f"{ROOT}/{path}", params)


def post(city, fields=COVER, path="requests.json", **headers):
    return Browser().post(f"{ROOT}/{path}", {"api_key": city.key, **fields}, headers=headers)


def send(city, fields=COVER, path="requests.json", **headers):
    """As a form is sent by most: urlencoded."""
    body = urlencode({"api_key": city.key, **fields}, doseq=True)
    return Browser().post(f"{ROOT}/{path}", body, content_type=FORM, headers=headers)


def make_public(number, town):
    """Taken up by the centre: from then on everybody may see it."""
    case = Case.objects.get(matter__number=number)
    act(case, "accept", Given(), actor=town.chen, at=timezone.now())
    act(case, "file", Given(), actor=town.chen, at=timezone.now())
    return case


def close(case, town):
    act(case, "void", Given(note="重复"), actor=town.gao, at=timezone.now())


def elements(response):
    return ElementTree.fromstring(response.content)
