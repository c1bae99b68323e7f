from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from linli.domains.cases.commands import Caller, counting
from linli.domains.cases.models import Export, MapCell
from linli.kernel.org.models import Reading
from tests.town import IN_GRID, IN_WEST

SEARCH, CALLERS = reverse("cases:search"), reverse("cases:search_callers")
MAP, AREAS, EXPORT = reverse("cases:map_cases"), reverse("cases:map_areas"), reverse("cases:export")
BOX = {"bbox": "121.39,31.19,121.45,31.23", "zoom": "14"}


def found(browser, text):
    return [row.title for row in browser.get(SEARCH, {"q": text}).context["rows"]]


def features(answer):
    return answer.json()["features"]


def test_two_characters_words_addresses_and_numbers_find_a_case(report, town, sign_in):
    case = report("井盖没了", address="虹古路三百弄 7 号")
    report("路灯不亮")
    browser = sign_in(town.chen)

    assert found(browser, "井盖") == ["井盖没了"]
    assert found(browser, "虹古路 井盖") == ["井盖没了"]
    assert found(browser, case.matter.number[:12]) == ["路灯不亮", "井盖没了"]
    assert found(browser, case.matter.number) == ["井盖没了"]
    assert found(browser, "盖井") == []


def test_the_newest_come_first_and_at_most_twenty(report, town, sign_in):
    now = timezone.now()
    for n in range(22):
        report(f"井盖 {n:02}", at=now - timedelta(minutes=30 - n))

    titles = found(sign_in(town.chen), "井盖")

    assert titles == [f"井盖 {n:02}" for n in range(21, 1, -1)]


def test_what_is_found_lies_within_reach(report, town, sign_in):
    report("井盖没了")

    assert found(sign_in(town.zhou), "井盖") == []


def test_one_character_alone_is_asked_again(town, sign_in):
    assert "至少输入两个字" in sign_in(town.chen).get(SEARCH, {"q": "井"}).content.decode()


@pytest.mark.parametrize("text", ["%", "_", "井%", "\\", "'; drop", "💡" * 30, "a" * 500])
def test_strange_words_find_nothing_and_break_nothing(report, town, sign_in, text):
    report("井盖没了")

    assert found(sign_in(town.chen), text) == []


def test_a_caller_is_found_by_number_with_a_reason_that_is_kept(report, town, sign_in):
    report("井盖没了", caller=Caller(phone="138-1234 5678"))
    report("西街的", place=IN_WEST, caller=Caller(phone="13812345678"))

    answer = sign_in(town.chen).post(CALLERS, {"phone": "13812345678", "purpose": "来电催问"})

    assert [row.title for row in answer.context["rows"]] == ["井盖没了"]
    assert Reading.objects.filter(reader=town.chen, purpose="来电催问", field="phone_search").count() == 2


@pytest.mark.parametrize(("who", "purpose"), [("chen", ""), ("lin", "来电催问")])
def test_a_caller_is_not_looked_for_without_reason_or_right(report, town, sign_in, who, purpose):
    report("井盖没了", caller=Caller(phone="13812345678"))

    answer = sign_in(getattr(town, who)).post(CALLERS, {"phone": "13812345678", "purpose": purpose})

    assert answer.status_code == 422
    assert not Reading.objects.exists()


def test_the_map_shows_the_same_set_as_the_list(report, town, sign_in):
    case = report("井盖没了", at=timezone.now() - timedelta(days=2), source="04")
    report("路灯不亮", source="03")
    browser = sign_in(town.chen)

    shown = features(browser.get(MAP, {**BOX, "tab": "area", "source": "04"}))

    assert [one["properties"]["title"] for one in shown] == ["井盖没了"]
    assert shown[0]["properties"]["look"] == "late"
    assert shown[0]["geometry"]["coordinates"] == list(IN_GRID)
    assert shown[0]["properties"]["url"] == reverse("cases:case", args=[case.matter.number])


