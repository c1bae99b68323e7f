"""Residents follow, rate, add to and withdraw what they reported, by number and code."""

from datetime import timedelta

import pytest
from django.test import Client

from linli.domains.cases.tests.residents import case_of, closed, filled, photograph, proof
from linli.domains.cases.tests.test_loop import go, to_handling
from linli.kernel.flow.models import Attachment, Entry, Matter, Outbox
from linli.kernel.org.commands.contacts import keep_contact
from linli.kernel.org.models import Account, Actor, Contact
from tests.town import IN_GRID

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported(client, town):
    return proof(client.post("/report", filled()))


def test_the_follow_up_page_reads_like_tracking(client, reported):
    text = client.get("/follow", reported).content.decode()

    assert "已收到" in text
    assert "立案" not in text
    assert text.count("is-todo") == 5


@pytest.mark.parametrize("change", [{"code": "AAAAAAAAAA"}, {"number": "X-1"}, {"code": "编号编号"}])
def test_another_code_or_number_finds_nothing(client, reported, change):
    assert client.get("/follow", {**reported, **change}).status_code == 404


def test_anothers_code_does_not_open_this_report(client, town, reported):
    other = proof(Client().post("/report", filled(lat=IN_GRID[1] + 0.008, text="路灯不亮")))

    assert client.get("/follow", {"number": reported["number"], "code": other["code"]}).status_code == 404


def test_a_code_copied_with_blanks_and_small_letters_is_understood(client, reported):
    typed = reported["code"].lower()

    assert client.get("/follow", {**reported, "code": f" {typed[:5]} {typed[5:]} "}).status_code == 200


def test_wrong_codes_are_soon_refused_for_a_while(client, reported, settings):
    client.get("/report")
    answers = [client.get("/follow", {**reported, "code": "B" * 10}).status_code for _try in range(31)]

    assert answers[0] == 404
    assert answers[-1] == 429


def test_the_receipt_is_no_way_around_the_code(client, reported):
    client.get("/report")
    answers = [client.get("/report/received", {**reported, "code": "B" * 10}).status_code for _try in range(31)]

    assert (answers[0], answers[-1]) == (404, 429)


@pytest.mark.spec("003-14")
def test_the_resident_sees_the_answer_and_rates(client, town, reported):
    case = closed(reported, town)
    text = client.get("/follow", reported).content.decode()
    assert "井盖已补好，谢谢您" in text

    client.post("/follow/rate", {**reported, "satisfaction": "5", "is_solved": "1", "note": "很快"})

    case.refresh_from_db()
    assert (case.satisfaction, case.is_solved) == (5, True)
    assert "非常满意" in client.get("/follow", reported).content.decode()


def test_rating_without_a_grade_is_refused_on_the_page(client, town, reported):
    closed(reported, town)

    answer = client.post("/follow/rate", {**reported, "is_solved": "1", "note": "就这样"})

    assert answer.status_code == 422
    assert "请选择满意程度" in answer.content.decode()


def test_an_open_report_cannot_be_rated(client, reported):
    answer = client.post("/follow/rate", {**reported, "satisfaction": "5"})

    assert answer.status_code == 422
    assert case_of(reported).satisfaction is None


def test_asking_to_have_it_done_again_is_journalled(client, town, reported):
    closed(reported, town)

    client.post("/follow/ask_reopening", {**reported, "note": "盖子又松了"})

    assert Entry.objects.filter(step="ask_reopening", note="盖子又松了").exists()


def test_a_report_is_hurried_once_a_day_and_it_is_announced(client, town, reported):
    case = case_of(reported)
    go(case, town, *to_handling(town), at=Matter.objects.get(pk=case.pk).opened_at)
    Outbox.objects.all().delete()

    first = client.post("/follow/hasten", reported)
    again = client.post("/follow/hasten", reported)

    assert (first.status_code, again.status_code) == (302, 422)
    assert "今天已经催过了" in again.content.decode()
    assert Entry.objects.filter(step="hasten", matter_id=case.pk).count() == 1
    assert [told.kind for told in Outbox.objects.all()] == ["case.hasten"]


