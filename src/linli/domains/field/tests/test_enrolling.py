"""Signing in on a phone, and everything that ends that again."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import orjson
import pytest

from linli.domains.field.tests.phone import Phone
from linli.kernel.devices import commands
from linli.kernel.devices.models import Device
from linli.kernel.org import fresh
from linli.kernel.org.models import Account, Post


def sign_in(client, actor):
    client.force_login(actor.account)


def ask(client, device=None):
    body = orjson.dumps({"device": str(device or uuid4()), "name": "华为", "app": "1.0"})
    return client.post("/field/enrol", data=body, content_type="application/json")


def test_who_is_not_signed_in_is_told_where_to(client, db):
    answer = ask(client)

    assert answer.status_code == 401
    assert "next=/field/" in answer.json()["sign_in"]


def test_a_phone_is_given_what_it_needs_once_and_only_the_hash_of_its_token_is_kept(client, town):
    sign_in(client, town.hua)

    told = ask(client).json()

    assert len(base64.b64decode(told["escrow"])) == len(base64.b64decode(told["presence"])) == 32
    assert told["actor"]["name"] == "花开"
    assert told["actor"]["posts"][0]["role"] == "grid_officer"
    kept = Device.objects.get()
    assert told["token"].encode() not in bytes(kept.token_hash)
    assert base64.b64decode(told["escrow"]) not in bytes(kept.escrow_enc)


def test_signing_in_again_gives_another_token_and_the_same_escrow(client, town):
    sign_in(client, town.hua)
    device = uuid4()

    first, second = ask(client, device).json(), ask(client, device).json()

    assert first["token"] != second["token"]
    assert (first["escrow"], first["presence"]) == (second["escrow"], second["presence"])


def test_another_person_is_not_given_a_phone_that_is_in_use_nor_one_that_was_revoked(client, town):
    device = uuid4()
    sign_in(client, town.hua)
    ask(client, device)
    sign_in(client, town.wang)

    in_use = ask(client, device)
    commands.revoke(device, reason="遗失", forgets=False, actor=town.guan, at=datetime.now(UTC))

    assert in_use.status_code == ask(client, device).status_code == 409


def test_a_post_that_does_not_work_outside_has_no_phone(client, town):
    sign_in(client, town.shen)

    assert ask(client).status_code == 422


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (lambda phone, town: _revoke(phone, town), "revoked"),
        (lambda phone, town: Account.objects.filter(actor=town.hua).update(is_active=False), "revoked"),
        (lambda phone, town: Post.objects.filter(actor=town.hua).update(until="2021-01-01"), "revoked"),
        (lambda phone, town: Device.objects.update(valid_to=datetime.now(UTC)), "expired"),
        (lambda phone, town: commands.end_tokens(town.hua, at=datetime.now(UTC)), "expired"),
    ],
)
def test_a_phone_whose_person_may_not_use_it_any_more_is_turned_away(phone, town, end, reason):
    end(phone, town)
    fresh.forget()

    answer = phone.send()

    assert (answer.status_code, answer.json()["reason"]) == (401, reason)


def _revoke(phone, town):
    commands.revoke(phone.device, reason="遗失", forgets=True, actor=town.guan, at=datetime.now(UTC))


def test_a_lost_phone_is_told_to_forget_says_so_and_its_escrow_is_gone(phone, town, client):
    _revoke(phone, town)

    told = phone.send().json()
    client.post("/api/v1/field/forgotten", headers={"Authorization": f"Device {phone.token}"})

    kept = Device.objects.get(pk=phone.device)
    assert told["forget"] is True
    assert bytes(kept.escrow_enc) == b""
    assert kept.forgotten_at is not None


def test_all_phones_of_a_person_end_at_once(town, client):
    phones = [Phone(client, town.hua), Phone(client, town.hua)]

    ended = commands.revoke_all(town.hua, reason="调离", forgets=True, actor=town.guan, at=datetime.now(UTC))

    assert ended == 2
    assert {phone.send().status_code for phone in phones} == {401}


def test_a_sixth_phone_is_not_enrolled(town, client):
    for _ in range(5):
        Phone(client, town.hua)
    sign_in(client, town.hua)

    assert ask(client).status_code == 422


def test_a_phone_counts_for_a_month(phone):
    kept = Device.objects.get(pk=phone.device)

    assert kept.valid_to - kept.enrolled_at == timedelta(days=30)
