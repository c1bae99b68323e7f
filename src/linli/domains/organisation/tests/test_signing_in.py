"""Staff come in by password, are slowed down when they guess, and are told of strange browsers."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.domains.organisation.commands import barriers
from linli.domains.organisation.models import Attempt, Barrier, SignIn
from linli.domains.organisation.tests.conftest import PASSWORD
from linli.kernel.messages.models import Notice
from linli.kernel.org.models import Account

pytestmark = pytest.mark.django_db
NOON = timezone.now()


def test_the_right_password_opens_the_page_that_was_asked_for(sign_in):
    browser = sign_in("lin")

    assert (browser.answer.status_code, browser.answer.url) == (302, "/account")
    assert "我的登录" in browser.get("/account").content.decode()


@pytest.mark.parametrize(("name", "password"), [("lin", "wrong"), ("nobody", PASSWORD), ("", ""), ("lin", "")])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(sign_in, name, password):
    answer = sign_in(name, password=password).answer

    assert answer.status_code == 422
    if name and password:
        assert "用户名或密码不对" in answer.content.decode()


def test_a_page_of_staff_leads_to_the_door_and_back(client, town):
    answer = client.get("/account?x=1")

    assert answer.url == "/sign-in?next=/account%3Fx%3D1"


@pytest.mark.parametrize("to", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere_after_signing_in(sign_in, town, to):
    answer = Client().post("/sign-in", {"username": "lin", "password": PASSWORD, "next": to})

    assert answer.url == "/"


def test_after_five_wrong_passwords_the_right_one_has_to_wait(sign_in):
    for _try in range(5):
        sign_in("lin", password="wrong")

    answer = sign_in("lin").answer

    assert answer.status_code == 429
    assert "请 1 分钟后再试" in answer.content.decode() or "秒后再试" in answer.content.decode()
    assert Attempt.objects.filter(outcome="blocked").count() == 1


def test_each_further_wrong_try_doubles_the_wait_up_to_an_hour(db):
    wall = barriers.before_name("lin")

    waits = [int(barriers.wait_after(wrong, wall).total_seconds() // 60) for wrong in (5, 6, 7, 8, 12, 40)]

    assert waits == [1, 2, 4, 8, 60, 60]


def test_a_barrier_opens_when_its_time_is_over_and_success_takes_it_down(sign_in):
    for _try in range(5):
        sign_in("lin", password="wrong")
    Barrier.objects.filter(until__isnull=False).update(until=timezone.now() - timedelta(seconds=1))

    assert sign_in("lin").answer.status_code == 302
    assert not Barrier.objects.filter(pk=barriers.before_name("lin").key).exists()


def test_guessing_from_elsewhere_does_not_keep_the_owner_out_of_their_own_browser(sign_in):
    own = sign_in("lin")
    for _try in range(6):
        sign_in("lin", password="wrong", REMOTE_ADDR="203.0.113.9")
    own.post("/sign-out")

    assert sign_in("lin", client=own).answer.status_code == 302


def test_an_address_that_tries_many_names_is_slowed_down(sign_in):
    for number in range(30):
        sign_in(f"guess-{number}", password="wrong", REMOTE_ADDR="203.0.113.9")

    assert sign_in("lin", REMOTE_ADDR="203.0.113.9").answer.status_code == 429
    assert sign_in("lin", REMOTE_ADDR="203.0.113.10").answer.status_code == 302


def test_names_that_do_not_exist_are_logged_only_as_a_hash(sign_in):
    sign_in("my-password-typed-as-name", password="x")

    attempt = Attempt.objects.get()
    assert attempt.account is None
    assert b"my-password" not in bytes(attempt.name_hash)


def test_a_locked_account_stays_out_and_says_why_only_to_its_owner(sign_in):
    Account.objects.filter(username="lin").update(is_active=False)

    assert "账号已被锁定" in sign_in("lin").answer.content.decode()
    assert "账号已被锁定" not in sign_in("lin", password="wrong").answer.content.decode()


def test_a_browser_never_seen_before_is_told_to_its_owner(sign_in, town):
    own = sign_in("lin")
    assert not Notice.objects.filter(code="new_device").exists()

    sign_in("lin", HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    own.post("/sign-out")
    sign_in("lin", client=own)

    notice = Notice.objects.get(code="new_device")
    assert notice.actor == town.lin
    assert "Firefox · Windows" in notice.body


def test_the_door_refuses_forms_from_elsewhere(town):
    answer = Client(enforce_csrf_checks=True).post("/sign-in", {"username": "lin", "password": PASSWORD})

    assert answer.status_code == 403


def test_the_session_gets_a_new_key_at_the_door(sign_in, town):
    browser = Client()
    browser.post("/sign-in/passkey/begin")
    before = browser.cookies["sessionid"].value

    sign_in("lin", client=browser)

    assert browser.cookies["sessionid"].value != before


def test_signing_out_needs_a_post_and_ends_the_session(sign_in):
    browser = sign_in("lin")

    assert browser.get("/sign-out").status_code == 405
    browser.post("/sign-out")

    assert browser.get("/account").status_code == 302
    assert SignIn.objects.get().ended_how == "signed_out"


def test_an_idle_session_ends_and_what_pages_ask_by_themselves_is_no_use(sign_in, monkeypatch):
    from linli.domains.organisation.web import sessions

    browser = sign_in("lin")
    later = timezone.now() + timedelta(minutes=100)
    monkeypatch.setattr(sessions.timezone, "now", lambda: later)
    assert browser.get("/live/ticket").status_code == 200
    latest = later + timedelta(minutes=30)
    monkeypatch.setattr(sessions.timezone, "now", lambda: latest)

    assert browser.get("/account").status_code == 302
    assert SignIn.objects.get().ended_how == "idle"


def test_a_session_in_use_goes_on(sign_in, monkeypatch):
    from linli.domains.organisation.web import sessions

    browser = sign_in("lin")
    begun = timezone.now()
    for minutes in (100, 200, 300):
        moment = begun + timedelta(minutes=minutes)
        monkeypatch.setattr(sessions.timezone, "now", lambda moment=moment: moment)
        assert browser.get("/account").status_code == 200


def test_somebody_with_two_posts_chooses_which_to_act_for(sign_in, town):
    from linli.kernel.org.models import Post

    other = Post.objects.create(
        actor=town.lin, unit=town.centre, over=town.street, role="supervisor", since="2021-01-01"
    )
    browser = sign_in("lin")

    browser.post("/post", {"post": other.pk})

    assert browser.session["post"] == other.pk
    assert browser.post("/post", {"post": Post.objects.get(actor=town.zhou).pk}).status_code == 404
