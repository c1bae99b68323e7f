"""What everybody may see of cases, and joining one that is there."""

import json
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case, Occurrence
from linli.domains.cases.queries import community
from linli.domains.cases.tests.residents import case_of, closed, filled, photograph, proof
from linli.kernel.flow.models import Attachment, Matter, Party
from linli.kernel.org import fresh
from linli.kernel.org.models import Unit
from tests.town import IN_GRID, OUTSIDE, square

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


@pytest.fixture
def reported(client, town):
    return proof(client.post("/report", filled(address="柳树路 5 号 302 室王家", photo=photograph())))


@pytest.fixture
def accepted(reported, town):
    act(case_of(reported), "accept", Given(fields={"category": "01001"}), actor=town.chen, at=timezone.now())
    return reported


def shown(**query):
    return Client().get("/open", query).content.decode()


def test_a_case_is_public_once_it_is_accepted_and_classified(accepted):
    text = shown()

    assert accepted["number"] in text
    assert "供水井盖异常" in text
    assert "柳树第七网格" in text


def test_what_nobody_has_looked_at_yet_is_not_public(reported):
    assert reported["number"] not in shown()


def test_no_words_no_house_number_and_no_exact_spot_are_shown(accepted, town):
    Case.objects.filter(matter__number=accepted["number"]).update(description="王家老太的井盖")
    text = shown() + Client().get(f"/open/{accepted['number']}").content.decode()
    drawn = Client().get("/open/map", {"bbox": "121.3,31.1,121.5,31.3"}).json()

    assert "王家" not in text
    assert "302" not in text
    assert "柳树路" in text
    assert drawn["features"][0]["geometry"]["coordinates"] == [121.405, 31.21]
    assert "王家" not in json.dumps(drawn, ensure_ascii=False)


@pytest.mark.parametrize("change", [{"is_sensitive": True}, {"is_public": False}])
def test_a_sensitive_or_withheld_case_is_nowhere_to_be_found(accepted, change):
    Case.objects.filter(matter__number=accepted["number"]).update(**change)

    assert accepted["number"] not in shown()
    assert Client().get(f"/open/{accepted['number']}").status_code == 404
    assert Client().get("/open/map", {"bbox": "121.3,31.1,121.5,31.3"}).json()["features"] == []


def test_categories_on_the_list_of_those_not_public_are_nowhere_to_be_found(reported, town):
    """邻里纠纷 stands on the shipped list; list keepers change it like any other list."""
    act(case_of(reported), "accept", Given(fields={"category": "90019"}), actor=town.chen, at=timezone.now())

    assert reported["number"] not in shown()
    assert Client().get(f"/open/{reported['number']}").status_code == 404
    assert Client().get("/open/map", {"bbox": "121.3,31.1,121.5,31.3"}).json()["features"] == []


def test_the_list_is_narrowed_by_class_and_progress(accepted, town):
    assert accepted["number"] in shown(category="01", progress="open")
    assert accepted["number"] not in shown(category="02")
    assert accepted["number"] not in shown(progress="done")


def many_accepted(town, count):
    at = timezone.now()
    given = commands.Report(text="", lon=IN_GRID[0], lat=IN_GRID[1], category="01001")
    for number in range(count):
        taken = commands.report(replace(given, text=f"井盖没了 {number}"), at=at, looks_for_duplicates=False)
        act(Case.objects.get(pk=taken.id), "accept", Given(), actor=town.chen, at=at)


def test_list_and_map_are_narrowed_to_one_of_several_districts(accepted, town):
    district = town.units["district"]
    other = Unit.objects.create(code="far", name="远山区", kind="district", tree="territorial", valid_from="2020-01-01")
    fresh.forget()
    box = {"bbox": "121.3,31.1,121.5,31.3"}

    everywhere, here, there = shown(), shown(district=district.pk), shown(district=other.pk)
    drawn = [Client().get("/open/map", {**box, "district": one.pk}).json()["features"] for one in (district, other)]

    assert "远山区" in everywhere
    assert accepted["number"] in here
    assert accepted["number"] not in there
    assert accepted["number"] not in shown(district="x")
    assert (len(drawn[0]), len(drawn[1])) == (1, 0)


def test_a_map_begins_with_districts_that_lie_together(town):
    far = Unit.objects.create(code="far", name="远山区", kind="district", tree="territorial", valid_from="2020-01-01")
    square(town.west, "district", 121.44, 31.2, 121.5, 31.3)
    square(far, "district", 114.0, 22.5, 114.1, 22.6)

    assert community.bounds() == "121.40000,31.20000,121.50000,31.30000"
    assert community.bounds(str(far.pk)) == "114.00000,22.50000,114.10000,22.60000"


