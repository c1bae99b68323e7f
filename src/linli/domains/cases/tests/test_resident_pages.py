"""Residents report without signing in: the form, its photos, sending it twice, one's committee, elder mode."""

import hashlib
import re
from uuid import UUID

import pytest
from django.test import Client

from linli.domains.cases.models import Case, Occurrence
from linli.domains.cases.queries import open_cases
from linli.domains.cases.queries.following import reporter_key
from linli.domains.cases.tests.residents import closed, filled, photograph, proof
from linli.kernel.evidence.models import File
from linli.kernel.flow.models import Attachment, Entry, Matter
from linli.kernel.org.commands.contacts import keep_contact
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Account, Actor, Contact, Unit
from linli.kernel.org.queries.contacts import masked
from tests.evidence import jpeg
from tests.town import IN_GRID

pytestmark = pytest.mark.django_db


def test_the_form_is_one_page_with_an_id_made_for_it(client, town):
    first, second = (client.get("/report").content.decode() for _time in range(2))

    ids = [re.search(r'name="id" value="([0-9a-f-]{36})"', text)[1] for text in (first, second)]
    assert ids[0] != ids[1]
    assert ids[0][14] == "7"
    assert 'type="submit"' in first or "<button" in first


def test_a_report_without_scripts_leads_to_a_receipt_with_number_code_link_and_qr(client, town):
    answer = client.post("/report", filled(photo=photograph()), follow=True)

    text = answer.content.decode()
    case = Case.objects.get()
    assert answer.status_code == 200
    assert case.matter.number in text
    assert 'class="ll-qr"' in text
    assert "/follow?number=" in text
    assert (case.matter.home, case.matter.area.unit) == (town.street, town.grid)


def test_the_photo_is_kept_with_its_hash_in_the_journal_and_for_good(client, town):
    raw = jpeg("b")
    given = filled(photo=photograph("b"), photo_sha256=hashlib.sha256(raw).hexdigest())

    client.post("/report", given)

    attached = Attachment.objects.get()
    assert attached.kind == "report"
    assert (attached.file.sha256, attached.file.retained_until) == (hashlib.sha256(raw).hexdigest(), None)
    assert Entry.objects.get(step="open").files == [attached.file.sha256]


def test_a_photo_changed_on_the_way_is_refused_and_nothing_is_reported(client, town):
    answer = client.post("/report", filled(photo=photograph(), photo_sha256="0" * 64))

    assert answer.status_code == 422
    assert "传输中发生变化" in answer.content.decode()
    assert not Case.objects.exists()


def test_the_same_form_sent_again_gets_the_same_receipt(client, town):
    given = filled()

    first = client.post("/report", {**given, "photo": photograph()})
    again = client.post("/report", {**given, "photo": photograph()})

    assert again.url == first.url
    assert (Case.objects.count(), File.objects.count(), Actor.objects.filter(kind="resident").count()) == (1, 1, 1)


def test_the_same_id_with_other_words_is_refused(client, town):
    given = filled()
    client.post("/report", given)

    answer = client.post("/report", {**given, "text": "完全不同的另一件事，河边的栏杆断了"})

    assert answer.status_code == 422
    assert "内容不同" in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": "  "}, "请用一句话说说"),
        ({"text": "字" * 4001}, "文字最多 4000 字"),
        ({"lon": "", "lat": "", "address": ""}, "请定位"),
        ({"lon": "181"}, "181"),
        ({"lon": "0", "lat": "0"}, "没有给出真实定位"),
        ({"phone": "12"}, "请核对电话号码"),
        ({"category": "99999"}, "没有这个分类"),
        ({"id": "not-an-id"}, "UUID"),
    ],
)
def test_what_is_missing_or_impossible_is_said_and_nothing_typed_is_lost(client, town, change, words):
    answer = client.post("/report", filled(**change))

    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text or "有效" in text
    assert "柳树路 5 号" in text or "address" in change
    assert not Case.objects.exists()


def test_photos_of_a_form_that_needs_mending_are_kept(client, town):
    given = filled(text="")
    page = client.post("/report", {**given, "photo": photograph()}).content.decode()
    kept = re.search(r'name="kept" value="([0-9a-f-]{36})"', page)[1]

    client.post("/report", {**given, "text": "井盖没了，很危险", "kept": kept})

    assert str(Attachment.objects.get().file_id) == kept


def test_a_photo_of_somebody_elses_form_is_refused(client, town):
    page = client.post("/report", filled(text="", photo=photograph())).content.decode()
    kept = re.search(r'name="kept" value="([0-9a-f-]{36})"', page)[1]

    answer = Client().post("/report", filled(kept=kept))

    assert answer.status_code == 422
    assert not Case.objects.exists()


def test_who_leaves_no_contact_stays_anonymous(client, town):
    client.post("/report", filled())

    assert not Contact.objects.exists()
    assert Occurrence.objects.get().actor.kind == "resident"


