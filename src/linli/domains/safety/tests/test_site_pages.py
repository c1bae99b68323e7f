"""The pages of sites: who finds them, what they say, how a step is taken there."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from linli.domains.safety.commands import responsibilities, risks
from linli.domains.safety.commands.responsibilities import Held
from linli.domains.safety.models import Plan, PostDuty, Responsibility, RiskPoint, SafetyObject
from linli.domains.safety.queries.field_sites import sites as for_phone
from linli.domains.safety.tests.sites_town import NOON, drafted, mall_of, object_of, plan_of
from linli.domains.safety.tests.test_site_plans import risk
from linli.kernel.catalog.sheets import read_rows
from linli.kernel.org.models import Account
from linli.kernel.registry.models import Site
from linli.kernel.registry.queries import tag_hash


@pytest.fixture
def as_(client: Client):
    def sign_in(name: str) -> Client:
        client.force_login(Account.objects.get(username=name))
        return client

    return sign_in


def text(answer) -> str:
    return answer.content.decode()


def test_the_register_its_map_and_its_sheet_show_the_same_sites(town, as_) -> None:
    square = object_of(town, name="天街广场", kind="square").site
    shop = mall_of(town, name="柳树小店", kind="small_shop")
    fu = as_("fu")

    page = text(fu.get(reverse("safety:sites"), {"want": "crowded"}))
    on_map = text(fu.get(reverse("safety:sites_map"), {"want": "crowded"}))
    sheet = fu.get(reverse("safety:sites_sheet"), {"want": "crowded"})

    assert "天街广场" in page and "柳树小店" not in page
    assert square.code in on_map and shop.code not in on_map
    assert [row.values["名称"] for row in read_rows(sheet.content).rows] == ["天街广场"]
    assert "没有这样的场所" in text(as_("zhou").get(reverse("safety:sites")))
    assert as_("kong").get(reverse("safety:sites")).status_code == 404


def test_a_site_is_registered_at_the_desk(town, as_) -> None:
    ma = as_("ma")
    fields = text(ma.get(reverse("safety:site_attributes"), {"kind": "small_shop"}))
    assert "有无住宿" in fields
    given = {"kind": "small_shop", "name": "柳树小店", "address": "柳树路2号", "lon": "121.405", "lat": "31.21",
             "crs": "wgs84", "attribute_sleeps": "false", "attribute_area_m2": "30"}  # fmt: skip

    missing = ma.post(reverse("safety:add_site"), {**given, "lon": ""})
    outside = ma.post(reverse("safety:add_site"), {**given, "lon": "116.4", "lat": "39.9"})
    done = ma.post(reverse("safety:add_site"), given, follow=True)

    assert (missing.status_code, outside.status_code) == (422, 422)
    assert "不在任何网格" in text(outside)
    assert "柳树小店" in text(done)
    assert Site.objects.get().attributes == {"area_m2": 30.0, "sleeps": False}
    assert as_("hua").get(reverse("safety:add_site")).status_code == 404


@pytest.mark.spec("000-47")
def test_a_place_shows_who_answers_for_it_its_plan_and_its_risks(town, as_) -> None:
    one = object_of(town)
    plan_of(town, one)
    risks.assess(one.pk, risk(), actor=town.fu, at=NOON)
    responsibilities.hand(one.pk, "territorial", Held(unit=town.grid.pk, actor=town.wang.pk), actor=town.fu, at=NOON)

    page = text(as_("hua").get(reverse("safety:site", args=[one.site.code])))

    for words in ("王格", "空缺 4", "后厨明火", "红(重大风险)", "v1", "风险评估"):
        assert words in page
    assert one.site.tag not in page
    assert as_("zhou").get(reverse("safety:site", args=[one.site.code])).status_code == 404


def test_forms_of_a_place_change_it_and_are_only_there_for_who_keeps_it(town, as_) -> None:
    one = object_of(town)
    code = one.site.code
    steps = {
        "safety:amend_site": {"kind": "mall", "name": "天街新城", "address": "柳树路1号", "reason": "更名"},
        "safety:move_site": {"lon": "121.415", "lat": "31.21", "crs": "wgs84", "reason": "定位偏差"},
        "safety:watch_site": {"target": "source", "is_crowded": "on", "keeper": str(town.ma.pk), "reason": "调整"},
    }
    for name, given in steps.items():
        assert as_("hua").get(reverse(name, args=[code])).status_code == 404
        fu = as_("fu")
        assert fu.get(reverse(name, args=[code])).status_code == 200
        assert fu.post(reverse(name, args=[code]), {**given, "reason": ""}).status_code in (302, 422)
        fu.post(reverse(name, args=[code]), given)
    for verb in ("pause", "resume", "new-tag", "close", "reopen"):
        fu.post(reverse("safety:turn_site", args=[code, verb]), {"reason": "例行核对"})

    site, one = Site.objects.get(code=code), SafetyObject.objects.get()
    assert (site.name, site.unit_id, site.state) == ("天街新城", town.grid8.pk, "in_use")
    assert (one.target, one.keeper_id) == ("source", town.ma.pk)
    assert fu.get(reverse("safety:turn_site", args=[code, "burn"])).status_code == 404


@pytest.mark.spec("000-49")
def test_a_responsibility_is_set_handed_over_and_ended_on_the_page(town, as_) -> None:
    one = object_of(town)
    at = [one.site.code, "emergency"]
    fu = as_("fu")

    assert fu.get(reverse("safety:hand_responsibility", args=at)).status_code == 200
    fu.post(reverse("safety:hand_responsibility", args=at), {"unit": town.office.pk, "actor": town.cao.pk})
    unsaid = fu.post(reverse("safety:hand_responsibility", args=at), {"body": "天街公司", "name": "韩经理"})
    fu.post(
        reverse("safety:hand_responsibility", args=at), {"body": "天街公司", "name": "韩经理", "reason": "委托运营"}
    )
    matrix = text(fu.get(reverse("safety:matrix")))
    sheet = fu.get(reverse("safety:matrix_sheet"))
    row = Responsibility.objects.get(until=None)
    masked = fu.get(reverse("safety:holder_contact", args=[one.site.code, row.pk]))
    opened = fu.post(reverse("safety:holder_contact", args=[one.site.code, row.pk]), {"purpose": "核实隐患"})
    fu.post(reverse("safety:end_responsibility", args=at), {"reason": "合同到期"})

    assert unsaid.status_code == 422
    assert "韩**" in matrix and "韩经理" not in matrix
    assert next(iter(read_rows(sheet.content).rows)).values["空缺数"] == "4"
    assert "韩经理" not in text(masked) and "韩经理" in text(opened)
    assert not Responsibility.objects.filter(until=None).exists()
    assert as_("hua").get(reverse("safety:holder_contact", args=[one.site.code, row.pk])).status_code == 404


@pytest.mark.spec("000-50")
def test_a_plan_goes_from_draft_to_the_wall(town, as_) -> None:
    one = object_of(town)
    code = one.site.code
    given = {"measures": "分流", "emergency": "疏散", "posts": "总指挥：下令", "drill_every_days": "90"}
    fu = as_("fu")

    assert fu.get(reverse("safety:draft_plan", args=[code])).status_code == 200
    wrong = fu.post(reverse("safety:draft_plan", args=[code]), {**given, "posts": "总指挥"})
    fu.post(reverse("safety:draft_plan", args=[code]), given)
    fu.post(reverse("safety:draft_plan", args=[code]), {**given, "measures": "分流限流"})
    assert wrong.status_code == 422
    assert fu.get(reverse("safety:approve_plan", args=[code, 1])).status_code == 404
    li = as_("li")
    assert "天街购物中心" in text(li.get(reverse("safety:plans"), {"tab": "draft"}))
    assert li.get(reverse("safety:approve_plan", args=[code, 1])).status_code == 200
    far = (Plan.objects.get().drafted_at + timedelta(days=200)).date().isoformat()
    li.post(reverse("safety:approve_plan", args=[code, 1]), {"valid_to": far})
    wall = text(li.get(reverse("safety:plan_wall", args=[code, 1])))

    plan = Plan.objects.get()
    assert (plan.state, plan.measures, plan.posts) == ("in_force", "分流限流", [{"post": "总指挥", "duty": "下令"}])
    assert "疏散" in wall and "总指挥" in wall and "119" in wall
    fu = as_("fu")
    drill = {"held_at": plan.drafted_at.strftime("%Y-%m-%dT%H:%M"), "people": "30", "passed": "1"}
    assert fu.get(reverse("safety:record_drill", args=[code, 1])).status_code == 200
    fu.post(reverse("safety:record_drill", args=[code, 1]), drill)
    assert "30 人参加" in text(fu.get(reverse("safety:plan", args=[code, 1])))
    fu.post(reverse("safety:draft_plan", args=[code]), {**given, "measures": "第二版"})
    compared = fu.get(reverse("safety:compare_plans", args=[code]), {"left": "1", "right": "2"})
    assert "第二版" in text(compared)
    fu.post(reverse("safety:withdraw_plan", args=[code, 2]), {"reason": "写错了"})
    assert Plan.objects.get(no=2).state == "withdrawn"
    assert fu.get(reverse("safety:plan_file", args=[code, 1, "original"])).status_code == 404


def test_risks_are_assessed_checked_and_shown_in_four_colours(town, as_) -> None:
    one = object_of(town)
    code = one.site.code
    given = {"name": "后厨明火", "likelihood": "6", "exposure": "6", "severity": "15", "measures": "熄火离岗",
             "control": "unit", "responsible": "厨师长", "every_days": "30"}  # fmt: skip
    fu = as_("fu")

    assert fu.get(reverse("safety:assess_risk", args=[code]), {"method": "matrix"}).status_code == 200
    assert fu.post(reverse("safety:assess_risk", args=[code]), {**given, "likelihood": "9"}).status_code == 422
    fu.post(reverse("safety:assess_risk", args=[code]), given)
    first = RiskPoint.objects.get()
    assert "后厨明火" in text(fu.get(reverse("safety:risks"), {"colour": "red"}))
    assert "后厨明火" not in text(fu.get(reverse("safety:risks"), {"colour": "blue"}))
    assert fu.get(reverse("safety:assess_again", args=[code, first.pk])).status_code == 200
    fu.post(reverse("safety:assess_again", args=[code, first.pk]), {**given, "likelihood": "1", "reason": "改造"})
    second = RiskPoint.objects.get(ended_at=None)
    as_("hua").post(reverse("safety:check_risk", args=[code, second.pk]))
    second.refresh_from_db()
    assert second.checked_on is not None
    fu = as_("fu")
    fu.post(reverse("safety:end_risk", args=[code, second.pk]), {"reason": "停用后厨"})

    assert (first.colour, second.colour) == ("red", "yellow")
    assert not RiskPoint.objects.filter(ended_at=None).exists()


@pytest.mark.spec("000-47")
def test_both_duties_of_posts_are_laid_down_and_ended_on_the_page(town, as_) -> None:
    bao, unit = as_("bao"), town.committee.pk
    given = {"post_title": "主任", "side": "government", "business": "服务居民", "safety": "每月带队检查"}

    assert "柳树居委会" in text(bao.get(reverse("safety:duty_units")))
    assert bao.get(reverse("safety:lay_down_duty", args=[unit])).status_code == 200
    assert bao.post(reverse("safety:lay_down_duty", args=[unit]), {**given, "safety": ""}).status_code == 422
    bao.post(reverse("safety:lay_down_duty", args=[unit]), given)
    page = text(bao.get(reverse("safety:duty_unit", args=[unit])))
    assert "每月带队检查" in page and "这一侧还没有岗位" in page
    bao.post(reverse("safety:end_post_duty", args=[unit, PostDuty.objects.get().pk]), {"reason": "换届"})

    assert "以前的写法" in text(bao.get(reverse("safety:duty_unit", args=[unit])))
    assert bao.get(reverse("safety:duty_unit", args=[town.west_committee.pk])).status_code == 404
    assert as_("hua").get(reverse("safety:lay_down_duty", args=[unit])).status_code == 404


@pytest.mark.spec("000-52")
def test_a_street_sees_and_sets_its_frequencies(town, as_) -> None:
    fu = as_("fu")

    assert "默认" in text(fu.get(reverse("safety:targets")))
    assert fu.get(reverse("safety:set_target", args=[town.street.pk])).status_code == 200
    late = {"target": "source", "every_days": "2", "valid_from": "2020-01-01"}
    assert fu.post(reverse("safety:set_target", args=[town.street.pk]), late).status_code == 422
    fu.post(reverse("safety:set_target", args=[town.street.pk]), {**late, "valid_from": "2099-01-01"})
    assert fu.get(reverse("safety:set_target", args=[town.west.pk])).status_code == 404
    assert as_("hua").get(reverse("safety:targets")).status_code == 200


def test_a_sheet_is_imported_on_the_page(town, as_) -> None:
    fu = as_("fu")
    empty = fu.get(reverse("safety:sites_pattern"))
    assert [row.values["类别"] for row in read_rows(empty.content).rows] == ["小商店"]

    def send(button):
        file = BytesIO(empty.content)
        file.name = "sites.xlsx"
        return text(fu.post(reverse("safety:import_sites"), {"file": file, button: "1"}))

    assert "还没有导入" in send("look")
    assert not Site.objects.exists()
    send("take")
    assert Site.objects.get().code == "310105-XD-001"
    assert fu.get(reverse("safety:import_sites")).status_code == 200


def test_anybody_who_scans_a_sign_sees_the_place_and_nothing_internal(town, as_, client) -> None:
    one = object_of(town, problems="去年失火")
    responsibilities.hand(one.pk, "territorial", Held(unit=town.grid.pk, actor=town.wang.pk), actor=town.fu, at=NOON)
    town.committee.phone = "62110000"
    town.committee.save(update_fields=["phone"])

    page = text(Client().get(f"/s/{one.site.tag}"))

    for words in ("天街购物中心", "柳树居委会", "62110000", "lon=121.405000", "我要反映"):
        assert words in page
    for words in ("王格", "去年失火", "重点部位"):
        assert words not in page
    assert Client().get("/s/nosuchsign").status_code == 404
    prefilled = text(Client().get("/report?lon=121.405000&lat=31.210000&address=天街"))
    assert 'data-at="121.405' in prefilled
    assert "天街" in prefilled
    assert Client().get("/report?lon=nan&lat=x").status_code == 200


def test_signs_are_printed_for_the_sites_asked_for(town, as_) -> None:
    one, other = mall_of(town, name="甲商场"), mall_of(town, name="乙商场")

    page = text(as_("fu").get(reverse("safety:site_labels"), {"code": one.code}))

    assert "甲商场" in page and "乙商场" not in page
    assert "<svg" in page
    assert other.name in text(as_("fu").get(reverse("safety:site_labels")))


def test_a_phone_takes_its_sites_along_without_their_tags(town) -> None:
    one = object_of(town)

    taken = for_phone(town.hua, NOON)

    assert [(line["code"], line["target"], line["tag_hash"]) for line in taken] == [
        (one.site.code, "key_place", tag_hash(one.site.tag))
    ]
    assert one.site.tag not in json.dumps(taken)
    assert for_phone(town.zhou, NOON) == []


def test_every_page_of_a_place_next_door_is_not_there(town, as_) -> None:
    one = object_of(town)
    plan_of(town, one)
    found = risks.assess(one.pk, risk(), actor=town.fu, at=NOON)
    code = one.site.code
    zhou = as_("zhou")

    named = {
        "amend_site": [], "move_site": [], "watch_site": [], "turn_site": ["close"], "draft_plan": [], "plan": [1],
        "hand_responsibility": ["emergency"], "end_responsibility": ["emergency"], "holder_contact": [1],
        "plan_wall": [1], "approve_plan": [1], "withdraw_plan": [1], "record_drill": [1],
        "plan_file": [1, "original"], "assess_risk": [], "assess_again": [found.pk], "end_risk": [found.pk],
    }  # fmt: skip
    for name, more in named.items():
        assert zhou.get(reverse(f"safety:{name}", args=[code, *more])).status_code == 404, name
    assert zhou.get(reverse("safety:compare_plans", args=[code]), {"left": 1, "right": 1}).status_code == 404
    assert zhou.post(reverse("safety:check_risk", args=[code, found.pk])).status_code == 404


def test_a_draft_of_another_waits_on_the_place_for_who_approves(town, as_) -> None:
    one = object_of(town)
    drafted(town, one)

    assert "审批草稿" in text(as_("li").get(reverse("safety:site", args=[one.site.code])))
