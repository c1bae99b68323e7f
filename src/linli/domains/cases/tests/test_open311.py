"""GeoReport v2: what the standard asks for, read as a client reads it."""

import json
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone

from linli.domains.cases import commands
from linli.domains.cases.api.open311 import face
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case
from linli.domains.cases.tests.outside import KEY, program
from linli.kernel.evidence.models import File
from linli.kernel.flow.models import Attachment, Entry, Matter, Party
from linli.kernel.org import fresh
from linli.kernel.org.models import Contact, Post, Unit
from linli.web.rates import Rate
from tests.evidence import jpeg
from tests.town import IN_GRID, IN_WEST, OUTSIDE

ROOT = "/open311/v2"
FORM = "application/x-www-form-urlencoded"
COVER = {
    "service_code": "01001",
    "lat": str(IN_GRID[1]),
    "long": str(IN_GRID[0]),
    "description": "井盖没了,我是住 3 号楼的王芳",
}


@pytest.fixture
def city(town):
    """The city's app."""
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
    assert get(f"tokens/{KEY.format(8)}.xml").status_code == 404


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


# — reading ————————————————————————————————————————————————————————————————————————————————————————————————————————————


def test_everybody_sees_public_requests_without_the_reporter_s_words(city, town):
    number = send(city, COVER | {"phone": "13812345678"}).json()[0]["service_request_id"]
    assert get("requests.json").json() == []

    make_public(number, town)

    (told,) = get("requests.json").json()
    assert (told["service_request_id"], told["status"]) == (number, "open")
    assert told["service_code"] == "01001"
    assert told["address_id"] == "governance_grid-grid"
    text = json.dumps(told, ensure_ascii=False)
    assert "王芳" not in text
    assert "13812345678" not in text
    assert datetime.fromisoformat(told["requested_datetime"]).utcoffset() == timedelta(hours=8)


def test_who_sent_a_request_reads_it_with_its_key_before_it_is_public(city):
    number = send(city, COVER | {"description": "井盖没了,电话 13812345678"}).json()[0]["service_request_id"]

    (own,) = get("requests.json", api_key=city.key).json()

    assert (own["service_request_id"], own["status"]) == (number, "open")
    assert own["description"].startswith("井盖没了")
    assert "13812345678" not in own["description"]
    assert get(f"requests/{number}.json").status_code == 404


def test_one_request_is_a_list_of_one_in_both_forms(city, town):
    number = send(city).json()[0]["service_request_id"]
    make_public(number, town)

    as_json = get(f"requests/{number}.json").json()
    as_xml = elements(get(f"requests/{number}.xml"))

    assert [one["service_request_id"] for one in as_json] == [number]
    assert as_xml.tag == "service_requests"
    assert as_xml.findtext("request/service_request_id") == number
    assert as_xml.findtext("request/lat") == str(as_json[0]["lat"])


def test_a_list_of_ids_overrides_everything_else(city, town):
    numbers = [send(city).json()[0]["service_request_id"] for _n in range(3)]
    for number in numbers:
        make_public(number, town)

    found = get("requests.json", service_request_id=f"{numbers[0]}, {numbers[2]}", status="closed").json()

    assert [one["service_request_id"] for one in found] == [numbers[2], numbers[0]]
    assert get("requests.json", service_request_id="abc").json() == []


def test_requests_are_narrowed_by_service_status_time_and_jurisdiction(city, town):
    number = send(city).json()[0]["service_request_id"]
    west = send(city, COVER | {"lat": str(IN_WEST[1]), "long": str(IN_WEST[0]), "service_code": "01002"}).json()[0]
    make_public(number, town)
    act_west(west["service_request_id"], town)
    now = timezone.now()

    def numbers(**given):
        return {one["service_request_id"] for one in get("requests.json", **given).json()}

    both = {number, west["service_request_id"]}
    assert numbers() == both
    assert numbers(service_code="01001") == {number}
    assert numbers(service_code="01001,01002") == both
    assert numbers(status="open") == both
    assert numbers(status="closed") == set()
    assert numbers(start_date=(now + timedelta(hours=1)).isoformat()) == set()
    assert numbers(end_date=(now - timedelta(hours=1)).isoformat()) == set()
    assert numbers(start_date=(now - timedelta(hours=1)).isoformat(), end_date=(now + timedelta(1)).isoformat()) == both
    assert numbers(jurisdiction_id="310105") == both
    assert numbers(jurisdiction_id="310105019000") == {west["service_request_id"]}
    assert numbers(updated_after=(now + timedelta(hours=1)).isoformat()) == set()
    assert numbers(updated_before=(now + timedelta(hours=1)).isoformat()) == both


