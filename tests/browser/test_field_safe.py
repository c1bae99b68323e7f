"""What the field app does when things go wrong: refusals, wrong PINs, lost phones, somebody else's hands."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from linli.domains.cases.models import Case
from linli.kernel.devices import commands as devices
from linli.kernel.devices.models import Device, Sent
from linli.kernel.org.models import Account
from tests.browser.conftest import PHONE, _session
from tests.browser.field import PIN, App

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
IN_STORE = """
    () => new Promise(resolve => {
        const asked = indexedDB.open('linli-field');
        asked.onsuccess = () => {
            const names = [...asked.result.objectStoreNames];
            if (!names.length) return resolve('');
            const tx = asked.result.transaction(names);
            const found = [];
            const keep = ({ target }) => found.push(...target.result);
            names.forEach(name => tx.objectStore(name).getAll().onsuccess = keep);
            tx.oncomplete = () => {
                asked.result.close();
                const plain = (_name, value) => value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value;
                resolve(JSON.stringify(found, plain));
            };
        };
    })
"""


def report_without_network(app, words):
    app.kept()
    app.off()
    app.press("上报")
    app.write("text", words)
    app.write("address", "柳树路 5 号")
    app.page.get_by_text("误差约 12 米").wait_for()
    app.press("上报")
    app.state("待传 1")


def test_what_waits_on_the_phone_is_unreadable_and_is_sent_after_unlocking(app):
    report_without_network(app, "柳树路 5 号的井盖没了")

    kept = app.page.evaluate(IN_STORE)
    assert len(kept) > 500
    assert not {"井盖", "case.report", "花开", "柳树路"} & {
        word for word in ("井盖", "case.report", "花开", "柳树路") if word in kept
    }

    app.page.reload()
    app.page.get_by_text("1 条等待上传").wait_for()
    app.on()
    app.unlock()
    app.state("已连上")
    assert Case.objects.get().description == "柳树路 5 号的井盖没了"


def test_a_refused_report_stands_beside_what_to_do_and_is_sent_again_in_its_place(app, pictures):
    app.page.context.set_geolocation({"longitude": 100.0, "latitude": 20.0, "accuracy": 12})
    app.press("上报")
    app.photo("report", pictures[0])
    app.page.get_by_text("误差约 12 米").wait_for()
    app.page.locator("[name=text]").evaluate("words => words.removeAttribute('maxlength')")
    app.write("text", "x" * 4001)
    app.press("上报")
    app.state("要处理 1")
    app.page.get_by_role("link", name="1 条未受理，请处理").click()
    app.page.locator(".f-row").first.click()
    app.press("改一改重发")
    app.page.locator(".f-photos li").wait_for()

    app.page.context.set_geolocation({"longitude": 121.405, "latitude": 31.21, "accuracy": 9})
    app.write("text", "井盖没了")
    app.page.get_by_text("误差约 9 米").wait_for()
    app.press("上报")
    app.state("已连上")

    assert list(Sent.objects.order_by("no").values_list("state", flat=True)) == ["refused", "accepted"]
    assert Case.objects.get().description == "井盖没了"


def test_ten_wrong_pins_close_the_phone_and_a_sign_in_opens_it_with_all_that_waited(app):
    report_without_network(app, "井盖没了")
    app.page.reload()

    for left in range(9, 0, -1):
        app.unlock("135790")
        app.page.get_by_text(f"还可以试 {left} 次").wait_for()
    app.on()
    app.unlock("135790")
    app.enrol()
    app.state("已连上")

    assert Case.objects.get().description == "井盖没了"


def test_somebody_elses_sign_in_does_not_open_the_phone(app, live_server, troubles):
    report_without_network(app, "井盖没了")
    cookie = {"name": "sessionid", "value": _session("wang"), "url": live_server.url}
    app.page.context.clear_cookies(name="sessionid")
    app.page.context.add_cookies([cookie])
    app.page.reload()
    app.on()
    app.press("忘了口令，重新登录")

    app.page.get_by_text("没有上传的 1 条只有本人登录才能打开").wait_for()

    expect(app.page.get_by_text("今天辛苦了")).to_be_hidden()
    assert Case.objects.count() == 0
    app.page.reload()
    app.unlock(PIN)
    app.state("已连上")
    assert Case.objects.count() == 1
    troubles[:] = [one for one in troubles if "409" not in one]


def test_a_phone_reported_lost_forgets_everything_and_says_so_to_the_server(app, town, troubles):
    report_without_network(app, "井盖没了")
    device = Device.objects.get()
    lost(device, town)

    app.on()
    app.page.get_by_text("这台手机已被停用").wait_for()

    assert app.page.evaluate(IN_STORE) == ""
    device.refresh_from_db()
    assert device.forgotten_at is not None
    assert Case.objects.count() == 0
    troubles[:] = [one for one in troubles if "401" not in one]


def lost(device, town):
    devices.revoke(device.pk, reason="丢失", forgets=True, actor=town.wang, at=datetime.now(UTC))


def test_whoever_is_not_signed_in_is_led_to_the_door(visit, town, troubles):
    page = visit("/field/", width=PHONE)

    page.get_by_role("link", name="去登录").click()
    page.wait_for_url("**/sign-in?next=**field**")

    troubles[:] = [one for one in troubles if "401" not in one]
    expect(App(page).page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    assert Account.objects.filter(username="hua").exists()
