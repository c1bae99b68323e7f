"""How much and how often: all of it refused before anything is done."""

from linli.domains.field.api import coming_in, shapes, sync
from linli.kernel.devices.models import Sent
from linli.web.rates import Rate


def test_a_contact_of_more_than_a_megabyte_is_not_read(phone, client):
    body = b"x" * (shapes.BODY_BYTES + 1)

    answer = client.post(
        "/api/v1/field/sync", data=body, content_type="application/json",
        headers={"Authorization": f"Device {phone.token}"},
    )  # fmt: skip

    assert answer.status_code == 413


def test_a_contact_that_is_none_is_told_so(phone, client):
    for body in (b"", b"[]", b"{", b'{"now": "yesterday"}'):
        answer = client.post(
            "/api/v1/field/sync", data=body, content_type="application/json",
            headers={"Authorization": f"Device {phone.token}"},
        )  # fmt: skip
        assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")


def test_a_command_with_too_much_in_it_is_refused_by_itself(phone):
    told = phone.answers(phone.command("case.report", text="x" * (shapes.FIELDS_BYTES + 1)))[0]

    assert told["state"] == "refused"
    assert not Sent.objects.exists()


def test_a_phone_that_asks_too_often_is_told_when_to_come_again(phone, monkeypatch):
    monkeypatch.setattr(sync, "SYNC", Rate("field_sync_few", 2, 60))

    answers = [phone.send() for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0


def test_tokens_are_not_tried_out_without_end(phone, monkeypatch):
    monkeypatch.setattr(coming_in, "UNKNOWN", Rate("field_unknown_few", 2, 60))

    assert [phone.send(token=f"wrong{n}").status_code for n in range(3)] == [401, 401, 429]


def test_answers_come_in_the_language_of_the_phone_and_are_kept_by_nobody(phone, client):
    made = phone.command("case.fly")
    answer = client.post(
        "/api/v1/field/sync", data={"now": phone.now().isoformat(), "commands": [made]},
        content_type="application/json",
        headers={"Authorization": f"Device {phone.token}", "Accept-Language": "en"},
    )  # fmt: skip

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["answers"][0]["message"].startswith(("The server does not know", "服务器不认识"))
