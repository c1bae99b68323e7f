"""Five responsibilities with named holders, both duties of a post, and what is shown of outside people."""

from datetime import timedelta

import pytest

from linli.domains.safety.commands import post_duties, responsibilities
from linli.domains.safety.commands.objects import ObjectRefused, Watched, watch
from linli.domains.safety.commands.post_duties import PostDutyRefused, Said
from linli.domains.safety.commands.responsibilities import Held, ResponsibilityRefused
from linli.domains.safety.models import Responsibility
from linli.domains.safety.queries import responsibility_matrix, two_duties
from linli.domains.safety.queries.site_register import Narrow
from linli.domains.safety.tests.sites_town import NOON, mall_of, object_of
from linli.kernel.errors import NotFound
from linli.kernel.org import fresh
from linli.kernel.org.commands.changes import RightRefused
from linli.kernel.org.commands.contacts import ContactRefused
from linli.kernel.org.models import Actor, Post, Reading
from linli.kernel.registry.queries import history
from linli.kernel.registry.refusals import SiteRefused

KINDS = ("territorial", "principal", "industry", "supervision", "emergency")


def hand(town, one, kind="territorial", *, reason="", **held) -> Responsibility:
    usual = {"unit": town.grid.pk, "actor": town.wang.pk, "post_title": "网格长"}
    return responsibilities.hand(one.pk, kind, Held(**(held or usual)), reason=reason, actor=town.fu, at=NOON)


def the_five(town, at=NOON) -> dict[str, str]:
    found = responsibility_matrix.matrix(town.fu, Narrow(), at=at)
    return {holder.kind: holder.state for holder in found.rows[0].holders}


@pytest.mark.spec("000-49")
def test_a_crowded_place_shows_the_five_with_their_holders_and_its_blanks_are_counted(town) -> None:
    one = object_of(town)
    hand(town, one)
    hand(town, one, "principal", body="天街商业公司", name="韩经理", phone="13812345678", post_title="总经理")
    hand(town, one, "supervision", unit=town.department.pk)

    found = responsibility_matrix.matrix(town.fu, Narrow(), at=NOON)

    assert the_five(town) == {
        "territorial": "held", "principal": "held", "industry": "none", "supervision": "unnamed", "emergency": "none",
    }  # fmt: skip
    assert (found.objects, found.blanks) == (1, 3)
    assert [held for _label, held, _of in found.filled] == [1, 1, 0, 0, 0]
    assert responsibility_matrix.matrix(town.fu, Narrow(wants=("blanks",)), at=NOON).objects == 1


def test_all_five_held_leaves_no_blank(town) -> None:
    one = object_of(town)
    for kind in KINDS:
        hand(town, one, kind)

    assert responsibility_matrix.matrix(town.fu, Narrow(wants=("blanks",)), at=NOON).objects == 0


@pytest.mark.spec("000-49")
def test_who_left_the_post_leaves_a_blank(town) -> None:
    hand(town, object_of(town))
    Post.objects.filter(actor=town.wang).update(until=(NOON + timedelta(days=1)).date())
    fresh.forget()

    assert the_five(town)["territorial"] == "held"
    assert the_five(town, at=NOON + timedelta(days=2))["territorial"] == "gone"
    assert responsibility_matrix.matrix(town.fu, Narrow(), at=NOON + timedelta(days=2)).blanks == 5


def test_handing_over_needs_a_reason_and_keeps_who_held_it(town) -> None:
    one = object_of(town)
    hand(town, one)

    with pytest.raises(SiteRefused, match="理由"):
        hand(town, one, unit=town.committee.pk, actor=town.ma.pk)
    hand(town, one, reason="岗位调整", unit=town.committee.pk, actor=town.ma.pk)

    rows = Responsibility.objects.filter(object=one).order_by("id")
    assert [(row.actor_id, row.end_reason, row.until) for row in rows] == [
        (town.wang.pk, "岗位调整", NOON.date()), (town.ma.pk, "", None),
    ]  # fmt: skip
    assert history(one.site)[0].verb == "hand_over"


def test_an_ended_responsibility_stands_as_a_blank(town) -> None:
    one = object_of(town)
    hand(town, one)

    responsibilities.end(one.pk, "territorial", reason="网格撤并", actor=town.fu, at=NOON)

    assert the_five(town)["territorial"] == "none"
    with pytest.raises(NotFound):
        responsibilities.end(one.pk, "territorial", reason="网格撤并", actor=town.fu, at=NOON)


