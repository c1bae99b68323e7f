"""Residents sign in by a code to their telephone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.domains.organisation.commands import codes
from linli.domains.organisation.commands.signing_in import Browser
from linli.domains.organisation.models import OneTimeCode
from linli.kernel.messages import commands as messages
from linli.kernel.org.commands.contacts import keep_contact
from linli.kernel.org.models import Account, Actor, Contact

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


@pytest.fixture
def asked(town):
    """A browser that has asked for a code, and the code as the message gateway got it."""
    browser = Client()
    browser.post("/sign-in/phone", {"phone": PHONE, "next": "/mine"})
    return browser, sent_code()


def sent_code():
    newest = max(messages.claim_due(at=timezone.now() + timedelta(hours=1)), key=lambda one: one.id)
    assert newest.address == PHONE
    return "".join(char for char in newest.body if char.isdigit())[:6]


def try_code(browser, code):
    return browser.post("/sign-in/phone/code", {"code": code, "next": "/mine"})


def test_the_code_opens_a_session_of_a_resident(asked):
    browser, code = asked

    answer = try_code(browser, code)

    account = Account.objects.get(actor__kind="resident")
    assert answer.url == "/mine"
    assert browser.get("/account").status_code == 200
    assert PHONE not in f"{account.username}{account.phone}"


def test_neither_number_nor_code_is_kept(asked):
    _browser, code = asked

    row = OneTimeCode.objects.get()

    assert code.encode() not in bytes(row.digest)
    assert PHONE.encode() not in bytes(row.phone_index)


def test_the_number_waits_sealed_in_the_session(asked):
    browser, _code = asked

    assert PHONE not in str(dict(browser.session))
    assert codes.opened_phone(browser.session["phone"]) == PHONE
    assert codes.opened_phone("forged") == ""


def test_the_same_person_comes_back_to_the_same_account(asked):
    browser, code = asked
    try_code(browser, code)
    later = timezone.now() + timedelta(minutes=2)
    codes.send_code("+86 138-1234-5678", language="zh-hans", at=later)

    again = codes.check_code(PHONE, sent_code(), browser=Browser("203.0.113.9", "Chrome"), at=later)

    assert again.pk == int(browser.session["_auth_user_id"])


def test_an_account_found_by_its_number_is_used_again(asked):
    browser, code = asked
    known = Actor.objects.create(kind="resident")
    keep_contact(known, phone=PHONE)
    account = Account.objects.create(actor=known, username="resident-known")

    try_code(browser, code)

    assert int(browser.session["_auth_user_id"]) == account.pk
    assert Contact.objects.count() == 1


def test_a_wrong_code_is_refused_and_after_five_tries_the_right_one_too(asked):
    browser, code = asked
    wrong = f"{(int(code) + 1) % 10**6:06}"
    answers = [try_code(browser, wrong).status_code for _try in range(5)]

    assert answers == [422] * 5
    assert try_code(browser, code).status_code == 422


def test_a_code_works_once(asked):
    browser, code = asked
    try_code(browser, code)
    other = Client()
    session = other.session
    session["phone"] = codes.sealed_phone(PHONE)
    session.save()

    assert try_code(other, code).status_code == 422


def test_a_code_ends_after_five_minutes(asked):
    browser, code = asked
    OneTimeCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert try_code(browser, code).status_code == 422


def test_a_new_code_voids_the_one_before(asked):
    browser, code = asked
    codes.send_code(PHONE, language="zh-hans", at=timezone.now())

    assert try_code(browser, code).status_code == 422


def test_a_second_code_within_a_minute_is_refused(asked):
    answer = Client().post("/sign-in/phone", {"phone": PHONE})

    assert answer.status_code == 422
    assert "太频繁" in answer.content.decode()


def test_one_address_cannot_have_codes_sent_without_end(town):
    answers = [Client().post("/sign-in/phone", {"phone": f"1380000{n:04}"}).status_code for n in range(31)]

    assert answers[29] == 302
    assert answers[30] == 422


@pytest.mark.parametrize("phone", ["12345", "23812345678", "021-62345678", "一三八"])
def test_what_is_no_mobile_number_is_refused(town, phone):
    answer = Client().post("/sign-in/phone", {"phone": phone})

    assert answer.status_code == 422
    assert "11 位手机号" in answer.content.decode()
    assert not OneTimeCode.objects.exists()


def test_a_resident_holds_no_post_and_sees_no_desk(asked):
    browser, code = asked
    try_code(browser, code)

    assert browser.get("/accounts").status_code == 404


def test_the_code_page_without_a_number_asks_for_one(client, town):
    assert client.get("/sign-in/phone/code").url == "/sign-in/phone"
