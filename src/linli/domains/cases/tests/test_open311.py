"""GeoReport v2: discovery, services and reporting, as the standard asks for them."""

from datetime import datetime
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone

from linli.domains.cases.models import Case
from linli.domains.cases.tests.georeport import COVER, FORM, ROOT, city_of, elements, get, post, send
from linli.domains.cases.tests.outside import KEY
from linli.kernel.evidence.models import File
from linli.kernel.flow.models import Attachment, Matter, Party
from linli.kernel.org.models import Contact
from tests.evidence import jpeg
from tests.town import OUTSIDE


@pytest.fixture
def city(town):
    """The city's app."""
    return city_of(town)


# — discovery and services —————————————————————————————————————————————————————————————————————————————————————————————


@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_discovery_says_where_in_which_forms_since_when_and_whom_to_ask(db, form):
    answer = get(f"discovery.{form}")

    told = _discovery(answer, form)
    assert answer["Content-Type"].partition(";")[0] == {"json": "application/json", "xml": "text/xml"}[form]
    assert told["contact"]
    assert told["key_service"]
    assert datetime.fromisoformat(told["changeset"]) < timezone.now()
    assert told["endpoints"]
    for endpoint in told["endpoints"]:
        assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert endpoint["url"] == "http://testserver/open311/v2"
        assert endpoint["type"] in ("production", "test")
        assert datetime.fromisoformat(endpoint["changeset"]) < timezone.now()
        assert {"application/json", "text/xml"} == set(endpoint["formats"])


def _discovery(answer, form):
    if form == "json":
        return answer.json()
    root = elements(answer)
    endpoints = [
        {**{part.tag: part.text for part in one}, "formats": [f.text for f in one.find("formats")]}
        for one in root.find("endpoints")
    ]
    return {**{part.tag: part.text for part in root}, "endpoints": endpoints}


@pytest.mark.parametrize("form", ["json", "xml"])
def test_every_service_has_a_code_a_name_a_group_and_a_type(town, form):
    answer = get(f"services.{form}")

    services = answer.json() if form == "json" else [{part.tag: part.text for part in one} for one in elements(answer)]

    assert len(services) > 100
    assert len({one["service_code"] for one in services}) == len(services)
    for one in services:
        assert one["service_name"]
        assert one["group"]
        assert one["type"] in ("realtime", "batch", "blackbox")
        assert str(one["metadata"]).lower() == "true"


def test_the_definition_of_a_service_asks_for_its_conditions(town):
    found = get("services/01001.json").json()

    condition = found["attributes"][0]
    assert found["service_code"] == "01001"
    assert (condition["code"], condition["datatype"], condition["required"]) == ("condition", "singlevaluelist", False)
    assert all(one["key"] and one["name"] for one in condition["values"])
    assert [one["order"] for one in found["attributes"]] == list(range(1, len(found["attributes"]) + 1))


def test_the_definition_in_xml_nests_attributes_and_values(town):
    root = elements(get("services/01001.xml"))

    assert root.tag == "service_definition"
    assert root.findtext("service_code") == "01001"
    assert root.findtext("attributes/attribute/values/value/key")
    assert root.findtext("attributes/attribute/variable") == "true"


def test_an_unknown_service_is_not_there_in_either_form(town):
    as_json, as_xml = get("services/99999.json"), get("services/99999.xml")

    assert (as_json.status_code, as_xml.status_code) == (404, 404)
    assert as_json.json()[0]["code"] == 404
    assert elements(as_xml).tag == "errors"
    assert elements(as_xml).findtext("error/code") == "404"
    assert elements(as_xml).findtext("error/description")


# — reporting ——————————————————————————————————————————————————————————————————————————————————————————————————————————


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_posted_request_becomes_a_case_and_its_number_is_the_request_id(city, form):
    answer = send(city, path=f"requests.{form}")

    if form == "json":
        (told,) = answer.json()
    else:
        told = {part.tag: part.text for part in elements(answer).find("request")}
    case = Case.objects.get(matter__number=told["service_request_id"])
    assert answer.status_code == 201
    assert told["service_notice"]
    assert (case.category, case.source, case.channel) == ("01001", "21", "open311")


def test_names_and_numbers_of_the_reporter_are_sealed(city):
    contact = {"email": "wang@example.cn", "phone": "13812345678", "first_name": "芳", "last_name": "王"}
    number = send(city, COVER | contact).json()[0]["service_request_id"]

    reporter = Party.objects.get(matter__number=number, role="reporter").actor
    kept = Contact.objects.get(actor=reporter)
    assert reporter.name == ""
    assert bytes(kept.phone_index)
    assert "王芳".encode() not in bytes(kept.name_enc)


def test_attributes_become_fields_of_the_case(city):
    condition = get("services/01001.json").json()["attributes"][0]["values"][0]["key"]

    one = send(city, COVER | {"attribute[condition]": condition}).json()[0]["service_request_id"]
    other = send(city, COVER | {"attribute[condition][]": condition}).json()[0]["service_request_id"]

    assert set(Case.objects.filter(matter__number__in=[one, other]).values_list("condition", flat=True)) == {condition}


