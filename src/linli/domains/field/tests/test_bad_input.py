"""What a phone that is broken or lies may send: refused in words, by itself, and never left to be sent again."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import orjson
import pytest

from linli.domains.field.tests.phone import Phone
from linli.kernel.devices.models import Sent
from linli.kernel.org.models import Actor

LONG_AGO = "0001-01-01T00:00:00+14:00"
FAR_OFF = "9999-12-31T23:59:59-12:00"


def test_a_text_with_a_null_character_is_refused_by_itself(phone):
    bad = [
        phone.command("case.report", text="a\x00b"),
        phone.command("patrol.log", patrol=str(uuid4()), tag="a\x00b"),
        phone.command("case.step", "a\x00b", step="accept"),
        phone.command("inspection.file", items=[{"code": "a\x00b"}]),
    ]

    told = phone.answers(*bad, phone.command("message.read", ids=[]))

    states = {one["id"]: one["state"] for one in told}
    assert [states.pop(made["id"]) for made in bad] == ["refused"] * 4
    assert list(states.values()) == ["accepted"]


HALF = b"\\ud83d"
"""Half of a character as a browser writes it down: a keyboard or a limit cut an emoji in two."""


def sent_raw(phone, body):
    return phone.client.post(
        "/api/v1/field/sync", data=body, content_type="application/json",
        headers={"Authorization": f"Device {phone.token}"},
    )  # fmt: skip


def test_half_of_a_character_is_refused_by_itself_wherever_it_stands(phone):
    bad = [
        phone.command("case.report", text="HALF", lon=121.405, lat=31.21),
        phone.command("case.step", "HALF", step="accept"),
        phone.command("inspection.file", items=[{"HALF": "a"}]),
        phone.command("HALF"),
    ]
    good = phone.command("message.read", ids=[])
    body = orjson.dumps({"now": phone.now().isoformat(), "commands": [*bad, good]}).replace(b"HALF", HALF)

    answer = sent_raw(phone, body)

    assert answer.status_code == 200
    states = {one["id"]: one["state"] for one in answer.json()["answers"]}
    assert [states[made["id"]] for made in (*bad, good)] == ["refused"] * 4 + ["accepted"]


@pytest.mark.parametrize("part", [b'"app": "' + HALF + b'"', b'"have": {"' + HALF + b'": 1}', b'"waiting": NaN'])
def test_a_contact_that_is_itself_unreadable_is_refused_in_words(phone, part):
    answer = sent_raw(phone, b'{"now": "' + phone.now().isoformat().encode() + b'", ' + part + b"}")

    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_what_is_nested_without_end_is_refused_by_itself(phone):
    made, good = phone.command("message.read"), phone.command("message.read", ids=[])
    body = orjson.dumps({"now": phone.now().isoformat(), "commands": [made, good]})
    body = body.replace(b'"fields":{}', b'"fields":{"ids":' + b"[" * 400 + b"]" * 400 + b"}", 1)

    answer = phone.client.post(
        "/api/v1/field/sync", data=body, content_type="application/json",
        headers={"Authorization": f"Device {phone.token}"},
    )  # fmt: skip

    assert answer.status_code == 200
    assert {one["id"]: one["state"] for one in answer.json()["answers"]} == {
        made["id"]: "refused", good["id"]: "accepted",
    }  # fmt: skip


@pytest.mark.parametrize("moment", [LONG_AGO, FAR_OFF])
def test_a_time_no_clock_can_show_is_refused_by_itself(phone, moment):
    made = phone.command("message.read", ids=[]) | {"taken_at": moment}

    assert phone.answers(made)[0]["state"] == "refused"
    assert phone.answers(phone.command("message.read", ids=[]))[0]["state"] == "accepted"


@pytest.mark.parametrize("moment", [LONG_AGO, FAR_OFF])
def test_a_contact_at_a_time_no_clock_can_show_is_none(phone, moment):
    assert phone.send(now=datetime.fromisoformat(moment)).status_code == 422


def test_a_clock_that_began_anew_in_1970_still_counts(phone):
    began = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    made = phone.command("message.read", ids=[]) | {"taken_at": began.isoformat()}

    told = phone.answers(made, now=began + timedelta(minutes=1))[0]

    assert (told["state"], told["is_late"]) == ("accepted", True)


def test_a_command_that_waits_for_itself_is_refused(phone):
    made = phone.command("message.read", ids=[])
    made["after"] = made["id"]

    assert phone.answers(made)[0]["state"] == "refused"


def test_a_card_under_the_number_of_a_person_is_refused(phone):
    made = phone.command("reader.read", purpose="回访", name="王小明", phone="13800000000")
    made["id"] = str(phone.actor.pk)

    assert phone.answers(made)[0]["state"] == "refused"
    assert Actor.objects.get(pk=phone.actor.pk).kind == "staff"


def test_a_photo_somebody_else_took_is_refused_and_not_waited_for(phone, town, client):
    theirs, _answer = Phone(client, town.zhao).put()

    told = phone.answers(phone.command("case.report", text="井盖破损", lon=121.405, lat=31.21, files=[theirs]))[0]

    assert (told["state"], told["field"]) == ("refused", "files")


def test_a_photo_that_has_not_come_is_waited_for(phone):
    ahead = {"id": str(uuid4()), "sha256": hashlib.sha256(b"").hexdigest(), "kind": "report"}

    told = phone.answers(phone.command("case.report", text="井盖破损", lon=121.405, lat=31.21, files=[ahead]))[0]

    assert told["state"] == "wait"
    assert not Sent.objects.exists()


@pytest.mark.parametrize("code", ["在场码无效" + "码" * 7, "é" * 12])
def test_a_code_in_other_letters_proves_nothing_and_loses_no_visit(phone, town, client, code):
    other = Phone(client, town.zhao)
    minute = int(datetime.now(UTC).timestamp() // 60)
    present = f"LINLI-HERE:{other.device}:{minute}:{code}"

    told = phone.answers(
        phone.command("visit.file", purpose="policy", met=True, note="走访", address="长宁路1号", present=present)
    )[0]

    assert told["state"] != "wait"
