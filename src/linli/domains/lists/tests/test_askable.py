"""A committee sees what may be asked of it, how to refuse the rest, and what was done outside the lists."""

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.lists.flow import TASK
from linli.kernel.catalog.commands import Said
from linli.kernel.catalog.models import Admission
from linli.kernel.flow.commands import open_matter
from linli.kernel.flow.mandates import OffListRefused
from linli.kernel.flow.models import Declined, Matter

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def items(town, publish_items, now):
    return publish_items(
        "assist", town.district, town.jin, Said("协助燃气核查", heading="安全", terms={"minutes": 90}),
        Said("协助人口普查", heading="统计"), at=now,
    )  # fmt: skip


@pytest.fixture
def browse(client):
    def enter(actor):
        client.force_login(actor.account)
        return client

    return enter


def order(town, now, title="填报台账"):
    return open_matter(TASK, title=title, home=town.street, unit=town.committee, actor=town.cao, at=now)


@pytest.mark.spec("000-27")
@pytest.mark.spec("001a-01")
def test_a_committee_sees_what_may_be_asked_and_nothing_else_can_be_given_to_it(town, items, browse, now):
    page = browse(town.ma).get(reverse("lists:asked_of_us"))
    found = browse(town.ma).get(reverse("lists:asked_of_us") + "?q=普查")

    assert [row.code for _heading, rows in page.context["shown"].groups for row in rows] == sorted(
        i.code for i in items
    )
    assert [row.title for _heading, rows in found.context["shown"].groups for row in rows] == ["协助人口普查"]
    with pytest.raises(OffListRefused):
        order(town, now)
    refused = browse(town.ma).get(reverse("lists:asked_of_us")).context["shown"].declined
    assert [one.title for one in refused] == ["填报台账"]


@pytest.mark.spec("000-27")
def test_a_case_worker_from_above_may_choose_the_committee_and_a_stranger_finds_none(town, items, browse):
    assert browse(town.wu).get(reverse("lists:asked_of_us") + f"?unit={town.committee.pk}").status_code == 200
    assert browse(town.wu).get(reverse("lists:asked_of_us") + f"?unit={town.west_committee.pk}").status_code == 404
    assert browse(town.tang).get(reverse("lists:asked_of_us")).status_code == 404


@pytest.mark.spec("000-68")
def test_orders_outside_the_lists_are_counted_by_street_and_month_each_with_its_reason(town, browse, now):
    browse(town.li).post(
        reverse("lists:declare_emergency"),
        {"title": "台风转移居民", "reason": "台风今夜登陆，须转移", "days": "7", "units": [town.committee.pk]},
    )
    with pytest.raises(OffListRefused):
        order(town, now)

    page = browse(town.wu).get(reverse("lists:adhoc"))
    attempts = browse(town.wu).get(reverse("lists:adhoc") + "?tab=declined")

    (line,) = page.context["table"].lines
    assert (line.name, line.months[-1].orders, line.months[-1].declined) == ("东街街道", 1, 1)
    assert [(row.reason, row.committees) for row in page.context["orders"].rows] == [("台风今夜登陆，须转移", 1)]
    assert [row.title for row in attempts.context["declined"].rows] == ["填报台账"]
    assert browse(town.zhou).get(reverse("lists:adhoc")).status_code == 404


def test_an_emergency_is_declared_given_under_and_judged_on_its_pages(town, browse, now):
    given = {"title": "台风转移居民", "reason": "台风今夜登陆，须转移", "days": "7", "units": [town.committee.pk]}
    given["key"] = "019ccc00-0000-7000-8000-00000000c001"
    for _sent in range(2):
        browse(town.li).post(reverse("lists:declare_emergency"), given)
    number = Matter.objects.get(flow="emergency_admission").number

    seen = browse(town.ma).get(reverse("lists:emergency", args=[number]))
    own = browse(town.li).post(reverse("lists:judge_emergency", args=[number, "ratify"]), {"note": "自己追认"})
    browse(town.wu).post(reverse("lists:judge_emergency", args=[number, "reject"]), {"note": "不属突发"})

    assert seen.status_code == 200
    assert own.status_code == 302
    assert Matter.objects.get(flow="emergency_admission").state == "rejected"
    assert Admission.objects.get().ended_at is not None
    assert browse(town.zhou).get(reverse("lists:emergency", args=[number])).status_code == 404


def test_the_form_of_an_emergency_keeps_what_was_typed_and_is_only_for_those_who_may(town, browse):
    answer = browse(town.li).post(reverse("lists:declare_emergency"), {"title": "台风转移", "days": "40"})

    assert answer.status_code == 422
    assert "台风转移" in answer.content.decode()
    assert browse(town.wu).get(reverse("lists:declare_emergency")).status_code == 404


def test_a_committee_complains_and_the_unit_complained_of_reads_it_once_it_is_answered(town, browse, now):
    with pytest.raises(OffListRefused):
        order(town, now)
    address = reverse("lists:complain") + f"?declined={Declined.objects.get().pk}"
    form = browse(town.ma).get(address)
    browse(town.ma).post(address, {"kind": "off_list", "about": town.office.pk, "text": "反复要求填报"})
    number = Matter.objects.get(flow="burden_complaint").number
    page = reverse("lists:complaint", args=[number])
    before = browse(town.cao).get(page).status_code

    browse(town.zhu).post(reverse("lists:answer_complaint", args=[number, "look_into"]))
    browse(town.zhu).post(reverse("lists:answer_complaint", args=[number, "uphold"]), {"note": "情况属实"})

    assert form.context["form"]["about"].value() == str(town.office.pk)
    assert (before, browse(town.cao).get(page).status_code) == (404, 200)
    assert "情况属实" in browse(town.ma).get(page).content.decode()
    (tally,) = browse(town.zhu).get(reverse("lists:complaints")).context["tallies"]
    assert (tally.unit, tally.total, tally.upheld) == (town.office.name, 1, 1)
    assert browse(town.zhou).get(page).status_code == 404


def test_only_a_committee_finds_the_form_of_a_complaint(town, browse):
    assert browse(town.ma).get(reverse("lists:complain")).status_code == 200
    assert browse(town.cao).get(reverse("lists:complain")).status_code == 404