def test_a_grid_code_serves_as_the_place(city, town):
    fields = {"service_code": "01001", "address_id": "governance_grid-grid8"}

    number = send(city, fields).json()[0]["service_request_id"]

    matter = Matter.objects.get(number=number)
    assert (matter.home, matter.place.address) == (town.street, "柳树第八网格")


def test_an_address_in_words_serves_as_the_place(city):
    number = send(city, {"service_code": "01001", "address_string": "柳树路 5 号"}).json()[0]["service_request_id"]

    assert Matter.objects.get(number=number).place.address == "柳树路 5 号"


def test_a_place_outside_every_area_goes_to_the_desk_of_the_app_s_unit(city, town):
    fields = COVER | {"lat": str(OUTSIDE[1]), "long": str(OUTSIDE[0])}

    number = send(city, fields).json()[0]["service_request_id"]

    assert Matter.objects.get(number=number).place.is_outside


def test_a_photo_sent_with_the_request_is_kept_as_evidence(city):
    answer = post(city, COVER | {"media": SimpleUploadedFile("a.jpg", jpeg("a"), "image/jpeg")})

    attached = Attachment.objects.get(matter__number=answer.json()[0]["service_request_id"])
    assert attached.kind == "report"
    assert attached.file.retained_until is None


def test_a_request_sent_again_with_its_key_gets_the_first_answer_and_its_token(city):
    first = send(city, **{"Idempotency-Key": KEY.format(7)})
    again = send(city, **{"Idempotency-Key": KEY.format(7)})
    token = get(f"tokens/{KEY.format(7)}.json").json()

    number = first.json()[0]["service_request_id"]
    assert again.json()[0]["service_request_id"] == number
    assert token == [{"service_request_id": number, "token": KEY.format(7)}]
    for unknown in (KEY.format(8), "c0ffee00-0000-4000-8000-000000000000", "-" * 36):
        assert get(f"tokens/{unknown}.xml").status_code == 404


def test_without_a_key_or_with_a_wrong_one_nothing_is_taken(city):
    without = Browser().post(f"{ROOT}/requests.json", COVER)
    wrong = Browser().post(f"{ROOT}/requests.xml", COVER | {"api_key": "wrong.key"})

    assert (without.status_code, wrong.status_code) == (403, 403)
    assert without.json()[0]["code"] == 403
    assert elements(wrong).findtext("error/code") == "403"
    assert Matter.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"service_code": ""}, 400),
        ({"service_code": "99999"}, 404),
        ({"lat": ""}, 400),
        ({"lat": "", "long": ""}, 400),
        ({"lat": "121.4", "long": "31.2"}, 400),
        ({"lat": "nan"}, 400),
        ({"lat": "1e999"}, 400),
        ({"lat": "０"}, 400),
        ({"lat": "0", "long": "0"}, 400),
        ({"address_id": "nowhere"}, 400),
        ({"description": "字" * 4001}, 400),
        ({"attribute[unasked]": "1"}, 400),
        ({"attribute[condition]": "不存在的条件"}, 400),
        ({"attribute[occurred_at]": "2026-02-30T08:00:00Z"}, 400),
        ({"attribute[occurred_at]": "2199-01-01T08:00:00Z"}, 400),
        ({"jurisdiction_id": "999999"}, 404),
        ({"service_code": ["01001", "01002"]}, 400),
        ({"email": "a" * 300}, 400),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(city, change, status):
    answer = send(city, COVER | change)

    assert answer.status_code == status
    assert answer.json()[0]["code"] == status
    assert answer.json()[0]["description"]
    assert Matter.objects.count() == 0


def test_gb18030_is_understood_when_it_is_said_so_and_refused_when_not(city):
    body = f"api_key={city.key}&service_code=01001&lat=31.21&long=121.405&description=".encode()
    body += quote("井盖丢失", encoding="gb18030").encode()

    said = Browser().post(f"{ROOT}/requests.json", body, content_type=f"{FORM}; charset=gb18030")
    unsaid = Browser().post(f"{ROOT}/requests.json", body, content_type=FORM)

    assert Case.objects.get().description == "井盖丢失"
    assert (said.status_code, unsaid.status_code) == (201, 400)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"service_code": "01001"}', "application/json", 415),
        (b"<request/>", "text/xml", 415),
        (b"description=\xff\xfe", FORM, 400),
        (b"service_code=%ff%fe", FORM, 400),
        (b"a=1", FORM + "; charset=klingon", 415),
        (b"&".join(b"a=1" for _ in range(500)), FORM, 400),
        (b"description=" + b"a" * 300_000, FORM, 413),
        (b"nonsense", "multipart/form-data; boundary=x", 403),
        (b"nonsense", "multipart/form-data", 400),
    ],
)
def test_a_body_that_cannot_be_read_says_why(city, body, kind, status):
    answer = Browser().generic("POST", f"{ROOT}/requests.xml", body, content_type=kind)

    assert answer.status_code == status
    assert elements(answer).findtext("error/description")


def test_a_file_that_is_no_picture_is_refused_and_nothing_is_written(city):
    answer = post(city, COVER | {"media": SimpleUploadedFile("a.jpg", b"<svg onload=x>", "image/jpeg")})

    assert answer.status_code == 400
    assert (Matter.objects.count(), File.objects.count()) == (0, 0)
