from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from linli.domains.organisation.queries import auditing
from linli.kernel.flow import commands as flow
from linli.kernel.flow import guarding
from linli.kernel.meetings.flow import RESOLUTION
from linli.kernel.messages.commands import notify
from linli.kernel.messages.models import Delivery, Template
from linli.kernel.messages.queries import preference_of
from linli.kernel.org.commands import contacts
from linli.kernel.org.commands.changes import keep
from linli.kernel.org.commands.people import the_system
from linli.kernel.org.models import Account, Actor, Change, Post


@pytest.fixture
def enter(client):
    def go(actor):
        client.force_login(actor.account)
        return client

    return go


def test_the_audit_administrator_sees_who_read_what_and_why(town, enter):
    resident = Actor.objects.create(kind="resident")
    contacts.keep_contact(resident, name="王小明", phone="13812345678")
    contacts.read_contact(resident, "phone", purpose="回访 CN-1", actor=town.chen, at=timezone.now())

    page = enter(town.shen).get(reverse("organisation:readings")).content.decode()

    assert "陈晨" in page
    assert "回访 CN-1" in page
    assert "王小明" not in page


def test_readings_are_exported_with_a_reason_and_formulas_are_harmless(town, enter):
    resident = Actor.objects.create(kind="resident")
    contacts.keep_contact(resident, name="王小明", phone="13812345678")
    contacts.read_contact(resident, "phone", purpose="=1+1", actor=town.chen, at=timezone.now())

    answer = enter(town.shen).post(reverse("organisation:export_readings"), {"reason": "季度审计"})

    assert "'=1+1" in answer.content.decode("utf-8-sig")
    assert Change.objects.get(verb="export").reason == "季度审计"


def auditor_of(unit):
    """An audit administrator of one street."""
    person = Actor.objects.create(kind="staff", name=f"{unit.name}审计")
    Account.objects.create(actor=person, username=f"audit-{unit.code}")
    Post.objects.create(actor=person, unit=unit, over=unit, role="audit_admin", since="2020-01-01")
    return person


def read(reader, purpose, *, at=None):
    resident = Actor.objects.create(kind="resident")
    contacts.keep_contact(resident, name="王小明", phone="13812345678")
    contacts.read_contact(resident, "phone", purpose=purpose, actor=reader, at=at or timezone.now())


def test_an_auditor_of_one_street_sees_readings_by_its_people_only(town, enter):
    read(town.chen, "回访东街")
    read(town.zhou, "回访西街")

    east = enter(auditor_of(town.street)).get(reverse("organisation:readings")).content.decode()
    west = enter(auditor_of(town.west)).get(reverse("organisation:readings")).content.decode()
    both = enter(town.shen).get(reverse("organisation:readings")).content.decode()

    assert ("回访东街" in east, "回访西街" in east) == (True, False)
    assert ("回访东街" in west, "回访西街" in west) == (False, True)
    assert ("回访东街" in both, "回访西街" in both) == (True, True)


def test_an_auditor_of_one_street_sees_changes_by_its_people_and_to_what_is_its_own(town, enter):
    now = timezone.now()
    keep(town.grid, "rename", actor=town.root, at=now, reason="改东街的网格")
    keep(town.west_grid, "rename", actor=town.root, at=now, reason="改西街的网格")
    keep(town.zhou.account, "lock", actor=town.guan, at=now, reason="锁西街的人")
    keep(town.lin, "export", actor=town.lin, at=now, reason="东街的人导出")
    keep(town.west, "rename", actor=the_system(), at=now, reason="平台改西街")
    keep(the_system(), "import_divisions", actor=the_system(), at=now, reason="平台导入")

    east = enter(auditor_of(town.street)).get(reverse("organisation:changes")).content.decode()
    whole = enter(town.shen).get(reverse("organisation:changes")).content.decode()

    assert "改东街的网格" in east
    assert "东街的人导出" in east
    assert not [line for line in ("改西街的网格", "锁西街的人", "平台改西街", "平台导入") if line in east]
    assert "锁西街的人" in whole
    assert "平台导入" in whole


def test_an_export_holds_all_that_was_narrowed_to_and_not_one_page_of_it(town, enter, monkeypatch):
    monkeypatch.setattr(auditing, "EXPORT_PAGE", 3)
    long_ago = timezone.now() - timedelta(days=40)
    for n in range(7):
        read(town.chen, f"回访{n}号")
    read(town.chen, "很久以前", at=long_ago)
    read(town.lin, "派遣前核实")
    since = timezone.localdate() - timedelta(days=2)
    query = f"?q=陈晨&since={since}&until={timezone.localdate()}"
    browser = enter(town.shen)

    page = browser.get(reverse("organisation:export_readings") + query).content.decode()
    answer = browser.post(reverse("organisation:export_readings") + query, {"reason": "季度审计"})

    lines = answer.content.decode("utf-8-sig").splitlines()
    assert "全部7条" in page
    assert [n for n in range(7) if not any(f"回访{n}号" in line for line in lines)] == []
    assert not [line for line in lines if "很久以前" in line or "派遣前核实" in line]
    assert Change.objects.get(verb="export").changes["rows"] == 7


