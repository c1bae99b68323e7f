"""A hazard from being found to being struck off: who may do what, what has to be there, what the clock does."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from linli.domains.safety.commands.hazards import HazardRefused
from linli.domains.safety.models import Hazard
from linli.domains.safety.tests import hazarding
from linli.domains.safety.tests.hazarding import FIVE, PLAN, find, graded, notified, rectified, state_of, step, today
from linli.kernel.flow import clocks, ticking
from linli.kernel.flow.commands import StaleStepRefused, StepRefused
from linli.kernel.flow.models import Clock, Entry, Matter, Outbox
from linli.kernel.flow.refusals import ResentDifferentlyRefused
from linli.kernel.org.keys import new_key
from tests.evidence import photo


@pytest.fixture
def sites(town):
    return hazarding.furnish(town)


@pytest.mark.spec("000-53")
def test_a_general_hazard_is_graded_notified_put_right_rechecked_by_another_and_struck_off(town, sites):
    hazard = find(town.hua, sites.eatery, files=[photo(town.hua, "before")])
    step(hazard, "grade_general", town.fu, grade_basis="疏散通道被占", note="可立即整改")
    due = today() + timedelta(days=5)
    step(hazard, "notify", town.fu, unit=town.grid, due_on=due, **FIVE)
    step(hazard, "take_over", town.wang)
    step(hazard, "rectify", town.wang, outcome="已清空", files=[photo(town.wang, "after")])
    step(hazard, "pass_recheck", town.hua, note="看过，已清空")
    step(hazard, "strike_off", town.fu)

    hazard.refresh_from_db()
    assert state_of(hazard) == "struck_off"
    assert hazard.notice_number.startswith(f"{town.street.code}安改〔")
    assert (hazard.due_on, hazard.funds_fen, hazard.recheck) == (due, 80_000, "看过，已清空")
    assert Clock.objects.filter(matter=hazard.matter, stopped_at=None).count() == 0


@pytest.mark.spec("000-53")
def test_a_collector_alone_cannot_grade_a_hazard_as_major(town, sites):
    hazard = find(town.hua, sites.eatery, proposed_major="有人住在店里")
    mine = find(town.fu, sites.mall)

    with pytest.raises(StepRefused):
        step(hazard, "grade_major", town.hua, grade_basis="住宿与经营合用")
    with pytest.raises(StepRefused, match="分离"):
        step(mine, "grade_major", town.fu, grade_basis="住宿与经营合用")
    step(hazard, "grade_major", town.fu, grade_basis="住宿与经营合用")

    assert Hazard.objects.get(pk=hazard.pk).grade == "major"


def test_who_proposed_a_hazard_as_major_does_not_grade_it_so(town, sites):
    hazard = find(town.hua, sites.eatery)
    step(hazard, "propose_major", town.fu, note="疑似三合一")

    with pytest.raises(StepRefused, match="分离"):
        step(hazard, "grade_major", town.fu, grade_basis="住宿与经营合用")
    step(hazard, "grade_major", town.cao, grade_basis="住宿与经营合用")

    assert state_of(hazard) == "graded"


def test_a_grade_says_on_what_basis_and_why_what_was_proposed_is_not_followed(town, sites):
    hazard = find(town.hua, sites.eatery, proposed_major="有人住在店里")

    with pytest.raises(StepRefused, match="判定依据"):
        step(hazard, "grade_general", town.fu, note="现场核实")
    with pytest.raises(StepRefused, match="改判一般"):
        step(hazard, "grade_general", town.fu, grade_basis="仅堆放")


@pytest.mark.spec("000-53")
def test_the_notice_waits_for_the_five_to_be_settled(town, sites):
    hazard = graded(town, sites.eatery)

    with pytest.raises(StepRefused, match="责任、措施、时限"):
        step(hazard, "notify", town.fu, unit=town.grid)
    with pytest.raises(StepRefused, match="承办单位"):
        step(hazard, "notify", town.fu, due_on=today(), **FIVE)


def test_a_major_hazard_needs_money_contingency_control_and_its_listing_before_the_notice(town, sites):
    hazard = graded(town, sites.mall, grade="major")
    few = {key: FIVE[key] for key in ("body", "person", "measures")}

    with pytest.raises(StepRefused, match="资金、预案"):
        step(hazard, "notify", town.fu, unit=town.grid, due_on=today(), **few)
    with pytest.raises(StepRefused, match="临时管控"):
        step(hazard, "notify", town.fu, unit=town.grid, due_on=today(), **(FIVE | {"control": ""}))
    with pytest.raises(StepRefused, match="先挂牌"):
        step(hazard, "notify", town.fu, unit=town.grid, due_on=today(), **FIVE)


def test_notices_of_a_street_and_year_are_numbered_without_a_gap(town, sites):
    numbers = [Hazard.objects.get(pk=notified(town, site).pk).notice_number for site in (sites.eatery, sites.mall)]

    assert [number[-5:] for number in numbers] == ["0001号", "0002号"]


def test_the_clock_of_putting_right_ends_with_the_day_of_the_notice(town, sites):
    hazard = notified(town, sites.eatery, days=5)

    clock = Clock.objects.get(matter=hazard.matter, kind="rectify")
    assert timezone.localtime(clock.due_at).replace(microsecond=0, second=0) == timezone.make_aware(
        datetime.combine(today() + timedelta(days=5), datetime.min.time().replace(hour=17, minute=30))
    )
    assert clock.escalates_by == "urge_by_clock"


def test_an_overdue_hazard_is_urged_by_the_system(town, sites):
    hazard = notified(town, sites.eatery, days=1, at=timezone.now() - timedelta(days=5))

    while clocks.fire(now=timezone.now()):
        pass
    ticking.escalate()

    assert Entry.objects.filter(matter=hazard.matter, step="urge_by_clock").exists()
    assert Outbox.objects.filter(matter=hazard.matter, kind="hazard.urge_by_clock").exists()


def test_an_extension_moves_day_and_clock_and_is_not_given_by_who_took_it_over(town, sites):
    hazard = notified(town, sites.eatery, days=2)
    step(hazard, "take_over", town.fu)
    later = today() + timedelta(days=9)

    with pytest.raises(StepRefused, match="分离"):
        step(hazard, "extend", town.fu, note="等配件", due_on=later)
    with pytest.raises(StepRefused, match="晚于原期限"):
        step(hazard, "extend", town.li, note="等配件", due_on=today())
    step(hazard, "extend", town.li, note="等配件", due_on=later)

    clock = Clock.objects.get(matter=hazard.matter, kind="rectify")
    assert timezone.localdate(clock.due_at) == Hazard.objects.get(pk=hazard.pk).due_on == later


def test_an_extension_sent_again_extends_once(town, sites):
    hazard, key = notified(town, sites.eatery, days=2), new_key()
    given = {"note": "等配件", "due_on": today() + timedelta(days=9), "command": key}

    first = step(hazard, "extend", town.li, **given)
    second = step(hazard, "extend", town.li, **given)

    assert first.pk == second.pk
    assert Clock.objects.get(matter=hazard.matter, kind="rectify").extended == 1


@pytest.mark.spec("000-53")
def test_who_put_it_right_does_not_recheck_it_nor_strike_it_off(town, sites):
    hazard = rectified(town, sites.eatery, who=town.fu)

    with pytest.raises(StepRefused, match="分离"):
        step(hazard, "pass_recheck", town.fu, note="好了")
    step(hazard, "pass_recheck", town.hua, note="好了")
    with pytest.raises(StepRefused, match="分离"):
        step(hazard, "strike_off", town.fu)
    step(hazard, "strike_off", town.li)

    assert state_of(hazard) == "struck_off"


def test_putting_right_is_shown_by_a_photo_each_time(town, sites):
    hazard = rectified(town, sites.eatery)
    step(hazard, "fail_recheck", town.hua, note="又堆上了")

    with pytest.raises(StepRefused, match="整改后的照片"):
        step(hazard, "rectify", town.wang, outcome="这次真清了")
    step(hazard, "rectify", town.wang, outcome="这次真清了", files=[photo(town.wang, "after", seed=2)])

    assert Clock.objects.filter(matter=hazard.matter, kind="rectify").count() == 2


def test_what_failed_its_recheck_late_needs_a_new_day(town, sites):
    hazard = rectified(town, sites.eatery, days=1, at=timezone.now() - timedelta(days=4))

    with pytest.raises(StepRefused, match="新的整改期限"):
        step(hazard, "fail_recheck", town.hua, note="没清完")
    step(hazard, "fail_recheck", town.hua, note="没清完", due_on=today() + timedelta(days=2))

    hazard.refresh_from_db()
    assert (hazard.rectified_at, hazard.outcome) == (None, "")
    assert Matter.objects.get(pk=hazard.pk).due_at > timezone.now()


def test_what_is_put_right_on_the_spot_shows_both_pictures_and_is_rechecked_by_another(town, sites):
    pictures = [photo(town.hua, "before"), photo(town.hua, "after")]

    with pytest.raises(StepRefused, match="各一张"):
        find(town.hua, sites.eatery, on_spot=True, outcome="已搬走", files=pictures[:1])
    hazard = find(town.hua, sites.eatery, on_spot=True, outcome="已搬走", files=pictures)

    assert state_of(hazard) == "rectified"
    with pytest.raises(StepRefused, match="分离"):
        step(hazard, "pass_recheck", town.hua, note="好了")
    step(hazard, "pass_recheck", town.sun, note="好了")


def test_what_may_be_major_is_not_settled_on_the_spot(town, sites):
    pictures = [photo(town.hua, "before"), photo(town.hua, "after")]

    with pytest.raises(StepRefused, match="先定级"):
        find(town.hua, sites.eatery, on_spot=True, outcome="已搬走", files=pictures, proposed_major="三合一")


def test_the_same_item_failing_within_a_year_of_being_struck_off_is_a_repeat(town, sites):
    first = hazarding.struck_off(town, sites.eatery)

    again, other = find(town.hua, sites.eatery), find(town.hua, sites.eatery, item=hazarding.item("XF03"))
    late = find(town.hua, sites.eatery, at=timezone.now() + timedelta(days=366))

    assert (again.repeat_of_id, other.repeat_of_id, late.repeat_of_id) == (first.pk, None, None)


def test_a_hazard_sent_again_is_the_same_and_with_another_content_refused(town, sites):
    key = new_key()
    first = find(town.hua, sites.eatery, key=key)

    assert find(town.hua, sites.eatery, key=key).pk == first.pk
    with pytest.raises(ResentDifferentlyRefused):
        find(town.hua, sites.eatery, key=key, text="另一件事")
    assert Hazard.objects.count() == 1


def test_a_step_from_an_old_page_says_who_was_there_first(town, sites):
    hazard = find(town.hua, sites.eatery)
    step(hazard, "grade_general", town.fu, grade_basis="一般", note="看过")

    with pytest.raises(StaleStepRefused, match="傅安"):
        step(hazard, "grade_general", town.cao, grade_basis="一般", note="看过", seen=1)


def test_a_hazard_without_place_or_with_a_telephone_number_is_not_taken_down(town, sites):
    with pytest.raises(HazardRefused, match="位置"):
        find(town.hua, None, item=None, category="消防安全")
    with pytest.raises(HazardRefused, match="个人信息"):
        find(town.hua, sites.eatery, text="老板电话13812345678")
    with pytest.raises(HazardRefused, match="类别"):
        find(town.hua, sites.eatery, item=None, category="没有的类别")
    with pytest.raises(StepRefused, match="不上报"):
        find(town.tao, sites.eatery)


def test_a_place_given_as_a_position_lies_in_its_grid(town, sites):
    hazard = find(town.hua, None, item=None, category="用电安全", lon=121.405, lat=31.21, address="柳树路口")

    matter = Matter.objects.get(pk=hazard.pk)
    assert (matter.area, matter.home, matter.unit) == (town.areas["grid"], town.street, town.office)


def test_a_reopened_hazard_begins_a_new_round_with_its_grade_open(town, sites):
    hazard = hazarding.struck_off(town, sites.eatery)

    step(hazard, "reopen", town.li, note="居民再次反映")

    hazard.refresh_from_db()
    matter = Matter.objects.get(pk=hazard.pk)
    assert (matter.state, matter.round, hazard.grade, hazard.rectified_at) == ("found", 2, "", None)
    assert hazard.notice_number


def test_a_major_hazard_is_listed_delisted_and_only_then_struck_off(town, sites):
    hazard, listing = hazarding.listed(town, sites.mall)
    step(hazard, "take_over", town.wang)
    with pytest.raises(StepRefused, match="复查合格"):
        hazarding.list_step(listing, "ask_delisting", town.fu, note="已整改")
    step(hazard, "rectify", town.wang, outcome="已拆除", files=[photo(town.wang, "after")])
    step(hazard, "pass_recheck", town.sun, note="已拆除")

    with pytest.raises(StepRefused, match="尚未摘牌"):
        step(hazard, "strike_off", town.fu)
    hazarding.list_step(listing, "ask_delisting", town.fu, note="已整改")
    hazarding.list_step(listing, "delist", town.li)
    step(hazard, "strike_off", town.fu)

    listing.refresh_from_db()
    assert (state_of(listing), listing.delisted_on, state_of(hazard)) == ("delisted", today(), "struck_off")


def test_a_major_hazard_is_not_put_right_without_the_six_elements_of_its_plan(town, sites):
    hazard, _listing = hazarding.listed(town, sites.mall)
    Hazard.objects.filter(pk=hazard.pk).update(plan={})

    with pytest.raises(StepRefused, match="六要素"):
        step(hazard, "rectify", town.wang, outcome="已拆除", files=[photo(town.wang, "after")])
    step(hazard, "draw_up", town.wang, **PLAN)
    step(hazard, "rectify", town.wang, outcome="已拆除", files=[photo(town.wang, "after")])

    assert state_of(hazard) == "rectified"
