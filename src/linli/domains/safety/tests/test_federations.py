"""A business district's federation: founded, joined, left; who speaks for a member; what members see (000-44)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.safety.commands import federating
from linli.domains.safety.commands.federating import FederationRefused, Reach
from linli.domains.safety.models import Member
from linli.domains.safety.queries import federations
from linli.domains.safety.tests.federating_town import NOON, building, district, founded, joined, newcomer
from linli.kernel.errors import NotFound
from linli.kernel.org.commands.changes import RightRefused
from linli.kernel.org.commands.people import the_system
from linli.kernel.org.models import Change, Contact, Reading, Unit
from linli.kernel.registry import commands as registry


@pytest.fixture
def here(town):
    return district(town)


@pytest.fixture
def enter(client):
    def sign_in(actor):
        client.force_login(actor.account)
        return client

    return sign_in


@pytest.mark.spec("000-44")
def test_seventeen_buildings_are_counted_and_malls_apart(town):
    registry.load_kinds()
    federation = founded(town)
    for n in range(17):
        joined(town, federation, building(town, f"写字楼{n}", n=n), f"物业{n}")
    joined(town, federation, building(town, "百货", kind="mall", n=18), "百货公司")

    (line,) = federations.listed(town.fu, NOON)
    shown = federations.federation_page(federation, actor=town.fu, at=NOON)

    assert (line.buildings, line.malls) == (17, 1)
    assert (shown.buildings, shown.malls, shown.years) == (17, 1, 13)
    assert (shown.coverage.members, shown.coverage.buildings, shown.coverage.share) == (17, 17, 1.0)


@pytest.mark.spec("000-44")
def test_a_federation_is_founded_under_its_street_as_an_association_of_the_zone(town):
    made = federating.found(town.street, name="北街商圈联合会", founded_on=date(2012, 1, 1), actor=town.li, at=NOON)

    unit = Unit.objects.get(pk=made.pk)
    assert (unit.kind, unit.tree, unit.parent_id, made.home_id) == (
        "association", "zone", town.street.pk, town.street.pk,
    )  # fmt: skip


def test_the_same_association_is_not_founded_twice_nor_one_next_door(town):
    founded(town)

    with pytest.raises(FederationRefused):
        founded(town)
    with pytest.raises(RightRefused):
        federating.found(town.west, name="西街", founded_on=date(2012, 1, 1), actor=town.fu, at=NOON)


@pytest.mark.parametrize(("day", "name"), [(date(2030, 1, 1), "明日会"), (date(2012, 1, 1), "  ")])
def test_a_federation_has_a_name_and_a_day_that_has_been(town, day, name):
    with pytest.raises(FederationRefused):
        federating.found(town.street, name=name, founded_on=day, actor=town.fu, at=NOON)


def test_a_building_that_belongs_is_not_doubled_and_one_next_door_does_not_join(here, town):
    again = joined(town, here.federation, here.tower.site, "另一家物业")
    elsewhere = registry.register(
        "office_building", "西街大厦", 121.43, 31.21, actor=the_system(), at=NOON, key=here.mei.pk
    )

    assert again.pk == here.tower.pk
    with pytest.raises(FederationRefused):
        joined(town, here.federation, elsewhere, "西街物业")


def test_there_is_one_chair_and_a_new_one_takes_the_place_of_the_old(here, town):
    with pytest.raises(FederationRefused):
        joined(town, here.federation, building(town, "新大厦", n=5), "新物业", post="chair")

    federating.set_post(here.tower, "chair", actor=town.fu, at=NOON, reason="换届")

    posts = dict(Member.objects.filter(until=None).values_list("body", "post"))
    assert (posts["天街大厦物业"], posts["天街百货公司"]) == ("chair", "member")


def test_a_member_leaves_with_a_reason_and_stays_in_the_history(here, town):
    with pytest.raises(FederationRefused):
        federating.leave(here.plaza, on=NOON.date(), reason=" ", actor=town.fu, at=NOON)

    federating.leave(here.plaza, on=NOON.date(), reason="楼宇改作住宅", actor=town.fu, at=NOON)
    shown = federations.federation_page(here.federation, actor=town.fu, at=NOON)

    assert [one.body for one in shown.former] == ["广场物业"]
    assert shown.buildings == 1
    assert Change.objects.filter(subject=f"member:{here.plaza.pk}", verb="leave", reason="楼宇改作住宅").exists()
    assert joined(town, here.federation, here.plaza.site, "广场物业").pk != here.plaza.pk


@pytest.mark.spec("000-44")
def test_a_contact_without_a_sign_in_lies_sealed_and_is_shown_masked(here, town):
    shown = federations.federation_page(here.federation, actor=town.fu, at=NOON)

    line = next(one for one in shown.members if one.body == "广场物业")
    assert (line.contact, line.phone, line.is_sealed, line.has_sign_in) == ("钱**", "138****5678", True, False)
    assert shown.unreachable == 1
    assert Contact.objects.get(actor=here.plaza.contact).phone_enc != b""


def test_a_sealed_number_is_read_for_a_purpose_that_is_kept(here, town, enter):
    address = reverse("safety:member_phone", args=[here.federation.pk, here.plaza.pk])
    browser = enter(town.fu)

    refused = browser.post(address, {"purpose": ""})
    shown = browser.post(address, {"purpose": "通知警情"})

    assert refused.status_code == 422
    assert "13812345678" in shown.content.decode()
    assert Reading.objects.filter(actor=here.plaza.contact, purpose="通知警情").count() == 2


def test_the_chair_keeps_members_but_reads_no_sealed_number(here, town, enter):
    browser = enter(town.kong)

    answer = browser.post(reverse("safety:member_phone", args=[here.federation.pk, here.plaza.pk]), {"purpose": "看看"})
    page = browser.get(reverse("safety:federation", args=[here.federation.pk]))

    assert answer.status_code == 404
    assert "13812345678" not in page.content.decode()
    assert "138****5678" in page.content.decode()


def test_only_somebody_with_a_post_over_the_federation_speaks_for_a_member_with_their_sign_in(here, town):
    with pytest.raises(FederationRefused):
        federating.set_contact(here.plaza, Reach(town.hua), actor=town.fu, at=NOON)

    federating.set_contact(here.plaza, Reach(newcomer(town, "潘联")), actor=town.fu, at=NOON)

    assert Member.objects.get(pk=here.plaza.pk).contact.name == "潘联"


@pytest.mark.parametrize("given", [Reach(name="只有名字"), Reach(phone="13812345678"), Reach(name="短号", phone="110")])
def test_a_contact_needs_a_name_and_a_whole_number(here, town, given):
    with pytest.raises(FederationRefused):
        federating.set_contact(here.plaza, given, actor=town.fu, at=NOON)


def test_words_about_members_carry_no_personal_data(here, town):
    with pytest.raises(FederationRefused):
        joined(town, here.federation, building(town, "新大厦", n=5), "老王13812345678")


def test_who_stands_outside_finds_no_federation(here, town):
    for stranger in (town.zhou, town.hua, town.ma):
        with pytest.raises(NotFound):
            federations.get_federation(here.federation.pk, actor=stranger, at=NOON)


def test_a_grid_officer_may_not_change_members_and_the_chair_may(here, town):
    site = building(town, "新大厦", n=5)

    with pytest.raises(RightRefused):
        joined(town, here.federation, site, "新物业", actor=town.hua)

    assert joined(town, here.federation, site, "新物业", actor=town.kong).body == "新物业"


def test_the_page_asks_a_fixed_number_of_questions_whatever_the_members(here, town, django_assert_max_num_queries):
    for n in range(5, 12):
        joined(town, here.federation, building(town, f"大厦{n}", n=n), f"物业{n}")

    with django_assert_max_num_queries(12):
        federations.federation_page(here.federation, actor=town.fu, at=NOON)


def test_the_directory_is_printed_and_exported_with_masked_numbers(here, town, enter):
    browser = enter(town.kong)

    page = browser.get(reverse("safety:federation_directory", args=[here.federation.pk])).content.decode()
    sheet = browser.get(reverse("safety:federation_sheet", args=[here.federation.pk]))

    assert "天街大厦物业" in page
    assert "13812345678" not in page
    assert sheet.content[:2] == b"PK"


def test_a_building_joins_by_the_form_and_a_wrong_form_keeps_what_was_typed(here, town, enter):
    site = building(town, "新大厦", n=5)
    browser, address = enter(town.fu), reverse("safety:join_federation", args=[here.federation.pk])
    given = {"site": site.pk, "body": "新物业", "post": "member", "since": "2026-03-01", "name": "万里", "phone": "1"}

    refused = browser.post(address, given)
    made = browser.post(address, {**given, "phone": "021-62345678"})

    assert (refused.status_code, made.status_code) == (422, 302)
    assert "新物业" in refused.content.decode()
    assert Member.objects.filter(site=site, until=None).count() == 1


def test_posts_contacts_and_leaving_have_their_forms(here, town, enter):
    browser = enter(town.fu)

    def post(verb, **given):
        return browser.post(
            reverse("safety:change_member", args=[here.federation.pk, here.plaza.pk, verb]), given
        ).status_code

    assert post("post", post="secretary", reason="") == 302
    assert post("contact", name="新人", phone="13900001111") == 302
    assert post("leave", on=str(timezone.localdate() + timedelta(days=9)), reason="搬走") == 422
    assert post("leave", on=str(timezone.localdate()), reason="搬走") == 302
    assert post("dissolve") == 404


def test_a_federation_is_founded_by_the_form(town, enter):
    given = {
        "home": town.street.pk,
        "unit": "",
        "name": "南街商圈联合会",
        "founded_on": "2020-01-01",
        "purpose": "互助",
    }
    browser = enter(town.li)

    made = browser.post(reverse("safety:found_federation"), given)
    again = browser.post(reverse("safety:found_federation"), given)

    assert (made.status_code, again.status_code) == (302, 422)
    assert enter(town.hua).get(reverse("safety:found_federation")).status_code == 404
