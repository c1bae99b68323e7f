"""Pages of phones: one's own, those of a territory, what came late, the limits of clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from linli.domains.field.tests.phone import Phone
from linli.kernel.devices import commands, verbs
from linli.kernel.devices.commands import failing
from linli.kernel.devices.models import ClockLimit, Device
from linli.kernel.devices.queries import limits_for
from linli.kernel.devices.refusals import DeviceRefused
from linli.kernel.org import fresh
from linli.kernel.org.models import Change
from tests.town import IN_GRID

LON, LAT = IN_GRID


def report(phone, **more):
    return phone.command("case.report", text="路面破损", lon=LON, lat=LAT, **more)


@pytest.fixture
def sign_in(client):
    def enter(actor):
        client.force_login(actor.account)
        return client

    return enter


def stop(client, phone, *, mine="", **said):
    return client.post(f"/desk/phones/{mine}{phone.device}/stop", {"reason": "丢了", **said})


def test_whoever_lost_a_phone_stops_it_and_has_it_cleared(sign_in, phone, town):
    client = sign_in(town.hua)

    listed = client.get("/desk/phones/mine")
    answer = stop(client, phone, mine="mine/", forgets="on")

    assert "Test" in listed.content.decode()
    assert answer.status_code == 302
    kept = Device.objects.get(pk=phone.device)
    assert (kept.revoke_reason, bytes(kept.escrow_enc)) == ("丢了", b"")
    assert phone.send().json()["forget"] is True
    assert Change.objects.filter(verb="revoke_phone", actor=town.hua).exists()


def test_a_phone_is_not_stopped_without_a_reason(sign_in, phone, town):
    answer = stop(sign_in(town.hua), phone, mine="mine/", reason=" ")

    assert answer.status_code == 422
    assert Device.objects.get(pk=phone.device).revoked_at is None


def test_another_persons_phone_is_not_there(sign_in, phone, town):
    assert stop(sign_in(town.wang), phone, mine="mine/").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("guan", 200), ("root", 200), ("gao", 404), ("hua", 404)])
def test_phones_of_the_district_are_for_those_in_charge(sign_in, phone, town, who, status):
    client = sign_in(getattr(town, who))

    assert client.get("/desk/phones/").status_code == status
    assert client.get(f"/desk/phones/{phone.device}/stop").status_code == status


def test_phones_are_found_by_person_and_by_what_is_wrong_with_them(sign_in, town, client):
    Phone(client, town.wang)
    off = Phone(client, town.hua, off=timedelta(minutes=7))
    off.send()
    page = sign_in(town.guan)

    by_name = page.get("/desk/phones/?q=花").content.decode()
    by_state = page.get("/desk/phones/?state=off").content.decode()

    assert "花开" in by_name
    assert "王格" not in by_name
    assert "时钟相差 -420 秒" in by_state
    assert "王格" not in by_state


def leave(person):
    """From the day returned on they have no post."""
    today = timezone.localdate()
    person.posts.update(until=today)
    fresh.forget()
    return today


def test_who_left_and_still_has_a_phone_is_seen_and_stopped(sign_in, phone, town):
    today = leave(town.hua)
    client = sign_in(town.guan)

    everybody = client.get("/desk/phones/").content.decode()
    those = client.get("/desk/phones/?state=left").content.decode()

    assert "主人已离任" in everybody
    assert "已离任" in those and f"{today} 起不在岗" in those
    assert f"/desk/phones/{phone.device}/stop" in those
    assert stop(client, phone, forgets="on").status_code == 302
    assert "花开" in client.get("/desk/phones/?state=forgetting").content.decode()
    assert "主人已离任" not in client.get("/desk/phones/").content.decode()
    assert phone.send().json()["forget"] is True
    forgotten = client.post("/api/v1/field/forgotten", headers={"Authorization": f"Device {phone.token}"})
    assert forgotten.status_code in (200, 204)
    assert "花开" not in client.get("/desk/phones/").content.decode()


def test_who_works_elsewhere_now_is_looked_after_there(sign_in, phone, town):
    today = leave(town.hua)
    town.hua.posts.create(unit=town.west_grid, over=town.west_grid, role="grid_officer", since=today)
    for head, unit in ((town.sun, town.street), (town.xu, town.west)):
        head.posts.create(unit=unit, over=unit, role="security_admin", since="2020-01-01")
    fresh.forget()

    assert "花开" not in sign_in(town.sun).get("/desk/phones/").content.decode()
    assert stop(sign_in(town.sun), phone).status_code == 404
    there = sign_in(town.xu).get("/desk/phones/").content.decode()
    assert "花开" in there and town.west_grid.name in there and "已离任" not in there.split("<table")[1]


def test_who_left_is_looked_after_where_they_were_last(sign_in, phone, town):
    today = leave(town.hua)
    long_ago = {"since": "2019-01-01", "until": "2020-01-01"}
    town.hua.posts.create(unit=town.west_grid, over=town.west_grid, role="grid_officer", **long_ago)
    town.xu.posts.create(unit=town.west, over=town.west, role="security_admin", since="2020-01-01")
    fresh.forget()

    assert "花开" not in sign_in(town.xu).get("/desk/phones/").content.decode()
    assert stop(sign_in(town.xu), phone).status_code == 404
    assert f"{today} 起不在岗" in sign_in(town.guan).get("/desk/phones/?state=left").content.decode()


def test_one_in_charge_stops_a_phone_that_stays_lost(sign_in, phone, town):
    answer = stop(sign_in(town.guan), phone)

    assert answer.status_code == 302
    assert phone.send().status_code == 401


@pytest.mark.spec("000-54")
def test_what_was_filed_after_the_fact_stands_in_a_ledger_with_both_times(sign_in, phone, town):
    phone.answers(*(report(phone, ago=timedelta(hours=hours)) for hours in (30, 5, 0)))
    client = sign_in(town.li)

    everything = client.get("/desk/phones/late").content.decode()
    late = client.get("/desk/phones/late?kind=late").content.decode()

    assert everything.count('<td class="main">') == 2
    assert "5 小时 0 分" in everything
    assert late.count('<td class="main">') == 1
    assert "超过时限" in late


def test_what_the_platform_failed_at_stands_in_the_ledger_of_those_in_charge(sign_in, phone, town, monkeypatch):
    monkeypatch.setattr(failing, "PATIENCE", timedelta(0))
    monkeypatch.setitem(verbs._verbs, "case.report", lambda _made: {}["a defect"])
    made = report(phone)

    states = [phone.answers(made)[0]["state"] for _n in range(failing.TRIES)]

    assert states == ["wait"] * (failing.TRIES - 1) + ["refused"]
    everything, failed, late = (
        sign_in(town.guan).get(f"/desk/phones/late{asked}").content.decode()
        for asked in ("", "?kind=failed", "?kind=late")
    )
    assert [page.count('<td class="main">') for page in (everything, failed, late)] == [1, 1, 0]
    assert "平台出错" in failed


def test_the_ledger_is_of_those_who_had_a_post_there_when_it_was_sent(sign_in, phone, town):
    phone.answers(report(phone, ago=timedelta(hours=30)))
    posts = town.hua.posts
    ledger = sign_in(town.li)

    def shows() -> bool:
        fresh.forget()
        return "花开" in ledger.get("/desk/phones/late").content.decode()

    posts.update(until=timezone.localdate() - timedelta(days=20))
    assert shows(), "what waited on the phone of somebody who left"
    posts.update(until=timezone.localdate() - timedelta(days=40))
    assert not shows()
    posts.update(until=None, since=timezone.localdate() + timedelta(days=2))
    assert not shows()


def test_the_ledger_goes_to_a_spreadsheet_and_only_to_those_who_supervise(sign_in, phone, town):
    phone.answers(report(phone, ago=timedelta(hours=30)))

    sheet = sign_in(town.qian).get("/desk/phones/late/sheet")
    elsewhere = sign_in(town.hua).get("/desk/phones/late")

    assert sheet.content.startswith(b"PK")
    assert elsewhere.status_code == 404


def test_a_wrong_clock_is_measured_and_its_times_are_corrected(phone, town):
    phone.off = timedelta(minutes=-30)

    told = phone.answers(report(phone))[0]

    assert told["is_late"] is True
    assert Device.objects.get(pk=phone.device).drift_ms == pytest.approx(1_800_000, abs=5_000)


def test_a_keeper_of_lists_sets_a_limit_from_today_and_it_counts(sign_in, phone, town):
    client = sign_in(town.tao)
    today = timezone.localdate().isoformat()
    said = {"name": "case.report", "drift_s": 60, "delay_h": 1, "valid_from": today, "source": "街道通知"}

    answer = client.post("/desk/phones/limits", said)

    assert answer.status_code == 302
    assert ClockLimit.objects.get(name="case.report").delay_s == 3600
    assert phone.answers(report(phone, ago=timedelta(hours=2)))[0]["is_late"] is True
    assert "街道通知" in client.get("/desk/phones/limits").content.decode()


def test_days_of_limits_are_counted_here_not_in_greenwich(town):
    night = datetime(2026, 3, 2, 17, tzinfo=UTC)
    given = {"name": "", "drift_s": 60, "delay_s": 3600, "source": "通知", "actor": town.tao, "at": night}

    with pytest.raises(DeviceRefused, match="今天"):
        commands.set_limit(valid_from=date(2026, 3, 2), **given)
    commands.set_limit(valid_from=date(2026, 3, 3), **given)

    assert limits_for("case.report", on=timezone.localdate(night)).delay_s == 3600


def test_a_limit_is_not_set_for_days_that_are_over_nor_without_a_basis(sign_in, town):
    client = sign_in(town.tao)
    said = {"name": "", "drift_s": 60, "delay_h": 1, "valid_from": "2026-01-01", "source": "通知"}

    assert client.post("/desk/phones/limits", said).status_code == 422
    assert client.post("/desk/phones/limits", {**said, "valid_from": "2090-01-01", "source": ""}).status_code == 422
    assert not ClockLimit.objects.exists()