def test_a_closed_report_cannot_be_hurried(client, town, reported):
    closed(reported, town)

    assert client.post("/follow/hasten", reported).status_code == 422
    assert "催一催" not in client.get("/follow", reported).content.decode()


def test_a_report_can_be_withdrawn_with_its_code_only(client, town, reported):
    refused = client.post("/follow/withdraw", {**reported, "code": "A" * 10})
    client.post("/follow/withdraw", reported)

    assert refused.status_code == 404
    assert Matter.objects.get(number=reported["number"]).state == "withdrawn"


def test_words_and_a_photo_are_added_to_a_report(client, reported):
    client.post("/follow/supplement", {**reported, "note": "今天又有人绊倒", "photo": photograph("more")})

    entry = Entry.objects.get(step="supplement")
    assert (entry.note, len(entry.files)) == ("今天又有人绊倒", 1)


def test_personal_numbers_in_added_words_are_refused_on_the_page(client, reported):
    answer = client.post("/follow/supplement", {**reported, "note": "打我电话 13812345678"})

    assert answer.status_code == 422
    assert "不要写个人信息" in answer.content.decode()


def test_an_unknown_verb_is_not_found(client, reported):
    assert client.post("/follow/close", reported).status_code == 404


def test_the_browser_remembers_what_it_sent_and_forgets_when_asked(client, reported):
    assert reported["number"] in client.get("/mine").content.decode()

    client.post("/mine/forget")

    assert reported["number"] not in client.get("/mine").content.decode()


def test_another_browser_remembers_nothing(reported):
    assert reported["number"] not in Client().get("/mine").content.decode()


def test_a_forged_list_is_empty(client, reported):
    client.cookies["linli_mine"] = "forged"

    assert reported["number"] not in client.get("/mine").content.decode()


def test_ones_own_photo_is_served_by_code_and_not_without(client, town):
    given = proof(client.post("/report", filled(photo=photograph())))
    photo = Attachment.objects.get().file_id

    shown = client.get(f"/follow/photo/{photo}/thumb", given)
    hidden = client.get(f"/follow/photo/{photo}/thumb", {**given, "code": "A" * 10})

    shown.close()
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert hidden.status_code == 404


def test_the_reporter_sees_what_they_left_masked_and_may_have_it_destroyed(client, town):
    given = proof(client.post("/report", filled(name="王小明", phone="13812345678")))
    assert "138****5678" in client.get("/follow", given).content.decode()

    client.post("/follow/contact/erase", given)

    contact = Contact.objects.get()
    assert (bytes(contact.phone_enc), bytes(contact.phone_index)) == (b"", b"")
    assert "138****5678" not in client.get("/follow", given).content.decode()


def test_signed_in_by_phone_one_finds_everything_reported_with_that_number(client, town):
    given = proof(Client().post("/report", filled(phone="13812345678")))
    person = Actor.objects.create(kind="resident")
    keep_contact(person, phone="138 1234 5678")
    client.force_login(Account.objects.create(actor=person, username="resident-1"))

    text = client.get("/mine").content.decode()

    assert given["number"] in text
    assert given["code"] in text


def test_anothers_number_shows_nothing_of_mine(client, town):
    given = proof(Client().post("/report", filled(phone="13812345678")))
    person = Actor.objects.create(kind="resident")
    keep_contact(person, phone="13812345679")
    client.force_login(Account.objects.create(actor=person, username="resident-1"))

    assert given["number"] not in client.get("/mine").content.decode()


def test_only_the_handling_limit_is_promised_to_residents(client, town, reported):
    assert "预计" not in client.get("/follow", reported).content.decode()
    case = case_of(reported)
    opened = Matter.objects.get(pk=case.pk).opened_at

    go(case, town, *to_handling(town), at=opened + timedelta(minutes=1))

    assert "预计" in client.get("/follow", reported).content.decode()
