"""Visits: from desk or phone, with the code of the person met, searched and counted by unit, followed by a case."""

import hashlib
import hmac
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from linli.domains.safety.commands import field_visits, visiting
from linli.domains.safety.commands.visiting import Visited, VisitRefused
from linli.domains.safety.models import Visit
from linli.domains.safety.queries import field_visits as sources
from linli.domains.safety.queries import visit_purposes, visits
from linli.domains.safety.queries.visits import Asked
from linli.kernel.devices.commands import enrol
from linli.kernel.devices.verbs import FieldRefused, Made
from linli.kernel.errors import NotFound
from linli.kernel.flow.models import Matter
from linli.kernel.org.keys import new_key
from linli.kernel.registry import commands as registry
from tests.evidence import jpeg, photo
from tests.town import IN_GRID, IN_GRID8, IN_WEST

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
DAYS = {"since": date(2026, 3, 1), "until": date(2026, 3, 10)}


@pytest.fixture
def enter(client):
    def sign_in(actor):
        client.force_login(actor.account)
        return client

    return sign_in


@pytest.fixture
def shop(town):
    registry.load_kinds()
    return registry.register("shop", "柳树便利店", *IN_GRID, address="柳树路1号", actor=town.fu, at=NOON, key=new_key())


def visited(town, *, actor=None, at=NOON, **more):
    said = Visited(**{"purpose": "household", "met": True, "note": "已宣传用电安全", "address": "柳树路3号", **more})
    return visiting.write(said, key=new_key(), actor=actor or town.hua, at=at)


def phoned(town, **fields):
    return Made(
        id=new_key(), name="visit.file", actor=town.hua, about="", fields=fields, files=(photo(town.hua, "visit"),),
        seen=None, taken_at=NOON, at=NOON + timedelta(hours=2), is_late=False,
    )  # fmt: skip


def test_a_visit_belongs_to_the_unit_of_its_place(town, shop):
    assert visited(town, site=shop, address="").unit_id == town.grid.pk
    assert visited(town, actor=town.ma, lon=IN_GRID8[0], lat=IN_GRID8[1]).unit_id == town.grid8.pk
    assert visited(town, lon=IN_WEST[0], lat=IN_WEST[1]).unit_id == town.grid.pk


@pytest.mark.parametrize(
    "wrong",
    [{"purpose": "gossip"}, {"address": " "}, {"note": "户主13812345678"}, {"taken_at": NOON + timedelta(hours=1)},
     {"taken_at": NOON - timedelta(days=31)}],
)  # fmt: skip
def test_a_visit_says_what_for_and_where_and_names_nobody(town, wrong):
    with pytest.raises(VisitRefused):
        visited(town, **wrong)


def test_sent_twice_it_is_one_visit(town):
    made = phoned(town, purpose="lone_elder", met=True, address="柳树路5号")

    for _twice in range(2):
        field_visits.file_visit(made)

    assert Visit.objects.count() == 1


def test_a_phone_tells_of_a_visit_with_its_true_time_and_numbers_are_masked(town, shop):
    done = field_visits.file_visit(
        phoned(town, purpose="shop", met=True, site=str(shop.pk), note="店主 13812345678 已知晓")
    )

    row = Visit.objects.get()
    assert (row.taken_at, row.site, row.present_code, len(row.files)) == (NOON, shop, False, 1)
    assert "13812345678" not in row.note
    assert done.message == "走访已登记。"


def test_a_site_is_found_by_what_its_sign_says_and_an_unknown_one_is_refused(town, shop):
    field_visits.file_visit(phoned(town, purpose="shop", met=False, tag=f"https://linli.example/s/{shop.tag}"))

    assert Visit.objects.get().site == shop
    with pytest.raises(FieldRefused):
        field_visits.file_visit(phoned(town, purpose="shop", met=False, tag="https://linli.example/s/nothing"))