def test_a_holder_has_a_post_in_the_unit_and_an_outside_body_a_name(town) -> None:
    one = object_of(town)

    with pytest.raises(ResponsibilityRefused, match="不在该单位"):
        hand(town, one, unit=town.grid.pk, actor=town.zhou.pk)
    with pytest.raises(ResponsibilityRefused, match="外部责任单位"):
        hand(town, one, name="韩经理")
    with pytest.raises(ResponsibilityRefused, match="个人信息"):
        hand(town, one, unit=town.grid.pk, post_title="电话13812345678")
    with pytest.raises(RightRefused):
        responsibilities.hand(one.pk, "principal", Held(body="公司"), actor=town.hua, at=NOON)


def test_an_outside_holder_is_masked_and_opened_only_for_a_purpose(town) -> None:
    row = hand(town, object_of(town), "principal", body="天街商业公司", name="韩经理", phone="13812345678")

    holder = responsibility_matrix.matrix(town.fu, Narrow(), at=NOON).rows[0].holders[1]
    assert (holder.name, holder.phone) == ("韩**", "138****5678")
    assert Actor.objects.get(pk=row.outside_id).name == ""
    with pytest.raises(ContactRefused):
        responsibilities.open_contact(row.pk, "phone", purpose=" ", actor=town.fu, at=NOON)
    with pytest.raises(RightRefused):
        responsibilities.open_contact(row.pk, "phone", purpose="核实隐患", actor=town.hua, at=NOON)
    with pytest.raises(NotFound):
        responsibilities.open_contact(row.pk, "phone", purpose="核实隐患", actor=town.zhou, at=NOON)
    plain = responsibilities.open_contact(row.pk, "phone", purpose="核实隐患", actor=town.fu, at=NOON)

    assert plain == "13812345678"
    assert Reading.objects.get().purpose == "核实隐患"


def test_the_matrix_takes_the_same_queries_however_many_objects(town, django_assert_num_queries) -> None:
    for n in range(5):
        hand(town, object_of(town, name=f"场所{n}号"))
    responsibility_matrix.matrix(town.fu, Narrow(), at=NOON)

    with django_assert_num_queries(7):
        responsibility_matrix.matrix(town.fu, Narrow(), at=NOON)


@pytest.mark.spec("000-47")
def test_both_sides_of_a_unit_have_both_duties_and_posts_without_them_are_named(town) -> None:
    post_duties.lay_down(
        town.committee, Said("书记", "party", "党建", "组织排查整治", town.bao.pk), actor=town.fu, at=NOON
    )

    found = two_duties.unit_page(town.committee.pk, actor=town.fu, at=NOON)

    assert [[line.post_title for line in lines] for _label, lines in found.sides] == [["书记"], []]
    assert "马莲 · 社区工作者" in found.gaps
    assert not any("包主任" in gap for gap in found.gaps)


@pytest.mark.spec("000-47")
def test_a_post_needs_a_business_and_a_safety_duty(town) -> None:
    with pytest.raises(PostDutyRefused, match="都要填写"):
        post_duties.lay_down(town.committee, Said("书记", "party", "党建", ""), actor=town.fu, at=NOON)
    with pytest.raises(PostDutyRefused, match="不在该单位"):
        post_duties.lay_down(
            town.committee, Said("书记", "party", "党建", "排查", town.zhou.pk), actor=town.fu, at=NOON
        )


def test_new_words_for_a_post_end_the_old_ones(town) -> None:
    said = Said("主任", "government", "服务居民", "每月带队检查")
    post_duties.lay_down(town.committee, said, actor=town.bao, at=NOON)
    again = post_duties.lay_down(
        town.committee,
        Said("主任", "government", "服务居民", "每周带队检查"),
        reason="提高频次",
        actor=town.bao,
        at=NOON,
    )
    post_duties.end(again.pk, reason="换届", actor=town.bao, at=NOON)

    found = two_duties.unit_page(town.committee.pk, actor=town.bao, at=NOON)

    assert [line.end_reason for line in found.ended] == ["提高频次", "换届"]
    with pytest.raises(NotFound):
        two_duties.unit_page(town.west_committee.pk, actor=town.bao, at=NOON)


@pytest.mark.spec("001g-62")
def test_a_key_area_has_a_keeper_of_its_grid_its_own_frequency_and_its_past(town) -> None:
    site = mall_of(town, kind="key_spot", name="夜市路口")

    with pytest.raises(ObjectRefused, match="网格"):
        watch(site.pk, Watched(target="key_place", keeper=town.zhou.pk), actor=town.wang, at=NOON)
    one = watch(
        site.pk, Watched(target="key_place", every_days=2, keeper=town.hua.pk, problems="夏季占道"), actor=town.wang,
        at=NOON,
    )  # fmt: skip

    assert (one.keeper, one.every_days, one.problems) == (town.hua, 2, "夏季占道")
    assert one.home_id == town.street.pk
