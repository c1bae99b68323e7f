"""Pages of hazards and listings: the desk, one hazard through its forms, the notice, the board, the public board."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from linli.domains.safety.models import Hazard, Listing
from linli.domains.safety.tests import hazarding
from linli.domains.safety.tests.hazarding import FIVE, find, graded, listed, notified, state_of, step, struck_off, today
from linli.kernel.errors import Refused
from linli.kernel.org import fresh
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Unit
from tests.evidence import jpeg, photo
from tests.town import SINCE


@pytest.fixture
def sites(town):
    return hazarding.furnish(town)


@pytest.fixture
def enter(client):
    def as_(actor):
        client.force_login(actor.account)
        return client

    return as_


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def hazard_at(hazard, name="hazard", *more):
    return reverse(f"safety:{name}", args=[hazard.matter.number, *more])


@pytest.mark.spec("000-53")
def test_a_hazard_is_taken_down_graded_and_given_notice_on_its_pages(town, sites, enter):
    address = reverse("safety:find_hazard") + f"?site={sites.eatery.code}"
    assert "疏散通道、安全出口无堵塞、锁闭" in text_of(enter(town.hua).get(address))
    form = {
        "text": "后门上锁", "site": sites.eatery.code, "item": "XF01", "source": "patrol", "command": str(new_key()),
        "before": SimpleUploadedFile("a.jpg", jpeg()),
    }  # fmt: skip
    assert enter(town.hua).post(address, form).status_code == 302
    hazard = Hazard.objects.select_related("matter").get()
    officer = enter(town.fu)
    basis = {"grade_basis": "疏散通道被占", "note": "核实", "command": str(new_key())}
    assert officer.post(hazard_at(hazard, "hazard_step", "grade_general"), basis).status_code == 302
    assert "柳树第七网格" in text_of(officer.get(hazard_at(hazard, "hazard_step", "notify")))
    notice = FIVE | {"unit": town.grid.pk, "due_on": str(today() + timedelta(days=3)), "command": str(new_key())}
    assert officer.post(hazard_at(hazard, "hazard_step", "notify"), notice).status_code == 302

    shown = text_of(officer.get(hazard_at(hazard)))
    assert "后门上锁" in shown and "安改〔" in shown and "整改前" in shown
    paper = text_of(officer.get(hazard_at(hazard, "hazard_notice")))
    assert "老灶头面馆" in paper and "清空通道堆物" in paper
    assert officer.get(hazard_at(hazard, "hazard_notice_pdf")).content.startswith(b"%PDF")


def test_a_refused_step_keeps_what_was_typed_and_says_why(town, sites, enter):
    hazard = graded(town, sites.eatery)

    answer = enter(town.fu).post(
        hazard_at(hazard, "hazard_step", "notify"),
        {"unit": town.grid.pk, "body": "老灶头面馆", "command": str(new_key())},
    )

    assert answer.status_code == 422
    assert "五落实" in answer.content.decode() and "老灶头面馆" in answer.content.decode()


def test_the_desk_shows_the_hazards_of_a_territory_by_state_and_filter(town, sites, enter):
    mine, other = find(town.hua, sites.eatery), notified(town, sites.mall, at=timezone.now() - timedelta(days=20))
    step(find(town.fu, sites.mall, text="电梯超期", item=hazarding.item("TZ01")), "grade_general", town.cao,
         grade_basis="未检", note="看过")  # fmt: skip
    numbers = {name: row.matter.number for name, row in (("mine", mine), ("other", other))}

    street = text_of(enter(town.fu).get(reverse("safety:hazards")))
    late = text_of(enter(town.fu).get(reverse("safety:hazards") + "?due=late"))
    grid = text_of(enter(town.hua).get(reverse("safety:hazards")))
    words = text_of(enter(town.fu).get(reverse("safety:hazards") + "?q=电梯"))

    assert numbers["mine"] in street and numbers["other"] in street and "电梯超期" in street
    assert numbers["mine"] not in late and numbers["other"] in late
    assert numbers["mine"] in grid and numbers["other"] not in grid
    assert "电梯超期" in words and numbers["mine"] not in words


def test_what_lies_with_a_stranger_is_not_there(town, sites, enter):
    hazard = find(town.hua, sites.eatery)

    for name, *more in (("hazard",), ("hazard_notice",), ("hazard_step", "grade_general"), ("propose_listing",)):
        assert enter(town.zhou).get(hazard_at(hazard, name, *more)).status_code == 404


def test_the_hazards_of_the_desk_are_exported_and_shown_on_a_map(town, sites, enter):
    hazard = find(town.hua, sites.eatery)

    sheet = enter(town.fu).get(reverse("safety:hazards_sheet"))
    points = enter(town.fu).get(reverse("safety:hazard_points")).json()

    assert sheet.content.startswith(b"PK")
    assert [one["properties"]["number"] for one in points["features"]] == [hazard.matter.number]
    assert text_of(enter(town.fu).get(reverse("safety:hazard_map")))


def test_a_photo_is_served_to_who_may_see_the_hazard_alone(town, sites, enter):
    shot = photo(town.hua, "before")
    hazard = find(town.hua, sites.eatery, files=[shot])
    address = hazard_at(hazard, "hazard_file", shot.file_id, "view")

    assert enter(town.fu).get(address).getvalue()
    assert enter(town.zhou).get(address).status_code == 404


@pytest.mark.spec("000-53")
def test_a_major_hazard_is_proposed_listed_and_reported_up_on_its_pages(town, sites, enter):
    hazard = graded(town, sites.mall, grade="major")
    given = {
        "level": "street", "supervisor": town.street.pk, "due_on": str(today() + timedelta(days=30)),
        "public_text": "天街广场二楼安全出口堵塞", "is_public": "on", "command": str(new_key()),
    }  # fmt: skip
    assert "提请挂牌督办" in text_of(enter(town.fu).get(hazard_at(hazard)))
    assert enter(town.fu).post(hazard_at(hazard, "propose_listing"), given).status_code == 302
    listing = Listing.objects.select_related("matter").get()
    number = listing.matter.number
    leader = enter(town.li)
    assert "批准挂牌" in text_of(leader.get(reverse("safety:listing", args=[number])))
    assert leader.post(reverse("safety:listing_step", args=[number, "list"]), {"public_text": ""}).status_code == 302
    assert leader.post(reverse("safety:listing_step", args=[number, "report_up"]), {}).status_code == 302

    listing.refresh_from_db()
    assert (state_of(listing), listing.listed_on, listing.public_text) == ("listed", today(), given["public_text"])
    assert listing.reported_up_at is not None
    assert number in text_of(leader.get(reverse("safety:listings")))


def test_who_proposed_a_listing_does_not_approve_it(town, sites):
    hazard = graded(town, sites.mall, grade="major")
    listing = hazarding.propose(town, hazard)

    with pytest.raises(Refused):
        hazarding.list_step(listing, "list", town.fu)
    with pytest.raises(Refused, match="正在挂牌"):
        hazarding.propose(town, hazard)


def test_what_everybody_will_read_has_its_personal_data_starred_and_whoever_publishes_it_looks_once_more(
    town, sites, enter, client
):
    listing = hazarding.propose(town, graded(town, sites.eatery, grade="major"), public_text="店主13812345678")
    assert listing.public_text == "店主***********"
    hazard = graded(town, sites.mall, grade="major", text="三楼堆物")
    given = {
        "level": "street", "supervisor": town.street.pk, "public_text": "三楼堆物，找13912345678",
        "due_on": str(today() + timedelta(days=30)), "is_public": "on", "command": str(new_key()),
    }  # fmt: skip
    answer = enter(town.fu).post(hazard_at(hazard, "propose_listing"), given)

    shown = answer.content.decode()
    assert (answer.status_code, "三楼堆物，找***********" in shown, "打星（1处）" in shown) == (422, True, True)
    assert not hazard.listings.exists()

    step_at = reverse("safety:listing_step", args=[listing.matter.number, "list"])
    assert enter(town.li).post(step_at, {"public_text": "店主张某 沪A12345"}).status_code == 422
    hazarding.list_step(listing, "list", town.li, public_text="店主张某 沪A12345")
    assert "沪A12345" not in text_of(client.get(reverse("open_safety:listed")))
    assert "店主张某 *" in text_of(client.get(reverse("open_safety:listed")))


def test_everybody_reads_listed_hazards_without_names_and_only_roughly_where(town, sites, client):
    listed(town, sites.mall)
    graded(town, sites.eatery, grade="major")

    shown = text_of(client.get(reverse("open_safety:listed")))

    assert "天街广场二楼安全出口堵塞" in shown and "东街街道 · 柳树居委会" in shown and "整改中" in shown
    assert not any(word in shown for word in ("傅安", "店长", "天街广场一号", "老灶头"))


def test_a_hazard_struck_off_leaves_the_open_ones(town, sites, enter):
    hazard = struck_off(town, sites.eatery)

    assert hazard.matter.number not in text_of(enter(town.fu).get(reverse("safety:hazards")))
    assert hazard.matter.number in text_of(enter(town.fu).get(reverse("safety:hazards") + "?tab=struck_off"))


def test_who_lives_in_a_district_reads_its_own_board(town, sites, client):
    listed(town, sites.mall)
    client.cookies["linli_committee"] = str(town.west_committee.pk)
    elsewhere = Unit.objects.create(code="far", name="远城区", kind="district", tree="territorial", valid_from=SINCE)
    fresh.forget()

    assert "天街广场" in text_of(client.get(reverse("open_safety:listed")))
    client.cookies["linli_committee"] = str(elsewhere.pk)
    assert "天街广场" not in text_of(client.get(reverse("open_safety:listed")))


def test_whose_unit_once_held_a_hazard_still_finds_it(town, sites, enter):
    hazard = graded(town, sites.mall)
    due = str(today() + timedelta(days=3))
    step(hazard, "notify", town.fu, unit=town.department, due_on=due, **FIVE)

    assert text_of(enter(town.du).get(hazard_at(hazard)))
    assert enter(town.wang).get(hazard_at(hazard)).status_code == 404
    step(hazard, "regrade", town.fu, note="重新判定")
    assert text_of(enter(town.du).get(hazard_at(hazard)))