def act_west(number, town):
    Post.objects.create(actor=town.chen, unit=town.west_centre, over=town.west, role="operator", since="2020-01-01")
    make_public(number, town)


def test_requests_come_page_by_page(city, town):
    numbers = [send(city).json()[0]["service_request_id"] for _n in range(3)]
    for number in numbers:
        make_public(number, town)

    first = get("requests.json", page_size=2).json()
    second = get("requests.json", page_size=2, page=2).json()

    assert [one["service_request_id"] for one in first + second] == numbers[::-1]


@pytest.mark.parametrize(
    "given",
    [
        {"status": "half-open"},
        {"start_date": "yesterday"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-12-31T00:00:00Z"},
        {"start_date": "2026-03-02T00:00:00Z", "end_date": "2026-03-01T00:00:00Z"},
        {"end_date": "0001-01-01T00:00:00+14:00"},
        {"start_date": "9999-12-31T23:59:59-14:00"},
        {"page": "0"},
        {"page": "9" * 40},
        {"page_size": "-1"},
        {"page_size": "1001"},
        {"page": "１"},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(db, given):
    answer = get("requests.json", **given)

    assert answer.status_code == 400
    assert answer.json()[0]["code"] == 400


def test_reading_too_often_is_refused_with_the_time_to_wait(db, monkeypatch):
    monkeypatch.setattr(face, "READS", Rate("open311 in a test", 2, 60))

    answers = [get("services.json") for _time in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) >= 1


def test_addresses_that_are_not_ours_and_methods_not_allowed_answer_in_the_standard_s_way(db):
    assert get("nothing.xml").status_code == 404
    assert elements(get("nothing.xml")).tag == "errors"
    assert get("requests/1.json").json()[0]["code"] == 404
    assert Browser().put(f"{ROOT}/requests.json").status_code == 405
    assert Browser().post(f"{ROOT}/services.json")["Allow"] == "GET"


# — updates ————————————————————————————————————————————————————————————————————————————————————————————————————————————


def test_updates_tell_what_happened_to_public_requests(city, town):
    number = send(city).json()[0]["service_request_id"]
    case = make_public(number, town)
    close(case, town)

    told = get("servicerequestupdates.json", api_key=city.key).json()

    assert [(one["service_request_id"], one["status"]) for one in told] == [(number, "OPEN")] * 2 + [(number, "CLOSED")]
    assert len({one["update_id"] for one in told}) == 3
    assert elements(get("servicerequestupdates.xml", api_key=city.key)).tag == "service_request_updates"
    assert all(one["description"] for one in told)


def test_an_update_by_the_sender_goes_into_the_journal_once(city, town):
    number = send(city).json()[0]["service_request_id"]
    update = {
        "service_request_id": number, "update_id": "77", "updated_datetime": timezone.now().isoformat(),
        "status": "OPEN", "description": "还没有修好,电话 13812345678",
    }  # fmt: skip

    first = send(city, update, path="servicerequestupdates.json")
    again = send(city, update, path="servicerequestupdates.json")

    entry = Entry.objects.get(matter__number=number, step="supplement")
    assert first.json() == again.json() == [{"update_id": str(entry.pk)}]
    assert "还没有修好" in entry.note
    assert "13812345678" not in entry.note


def test_updates_on_requests_of_others_are_not_possible(city, town):
    theirs = commands.report(
        commands.Report(text="别人的事", lon=IN_GRID[0], lat=IN_GRID[1], category="01001"), at=timezone.now()
    )
    update = {"service_request_id": theirs.number, "update_id": "1", "description": "我来说两句"}

    assert send(city, update, path="servicerequestupdates.json").status_code == 404
    assert not Entry.objects.filter(step="supplement").exists()
