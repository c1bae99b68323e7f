import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from linli.kernel.flow import commands as flow
from linli.kernel.flow import guarding
from linli.kernel.meetings.flow import RESOLUTION
from linli.kernel.messages.commands import notify
from linli.kernel.messages.models import Delivery, Template
from linli.kernel.messages.queries import preference_of
from linli.kernel.org.commands import contacts
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
