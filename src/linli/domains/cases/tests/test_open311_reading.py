"""GeoReport v2: reading requests and updates, without anything about people."""

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from linli.domains.cases import commands
from linli.domains.cases.api.open311 import face
from linli.domains.cases.tests.georeport import (
    COVER,
    ROOT,
    city_of,
    close,
    elements,
    get,
    make_public,
    send,
)
from linli.kernel.flow.models import Entry
from linli.kernel.org.models import Post
from linli.web.rates import Rate
from tests.town import IN_GRID, IN_WEST


@pytest.fixture
def city(town):
    """The city's app."""
    return city_of(town)


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
