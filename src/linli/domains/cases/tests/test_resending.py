"""What is sent twice happens once, with everything a step does beside moving the state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, ResentDifferentlyRefused, act
from linli.domains.cases.models import Case, Revisit, Urge
from linli.kernel.flow.models import Clock, Entry, Matter
from tests.evidence import photo
from tests.town import IN_GRID

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
COMMAND = UUID("0199c0de-0000-7000-8000-000000000001")


@pytest.fixture
def case(town):
    """At work with the team."""
    given = commands.Report(text="井盖没了", lon=IN_GRID[0], lat=IN_GRID[1], category="01001")
    case = Case.objects.get(pk=commands.report(given, at=NOON).id)
    go(case, town, ("chen", "accept", Given()), ("chen", "file", Given()))
    go(case, town, ("lin", "dispatch", Given(unit=town.team.pk)), ("zhao", "take_over", Given()))
    return case


def go(case, town, *steps):
    for who, name, given in steps:
        act(case, name, given, actor=getattr(town, who), at=NOON)


def twice(case, name, given, actor):
    given = replace(given, command=COMMAND)
    first = act(case, name, given, actor=actor, at=NOON)
    again = act(Case.objects.get(pk=case.pk), name, given, actor=actor, at=NOON + timedelta(minutes=1))
    assert again.pk == first.pk


def test_an_urging_sent_twice_is_one(case, town):
    twice(case, "urge", Given(note="请抓紧"), town.qian)

    assert Urge.objects.filter(matter_id=case.pk).count() == 1


def test_an_extension_sent_twice_adds_its_time_once(case, town):
    twice(case, "extend", Given(note="缺件", fields={"amount": "2"}), town.gao)

    assert Clock.objects.get(matter_id=case.pk, kind="handle").extended == 1


@pytest.mark.parametrize(
    ("who", "name", "fields"),
    [
        ("lin", "invite", {"unit": "department"}),
        ("lin", "instruct", {"assignee": "hua"}),
        ("zhao", "ask_for", {}),
        ("lin", "link_units", {"units": "grid8"}),
    ],
)
def test_a_child_asked_for_twice_is_one(case, town, who, name, fields):
    named = {key: getattr(town, value).pk for key, value in fields.items()}
    if "units" in named:
        named["units"] = [named["units"]]
    given = Given(note="请支援", fields={"kind": "pause"} if name == "ask_for" else {}, **named)

    twice(case, name, given, getattr(town, who))

    assert Matter.objects.filter(parent_id=case.pk).count() == 1


def test_a_return_sent_twice_counts_once(case, town):
    twice(case, "return", Given(note="不属于本单位"), town.zhao)

    case.refresh_from_db()
    assert case.returns == 1


def test_a_return_visit_sent_twice_is_one(case, town):
    go(case, town, ("zhao", "feed_back", Given(fields={"outcome": "已补"}, files=[photo(town.zhao, "after")])))
    go(case, town, ("sun", "pass_check", Given(note="已恢复")), ("chen", "close", Given()))

    twice(case, "revisit", Given(fields={"satisfaction": "1", "reopen": "1"}), town.xu)

    assert Revisit.objects.filter(matter_id=case.pk).count() == 1
    assert Entry.objects.filter(matter_id=case.pk, step="reopen").count() == 1


def test_the_same_command_with_other_words_is_refused(case, town):
    twice(case, "urge", Given(note="请抓紧"), town.qian)

    with pytest.raises(ResentDifferentlyRefused):
        act(case, "urge", Given(note="请抓紧", command=COMMAND, fields={"level": "3"}), actor=town.qian, at=NOON)


def test_a_hop_of_major_information_sent_twice_is_one(town):
    chain = commands.raise_major(text="燃气泄漏", unit=town.grid, actor=town.hua, at=NOON, known_at=NOON)
    given = Given(command=COMMAND)

    first = commands.act_on_child(chain, "to_station", given, actor=town.hua, at=NOON)
    again = commands.act_on_child(Matter.objects.get(pk=chain.pk), "to_station", given, actor=town.hua, at=NOON)

    assert again.pk == first.pk


def test_major_information_sent_twice_is_one_and_other_words_are_refused(town):
    def send(text):
        return commands.raise_major(text=text, unit=town.grid, actor=town.hua, at=NOON, known_at=NOON, key=COMMAND)

    assert send("燃气泄漏").pk == send("燃气泄漏").pk
    with pytest.raises(ResentDifferentlyRefused):
        send("起火")
