"""People who can sign in, and browsers to do it with."""

import pytest
from django.test import Client

from linli.kernel.org.models import Account

PASSWORD = "柳树下第七个网格2026"


@pytest.fixture
def sign_in(town):
    """Sign somebody of the town in by password; returns their browser."""

    def come(who, *, client=None, password=PASSWORD, **headers):
        browser = client or Client()
        given = {"username": who, "password": password, "next": "/account"}
        browser.answer = browser.post("/sign-in", given, **headers)
        return browser

    for account in Account.objects.all():
        account.set_password(PASSWORD)
        account.save()
    return come
