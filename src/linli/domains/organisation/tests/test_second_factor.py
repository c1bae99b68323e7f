"""The second factor: an app, passkeys, codes on paper."""

import base64
import re
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.test import Client
from django.utils import timezone

from linli.domains.organisation.commands import factors, passkeys
from linli.domains.organisation.models import Passkey, RecoveryCode, SignIn, Totp
from linli.domains.organisation.tests.authenticator import Authenticator
from linli.kernel.org.models import Account
from linli.kernel.org.sealing import keyring

pytestmark = pytest.mark.django_db
HOST = {"HTTP_HOST": "localhost"}


def code_of(secret, *, at=None):
    """What the app shows at a moment."""
    moment = at or timezone.now()
    return TOTP(secret, 6, hashes.SHA1(), 30).generate(int(moment.timestamp())).decode()


@pytest.fixture
def lin(town):
    return Account.objects.get(username="lin")


@pytest.fixture
def app(lin):
    """Lin's app and her recovery codes."""
    at = timezone.now() - timedelta(hours=1)
    secret = base64.b32decode(factors.propose_totp(lin, at=at))
    codes = factors.confirm_totp(lin, code_of(secret, at=at), actor=lin.actor, at=at)
    return secret, codes


def test_an_app_is_switched_on_by_scanning_and_its_first_code(sign_in, lin):
    browser = sign_in("lin")
    page = browser.get("/account/app").content.decode()
    secret = base64.b32decode(re.search(r'class="code">([A-Z2-7 ]+)<', page)[1].replace(" ", ""))

    wrong = browser.post("/account/app", {"code": "000000"})
    codes = browser.post("/account/app", {"code": code_of(secret)}).content.decode()

    assert wrong.status_code == 422
    assert len(re.findall(r"<li>[A-Z2-9]{5}-[A-Z2-9]{5}</li>", codes)) == 10
    assert Totp.objects.get(account=lin).confirmed_at is not None
    assert secret not in bytes(Totp.objects.get(account=lin).secret_enc)


def test_a_secret_without_its_first_code_asks_nothing_at_the_door(sign_in, lin):
    factors.propose_totp(lin, at=timezone.now())

    assert sign_in("lin").answer.url == "/account"


def test_the_password_alone_no_longer_opens_the_door(sign_in, app):
    browser = sign_in("lin")

    assert browser.answer.url == "/sign-in/second"
    assert browser.get("/account").status_code == 302


def test_the_code_of_the_app_opens_it_and_never_twice(sign_in, app):
    secret, _codes = app
    code = code_of(secret)
    browser = sign_in("lin")

    opened = browser.post("/sign-in/second", {"code": f"{code[:3]} {code[3:]}"})
    again = sign_in("lin").post("/sign-in/second", {"code": code})

    assert opened.url == "/account"
    assert SignIn.objects.get().method == "password+totp"
    assert again.status_code == 422


@pytest.mark.parametrize(("seconds", "status"), [(-30, 302), (30, 302), (-90, 422), (90, 422)])
def test_a_phone_may_be_half_a_minute_off(sign_in, app, seconds, status):
    code = code_of(app[0], at=timezone.now() + timedelta(seconds=seconds))

    assert sign_in("lin").post("/sign-in/second", {"code": code}).status_code == status


def test_a_code_on_paper_works_once(sign_in, app):
    code = app[1][0].lower()

    assert sign_in("lin").post("/sign-in/second", {"code": code}).status_code == 302
    assert sign_in("lin").post("/sign-in/second", {"code": code}).status_code == 422


def test_guessing_codes_is_slowed_down(sign_in, app):
    browser = sign_in("lin")
    for number in range(5):
        browser.post("/sign-in/second", {"code": f"{number:06}"})

    answer = browser.post("/sign-in/second", {"code": code_of(app[0])})

    assert answer.status_code == 422
    assert "太频繁" in answer.content.decode()


def test_half_way_in_ends_after_ten_minutes(sign_in, app, monkeypatch):
    from linli.domains.organisation.web import signing_in

    browser = sign_in("lin")
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr(signing_in.timezone, "now", lambda: later)

    assert browser.get("/sign-in/second").url == "/sign-in"


def test_secrets_move_to_a_new_master_key(app, lin, monkeypatch):
    ring = keyring().__class__("1:" + "ab" * 32 + ",2:" + "cd" * 32)
    monkeypatch.setattr(factors, "keyring", lambda: ring)

    left = factors.rewrap_secrets()

    row = Totp.objects.get(account=lin)
    assert (left, row.key_no) == (0, 2)
    assert ring.unwrap(bytes(row.secret_enc), 2) == app[0]


def add_passkey(browser, device):
    options = browser.post("/account/passkeys/begin", **HOST).json()
    answer = {**device.make(options), "name": "手机"}
    return browser.post("/account/passkeys/finish", answer, content_type="application/json", **HOST)


def use_passkey(browser, device):
    options = browser.post("/sign-in/passkey/begin", **HOST).json()
    return browser.post("/sign-in/passkey/finish", device.use(options), content_type="application/json", **HOST)


