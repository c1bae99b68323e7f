"""One look: may it be stamped, why, and where to go instead; answered in one statement (000-18, 000-19)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.domains.lists.queries import seal_lookup
from linli.domains.lists.queries.seal_lookup import lookup, places_of
from linli.domains.lists.tests.stamping import LINES, publish_list


@pytest.fixture
def places(town):
    publish_list(town)
    return places_of(town.committee.pk)


@pytest.mark.spec("000-18", "000-19")
def test_a_keyword_is_answered_with_no_why_and_where_to_go_in_one_statement(places):
    with CaptureQueriesContext(connection) as caught:
        answer = lookup("亲属关系证明", units=places)

    assert len(caught) == 1
    assert answer.best is not None
    assert (answer.best.look, answer.best.instead, answer.best.reason) == (
        "no", "公安机关、公证机构", "不属于居委会职权",
    )  # fmt: skip
    assert answer.best.bases == ("改进和规范基层群众性自治组织出具证明工作(民发〔2020〕20号)",)


@pytest.mark.spec("000-18")
def test_a_yes_names_the_papers_and_who_approves(places):
    answer = lookup("公约", units=places)

    assert answer.best is not None
    assert (answer.best.look, answer.best.papers) == ("yes", ("文稿", "经办记录"))
    assert answer.best.approval_label == "居民会议或代表会议表决"


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("亲属", "亲属关系证明"), ("证明我妈是我妈", "亲属关系证明"), ("我要开一张亲属关系证明", "亲属关系证明"),
        ("亲属 关系 证明？", "亲属关系证明"), ("qsgxzm", "亲属关系证明"), ("QSGX", "亲属关系证明"),
        ("销户口", "死亡证明"), ("居规民约", "居民公约备案件"),
    ],
)  # fmt: skip
def test_colloquial_words_part_of_a_title_and_initials_lead_to_the_line(places, asked, title):
    answer = lookup(asked, units=places)

    assert answer.best is not None
    assert answer.best.title == title


def test_several_lines_that_may_be_meant_are_offered_and_none_is_made_up(places):
    answer = lookup("证明", units=places)

    assert answer.best is None
    assert {line.title for line in answer.choices} == {"亲属关系证明", "死亡证明"}


@pytest.mark.spec("000-19")
def test_lines_come_by_title_then_its_beginning_then_keywords_then_content(town):
    lines = (
        ("办理登记", "allow", "none", "", ()),
        ("说明一", "allow", "none", "", ("登记簿",)),
        ("登记说明", "allow", "none", "", ()),
        ("登记", "allow", "none", "", ()),
        ("其他", "deny", "none", "请到登记中心", ()),
    )
    publish_list(town, lines=lines)

    answer = lookup("登记", units=places_of(town.committee.pk))

    assert answer.best is not None
    assert [answer.best.title, *(line.title for line in answer.choices)] == ["登记", "登记说明", "办理登记", "说明一"]


def test_what_is_on_no_list_is_said_to_be_so_with_the_nearest_lines(places):
    unknown = lookup("健身卡转让担保", units=places)
    alike = lookup("亲属签字证明", units=places)

    assert unknown.is_off_list
    assert unknown.near == ()
    assert alike.is_off_list
    assert [line.title for line in alike.near] == ["亲属关系证明"]


def test_one_character_asks_nothing_of_the_database(places):
    with CaptureQueriesContext(connection) as caught:
        answer = lookup("章", units=places)

    assert (len(caught), answer.is_short, answer.is_off_list) == (0, True, False)


def test_where_there_is_no_list_nothing_is_said_to_be_off_it(town):
    answer = lookup("亲属关系证明", units=places_of(town.committee.pk))

    assert (answer.listed, answer.is_off_list, answer.is_found) == (0, False, False)


def test_the_list_of_the_committee_itself_goes_before_the_one_of_the_district(town):
    publish_list(town)
    publish_list(town, unit=town.committee, lines=(("死亡证明", "allow_if", "director", "", ()),))

    here = lookup("死亡证明", units=places_of(town.committee.pk))
    there = lookup("死亡证明", units=places_of(town.west_committee.pk))

    assert here.best is not None
    assert there.best is not None
    assert (here.best.look, there.best.look) == ("if", "no")


def test_the_whole_list_is_shown_in_its_order(places):
    assert [line.title for line in seal_lookup.whole_list(units=places)] == [line[0] for line in LINES]