def test_an_export_that_would_be_too_large_asks_for_a_shorter_period_and_takes_nothing_out(town, enter, monkeypatch):
    monkeypatch.setattr(auditing, "MOST_EXPORTED", 2)
    for n in range(3):
        read(town.chen, f"回访{n}号")

    answer = enter(town.shen).post(reverse("organisation:export_readings"), {"reason": "季度审计"})

    assert answer.status_code == 422
    assert "请缩短起止日期" in answer.content.decode()
    assert not Change.objects.filter(verb="export").exists()


@pytest.mark.parametrize("given", ["since=0001-01-01&until=9999-12-31", "since=x&until=2026-02-30", "after=x"])
def test_days_that_cannot_be_break_nothing(town, enter, given):
    read(town.chen, "回访东街")

    assert "回访东街" in enter(town.shen).get(reverse("organisation:readings") + "?" + given).content.decode()


@pytest.mark.parametrize("name", ["readings", "changes", "journal", "export_readings"])
@pytest.mark.parametrize("who", ["root", "guan", "li", "lin", "hua"])
def test_nobody_but_the_audit_administrator_finds_the_audit(town, enter, name, who):
    assert enter(getattr(town, who)).get(reverse(f"organisation:{name}")).status_code == 404


def test_the_journal_is_verified_on_the_page_and_a_change_is_found(town, enter):
    now = timezone.now()
    matter = flow.open_matter(RESOLUTION, title="整治", home=town.street, unit=town.centre, actor=town.gao, at=now)
    guarding.drop_anchor(timezone.localdate())
    browser = enter(town.shen)
    assert "日志完整" in browser.post(reverse("organisation:journal")).content.decode()

    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("update flow_entry set note = '改过' where matter_id = %s", [matter.pk])
        cursor.execute("set local session_replication_role = origin")

    page = browser.post(reverse("organisation:journal")).content.decode()
    assert "内容被改" in page
    assert matter.number in page


def test_a_wording_is_previewed_saved_and_restored_by_the_list_keeper(town, enter):
    keeper = Actor.objects.create(kind="staff", name="单清")
    Account.objects.create(actor=keeper, username="keeper")
    Post.objects.create(actor=keeper, unit=town.centre, over=town.street, role="list_keeper", since="2020-01-01")
    browser, key = enter(keeper), ["dispatched", "in_app", "zh-hans"]
    address = reverse("organisation:wording", args=key)

    shown = browser.post(address, {"subject": "派单 {number}", "body": "请办理", "preview": "1"}).content.decode()
    assert "<strong>派单 " in shown
    assert Template.objects.count() == 0
    refused = browser.post(address, {"subject": "派单", "body": "{secret}"})
    assert refused.status_code == 422
    browser.post(address, {"subject": "派单 {number}", "body": "请办理"})
    assert Template.objects.get().subject == "派单 {number}"
    browser.post(reverse("organisation:restore_wording", args=key))
    assert Template.objects.count() == 0


def test_a_failed_delivery_is_sent_again_from_the_log(town, enter):
    Account.objects.filter(actor=town.hua).update(phone="13900000000")
    notify([town.hua], "overdue", {"number": "CN-1"}, at=timezone.now())
    Delivery.objects.update(status="given_up", next_try_at=None, error="Timeout")
    browser = enter(town.root)
    assert "Timeout" in browser.get(reverse("organisation:deliveries")).content.decode()

    browser.post(reverse("organisation:resend", args=[Delivery.objects.get().pk]))

    assert Delivery.objects.get().status == "queued"
    assert enter(town.lin).get(reverse("organisation:deliveries")).status_code == 404


def test_how_one_is_told_is_ones_own_choice(town, enter):
    enter(town.hua).post(
        reverse("organisation:preference"),
        {"language": "en", "by_sms": "on", "quiet_from": "22:00", "quiet_until": "07:00"},
    )

    chosen = preference_of(town.hua)
    assert (chosen.language, chosen.by_sms, chosen.by_email) == ("en", True, False)
    half = enter(town.hua).post(reverse("organisation:preference"), {"language": "en", "quiet_from": "22:00"})
    assert half.status_code == 422
