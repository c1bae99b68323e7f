"""Signing in with a passkey, in a browser with an authenticator of its own."""

import pytest

from linli.domains.organisation.models import Passkey, SignIn
from linli.kernel.org.models import Account
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "柳树下第七个网格2026"


@pytest.fixture
def lin(town):
    account = Account.objects.get(username="lin")
    account.set_password(PASSWORD)
    account.save()
    return account


def give_authenticator(page):
    """A platform authenticator that has seen its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def enter_password(page):
    page.locator("[name=username]").fill("lin")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def test_a_passkey_is_added_and_then_opens_the_door_alone(visit, lin):
    page = visit("/sign-in?next=/account")
    give_authenticator(page)
    enter_password(page)
    page.get_by_role("button", name="登记这台设备").click()
    page.get_by_text("通行密钥已登记").wait_for()

    page.context.clear_cookies()
    page.goto(page.url.replace("/account", "/sign-in?next=/account"))
    page.get_by_role("button", name="用通行密钥登录").click()
    page.get_by_role("heading", name="我的登录").wait_for()

    assert Passkey.objects.get().account == lin
    assert SignIn.objects.order_by("id").last().method == "passkey"


def test_a_browser_without_a_passkey_for_us_says_so_and_lets_the_password_in(visit, lin, troubles):
    page = visit("/sign-in?next=/account", width=PHONE)
    page.evaluate("() => { navigator.credentials.get = async () => { throw new DOMException('', 'NotAllowedError') } }")

    page.get_by_role("button", name="用通行密钥登录").click()
    page.get_by_text("没有可用的通行密钥").wait_for()
    enter_password(page)

    page.get_by_role("heading", name="我的登录").wait_for()
