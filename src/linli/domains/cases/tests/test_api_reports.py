import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from linli.domains.cases import commands
from linli.domains.cases.models import Case
from linli.domains.cases.tests.outside import COVER, KEY, NOON, hotline, program
from linli.kernel.flow.models import Attachment, Entry, Matter, Party
from linli.kernel.flow.system import system_actor
from linli.kernel.org.models import Contact
from tests.evidence import jpeg
from tests.town import OUTSIDE


@pytest.fixture
def platform(town):
    return hotline(town)


def test_a_report_by_key_becomes_a_case_with_its_number_and_code(platform, town):
    answer = platform.post("reports", COVER | {"id": KEY.format(1)})

    body = answer.json()
    case = Case.objects.get(matter__number=body["number"])
    assert answer.status_code == 201
    assert (str(case.pk), case.source, case.channel, case.category) == (KEY.format(1), "04", "api", "01001")
    assert case.matter.unit == town.centre
    assert Party.objects.get(matter=case.matter).actor == platform.actor
    assert body["is_resent"] is False


def test_the_same_report_sent_again_gets_the_first_answer(platform):
    first = platform.post("reports", COVER | {"id": KEY.format(1)})
    again = platform.post("reports", COVER | {"id": KEY.format(1)})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["number"] == first.json()["number"]
    assert again.json()["is_resent"] is True
    assert Case.objects.count() == 1


def test_another_report_under_the_same_id_is_a_conflict(platform):
    platform.post("reports", COVER | {"id": KEY.format(1)})

    answer = platform.post("reports", COVER | {"id": KEY.format(1), "text": "别的事情"})

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert Case.objects.count() == 1


def test_an_id_of_something_else_is_a_conflict_too(platform, town):
    matter = commands.raise_major(text="起火", unit=town.grid, actor=town.hua, at=NOON, known_at=NOON)

    answer = platform.post("reports", COVER | {"id": str(matter.pk)})

    assert answer.status_code == 409


def test_a_number_of_the_sender_serves_as_id(platform):
    first = platform.post("reports", COVER | {"number": "A-1"})
    again = platform.post("reports", COVER | {"number": "A-1"})
    other = platform.post("reports", COVER | {"number": "A-1", "text": "别的事情"})

    assert again.json()["number"] == first.json()["number"]
    assert other.status_code == 409
    assert other.json()["number"] == first.json()["number"]
    assert Case.objects.count() == 1


def test_without_id_and_number_a_report_is_refused(platform):
    answer = platform.post("reports", COVER)

    assert answer.status_code == 422
    assert answer.json()["field"] == "id"


def test_the_header_for_idempotency_is_an_id(platform):
    answer = platform.post("reports", COVER, **{"Idempotency-Key": KEY.format(2)})

    assert answer.json()["id"] == KEY.format(2)


@pytest.mark.parametrize("header", ["", "{" + KEY.format(2) + "}", KEY.format(2).replace("-", ""), "2"])
def test_a_header_for_idempotency_that_is_no_id_is_refused_even_beside_an_id(platform, header):
    answer = platform.post("reports", COVER | {"id": KEY.format(2)}, **{"Idempotency-Key": header})

    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "字" * 4001}, "text"),
        ({"text": "\u200b\u0007"}, "text"),
        ({"position": {"lon": 181, "lat": 31}}, "position.lon"),
        ({"position": {"lon": 31.2, "lat": 121.4}}, "position.lat"),
        ({"category": "99999"}, "category"),
        ({"source": "03"}, "source"),
        ({"unit": "nowhere"}, "unit"),
        ({"occurred_at": "2090-01-01T00:00:00Z"}, "occurred_at"),
        ({"occurred_at": "2026-02-30T00:00:00Z"}, "occurred_at"),
        ({"occurred_at": "2026-02-20T00:00:00"}, "occurred_at"),
        ({"files": [{"id": KEY.format(9)}]}, "files"),
        ({"number": "1", "system": "another"}, "system"),
        ({"unknown": 1}, "unknown"),
        ({"emergency": 9}, "emergency"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field_and_nothing_is_written(platform, change, field):
    answer = platform.post("reports", COVER | {"id": KEY.format(1)} | change)

    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert Matter.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"text": NaN}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"text=a", "application/x-www-form-urlencoded", 415),
        (b'{"text": "' + b"a" * 300_000 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_says_why(platform, body, kind, status):
    answer = Browser().post("/api/v1/reports", body, content_type=kind, headers=platform.headers({}))

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_without_a_key_nothing_is_taken(platform):
    nobody = Browser().post("/api/v1/reports", COVER, content_type="application/json")
    wrong = Browser().post(
        "/api/v1/reports", COVER, content_type="application/json",
        headers={"Authorization": f"Bearer {platform.prefix}.wrong"},
    )  # fmt: skip

    assert (nobody.status_code, wrong.status_code) == (401, 401)
    assert nobody["WWW-Authenticate"] == "Bearer"


def test_a_revoked_key_is_shut_at_once_here(platform):
    commands.revoke_key(platform.prefix, actor=system_actor(), at=NOON)

    assert platform.post("reports", COVER | {"id": KEY.format(1)}).status_code == 401


def test_a_key_for_another_interface_does_not_fit(town):
    city = program(town.centre, faces=("open311",))

    assert city.post("reports", COVER | {"id": KEY.format(1)}).status_code == 401


def test_beyond_the_agreed_rate_the_program_waits(town):
    slow = program(town.centre, per_minute=4)

    answers = [slow.get("areas/locate", lon=121.405, lat=31.21) for _time in range(5)]

    assert [a.status_code for a in answers[:2]] == [200, 200]
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) >= 1