def test_a_contact_is_sealed_and_has_an_end(client, town):
    given = filled(name="王小明", phone="13812345678")
    client.post("/report", given)

    contact = Contact.objects.get(actor_id=reporter_key(UUID(given["id"])))
    assert b"13812345678" not in bytes(contact.phone_enc)
    assert masked([contact.actor_id])[contact.actor_id].phone == "138****5678"
    assert contact.keep_until is not None


def test_too_many_reports_from_one_browser_are_refused_with_429(client, town):
    client.get("/report")
    answers = [client.post("/report", filled(id=str(new_key()), lat=31.2001 + n / 500)) for n in range(11)]

    assert answers[9].status_code == 302
    assert answers[10].status_code == 429
    assert "Retry-After" in answers[10].headers
    assert "柳树路 5 号门口井盖没了" in answers[10].content.decode()


def test_pages_of_residents_refuse_forms_from_elsewhere(town):
    assert Client(enforce_csrf_checks=True).post("/report", filled()).status_code == 403


@pytest.mark.parametrize("path", ["/home", "/report", "/follow", "/mine", "/open"])
@pytest.mark.parametrize("size", ["1", "3"])
def test_elder_mode_puts_the_telephone_on_top_of_every_page(client, town, path, size):
    client.cookies["linli_elder"] = size

    text = client.get(path).content.decode()

    assert f'data-elder="{size}"' in text
    assert text.index("tel:") < text.index("<main")


def test_the_committee_of_a_report_is_remembered_and_its_number_stands_on_top(client, town):
    Unit.objects.filter(pk=town.committee.pk).update(phone="021-62345678")

    client.post("/report", filled())
    client.cookies["linli_elder"] = "1"
    text = client.get("/home").content.decode()

    assert text.index("tel:021-62345678") < text.index("<main")
    assert "柳树居委会" in text


def test_a_committee_is_chosen_from_the_list_or_by_position(client, town):
    client.post("/committee", {"committee": str(town.west_committee.pk)})
    assert client.cookies["linli_committee"].value == str(town.west_committee.pk)

    client.post("/committee", {"lon": IN_GRID[0], "lat": IN_GRID[1]})
    assert client.cookies["linli_committee"].value == str(town.committee.pk)


@pytest.mark.parametrize(
    "given", [{}, {"committee": "x"}, {"committee": "9" * 17}, {"lon": "0", "lat": "0"}, {"lon": "a", "lat": "1"}]
)
def test_what_is_no_committee_is_refused(client, town, given):
    assert client.post("/committee", given).status_code == 422


@pytest.mark.parametrize("cookie", ["x", "-1", "999999999999999", "9" * 40])
def test_a_forged_committee_is_no_committee(client, town, cookie):
    client.cookies["linli_committee"] = cookie

    assert client.get("/home").status_code == 200


def test_without_a_position_the_report_goes_to_the_street_of_ones_committee(client, town):
    client.cookies["linli_committee"] = str(town.west_committee.pk)

    client.post("/report", filled(lon="", lat=""))

    assert Matter.objects.get().home == town.west


def test_outlines_of_the_neighbourhood_are_drawn_by_zoom(client, town):
    far = client.get("/outlines", {"bbox": "121.3,31.1,121.5,31.3", "zoom": "10"}).json()
    near = client.get("/outlines", {"bbox": "121.3,31.1,121.5,31.3", "zoom": "15"}).json()

    assert {one["properties"]["kind"] for one in far["features"]} == {"district", "street"}
    assert {one["properties"]["kind"] for one in near["features"]} == {"district", "street", "committee"}


def test_who_is_signed_in_reports_as_themselves(client, town):
    person = Actor.objects.create(kind="resident")
    keep_contact(person, phone="13812345678")
    client.force_login(Account.objects.create(actor=person, username="resident-1"))

    client.post("/report", filled())

    assert Occurrence.objects.get().actor == person


def test_staff_at_the_front_door_are_led_to_their_desk(client, town):
    client.force_login(Account.objects.get(username="lin"))

    assert client.get("/").status_code == 302
    assert Client().get("/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/report", "/follow", "/mine", "/open", "/committee", "/sign-in/phone", "/not-there"]
)
@pytest.mark.parametrize("elder", ["", "1"])
def test_no_chinese_is_left_on_an_english_page_but_names(client, town, settings, path, elder):
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en", "linli_elder": elder})
    names = ["简体中文", *(unit.name for unit in town.units.values())]
    names += [name for _code, name in open_cases.classes()]

    text = client.get(path).content.decode()
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")

    assert re.findall(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+", text) == []


def test_an_english_reader_follows_in_english(client, town, settings):
    given = proof(client.post("/report", filled(text="The cover is gone", address="5 Willow Road")))
    closed(given, town)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})

    pages = [client.get(path, given).content.decode() for path in ("/follow", "/report/received")]

    said = " ".join(pages)
    for name in ("简体中文", "井盖已补好，谢谢您", *(unit.name for unit in town.units.values())):
        said = said.replace(name, "")
    found = set(re.findall(r"[\u4e00-\u9fff，。：]+", said))
    assert found <= DATA_OF_THE_CASE


DATA_OF_THE_CASE = {"供水井盖异常", "已补盖"}
"""What the catalogue and those who worked the case wrote: data, in the language it was written in."""
