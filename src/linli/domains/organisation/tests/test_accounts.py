"""One's own sessions and password, and what administrators do to the accounts of others."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from linli.domains.organisation import jobs
from linli.domains.organisation.commands import codes, factors, signing_in
from linli.domains.organisation.models import Attempt, Barrier, OneTimeCode, SignIn, Totp
from linli.domains.organisation.queries.sign_ins import masked
from linli.domains.organisation.tests.conftest import PASSWORD
from linli.kernel.devices import commands as devices
from linli.kernel.devices.queries import by_token
from linli.kernel.devices.refusals import TurnedAway
from linli.kernel.org.models import Account, Actor, Change, Post

pytestmark = pytest.mark.django_db
NEW = "另一句只有我知道的话"


def sign_in_of(browser):
    return browser.session["sign_in"]


def test_each_session_is_listed_with_its_device_and_a_masked_address(sign_in):
    sign_in("lin", HTTP_USER_AGENT="Mozilla/5.0 (iPhone) MicroMessenger/8", REMOTE_ADDR="203.0.113.9")

    text = sign_in("lin").get("/account").content.decode()

    assert "微信 · iPhone" in text
    assert "203.0.*.*" in text
    assert "203.0.113.9" not in text


@pytest.mark.parametrize(
    ("address", "shown"),
    [("203.0.113.9", "203.0.*.*"), ("2001:db8:1:2::/64", "2001:db8:…"), ("", "—"), ("nonsense", "—")],
)
def test_addresses_are_shown_by_their_first_half(address, shown):
    assert masked(address) == shown


def test_one_other_session_is_ended_at_once(sign_in):
    lost, mine = sign_in("lin"), sign_in("lin")

    mine.post(f"/account/sessions/{sign_in_of(lost)}/end")

    assert lost.get("/account").status_code == 302
    assert mine.get("/account").status_code == 200


def test_all_other_sessions_are_ended_at_once(sign_in):
    others, mine = [sign_in("lin"), sign_in("lin")], sign_in("lin")

    mine.post("/account/sessions/end-others")

    assert [other.get("/account").status_code for other in others] == [302, 302]
    assert SignIn.objects.filter(ended_how="revoked").count() == 2


def test_anothers_session_cannot_be_ended(sign_in):
    theirs = sign_in("chen")

    sign_in("lin").post(f"/account/sessions/{sign_in_of(theirs)}/end")

    assert theirs.get("/account").status_code == 200


def test_ending_the_present_session_is_a_sign_out(sign_in):
    browser = sign_in("lin")

    browser.post(f"/account/sessions/{sign_in_of(browser)}/end")

    assert browser.get("/account").status_code == 302


def test_a_changed_password_ends_every_other_session(sign_in):
    other, mine = sign_in("lin"), sign_in("lin")

    mine.post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW})

    assert other.get("/account").status_code == 302
    assert mine.get("/account").status_code == 200
    assert sign_in("lin", password=NEW).answer.status_code == 302


def test_a_changed_password_has_phones_sign_in_anew_and_their_queue_opens_after_that(sign_in, town):
    now, key = timezone.now(), uuid4()
    phone = devices.enrol(device=key, name="a", app="1", actor=town.hua, at=now)

    sign_in("hua").post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW})

    with pytest.raises(TurnedAway) as turned:
        by_token(phone.token, at=timezone.now())
    assert (turned.value.reason, turned.value.forgets) == ("expired", False)
    assert devices.enrol(device=key, name="a", app="1", actor=town.hua, at=now).escrow == phone.escrow


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"old": "wrong", "new": NEW, "again": NEW}, "现在的密码不对"),
        ({"old": PASSWORD, "new": NEW, "again": "别的"}, "两次输入的新密码不一样"),
        ({"old": PASSWORD, "new": "password123", "again": "password123"}, "密码"),
        ({"old": PASSWORD, "new": "短", "again": "短"}, "10"),
        ({"old": PASSWORD, "new": "8391047265", "again": "8391047265"}, "数字"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "不能和现在的一样"),
    ],
)
def test_a_weak_or_mistyped_new_password_is_refused(sign_in, given, words):
    answer = sign_in("lin").post("/account/password", given)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_security_administrator_locks_an_account_and_every_session_ends(sign_in, town):
    theirs, guardian = sign_in("lin"), sign_in("guan")
    lin = Account.objects.get(username="lin")

    guardian.post(f"/accounts/{lin.pk}/lock", {"reason": "离岗"})

    assert theirs.get("/account").status_code == 302
    assert sign_in("lin").answer.status_code == 422
    assert Change.objects.get(verb="lock").reason == "离岗"


def test_unlocking_opens_the_account_and_takes_the_barrier_down(sign_in, town):
    for _try in range(5):
        sign_in("lin", password="wrong")
    lin, guardian = Account.objects.get(username="lin"), sign_in("guan")
    guardian.post(f"/accounts/{lin.pk}/lock", {"reason": "误操作"})

    guardian.post(f"/accounts/{lin.pk}/unlock", {"reason": "已核实本人"})

    assert sign_in("lin").answer.status_code == 302


@pytest.mark.parametrize("verb", ["lock", "revoke", "reset"])
def test_nothing_is_done_without_a_reason(sign_in, town, verb):
    theirs, guardian = sign_in("lin"), sign_in("guan")
    lin = Account.objects.get(username="lin")

    answer = guardian.post(f"/accounts/{lin.pk}/{verb}", {"reason": " "}, follow=True)

    assert "请写明理由" in answer.content.decode()
    assert theirs.get("/account").status_code == 200


@pytest.mark.parametrize("who", ["lin", "gao", "li", "shen"])
def test_accounts_of_others_are_hidden_from_everybody_else(sign_in, town, who):
    browser, chen = sign_in(who), Account.objects.get(username="chen")

    assert browser.get("/accounts").status_code == 404
    assert browser.get(f"/accounts/{chen.pk}").status_code == 404
    assert browser.post(f"/accounts/{chen.pk}/lock", {"reason": "x"}).status_code == 404
    assert Account.objects.get(username="chen").is_active


def test_nobody_locks_themselves_out(sign_in, town):
    guardian, own = sign_in("guan"), Account.objects.get(username="guan")

    guardian.post(f"/accounts/{own.pk}/lock", {"reason": "试试"})

    assert Account.objects.get(username="guan").is_active


def test_a_lost_second_factor_is_taken_away_with_a_reason_that_is_kept(sign_in, town):
    lin, guardian = Account.objects.get(username="lin"), sign_in("guan")
    factors.propose_totp(lin, at=timezone.now())

    guardian.post(f"/accounts/{lin.pk}/reset", {"reason": "手机丢失，已当面核实"})

    assert not Totp.objects.filter(account=lin).exists()
    assert Change.objects.get(verb="reset_second_factor").reason == "手机丢失，已当面核实"


def test_a_given_password_must_be_changed_before_anything_else(sign_in, town):
    lin, root = Account.objects.get(username="lin"), sign_in("root")
    page = root.post(f"/accounts/{lin.pk}/password", {"reason": "忘记密码"}).content.decode()
    given = re.search(r"<code>(\w{14})</code>", page)[1]

    browser = sign_in("lin", password=given)
    assert browser.get("/account").url == "/account/password"
    browser.post("/account/password", {"old": given, "new": NEW, "again": NEW})

    assert browser.get("/account").status_code == 200
    assert sign_in("lin", password=given).answer.status_code == 422


def test_the_security_administrator_gives_no_passwords(sign_in, town):
    lin, guardian = Account.objects.get(username="lin"), sign_in("guan")

    answer = guardian.post(f"/accounts/{lin.pk}/password", {"reason": "x"}, follow=True)

    assert "没有“维护账号”的权限" in answer.content.decode()


def test_accounts_are_found_by_name_and_by_state(sign_in, town):
    guardian = sign_in("guan")
    Account.objects.filter(username="lin").update(is_active=False)

    found = guardian.get("/accounts", {"q": "陈"}).content.decode()
    locked = guardian.get("/accounts", {"only": "locked"}).content.decode()

    assert "陈晨" in found
    assert "林静" not in found
    assert "林静" in locked
    assert "陈晨" not in locked


def test_books_on_sessions_long_unused_are_closed(sign_in):
    sign_in("lin")

    assert signing_in.end_stale(before=timezone.now(), at=timezone.now()) == 1
    assert SignIn.objects.get().ended_how == "expired"


def test_what_is_over_is_forgotten_and_what_is_not_stays(sign_in, town):
    alive = sign_in("lin")
    sign_in("chen", password="wrong")
    codes.send_code("13812345678", language="zh-hans", at=timezone.now() - timedelta(days=2))
    Attempt.objects.filter(outcome="wrong").update(at=timezone.now() - timedelta(days=400))
    Barrier.objects.update(last_at=timezone.now() - timedelta(days=2))

    jobs.tidy(timestamp=0)

    assert not (OneTimeCode.objects.exists() or Barrier.objects.exists())
    assert list(Attempt.objects.values_list("outcome", flat=True)) == ["passed"]
    assert alive.get("/account").status_code == 200


def administrator_of(unit, role):
    person = Actor.objects.create(kind="staff", name=f"{unit.name}管理员")
    account = Account(actor=person, username=f"{role}-{unit.code}")
    account.set_password(PASSWORD)
    account.save()
    Post.objects.create(actor=person, unit=unit, over=unit, role=role, since="2020-01-01")
    return account


@pytest.mark.parametrize("role", ["system_admin", "security_admin"])
def test_an_administrator_of_one_street_finds_no_account_of_the_next(sign_in, town, role):
    browser = sign_in(administrator_of(town.west, role).username)

    assert "林静" not in browser.get("/accounts").content.decode()
    assert "周西" in browser.get("/accounts").content.decode()
    for path in ("", "/password", "/lock", "/revoke", "/reset"):
        send = browser.post if path else browser.get
        assert send(f"/accounts/{town.lin.account.pk}{path}", {"reason": "x"}).status_code == 404, path
    assert Account.objects.get(username="lin").is_active


def test_a_side_post_in_the_street_does_not_lay_the_district_open(sign_in, town):
    Post.objects.create(actor=town.guan, unit=town.west, over=town.west, role="leader", since="2020-01-01")
    browser = sign_in(administrator_of(town.west, "system_admin").username)

    answer = browser.post(f"/accounts/{town.guan.account.pk}/password", {"reason": "忘记密码"}, follow=True)

    assert "范围以外另有岗位" in answer.content.decode()
