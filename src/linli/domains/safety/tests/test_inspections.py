"""A checklist filed at a site: what fails becomes a hazard; campaigns go through a kind of site."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from linli.domains.safety.commands import campaigns, checklists, inspecting
from linli.domains.safety.commands.campaigns import CampaignRefused, NewCampaign
from linli.domains.safety.commands.checklists import NewItem
from linli.domains.safety.commands.inspecting import Inspected, InspectionRefused, Result
from linli.domains.safety.models import CheckItem, Finding, Hazard, Inspection, SafetyObject
from linli.domains.safety.queries import campaigns as campaign_queries
from linli.domains.safety.queries import checklists as lists
from linli.domains.safety.tests import hazarding
from linli.domains.safety.tests.hazarding import today
from linli.kernel.flow.commands import StepRefused
from linli.kernel.flow.refusals import ResentDifferentlyRefused
from linli.kernel.org.keys import new_key
from tests.evidence import jpeg, photo
from tests.town import IN_GRID, IN_GRID8


@pytest.fixture
def sites(town):
    return hazarding.furnish(town)


@pytest.fixture
def enter(client):
    def as_(actor):
        client.force_login(actor.account)
        return client

    return as_


def answers(site, *failed, skipped=0, files=()):
    """All items passed but those of ``failed``; the last ``skipped`` not there."""
    items = lists.items_for(site.kind_id, today())
    found = [
        Result(one.code, "failed" if one.code in failed else "passed", "门锁着" if one.code in failed else "",
               files if one.code in failed else ())
        for one in items
    ]  # fmt: skip
    for n in range(skipped):
        found[-1 - n] = Result(found[-1 - n].code, "skipped")
    return found


def file(who, site, results=None, *, key=None, at=None, **more):
    given = Inspected(site, answers(site) if results is None else results, **more)
    return inspecting.file_inspection(given, key=key or new_key(), actor=who, at=at or timezone.now())


def test_the_shipped_items_are_loaded_once_and_fit_their_kinds(town, sites):
    before = CheckItem.objects.count()

    assert checklists.load() == 0
    assert CheckItem.objects.count() == before >= 60
    eatery, mall = ({one.code for one in lists.items_for(kind, today())} for kind in ("small_eatery", "mall"))
    assert "RQ02" in eatery - mall and "TZ01" in mall - eatery and "TY01" in eatery & mall


@pytest.mark.spec("000-53")
def test_each_failed_item_becomes_a_hazard_with_its_photos(town, sites):
    shot = photo(town.hua, "before")
    made = file(town.hua, sites.eatery, answers(sites.eatery, "XF01", "RQ02", files=[shot.file_id]))

    hazards = Hazard.objects.filter(inspection=made).select_related("item", "matter")
    assert {(one.item_id, one.source) for one in hazards} == {("XF01", "inspection"), ("RQ02", "inspection")}
    assert all(one.matter.attachments.filter(kind="before").exists() for one in hazards)
    assert Finding.objects.filter(inspection=made, hazard__isnull=False).count() == made.failed == 2
    assert SafetyObject.objects.get(pk=sites.eatery.pk).last_inspection_at == made.taken_at


def test_a_checklist_sent_again_is_the_same_and_with_another_content_refused(town, sites):
    key, at = new_key(), timezone.now()
    first = file(town.hua, sites.eatery, answers(sites.eatery, "XF01"), key=key, at=at)

    assert file(town.hua, sites.eatery, answers(sites.eatery, "XF01"), key=key, at=at).pk == first.pk
    with pytest.raises(ResentDifferentlyRefused):
        file(town.hua, sites.eatery, answers(sites.eatery), key=key, at=at)
    assert (Inspection.objects.count(), Hazard.objects.count()) == (1, 1)


@pytest.mark.parametrize("number", ["nan", "inf"])
def test_a_position_that_is_no_number_is_refused_at_the_desk(town, sites, enter, number):
    passed = {f"result_{one.code}": "passed" for one in lists.items_for(sites.eatery.kind_id, today())}
    form = passed | {"kind": "daily", "lon": number, "lat": "31.2", "command": str(new_key())}

    answer = enter(town.hua).post(reverse("safety:file_inspection", args=[sites.eatery.code]), form)

    assert answer.status_code == 422
    assert not Inspection.objects.exists()


def test_a_checklist_is_complete_and_its_failures_say_what_is_wrong(town, sites):
    some = answers(sites.eatery)

    with pytest.raises(InspectionRefused, match="没有填"):
        file(town.hua, sites.eatery, some[1:])
    with pytest.raises(InspectionRefused, match="哪里不合格"):
        file(town.hua, sites.eatery, [Result(some[0].code, "failed"), *some[1:]])
    with pytest.raises(InspectionRefused, match="不符"):
        file(town.hua, sites.eatery, [*some, Result("SG02", "passed")])
    assert not Inspection.objects.exists()


def test_leaving_out_more_than_three_tenths_asks_why(town, sites):
    some = answers(sites.eatery, skipped=7)

    with pytest.raises(InspectionRefused, match="三成"):
        file(town.hua, sites.eatery, some)
    assert file(town.hua, sites.eatery, some, note="无燃气、无后厨").skipped == 7


def test_being_there_is_proved_by_its_code_or_by_standing_near(town, sites):
    lon, lat = IN_GRID
    proofs = [
        file(town.hua, sites.eatery, tag=sites.eatery.tag).proof,
        file(town.hua, sites.eatery, lon=lon, lat=lat, accuracy_m=10).proof,
        file(town.hua, sites.eatery, lon=IN_GRID8[0], lat=lat, accuracy_m=10).proof,
        file(town.hua, sites.eatery).proof,
    ]

    assert proofs == ["code", "position", "none", "none"]


def test_only_who_inspects_there_files_a_checklist(town, sites):
    with pytest.raises(StepRefused):
        file(town.zhou, sites.eatery)
    with pytest.raises(StepRefused):
        file(town.hua, sites.mall)
    with pytest.raises(InspectionRefused, match="个人信息"):
        file(town.hua, sites.eatery, with_whom="张三13812345678")


def test_an_inspection_is_filed_from_its_page_and_read_by_the_street_alone(town, sites, enter):
    address = reverse("safety:file_inspection", args=[sites.eatery.code])
    assert "瓶装气存放合规、无黑气瓶" in enter(town.hua).get(address).content.decode()
    form = {f"result_{one.code}": one.result for one in answers(sites.eatery)}
    form |= {"result_XF01": "failed", "note_XF01": "后门上锁", "kind": "daily", "command": str(new_key())}
    form["photo_XF01"] = SimpleUploadedFile("a.jpg", jpeg())

    assert enter(town.hua).post(address, form).status_code == 302

    made = Inspection.objects.get()
    page = reverse("safety:inspection", args=[made.pk])
    shown = enter(town.fu).get(page).content.decode()
    assert "后门上锁" in shown and "未证实" in shown
    assert sites.eatery.name in enter(town.fu).get(reverse("safety:inspections") + "?only=failed").content.decode()
    assert enter(town.fu).get(reverse("safety:inspections_sheet")).content.startswith(b"PK")
    assert enter(town.zhou).get(page).status_code == 404
    assert enter(town.zhou).get(address).status_code == 404


def test_an_incomplete_checklist_is_shown_again_with_what_was_filled_in(town, sites, enter):
    address = reverse("safety:file_inspection", args=[sites.eatery.code])
    form = {"result_XF01": "failed", "note_XF01": "后门上锁", "kind": "daily"}

    answer = enter(town.hua).post(address, form)

    assert answer.status_code == 422
    assert "后门上锁" in answer.content.decode() and "没有填" in answer.content.decode()


def test_a_checklist_is_kept_by_those_who_keep_lists(town, sites, enter):
    given = {
        "group": "消防安全", "text": "外卖柜不挡疏散通道", "kinds": ["mall"], "grade": "general", "days": 3,
        "reason": "本地多发",
    }  # fmt: skip
    assert enter(town.hua).post(reverse("safety:add_check_item"), given).status_code == 404
    assert enter(town.tao).post(reverse("safety:add_check_item"), given).status_code == 302
    assert "BD001" in {one.code for one in lists.items_for("mall", today())}
    enter(town.fu).post(reverse("safety:end_check_item", args=["BD001"]), {"reason": "并入XF01"})

    assert "BD001" not in {one.code for one in lists.items_for("mall", today())}
    assert "并入XF01" in enter(town.fu).get(reverse("safety:checklists") + "?show=ended").content.decode()
    with pytest.raises(StepRefused):
        checklists.add(NewItem("消防安全", "别的", reason="试"), actor=town.hua, at=timezone.now())


@pytest.mark.spec("000-48")
def test_a_campaign_shows_its_progress_by_unit_and_kind_and_what_is_outstanding(town, sites, enter):
    form = {
        "title": "节前消防检查", "field": "消防", "unit": town.street.pk, "kinds": ["small_eatery", "mall"],
        "starts_on": str(today()), "ends_on": str(today() + timedelta(days=10)), "command": str(new_key()),
    }  # fmt: skip
    assert enter(town.hua).post(reverse("safety:begin_campaign"), form).status_code == 404
    assert enter(town.fu).post(reverse("safety:begin_campaign"), form).status_code == 302
    campaign = campaign_queries.listed(town.fu, closed=False, at=timezone.now())[0]

    file(town.hua, sites.eatery, answers(sites.eatery, "XF01"), kind="special", campaign=campaign.id)

    found = campaign_queries.campaign_page(campaign.id, actor=town.fu, at=timezone.now())
    assert (found.row.whole.done, found.row.whole.all, found.hazards) == (1, 2, 1)
    assert [one.code for one in found.outstanding] == [sites.mall.code]
    assert {(one.label, one.done) for one in found.by_kind} == {("小餐饮场所", 1), ("商场(综合体)", 0)}
    shown = enter(town.fu).get(reverse("safety:campaign", args=[campaign.id])).content.decode()
    assert "天街广场" in shown and "1 / 2" in shown
    assert enter(town.zhou).get(reverse("safety:campaign", args=[campaign.id])).status_code == 404


def test_a_campaign_begun_again_is_the_first_and_nobody_elses_key(town, sites):
    given, key = NewCampaign(town.street.pk, "汛前检查", today(), today() + timedelta(days=5)), new_key()
    first = campaigns.begin(given, key=key, actor=town.fu, at=timezone.now())

    assert campaigns.begin(given, key=key, actor=town.fu, at=timezone.now()) == first
    with pytest.raises(CampaignRefused, match="别的记录"):
        campaigns.begin(given, key=key, actor=town.zhou, at=timezone.now())


@pytest.mark.spec("000-48")
def test_a_campaign_ends_with_a_summary_and_takes_no_more(town, sites, enter):
    given = NewCampaign(town.street.pk, "汛前检查", today(), today() + timedelta(days=5), ["mall"])
    campaign = campaigns.begin(given, key=new_key(), actor=town.fu, at=timezone.now())
    with pytest.raises(InspectionRefused, match="范围"):
        file(town.hua, sites.eatery, campaign=campaign.pk)
    close = reverse("safety:close_campaign", args=[campaign.pk])

    assert enter(town.fu).post(close, {"summary": ""}).status_code == 422
    assert enter(town.fu).post(close, {"summary": "查完一处"}).status_code == 302

    with pytest.raises(InspectionRefused, match="专项检查"):
        file(town.fu, sites.mall, campaign=campaign.pk)
    with pytest.raises(CampaignRefused):
        campaigns.close(campaign.pk, summary="再来", actor=town.fu, at=timezone.now())
