"""Published lists read by programs: without a key, page by page, only what residents may read, and only once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.domains.lists.models import Standing
from linli.domains.lists.queries import open_lists, searching
from linli.domains.lists.queries.seal_lookup import Place
from linli.kernel.catalog.commands import Said

LISTS = "/api/v1/lists"


@pytest.fixture
def published(town, publish_items):
    """Five items of the district's assistance, and an internal one of the street that is nobody else's business."""
    headings = ("民政", "民政", "民政", "平安", "平安")
    said = [
        Said(f"协助第{no}件事", heading, ("帮忙",), {"content": f"做第{no}件", "guide": ["问", "做"]})
        for no, heading in enumerate(headings)
    ]
    publish_items("internal", town.street, town.tao, Said("收文登记"))
    return publish_items("assist", town.district, town.jin, *said)


@pytest.fixture
def read(client):
    def ask(address="", **asked):
        answer = client.get(f"{LISTS}{address}", asked)
        return answer.status_code, answer.json()

    return ask


def code_of(item):
    return item.worklist.code


def test_a_program_finds_lists_items_and_one_item_without_a_key(published, read):
    code = code_of(published[0])

    _status, kinds = read("/kinds")
    _status, lists = read()
    _status, items = read(f"/{code}/items")
    status, item = read(f"/items/{published[0].code}")

    assert {kind["code"]: kind["lists"] for kind in kinds}["assist"] == 1
    assert [(one["code"], one["version"], one["items"]) for one in lists["lists"]] == [(code, 1, 5)]
    assert len(lists["lists"][0]["digest"]) == 64
    assert [one["title"] for one in items["items"]] == [f"协助第{no}件事" for no in range(5)]
    assert status == 200
    assert (item["list_code"], item["content"], item["guide"]) == (code, "做第0件", ["问", "做"])


def test_what_residents_may_not_read_is_not_there(published, town, read):
    kinds = [kind["code"] for kind in read("/kinds")[1]]
    found = read("/search", q="收文")[1]

    assert "internal" not in kinds
    assert found == []
    assert read("", kind="internal")[1]["lists"] == []
    assert read(f"/NB{town.street.code}/items")[0] == 404
    assert read(f"/items/NB{town.street.code}-0001")[0] == 404


def test_items_come_page_by_page_each_once(published, read):
    code, seen, after = code_of(published[0]), [], ""
    for _page in range(3):
        _status, found = read(f"/{code}/items", limit=2, after=after)
        seen += [one["code"] for one in found["items"]]
        after = found["after"]

    assert seen == [item.code for item in published]
    assert after == ""
    assert read(f"/{code}/items", after="XX-1")[0] == 404


def test_words_and_headings_narrow_and_two_characters_find_an_item(published, town, read):
    code = code_of(published[0])

    by_heading = read(f"/{code}/items", heading="平安")[1]["items"]
    by_words = read(f"/{code}/items", q="第3件")[1]["items"]
    found = read("/search", q="帮忙", unit=town.district.code)[1]

    assert [one["code"] for one in by_heading] == [item.code for item in published[3:]]
    assert [one["title"] for one in by_words] == ["协助第3件事"]
    assert {one["code"] for one in found} == {item.code for item in published}
    assert read("/search", q="帮忙", unit="nowhere")[1] == []


def test_words_narrow_a_long_list_without_leaving_anything_out(published, read, monkeypatch):
    monkeypatch.setattr(searching, "CANDIDATES", 2)

    found = read(f"/{code_of(published[0])}/items", q="协助")[1]["items"]

    assert len(found) == 5


def test_what_is_not_in_force_is_neither_found_by_its_number_nor_counted(published, town, publish_items, read):
    Standing.objects.filter(item=published[1]).update(wording=None, state="retired")
    coming = publish_items("autonomy", town.district, town.jin, Said("召集会议"), at=timezone.now() + timedelta(days=9))

    found = read("/search", q=code_of(published[0]))[1]
    resident = open_lists.found_in(Place(units=(town.district.pk,), is_own=True), published[1].code)

    assert [one["code"] for one in found] == [item.code for item in published if item != published[1]]
    assert resident.hits == ()
    assert read("/search", q=coming[0].code)[1] == read("/search", q="召集")[1] == []
    assert {kind["code"]: kind["lists"] for kind in read("/kinds")[1]}["autonomy"] == 0


def test_an_unchanged_answer_is_not_sent_again_and_a_change_is(published, town, publish_items, client):
    first = client.get(LISTS)
    again = client.get(LISTS, headers={"If-None-Match": first["ETag"]})
    publish_items("autonomy", town.district, town.jin, Said("召集居民会议"), at=timezone.now())

    changed = client.get(LISTS, headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert changed.status_code == 200
    assert len(changed.json()["lists"]) == 2


@pytest.mark.parametrize(
    ("address", "asked"),
    [("", {"limit": 0}), ("", {"limit": 201}), ("/search", {}), ("/search", {"q": "收\x00文"}), ("", {"after": "a/b"})],
)
def test_what_makes_no_sense_is_refused_as_a_problem(published, client, address, asked):
    answer = client.get(f"{LISTS}{address}", asked)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
