from django.http import QueryDict
from django.test import RequestFactory

from linli.web import lists

STATES = [("new", "待受理", 3), ("open", "处置中", 5)]


def chips(query: str, **how):
    return lists.chips(RequestFactory().get(f"/cases?{query}"), "state", STATES, **how).chips


def test_a_chip_sets_its_filter_and_keeps_the_others():
    new, _open = chips("due=late&after=xyz")

    assert QueryDict(new.url[1:]).dict() == {"due": "late", "state": "new"}


def test_a_chip_that_is_on_takes_its_filter_away():
    new, _open = chips("state=new")

    assert new.is_on
    assert "state" not in QueryDict(new.url[1:])


def test_one_choice_replaces_the_other_unless_many_are_allowed():
    _new, alone = chips("state=new")
    _new, beside = chips("state=new", is_many=True)

    assert QueryDict(alone.url[1:]).getlist("state") == ["open"]
    assert QueryDict(beside.url[1:]).getlist("state") == ["new", "open"]


def test_a_chip_for_everything_is_on_while_no_filter_is():
    everything, *_rest = chips("", everything="全部")

    assert everything.is_on
    assert everything.count is None


def test_another_page_keeps_the_filters_but_not_the_place_it_came_from():
    query = QueryDict("state=open&before=a")

    assert QueryDict(lists.address(query, "after", ["b"])[1:]).dict() == {"state": "open", "after": "b"}
