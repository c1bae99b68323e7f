"""Residents report, follow, rate, add and ask again, without signing in."""

import hashlib
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.domains.cases import commands
from linli.domains.cases.models import Case, Occurrence
from linli.domains.cases.queries.following import reporter_key
from linli.domains.cases.tests.test_loop import go, to_checked, to_handling
from linli.kernel.evidence.models import File
from linli.kernel.flow.models import Attachment, Entry, Matter
from linli.kernel.org.commands.contacts import keep_contact
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Account, Actor, Contact, Unit
from linli.kernel.org.queries.contacts import masked
from tests.evidence import jpeg
from tests.town import IN_GRID

pytestmark = pytest.mark.django_db


def filled(**changes):
    """The form as a phone sends it."""
    given = {
        "id": str(new_key()), "text": "柳树路 5 号门口井盖没了，晚上看不见", "lon": IN_GRID[0], "lat": IN_GRID[1],
        "accuracy": "12", "crs": "wgs84", "address": "柳树路 5 号", "wants_answer": "on",
    }  # fmt: skip
    return {**given, **changes}


def photograph(seed="a"):
    return SimpleUploadedFile("井盖.jpg", jpeg(seed), "image/jpeg")


def proof(response):
    """Number and code from the address of the receipt."""
    query = parse_qs(urlsplit(response.url).query)
    return {"number": query["number"][0], "code": query["code"][0]}


@pytest.fixture
def reported(client, town):
    return proof(client.post("/report", filled()))


def case_of(given):
    return Case.objects.get(matter__number=given["number"])


def closed(given, town):
    """Worked to its end by the real commands."""
    case = case_of(given)
    go(case, town, *to_checked(town), at=Matter.objects.get(pk=case.pk).opened_at + timedelta(minutes=1))
    later = Matter.objects.get(pk=case.pk).opened_at + timedelta(hours=1)
    steps = (("chen", "reply", commands.Given(note="井盖已补好，谢谢您")), ("chen", "close", commands.Given()))
    go(case, town, *steps, at=later)
    return case


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


def test_too_many_reports_from_one_browser_are_refused_with_429(client, town):
    client.get("/report")
    answers = [client.post("/report", filled(id=str(new_key()), lat=31.2001 + n / 500)) for n in range(11)]

    assert answers[9].status_code == 302
    assert answers[10].status_code == 429
    assert "Retry-After" in answers[10].headers


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


def test_only_the_handling_limit_is_promised_to_residents(client, town, reported):
    assert "预计" not in client.get("/follow", reported).content.decode()
    case = case_of(reported)
    opened = Matter.objects.get(pk=case.pk).opened_at

    go(case, town, *to_handling(town), at=opened + timedelta(minutes=1))

    assert "预计" in client.get("/follow", reported).content.decode()