def test_the_map_of_another_street_is_empty(report, town, sign_in):
    report()

    assert features(sign_in(town.zhou).get(MAP, {**BOX, "tab": "area"})) == []


def test_many_cases_become_cells_with_their_count(report, town, sign_in, monkeypatch):
    monkeypatch.setattr("linli.domains.cases.queries.map.POINTS", 2)
    monkeypatch.setattr("linli.domains.cases.queries.map.COUNTED", 2)
    for n in range(5):
        report(f"第 {n} 件", at=timezone.now() - timedelta(days=1))
    browser = sign_in(town.chen)
    counted_now = features(browser.get(MAP, {**BOX, "tab": "area"}))
    counting.count_cells(at=timezone.now())

    ready = features(browser.get(MAP, {**BOX, "tab": "area"}))

    assert [one["properties"]["count"] for one in counted_now] == [5]
    assert [(one["properties"]["count"], one["properties"]["late"]) for one in ready] == [(5, 5)]
    assert set(MapCell.objects.values_list("zoom", "count")) == {(zoom, 5) for zoom in (9, 11, 13, 15, 17)}


@pytest.mark.parametrize("asked", [{}, {"bbox": "1,2,3", "zoom": "4"}, {"bbox": "2,2,1,1", "zoom": "4"},
                                   {"bbox": "nan,1,2,3", "zoom": "4"}, {"bbox": "1,1,2,2", "zoom": "99"}])  # fmt: skip
def test_a_view_that_is_none_is_refused(town, sign_in, asked):
    assert sign_in(town.chen).get(MAP, asked).status_code == 422


def test_boundaries_come_once_and_then_by_their_tag(town, sign_in):
    browser = sign_in(town.chen)
    first = browser.get(AREAS, BOX)

    again = browser.get(AREAS, BOX, headers={"if-none-match": first["ETag"]})

    assert {one["properties"]["name"] for one in features(first)} >= {"东街街道", "柳树第七网格"}
    assert "西街街道" not in {one["properties"]["name"] for one in features(first)}
    assert again.status_code == 304


def test_a_list_leaves_with_a_reason_a_watermark_and_no_formulas(report, town, sign_in):
    report("=HYPERLINK(1)", caller=Caller(name="王小明", phone="13812345678"))
    report("西街的", place=IN_WEST)

    answer = sign_in(town.chen).post(f"{EXPORT}?tab=area", {"kind": "csv", "reason": "周例会"})

    text = answer.content.decode("utf-8-sig")
    kept = Export.objects.get()
    assert "'=HYPERLINK(1)" in text
    assert "陈晨" in text.splitlines()[1]
    assert "周例会" in text.splitlines()[1]
    assert "西街的" not in text
    assert "13812345678" not in text
    assert (kept.actor, kept.rows, kept.query) == (town.chen, 1, "tab=area&")


def test_a_list_leaves_as_a_workbook_too(report, town, sign_in):
    report()

    answer = sign_in(town.chen).post(f"{EXPORT}?tab=area", {"kind": "xlsx", "reason": "周例会"})

    assert answer.content[:2] == b"PK"
    assert answer["Content-Disposition"].endswith('.xlsx"')


def test_nothing_leaves_without_a_reason_or_when_it_is_too_much(report, town, sign_in, monkeypatch):
    report()
    browser = sign_in(town.chen)
    assert browser.post(f"{EXPORT}?tab=area", {"kind": "csv", "reason": " "}).status_code == 422
    monkeypatch.setattr("linli.domains.cases.queries.exporting.MOST_ROWS", 0)

    assert browser.post(f"{EXPORT}?tab=area", {"kind": "csv", "reason": "周例会"}).status_code == 422
    assert not Export.objects.exists()


def test_words_are_found_by_their_index(report, town):
    report()
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("explain select matter_id from flow_words where grams @> %s", [["井盖"]])
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "words_grams" in plan
