import pytest
from django.urls import reverse
from django.utils import timezone

from linli.kernel.flow.models import Matter
from linli.kernel.messages.commands import notify
from linli.kernel.messages.models import Notice
from linli.kernel.org.models import Account, Change, Post, Unit


@pytest.fixture
def enter(client):
    """Signs somebody of the town in and hands back their browser."""

    def go(actor):
        client.force_login(actor.account)
        return client

    return go


def test_the_tree_opens_level_by_level_and_a_search_finds_by_pinyin(town, enter):
    browser = enter(town.lin)

    assert "东街街道" in browser.get(reverse("organisation:units")).content.decode()
    below = browser.get(reverse("organisation:below", args=[town.street.pk]), headers={"HX-Request-Type": "partial"})
    assert "柳树居委会" in below.content.decode()
    assert "柳树第七网格" in browser.get(reverse("organisation:units"), {"q": "lsdqwg"}).content.decode()


def test_a_unit_of_another_street_is_not_there(town, enter):
    browser = enter(town.lin)

    assert browser.get(reverse("organisation:unit", args=[town.street.pk])).status_code == 200
    assert browser.get(reverse("organisation:unit", args=[town.department.pk])).status_code == 200
    assert browser.get(reverse("organisation:unit", args=[town.west_grid.pk])).status_code == 404
    assert "没有这样的单位" in browser.get(reverse("organisation:units"), {"q": "桥头"}).content.decode()


def test_the_system_administrator_founds_renames_and_closes_a_unit(town, enter):
    browser = enter(town.root)

    browser.post(
        reverse("organisation:found_unit"),
        {"parent": town.street.pk, "code": "st1", "name": "柳树工作站", "kind": "station", "tree": "service",
         "level": "centre", "valid_from": "2021-01-01", "reason": "新设"},
    )  # fmt: skip
    station = Unit.objects.get(code="st1")
    browser.post(
        reverse("organisation:change_unit", args=[station.pk, "rename"]), {"name": "柳树服务站", "reason": "统一名称"}
    )
    browser.post(
        reverse("organisation:change_unit", args=[station.pk, "close"]), {"successor": town.centre.pk, "reason": "并站"}
    )

    station.refresh_from_db()
    assert (station.name, station.successor) == ("柳树服务站", town.centre)
    assert set(Change.objects.filter(subject=f"unit:{station.pk}").values_list("verb", flat=True)) == {
        "found", "rename", "close",
    }  # fmt: skip


def test_who_may_not_edit_units_finds_no_form(town, enter):
    browser = enter(town.lin)

    assert browser.get(reverse("organisation:found_unit")).status_code == 404
    assert browser.get(reverse("organisation:change_unit", args=[town.grid.pk, "rename"])).status_code == 404
    assert (
        browser.post(reverse("organisation:change_unit", args=[town.grid.pk, "close"]), {"reason": "x"}).status_code
        == 404
    )


def test_a_refused_change_keeps_the_form_and_says_why(town, enter):
    answer = enter(town.root).post(
        reverse("organisation:change_unit", args=[town.committee.pk, "close"]), {"reason": "撤"}
    )

    assert answer.status_code == 422
    assert "请先指定承接单位" in answer.content.decode()
    assert Matter.objects.count() == 0


def test_an_export_needs_a_reason_and_leaves_a_trace(town, enter):
    browser = enter(town.lin)

    assert browser.post(reverse("organisation:export_units"), {"reason": ""}).status_code == 422
    answer = browser.post(reverse("organisation:export_units"), {"reason": "核对名册"})

    text = answer.content.decode("utf-8-sig")
    assert "柳树第七网格" in text
    assert "桥头" not in text
    assert "核对名册" in text
    assert Change.objects.get(verb="export").changes["rows"] > 5


def test_people_are_found_by_role_and_unit_and_those_next_door_are_not(town, enter):
    browser = enter(town.lin)

    page = browser.get(reverse("organisation:people"), {"role": "grid_officer"}).content.decode()

    assert "花开" in page
    assert browser.get(reverse("organisation:person", args=[town.hua.pk])).status_code == 200
    assert browser.get(reverse("organisation:person", args=[town.zhou.pk])).status_code == 404
    assert browser.get(reverse("organisation:people"), {"unit": town.west.pk}).status_code == 404


def test_an_account_is_opened_with_a_password_shown_once_that_must_be_changed(town, enter):
    answer = enter(town.root).post(
        reverse("organisation:engage"), {"name": "方新", "username": "fangxin", "reason": "新到岗"}
    )

    account = Account.objects.get(username="fangxin")
    password = answer.context["made"].password
    assert account.check_password(password)
    assert password in answer.content.decode()
    assert account.standing.must_change


def test_the_three_administrators_stay_apart_and_the_form_says_so(town, enter):
    browser = enter(town.guan)

    answer = browser.post(
        reverse("organisation:appoint"),
        {"person": town.shen.pk, "role": "system_admin", "unit": town.district.pk, "reason": "兼任"},
    )

    assert answer.status_code == 422
    assert "三员分立" in answer.content.decode()
    assert Post.objects.filter(actor=town.shen).count() == 1


def test_a_post_is_given_deputised_and_ended_with_reason(town, enter):
    browser = enter(town.guan)
    browser.post(
        reverse("organisation:appoint"),
        {"person": town.ma.pk, "role": "grid_officer", "unit": town.grid8.pk, "since": "2021-01-01", "reason": "补员"},
    )
    post = Post.objects.get(actor=town.ma, role="grid_officer")

    browser.post(
        reverse("organisation:deputise", args=[post.pk]),
        {"person": town.hua.pk, "since": "2026-01-01", "until": "2026-02-01", "reason": "休假"},
    )
    browser.post(reverse("organisation:end_post", args=[post.pk]), {"reason": "调岗"})

    post.refresh_from_db()
    assert post.until is not None
    assert Post.objects.get(actor=town.hua, deputy=True).over == town.grid8


def test_the_table_of_roles_reads_like_the_flows(town, enter):
    page = enter(town.hua).get(reverse("organisation:roles")).content.decode()

    assert "受理员" in page
    assert "三员" in page
    assert "派遣" in page


def test_notices_are_listed_and_marked_as_read(town, enter):
    notify([town.hua], "dispatched", {"number": "CN-1", "title": "井盖"}, at=timezone.now())
    browser = enter(town.hua)

    assert "井盖" in browser.get(reverse("organisation:notices")).content.decode()
    browser.post(reverse("organisation:read_notices"), {"everything": "1"})
    assert Notice.objects.filter(read_at=None).count() == 0