def test_a_passkey_is_added_and_opens_the_door_without_a_password(sign_in, lin):
    device = Authenticator()
    added = add_passkey(sign_in("lin", **HOST), device)
    browser = Client()

    opened = use_passkey(browser, device)

    assert (added.status_code, opened.status_code) == (200, 200)
    assert SignIn.objects.filter(method="passkey").count() == 1
    assert browser.get("/account", **HOST).status_code == 200
    assert "手机" in browser.get("/account", **HOST).content.decode()


def test_with_a_passkey_the_password_alone_no_longer_opens_the_door(sign_in, lin):
    device = Authenticator()
    add_passkey(sign_in("lin", **HOST), device)
    browser = sign_in("lin", **HOST)
    assert browser.answer.url == "/sign-in/second"

    use_passkey(browser, device)

    assert browser.get("/account", **HOST).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "http://evil.localhost.example"},
        {"verifies": False},
        {"user": b"\0" * 16},
        {"id": b"another" * 5},
    ],
)
def test_a_forged_answer_opens_nothing(sign_in, lin, change):
    device = Authenticator()
    add_passkey(sign_in("lin", **HOST), device)
    for name, value in change.items():
        setattr(device, name, value)

    assert use_passkey(Client(), device).status_code == 422


def test_an_answer_signed_by_another_key_opens_nothing(sign_in, lin):
    device, thief = Authenticator(), Authenticator()
    add_passkey(sign_in("lin", **HOST), device)
    thief.id, thief.user = device.id, device.user

    assert use_passkey(Client(), thief).status_code == 422


def test_an_answer_to_another_challenge_opens_nothing(sign_in, lin):
    device = Authenticator()
    add_passkey(sign_in("lin", **HOST), device)
    browser = Client()
    old = browser.post("/sign-in/passkey/begin", **HOST).json()
    browser.post("/sign-in/passkey/begin", **HOST)

    answer = browser.post("/sign-in/passkey/finish", device.use(old), content_type="application/json", **HOST)

    assert answer.status_code == 422


def test_a_copied_key_whose_count_lags_behind_is_refused(sign_in, lin):
    device = Authenticator()
    add_passkey(sign_in("lin", **HOST), device)
    use_passkey(Client(), device)
    device.count = 0

    assert use_passkey(Client(), device).status_code == 422


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"id": 1}', "不是 JSON", '{"rawId": "x", "response": {}}'])
def test_nonsense_instead_of_a_passkey_is_refused(town, body):
    browser = Client()
    browser.post("/sign-in/passkey/begin")

    answer = browser.post("/sign-in/passkey/finish", body, content_type="application/json")

    assert answer.status_code == 422
    assert "通行密钥" in answer.json()["refusal"]


def test_a_passkey_that_does_not_check_its_owner_cannot_be_added(sign_in, lin):
    assert add_passkey(sign_in("lin", **HOST), Authenticator(verifies=False)).status_code == 422


def test_changing_proofs_asks_again_for_who_one_is(sign_in, lin):
    browser = sign_in("lin")
    session = browser.session
    session["proved"] = 0
    session.save()

    asked = browser.get("/account/app")
    refused = browser.post("/account/passkeys/begin", HTTP_ACCEPT="application/json")
    browser.post("/account/prove", {"password": "wrong"})
    still = browser.get("/account/app")

    assert asked.url == "/account/prove?next=/account/app"
    assert (refused.status_code, still.status_code) == (403, 302)


def test_proving_again_by_password_opens_the_way(sign_in, lin):
    from linli.domains.organisation.tests.conftest import PASSWORD

    browser = sign_in("lin")
    session = browser.session
    session["proved"] = 0
    session.save()

    answer = browser.post("/account/prove", {"password": PASSWORD, "next": "/account/app"})

    assert answer.url == "/account/app"
    assert browser.get("/account/app").status_code == 200


def test_anothers_passkey_proves_nothing_about_me(sign_in, lin):
    device = Authenticator()
    add_passkey(sign_in("lin", **HOST), device)

    answer = use_passkey(sign_in("chen", **HOST), device)

    assert answer.status_code == 422


def test_switching_the_app_off_voids_its_codes_on_paper(sign_in, app, lin):
    browser = sign_in("lin")
    browser.post("/sign-in/second", {"code": code_of(app[0])})

    browser.post("/account/app/off")

    assert not RecoveryCode.objects.filter(account=lin).exists()
    assert sign_in("lin").answer.url == "/account"


def test_a_passkey_is_removed_only_by_its_owner(sign_in, lin):
    add_passkey(sign_in("lin", **HOST), Authenticator())
    key = Passkey.objects.get()

    sign_in("chen").post(f"/account/passkeys/{key.pk}/remove")
    assert Passkey.objects.exists()

    passkeys.remove(lin, key.pk, actor=lin.actor, at=timezone.now())
    assert not Passkey.objects.exists()


def test_roles_that_must_have_a_second_factor_come_no_further_without_one(sign_in, settings, lin):
    settings.SECOND_FACTOR_FOR = ("dispatcher",)
    browser, other = sign_in("lin"), sign_in("chen")

    assert browser.get("/accounts").url == "/account"
    assert browser.get("/account").status_code == 200
    assert other.get("/accounts").status_code == 404

    add_passkey(browser, Authenticator())
    assert browser.get("/accounts").status_code == 404