def test_long_lists_are_paged_by_number(town):
    many_accepted(town, 45)
    numbers = list(Matter.objects.order_by("-number").values_list("number", flat=True))

    first, second, third = shown(), shown(after=numbers[19]), shown(after=numbers[39])

    assert numbers[0] in first and numbers[19] in first and numbers[20] not in first
    assert numbers[20] in second and numbers[39] in second
    assert numbers[44] in third
    assert numbers[0] in shown(before=numbers[20])


def test_the_number_of_queries_does_not_grow_with_the_list(town, django_assert_max_num_queries):
    many_accepted(town, 20)
    shown()

    with django_assert_max_num_queries(8):
        shown()


@pytest.mark.parametrize("box", ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "10,0,5,1", "0,0,1,91"])
def test_an_impossible_part_of_the_map_is_refused(town, box):
    assert Client().get("/open/map", {"bbox": box}).status_code == 422


def test_only_photos_cleared_for_the_public_are_served(accepted):
    photo = Attachment.objects.get()
    address = f"/open/{accepted['number']}/photo/{photo.file_id}/thumb"
    assert Client().get(address).status_code == 404

    Attachment.objects.update(is_public=True)

    assert f"/photo/{photo.file_id}/thumb" in Client().get(f"/open/{accepted['number']}").content.decode()
    answer = Client().get(address)
    answer.close()
    assert answer.status_code == 200


def test_something_similar_nearby_is_offered_before_a_second_report_is_made(reported):
    answer = Client().post("/report", filled(text="柳树路 5 号门口的井盖不见了，晚上看不见"))

    text = answer.content.decode()
    assert "已有人反映，可一起关注" in text
    assert "王家" not in text
    assert Case.objects.count() == 1


def test_who_has_seen_it_may_still_report(reported):
    answer = Client().post("/report", filled(text="柳树路 5 号门口的井盖不见了，晚上看不见", seen="1"))

    assert answer.status_code == 302
    assert Case.objects.count() == 2


def joined(reported, **changes):
    given = filled(**{"text": "柳树路 5 号门口的井盖不见了，晚上看不见", "join": str(case_of(reported).pk), **changes})
    browser = Client()
    answer = browser.post("/report", given)
    return browser, given, answer


def test_who_joins_is_a_caller_of_the_same_case_and_both_are_answered(client, reported, town):
    _browser, _given, answer = joined(reported, phone=PHONE)
    second = proof(answer)
    closed(reported, town)

    assert (Case.objects.count(), Case.objects.get().callers) == (1, 2)
    assert Occurrence.objects.exclude(answer="").count() == 2
    assert "井盖已补好" in Client().get("/follow", second).content.decode()
    assert "井盖已补好" in client.get("/follow", reported).content.decode()


def test_who_joins_reads_nothing_the_first_reporter_wrote(reported):
    text = Client().get("/follow", proof(joined(reported)[2])).content.decode()

    assert "晚上看不见" in text
    assert "王家" not in text
    assert "没了，晚上看不见" not in text


def test_who_joins_cannot_withdraw_or_rate_for_the_first(reported):
    second = proof(joined(reported)[2])

    answer = Client().post("/follow/withdraw", second)

    assert answer.status_code == 422
    assert second["code"] != reported["code"]
    assert Matter.objects.get().state == "reported"


def test_joining_twice_with_one_form_counts_once(reported):
    browser, given, first = joined(reported)

    again = browser.post("/report", given)

    assert proof(again) == proof(first)
    assert Party.objects.filter(role="caller").count() == 1


@pytest.mark.parametrize(
    "change", [{"lon": IN_GRID[0] + 0.01}, {"text": "完全不同的另一件事，河边栏杆"}, {"lon": OUTSIDE[0]}]
)
def test_a_case_that_was_not_offered_cannot_be_joined(reported, change):
    answer = joined(reported, **change)[2]

    assert answer.status_code == 422
    assert Occurrence.objects.count() == 1


def test_an_ended_case_cannot_be_joined(client, reported, town):
    closed(reported, town)

    assert joined(reported)[2].status_code == 422


def test_what_is_nearby_is_told_while_writing(reported):
    text = Client().post("/report/around", filled(text="柳树路 5 号门口的井盖不见了")).content.decode()

    assert "一起关注" in text


def test_nothing_is_said_to_be_near_without_words_or_a_place(reported):
    for change in ({"text": ""}, {"lon": "", "lat": ""}):
        text = Client().post("/report/around", filled(**change)).content.decode()
        assert "一起关注" not in text
