"""The pages of duties, walked as the people of the town."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.safety.commands import field_duties
from linli.domains.safety.queries import field_duties as taken_along
from linli.kernel.devices.verbs import Made
from linli.kernel.duties import commands
from linli.kernel.duties.commands import Draft, NotTheirsRefused, PlanRefused
from linli.kernel.duties.models import Duty, Leave, Occurrence, Swap
from linli.kernel.duties.rules import ZONE
from linli.kernel.errors import NotFound, Refused
from tests.clock import start_at
from tests.evidence import photo


@pytest.fixture(autouse=True)
def _ten_in_the_morning(monkeypatch):
    """What is planned for today is on, whenever this runs."""
    start_at(monkeypatch)


@pytest.fixture
def as_of(client):
    """The client, signed in as somebody."""

    def signed_in(person):
        client.force_login(person.account)
        return client

    return signed_in


def a_duty(town, *, by="wang", at=None, **more) -> Duty:
    """From yesterday on, every day, round the clock: its window runs now."""
    at = at or timezone.now() - timedelta(days=1)
    given = {
        "kind": "visit", "title": "走访独居老人", "unit": town.grid, "holder": town.hua, "rule": "FREQ=DAILY",
        "starts_on": timezone.localdate(at), "opens": time(0), "closes": time(23, 59), "grace_minutes": 0,
    }  # fmt: skip
    return commands.set_duty(Draft(**(given | more)), actor=town.people[by], at=at)


def of_today(duty: Duty) -> Occurrence:
    return duty.occurrences.get(on=timezone.localdate())


PAGES = ("duties", "my_duties", "missed_duties", "duty_figures", "leave_desk")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["hua", "wang", "li", "jiang", "zhou"])
def test_every_page_opens_for_staff_with_and_without_anything_in_it(town, as_of, name, who):
    browser = as_of(town.people[who])
    assert browser.get(reverse(f"safety:{name}")).status_code == 200
    a_duty(town)

    answer = browser.get(reverse(f"safety:{name}"))

    assert answer.status_code == 200
    assert ("走访独居老人" in answer.content.decode()) is (name in ("duties", "my_duties") and who in (
        {"duties": ("hua", "wang", "li", "jiang"), "my_duties": ("hua",)}[name]
    ))  # fmt: skip


@pytest.mark.parametrize("view", ["week", "month", "agenda"])
def test_the_calendar_narrows_by_unit_kind_person_and_state(town, as_of, view):
    a_duty(town)
    browser, address = as_of(town.li), reverse("safety:duties")

    def shows(**asked) -> bool:
        return "走访独居老人" in browser.get(address, {"view": view} | asked).content.decode()

    assert shows() and shows(kind="visit") and shows(unit=town.committee.pk) and shows(who=town.hua.pk)
    assert shows(state="due") and shows(unit="x", who="y", kind="z", on="nonsense")
    assert not shows(kind="patrol") and not shows(unit=town.grid8.pk) and not shows(who=town.ma.pk)
    assert not shows(state="missed")


@pytest.mark.spec("001g-18")
def test_what_was_missed_is_listed_and_exported(town, as_of):
    a_duty(town, at=timezone.now() - timedelta(days=2))
    commands.miss_due(at=timezone.now())

    browser = as_of(town.bao)

    assert browser.get(reverse("safety:missed_duties")).content.decode().count("走访独居老人") >= 2
    sheet = browser.get(reverse("safety:missed_duties_sheet"))
    assert sheet.content[:2] == b"PK"
    assert "100.0%" in browser.get(reverse("safety:duty_figures"), {"by": "person"}).content.decode()
    assert browser.get(reverse("safety:duty_figures_sheet")).content[:2] == b"PK"


def plan_given(town, **more):
    tomorrow = timezone.localdate() + timedelta(days=1)
    given = {
        "kind": "patrol", "title": "早市巡查", "unit": town.grid.pk, "who": str(town.hua.pk), "every": "weekly",
        "weekdays": ["0", "2", "4"], "opens": "09:00", "closes": "11:00", "starts_on": str(tomorrow), "grace": "60",
    }  # fmt: skip
    return given | more


def test_a_plan_is_seen_before_it_is_kept_and_says_its_rule_in_words(town, as_of):
    browser = as_of(town.wang)

    looked = browser.post(reverse("safety:preview_duty"), plan_given(town)).content.decode()
    assert "每周一、三、五 09:00–11:00" in looked
    assert looked.count("<li") == 6
    assert not Duty.objects.exists()

    key = str(uuid4())
    for _again in range(2):
        answer = browser.post(reverse("safety:set_duty"), plan_given(town, command=key))
    duty = Duty.objects.get()
    assert answer.url == reverse("safety:duty", args=[duty.pk])
    assert (duty.rule, str(duty.pk)) == ("FREQ=WEEKLY;BYDAY=MO,WE,FR", key)
    assert "每周一、三、五 09:00–11:00" in browser.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"every": "daily"}, "FREQ=DAILY"),
        ({"every": "days", "interval": "3"}, "FREQ=DAILY;INTERVAL=3"),
        ({"every": "half_monthly", "days": ["1", "15"]}, "FREQ=MONTHLY;BYMONTHDAY=1,15"),
        ({"every": "monthly", "days": ["-1"]}, "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ({"every": "monthly_nth", "nth": "2", "weekdays": ["4"]}, "FREQ=MONTHLY;BYDAY=2FR"),
        ({"every": "quarterly", "days": ["10"]}, "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=10"),
        ({"every": "months", "interval": "2", "days": ["5"]}, "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=5"),
    ],
)
def test_every_way_of_saying_when_makes_its_rule(town, as_of, given, rule):
    as_of(town.wang).post(reverse("safety:set_duty"), plan_given(town, who="role:grid_officer", **given))

    assert Duty.objects.get().rule == rule


@pytest.mark.parametrize(
    ("given", "field"),
    [({"weekdays": []}, "weekdays"), ({"closes": "09:00"}, "closes"), ({"title": "找13812345678"}, "title"),
     ({"every": "monthly", "days": ["1", "2"]}, "days"), ({"starts_on": "2020-01-01"}, "starts_on")],
)  # fmt: skip
def test_a_plan_that_cannot_be_keeps_what_was_typed_and_marks_the_field(town, as_of, given, field):
    answer = as_of(town.wang).post(reverse("safety:set_duty"), plan_given(town, **given))

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode() or f"id_{field}" in answer.content.decode()
    assert not Duty.objects.exists()


def test_two_things_at_once_are_planned_only_after_the_warning_is_ticked(town, as_of):
    a_duty(town)
    browser = as_of(town.wang)
    given = plan_given(town, every="daily")

    refused = browser.post(reverse("safety:set_duty"), given)
    assert refused.status_code == 422 and "走访独居老人" in refused.content.decode()
    assert "走访独居老人" in browser.post(reverse("safety:preview_duty"), given).content.decode()
    browser.post(reverse("safety:set_duty"), given | {"knowing": "on"})
    assert Duty.objects.filter(title="早市巡查").exists()
    assert "时间重叠" in browser.get(reverse("safety:duties"), {"view": "agenda"}).content.decode()


def test_a_duty_is_changed_and_ended_with_a_reason(town, as_of):
    duty = a_duty(town)
    browser = as_of(town.wang)
    change = plan_given(town, every="daily", reason="错开早高峰", wants=["note"])

    assert browser.get(reverse("safety:change_duty", args=[duty.pk])).status_code == 200
    assert browser.post(reverse("safety:change_duty", args=[duty.pk]), change).status_code == 302
    shown = browser.get(reverse("safety:duty", args=[duty.pk])).content.decode()
    assert "每天 09:00–11:00" in shown and "错开早高峰" in shown
    assert browser.post(reverse("safety:end_duty", args=[duty.pk]), {"reason": ""}).status_code == 422
    browser.post(reverse("safety:end_duty", args=[duty.pk]), {"reason": "撤点"})
    duty.refresh_from_db()
    assert duty.end_reason == "撤点"


def test_what_one_may_not_see_or_plan_is_not_there(town, as_of):
    duty = a_duty(town)
    one = of_today(duty)
    rows = [
        reverse("safety:duty", args=[duty.pk]), reverse("safety:duty_time", args=[one.pk]),
        reverse("safety:duty_photo", args=[one.pk, uuid4(), "thumb"]),
    ]  # fmt: skip
    stranger = as_of(town.zhou)
    assert [stranger.get(address).status_code for address in rows] == [404] * 3
    for verb in ("duty_done", "stand_in", "ask_swap"):
        assert stranger.post(reverse(f"safety:{verb}", args=[one.pk])).status_code == 404
    officer = as_of(town.hua)
    for name, args in (("set_duty", []), ("change_duty", [duty.pk]), ("end_duty", [duty.pk])):
        assert officer.get(reverse(f"safety:{name}", args=args)).status_code == 404


def test_its_holder_reports_it_with_words_and_a_photo(town, as_of):
    one = of_today(a_duty(town, wants=["note"]))
    browser, address = as_of(town.hua), reverse("safety:duty_done", args=[one.pk])

    assert browser.post(address, {"note": ""}).status_code == 422
    assert browser.post(address, {"note": "走访三户，一切正常"}).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.note, one.done_by) == ("done", "走访三户，一切正常", town.hua)
    assert "走访三户" in browser.get(reverse("safety:duty_time", args=[one.pk])).content.decode()


def test_what_needs_being_there_is_not_reported_from_a_desk(town, as_of):
    one = of_today(a_duty(town, wants=["code"]))

    answer = as_of(town.hua).post(reverse("safety:duty_done", args=[one.pk]), {"note": "去过了"})

    assert answer.status_code == 422 and "到点扫码" in answer.content.decode()


def test_called_off_and_taken_back_by_who_plans(town, as_of):
    one = of_today(a_duty(town))
    browser = as_of(town.wang)

    browser.post(reverse("safety:excuse_duty", args=[one.pk]), {"reason": "暴雨"})
    one.refresh_from_db()
    assert (one.state, one.note) == ("excused", "暴雨")
    browser.post(reverse("safety:restore_duty", args=[one.pk]))
    one.refresh_from_db()
    assert one.state == "due"


def test_leave_is_asked_decided_and_covered_from_one_desk(town, as_of):
    duty = a_duty(town)
    tomorrow = timezone.localdate() + timedelta(days=1)
    desk = reverse("safety:leave_desk")
    as_of(town.hua).post(
        desk, {"unit": town.grid.pk, "first": str(tomorrow), "last": str(tomorrow), "reason": "年休假"}
    )
    browser = as_of(town.wang)
    assert "年休假" in browser.get(desk).content.decode()

    browser.post(reverse("safety:decide_leave", args=[Leave.objects.get().pk, "grant"]))

    one = duty.occurrences.get(on=tomorrow)
    assert str(one.pk) in browser.get(desk).content.decode()
    browser.post(
        reverse("safety:stand_in", args=[one.pk]), {"person": str(town.wang.pk), "reason": "年休假"}
    )  # fmt: skip
    one.refresh_from_db()
    assert one.holder == town.wang
    assert str(one.pk) not in browser.get(desk).content.decode()


def test_a_swap_is_asked_and_answered(town, as_of):
    town.jiang.posts.create(unit=town.grid, over=town.grid, role="grid_officer", since=date(2020, 1, 1))
    one = a_duty(town).occurrences.get(on=timezone.localdate() + timedelta(days=2))
    as_of(town.hua).post(
        reverse("safety:ask_swap", args=[one.pk]), {"asked": str(town.jiang.pk), "reason": "培训"}
    )  # fmt: skip
    browser = as_of(town.jiang)
    assert "培训" in browser.get(reverse("safety:leave_desk")).content.decode()

    browser.post(reverse("safety:answer_swap", args=[Swap.objects.get().pk, "agree"]))

    one.refresh_from_db()
    assert one.holder == town.jiang


def test_a_calendar_program_reads_the_feed_without_signing_in_and_finds_no_persons_in_it(town, as_of, client):
    a_duty(town)
    browser = as_of(town.hua)
    browser.post(reverse("safety:renew_feed"))
    shown = browser.get(reverse("safety:my_duties")).content.decode()
    address = shown.split('data-copy="')[1].split('"')[0]
    assert address not in browser.get(reverse("safety:my_duties")).content.decode(), "it is shown once"
    client.logout()

    answer = client.get(address)

    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar")
    assert text.count("BEGIN:VEVENT") >= 20 and "SUMMARY:走访独居老人" in text
    assert "花开" not in text and "王格" not in text
    assert client.get(reverse("safety:duty_feed", args=["wrong"])).status_code == 404
    as_of(town.hua).post(reverse("safety:renew_feed"))
    assert client.get(address).status_code == 404


def made(town, one, *, taken_at, at, is_late=False, **fields) -> Made:
    return Made(
        id=uuid4(), name="duty.done", actor=town.hua, about="", fields={"occurrence": str(one.pk), **fields}, files=(),
        seen=None, taken_at=taken_at, at=at, is_late=is_late,
    )  # fmt: skip


@pytest.mark.spec("000-54")
def test_a_phone_that_was_offline_reports_what_was_done_in_time_and_it_is_no_longer_missed(town):
    day = datetime(2026, 3, 2, 10, tzinfo=ZONE)
    duty = a_duty(town, at=day - timedelta(days=1), opens=time(9), closes=time(11), wants=["note"])
    one = duty.occurrences.get(on=day.date())
    commands.miss_due(at=day + timedelta(hours=5))

    answer = field_duties.done(made(town, one, taken_at=day, at=day + timedelta(hours=6), note="一切正常"))

    assert answer.facts == {"state": "done", "is_late_sync": True}
    late = duty.occurrences.get(on=day.date() + timedelta(days=1))
    later = day + timedelta(days=3)
    told = field_duties.done(made(town, late, taken_at=day + timedelta(days=1), at=later, is_late=True, note="补报"))
    assert told.facts["state"] == "late"


def test_a_phone_is_refused_what_is_not_there_or_not_proven(town):
    now = timezone.now()
    one = of_today(a_duty(town, wants=["photo"]))
    for wrong in ({"occurrence": "x"}, {"occurrence": ""}, {"note": "没有照片"}):
        with pytest.raises(Refused):
            field_duties.done(made(town, one, taken_at=now, at=now, **wrong))


@pytest.mark.parametrize("wants", [["photo"], ["code"], ["note"]])
def test_a_stranger_with_its_key_learns_nothing_of_a_duty_and_a_colleague_that_it_is_not_theirs(town, wants):
    now = timezone.now()
    one = of_today(a_duty(town, wants=wants))

    def reported_by(actor):
        call = made(town, one, taken_at=now, at=now)
        return field_duties.done(replace(call, actor=actor))

    with pytest.raises(NotFound):
        reported_by(town.zhou)
    with pytest.raises(NotTheirsRefused, match="走访独居老人"):
        reported_by(town.wang)


def test_a_key_of_somebody_elses_plan_is_refused(town):
    duty = a_duty(town)

    with pytest.raises(PlanRefused, match="编号"):
        draft = Draft(kind="visit", title="另一项", unit=town.grid, holder=town.hua, rule="FREQ=DAILY",
                      starts_on=timezone.localdate(), opens=time(9), closes=time(11))  # fmt: skip
        commands.set_duty(draft, actor=town.fu, at=timezone.now(), key=duty.pk)


def test_a_phone_takes_along_its_duties_of_three_days_back_and_two_weeks_ahead(town):
    duty = a_duty(town, wants=["note"])

    found = taken_along.mine(town.hua, timezone.now())

    assert {one["occurrence"] for one in found} <= {str(key) for key in duty.occurrences.values_list("pk", flat=True)}
    assert 15 <= len(found) <= 16
    assert found[0]["wants"] == ["note"] and found[0]["route"] is None
    assert taken_along.mine(town.zhou, timezone.now()) == []


def test_the_photo_of_an_occurrence_is_served_to_who_may_see_it(town, as_of):
    one, now = of_today(a_duty(town, wants=["photo"])), timezone.now()
    shown = photo(town.hua)
    call = made(town, one, taken_at=now, at=now)
    field_duties.done(Made(**{name: getattr(call, name) for name in call.__slots__} | {"files": (shown,)}))

    address = reverse("safety:duty_photo", args=[one.pk, shown.file_id, "thumb"])

    answer = as_of(town.wang).get(address)
    assert answer.status_code == 200 and answer.getvalue()
    assert as_of(town.zhou).get(address).status_code == 404