def test_the_code_on_the_phone_of_the_person_met_proves_the_meeting(town):
    device, minute = new_key(), int(NOON.timestamp() // 60)
    enrolled = enrol(device=device, name="马莲的手机", app="1", actor=town.ma, at=NOON - timedelta(days=1))
    code = hmac.digest(enrolled.presence, f"{device}:{minute}".encode(), hashlib.sha256).hex()[:12]

    def tell(present):
        made = phoned(town, purpose="data_check", met=True, address="居委会", present=present)
        return field_visits.file_visit(made)

    tell(f"LINLI-HERE:{device}:{minute}:{code}")
    done = tell(f"LINLI-HERE:{device}:{minute}:{'0' * 12}")

    assert sorted(Visit.objects.values_list("present_code", flat=True)) == [False, True]
    assert "在场码无效" in done.message


def test_what_came_up_on_a_visit_becomes_a_case_at_its_place(town, shop):
    done = field_visits.file_visit(phoned(town, purpose="shop", met=True, site=str(shop.pk), case="店门口盲道被占用"))

    case = Matter.objects.get(number=done.number)
    assert (case.flow, case.place.lon, case.attachments.count()) == ("case", shop.lon, 1)
    assert Visit.objects.get().case_id == case.pk


def test_visits_are_seen_by_their_territory_and_by_who_made_them(town):
    visited(town)

    def seen(actor):
        return len(visits.page_of(actor, Asked(**DAYS), at=NOON)[0])

    assert [seen(actor) for actor in (town.hua, town.wang, town.ma, town.fu, town.li)] == [1] * 5
    assert [seen(actor) for actor in (town.zhou, town.kong, town.zhao)] == [0] * 3
    with pytest.raises(NotFound):
        visited(town, actor=town.xu)
    with pytest.raises(NotFound):
        visits.get_unit(town.grid.pk, actor=town.zhou, at=NOON)


def test_visits_are_narrowed_searched_and_paged(town):
    for n in range(visits.PAGE + 1):
        visited(town, at=NOON + timedelta(minutes=n), note=f"第{n}户")
    visited(town, purpose="fraud", met=False, note="门上留条")

    first, more = visits.page_of(town.ma, Asked(**DAYS), at=NOON)
    rest, end = visits.page_of(town.ma, Asked(**DAYS, after=more), at=NOON)
    found = [
        len(visits.page_of(town.ma, Asked(**DAYS, **by), at=NOON)[0])
        for by in ({"text": "留条"}, {"purpose": "fraud"}, {"met": "no"}, {"unit": town.grid8.pk}, {"after": "x~y"})
    ]

    assert (len(first), len(rest), end) == (visits.PAGE, 2, "")
    assert found == [1, 1, 1, 0, 0]


def test_visits_are_counted_by_unit_and_purpose(town):
    visited(town)
    visited(town, met=False)
    visited(town, actor=town.ma, lon=IN_GRID8[0], lat=IN_GRID8[1], purpose="fraud")

    whole, purposes, places = visits.tallies(town.li, Asked(**DAYS), at=NOON)

    assert (whole.visits, whole.met, whole.proven) == (3, 2, 0)
    assert [(one.label, one.visits) for one in purposes] == [("入户走访", 2), ("反诈宣传", 1)]
    assert {one.label: one.visits for one in places} == {"柳树第七网格": 2, "柳树第八网格": 1}


def test_purposes_are_list_data_and_the_phone_takes_them_along(town):
    taken = sources.choices(town.hua, NOON)

    assert ["household", "入户走访"] in taken["purposes"]
    assert taken["committees"] == [[str(town.committee.pk), "柳树居委会"]]
    assert visit_purposes.label("gone") == "gone"


def test_a_visit_is_written_at_the_desk_with_a_photo_and_read_by_the_unit(town, shop, enter):
    given = {
        "purpose": "shop", "site": shop.code, "address": "", "met": "yes", "note": "已提醒", "follow_up": "",
        "taken_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}", "key": str(new_key()),
    }  # fmt: skip
    browser = enter(town.hua)

    refused = browser.post(reverse("safety:write_visit"), {**given, "site": "没有"})
    browser.post(
        reverse("safety:write_visit"), {**given, "photo": SimpleUploadedFile("a.jpg", jpeg("v"), "image/jpeg")}
    )
    row = Visit.objects.get()
    browser = enter(town.ma)
    page = browser.get(reverse("safety:visits"), {"unit": town.grid.pk}).content.decode()
    thumb = browser.get(reverse("safety:visit_photo", args=[row.pk, row.files[0], "thumb"]))

    assert refused.status_code == 422
    assert "柳树便利店" in page
    assert thumb.getvalue()
    assert browser.get(reverse("safety:visits_sheet")).content[:2] == b"PK"
    stranger = enter(town.zhou)
    assert stranger.get(reverse("safety:visit_photo", args=[row.pk, row.files[0], "thumb"])).status_code == 404
    assert stranger.get(reverse("safety:visits"), {"unit": town.grid.pk}).status_code == 404