def test_a_named_caller_is_kept_sealed(platform):
    caller = {"name": "王芳", "phone": "13812345678"}
    answer = platform.post("reports", COVER | {"id": KEY.format(1), "caller": caller})

    party = Party.objects.get(matter__number=answer.json()["number"], role="reporter")
    assert party.actor.name == ""
    assert b"13812345678" not in bytes(Contact.objects.get(actor=party.actor).phone_enc)


def test_without_a_category_the_likeliest_are_told(platform):
    answer = platform.post("reports", COVER | {"id": KEY.format(1), "category": "", "text": "自来水井盖丢了,很危险"})

    assert "01001" in [one["code"] for one in answer.json()["suggested"]]


def test_the_same_thing_nearby_is_linked_not_merged(platform):
    first = platform.post("reports", COVER | {"id": KEY.format(1)}).json()
    second = platform.post("reports", COVER | {"id": KEY.format(2)}).json()

    assert second["duplicates"] == [first["id"]]
    assert Case.objects.count() == 2


def test_a_place_outside_goes_to_the_unit_of_the_program(platform, town):
    far = {"lon": OUTSIDE[0], "lat": OUTSIDE[1]}
    answer = platform.post("reports", COVER | {"id": KEY.format(1), "position": far})

    matter = Matter.objects.get(number=answer.json()["number"])
    assert (matter.home, matter.place.is_outside) == (town.street, True)


def test_a_file_uploaded_before_is_on_the_case_and_in_the_journal(platform):
    photo = jpeg("cover")
    sha = hashlib.sha256(photo).hexdigest()
    upload = platform.upload("files", {"file": upload_of(photo), "sha256": sha})

    answer = platform.post("reports", COVER | {"id": KEY.format(1), "files": [{"id": upload.json()["id"]}]})

    attached = Attachment.objects.get(matter__number=answer.json()["number"])
    assert (upload.status_code, upload.json()["sha256"]) == (201, sha)
    assert Entry.objects.get(matter=attached.matter).files == [sha]
    assert attached.file.retained_until is None


def upload_of(raw: bytes, name: str = "cover.jpg"):
    return SimpleUploadedFile(name, raw)


def test_a_file_that_changed_on_the_way_is_refused(platform):
    answer = platform.upload("files", {"file": upload_of(jpeg(1)), "sha256": "0" * 64})

    assert answer.status_code == 422
    assert answer.json()["field"] == "file"


def test_a_file_sent_again_under_its_id_is_kept_once(platform):
    first, again = (
        platform.upload("files", {"file": upload_of(jpeg("cover")), "id": KEY.format(3)}).json() for _time in range(2)
    )

    assert first == again
    assert first["id"] == KEY.format(3)


def test_files_of_another_program_cannot_be_given(platform, town):
    theirs = program(town.department, "别家").upload("files", {"file": upload_of(jpeg(1))}).json()["id"]

    answer = platform.post("reports", COVER | {"id": KEY.format(1), "files": [{"id": theirs}]})

    assert answer.status_code == 422


def test_a_report_is_followed_by_number_and_code_without_a_key(platform):
    caller = {"phone": "13812345678"}
    taken = platform.post("reports", COVER | {"id": KEY.format(1), "caller": caller}).json()

    right = Browser().get(f"/api/v1/reports/{taken['number']}", {"code": taken["code"]})
    wrong = Browser().get(f"/api/v1/reports/{taken['number']}", {"code": "AAAAAAAAAA"})

    assert right.json()["is_closed"] is False
    assert right.json()["lines"]
    assert wrong.status_code == 404


def test_a_program_reads_errors_in_english_when_it_asks_so(platform):
    answer = platform.post("reports", COVER, **{"Accept-Language": "en"})

    assert answer.json()["detail"].isascii()
