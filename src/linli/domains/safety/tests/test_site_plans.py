"""One place, one plan; drills; risks in four colours; reminders that go out once; sheets taken in twice."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction

from linli.domains.safety.commands import plan_reminders, plans, risks, site_import
from linli.domains.safety.commands.plans import Drafted, Drilled, PlanRefused
from linli.domains.safety.commands.risks import Assessed, RiskRefused
from linli.domains.safety.models import Plan, SafetyObject
from linli.domains.safety.queries import place, plan_desk, plan_page
from linli.domains.safety.tests.sites_town import NOON, YEAR_LATER, drafted, mall_of, object_of, plan_of
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.evidence import commands as evidence
from linli.kernel.messages.models import Notice
from linli.kernel.org import fresh
from linli.kernel.org.commands.changes import RightRefused
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Post
from linli.kernel.registry.models import Site
from tests.evidence import photo
from tests.town import SINCE


def risk(**said) -> Assessed:
    usual = {"name": "后厨明火", "method": "lec", "likelihood": 6, "exposure": 6, "severity": 15}
    return Assessed(**{**usual, "measures": "熄火再离岗", "responsible": "厨师长", **said})


def writer(town, person) -> None:
    """May keep sites of the street beside what they do."""
    Post.objects.create(actor=person, unit=town.office, over=town.street, role="safety_officer", since=SINCE)
    fresh.forget()


def approver(town, person) -> None:
    Post.objects.create(actor=person, unit=town.street, over=town.street, role="leader", since=SINCE)
    fresh.forget()


@pytest.mark.spec("000-50")
def test_a_plan_is_drafted_by_one_and_put_in_force_by_another(town) -> None:
    one = object_of(town)
    draft = drafted(town, one)

    with pytest.raises(RightRefused):
        plans.approve(draft.pk, valid_to=YEAR_LATER, actor=town.ma, at=NOON)
    with pytest.raises(PlanRefused, match="有效期"):
        plans.approve(draft.pk, valid_to=NOON.date(), actor=town.li, at=NOON)
    plans.approve(draft.pk, valid_to=YEAR_LATER, actor=town.li, at=NOON)
    plan_of(town, one)

    states = list(Plan.objects.filter(object=one).order_by("no").values_list("no", "state"))
    assert states == [(1, "replaced"), (2, "in_force")]


def test_nobody_who_wrote_any_part_of_a_version_approves_it(town) -> None:
    draft = drafted(town, object_of(town), by=town.fu)
    for name in ("li", "cao"):
        writer(town, getattr(town, name))
        plans.revise(draft.pk, Drafted(f"{name}补充", "广播、疏散"), actor=getattr(town, name), at=NOON)
    approver(town, town.fu)

    for name in ("fu", "li"):
        assert not plan_page.plan_page(draft.object.site.code, 1, actor=getattr(town, name), at=NOON).may_approve
        with pytest.raises(PlanRefused, match="起草或修改过"):
            plans.approve(draft.pk, valid_to=YEAR_LATER, actor=getattr(town, name), at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=draft.pk).update(approved_by=town.fu, approved_at=NOON)


def test_who_drafted_a_plan_before_writers_were_kept_is_one_of_them(town) -> None:
    migration = import_module("linli.domains.safety.migrations.0010_who_drafted_a_plan_wrote_it")
    one = object_of(town)
    draft, in_force = drafted(town, one, by=town.fu), plan_of(town, object_of(town, name="天街二楼"))
    Plan.objects.update(writers=[])

    with connection.cursor() as cursor:
        cursor.execute(migration.FILL)

    rows = Plan.objects.filter(pk__in=(draft.pk, in_force.pk))
    assert [plan.writers for plan in rows] == [[plan.drafted_by_id] for plan in rows]


def test_what_is_attached_to_a_plan_stays_for_good(town) -> None:
    given = photo(town.fu)
    evidence.retain([given.file_id], until=NOON + timedelta(days=2))

    said = Drafted("限流", "疏散", file=given.file_id)
    plans.draft(object_of(town).pk, said, key=new_key(), actor=town.fu, at=NOON)

    assert evidence.erase_expired(at=NOON + timedelta(days=9)) == 0


def test_a_plan_in_force_is_not_edited(town) -> None:
    plan = plan_of(town, object_of(town))

    with pytest.raises(PlanRefused, match="执行中"):
        plans.revise(plan.pk, Drafted("改", "改"), actor=town.fu, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(measures="偷改")


def test_a_resent_draft_is_the_first_and_a_second_one_waits(town) -> None:
    one, key = object_of(town), new_key()
    said = Drafted("管控", "应急")

    first = plans.draft(one.pk, said, key=key, actor=town.fu, at=NOON)

    assert plans.draft(one.pk, said, key=key, actor=town.fu, at=NOON) == first
    with pytest.raises(PlanRefused, match="已有一份草稿"):
        plans.draft(one.pk, said, key=new_key(), actor=town.fu, at=NOON)
    with pytest.raises(PlanRefused, match="姓名电话"):
        plans.revise(first.pk, Drafted("找张三13812345678", "应急"), actor=town.fu, at=NOON)


@pytest.mark.spec("000-50")
def test_two_versions_are_read_side_by_side(town) -> None:
    one = object_of(town)
    plan_of(town, one)
    drafted(town, one, measures="错峰入场，双向分流。\n超八成限流。")

    _site, parts = plan_page.compare(one.site.code, 1, 2, actor=town.fu, at=NOON)

    changed = {part.label: part.rows for part in parts if part.is_changed}
    assert changed == {"管控措施": [("", "错峰入场，双向分流。", "错峰入场，双向分流。"), ("add", "", "超八成限流。")]}


@pytest.mark.spec("000-50")
def test_the_desk_lists_what_is_missing_ends_or_was_not_drilled(town) -> None:
    object_of(town, name="无方案商场")
    plan_of(town, object_of(town, name="快到期商场"), valid_to=NOON.date() + timedelta(days=20))
    plan_of(town, object_of(town, name="有方案商场"))
    drafted(town, object_of(town, name="草稿商场"))

    def tab(name, at=NOON):
        return [line.name for line in plan_desk.desk(town.fu, name, at=at).rows]

    later = NOON + timedelta(days=181)
    assert tab("missing") == ["无方案商场", "草稿商场"]
    assert tab("expiring") == ["快到期商场"]
    assert tab("draft") == ["草稿商场"]
    assert tab("expired", later) == ["快到期商场"]
    assert tab("drill") == []
    assert tab("drill", later) == ["快到期商场", "有方案商场"]
    assert plan_desk.waiting_for(town.li, at=NOON) == 1


@pytest.mark.spec("000-50")
def test_a_drill_puts_the_next_one_off_and_says_what_was_found(town) -> None:
    one = object_of(town)
    plan = plan_of(town, one)
    held = NOON + timedelta(days=100)

    with pytest.raises(PlanRefused, match="写明"):
        plans.record_drill(plan.pk, Drilled(held, 40, False), key=new_key(), actor=town.fu, at=held)
    with pytest.raises(PlanRefused, match="以后"):
        plans.record_drill(plan.pk, Drilled(held, 40, True), key=new_key(), actor=town.fu, at=NOON)
    plans.record_drill(plan.pk, Drilled(held, 40, True, 6), key=new_key(), actor=town.fu, at=held)

    assert plan_desk.desk(town.fu, "drill", at=NOON + timedelta(days=181)).rows == []
    assert len(plan_desk.desk(town.fu, "drill", at=held + timedelta(days=181)).rows) == 1


def test_a_drill_sent_again_is_the_first_and_nobody_elses_key(town) -> None:
    one, key = object_of(town), new_key()
    plan = plan_of(town, one)
    said = Drilled(NOON, 40, True)
    first = plans.record_drill(plan.pk, said, key=key, actor=town.fu, at=NOON)
    writer(town, town.cao)

    assert plans.record_drill(plan.pk, said, key=key, actor=town.fu, at=NOON) == first
    with pytest.raises(PlanRefused, match="别的记录"):
        plans.record_drill(plan.pk, said, key=key, actor=town.cao, at=NOON)
    assert plan.drills.count() == 1


@pytest.mark.spec("000-50")
def test_each_reminder_of_a_plans_end_goes_out_once(town) -> None:
    plan_of(town, object_of(town))
    days = {40: 0, 30: 1, 29: 0, 7: 1, 6: 0, 0: 1, -1: 0}

    sent = {}
    for left in days:
        at = NOON + timedelta(days=(YEAR_LATER - NOON.date()).days - left)
        sent[left] = plan_reminders.remind(at=at)

    assert sent == days
    assert Notice.objects.filter(actor=town.fu, code="to_do").count() == 3


def test_after_a_long_outage_one_reminder_goes_out_not_three(town) -> None:
    plan_of(town, object_of(town))

    assert plan_reminders.remind(at=NOON + timedelta(days=500)) == 1
    assert plan_reminders.remind(at=NOON + timedelta(days=501)) == 0


@pytest.mark.parametrize(
    ("said", "score", "colour"),
    [
        ({}, 540, "red"),
        ({"likelihood": 3}, 270, "orange"),
        ({"likelihood": 1}, 90, "yellow"),
        ({"likelihood": 0.5}, 45, "blue"),
        ({"method": "matrix", "likelihood": 5, "exposure": None, "severity": 4}, 20, "red"),
        ({"method": "matrix", "likelihood": 4, "exposure": None, "severity": 3}, 12, "orange"),
        ({"method": "matrix", "likelihood": 3, "exposure": None, "severity": 2}, 6, "yellow"),
        ({"method": "matrix", "likelihood": 2, "exposure": None, "severity": 2}, 4, "blue"),
    ],
)
def test_the_score_decides_the_colour(town, said, score, colour) -> None:
    found = risks.assess(object_of(town).pk, risk(**said), actor=town.fu, at=NOON)

    assert (found.score, found.colour) == (score, colour)


def test_an_object_has_the_colour_of_its_worst_open_risk(town) -> None:
    one = object_of(town)

    def colour() -> str:
        return SafetyObject.objects.get(pk=one.pk).colour

    low = risks.assess(one.pk, risk(name="湿滑地面", likelihood=0.5), actor=town.fu, at=NOON)
    high = risks.assess(one.pk, risk(), actor=town.fu, at=NOON)
    assert colour() == "red"
    risks.assess(one.pk, risk(likelihood=1), replaces=high.pk, reason="加装报警器", actor=town.fu, at=NOON)
    assert colour() == "yellow"
    for line in place.risk_lines(one.site, at=NOON):
        risks.end(line.id, reason="停止使用", actor=town.fu, at=NOON)

    assert colour() == ""
    assert {line.name for line in place.risk_lines(one.site, at=NOON, ended=True)} == {"湿滑地面", "后厨明火"}
    with pytest.raises(RiskRefused):
        risks.end(low.pk, reason="停止使用", actor=town.fu, at=NOON)


def test_a_value_off_the_scale_is_refused(town) -> None:
    one = object_of(town)

    for wrong in ({"likelihood": 7}, {"exposure": None}, {"method": "matrix", "likelihood": 6, "severity": 3}):
        with pytest.raises(RiskRefused):
            risks.assess(one.pk, risk(**wrong), actor=town.fu, at=NOON)


def test_a_risk_is_due_again_after_its_days_and_a_check_puts_it_off(town) -> None:
    one = object_of(town)
    found = risks.assess(one.pk, risk(every_days=30), actor=town.fu, at=NOON)
    later = NOON + timedelta(days=31)

    assert place.risk_lines(one.site, at=later)[0].is_due
    risks.check(found.pk, actor=town.hua, at=later)
    assert not place.risk_lines(one.site, at=later)[0].is_due


HEADS = ("编号", "名称", "类别", "地址", "经度", "纬度", "坐标系", "巡查对象", "人员密集", "运营单位")
GOOD = ("A-001", "天街广场", "广场(公园)", "柳树路1号", "121.405", "31.21", "", "社区重点部位", "是", "天街公司")


def test_a_sheet_is_looked_at_taken_in_and_changes_nothing_the_second_time(town) -> None:
    rows = [
        GOOD,
        ("A-002", "外地店", "小商店", "", "116.4", "39.9", "", "", "", ""),
        ("A-003", "怪店", "没有的类别", "", "121.405", "31.21", "", "", "", ""),
        ("A-001", "重复", "小商店", "", "121.405", "31.21", "", "", "", ""),
        ("", "无号", "小商店", "", "121.405", "31.21", "", "", "", ""),
        ("A-004", "坏坐标", "小商店", "", "东经", "31.21", "", "", "", ""),
    ]
    content = write_rows(HEADS, rows, kind="xlsx", title="场所")

    seen = site_import.preview(content, actor=town.fu, at=NOON)
    assert (seen.added, len(seen.problems), Site.objects.count()) == (1, 5, 0)
    site_import.take(content, actor=town.fu, at=NOON)
    again = site_import.take(content, actor=town.fu, at=NOON)

    assert (again.added, again.altered, again.same) == (0, 0, 1)
    one = SafetyObject.objects.get(site__code="A-001")
    assert (one.is_crowded, one.target, one.operator) == (True, "key_place", "天街公司")


def test_a_known_code_in_a_sheet_amends_the_site(town) -> None:
    code = mall_of(town).code
    content = write_rows(HEADS, [(code, "天街新城", "商场(综合体)", *GOOD[3:7], "", "", "")], kind="csv", title="场所")

    seen = site_import.take(content, actor=town.fu, at=NOON)

    assert (seen.altered, Site.objects.get().name) == (1, "天街新城")


def test_a_plan_ends_on_its_day(town) -> None:
    plan = plan_of(town, object_of(town), valid_to=date(2026, 3, 10))

    line = place.plan_line(plan, None, at=NOON + timedelta(days=8))

    assert (line.days_left, line.look) == (0, "late")
