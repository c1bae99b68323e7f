"""Role × route × row: every address of the platform, who finds it, and whose row it shows.

The tables stand in ``route_tables``.
"""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from linli.domains.cases import commands
from linli.domains.cases.commands import Caller, Report
from linli.domains.cases.tests.outside import program
from linli.domains.organisation.commands import groups
from linli.domains.organisation.models import GridGroup
from linli.kernel.flow.models import Matter, Party
from linli.kernel.meetings import commands as meetings
from linli.kernel.meetings.commands import Point
from linli.kernel.org.models import Account, Actor, Post, Unit, UnitLink
from linli.web import access
from tests.evidence import photo
from tests.journeys.route_tables import (
    ASKS_FOR_MORE,
    BARE,
    CAST,
    ELSEWHERE,
    LEADS_ON,
    OF_EAST,
    OPENS,
    POSTED,
    ROWS,
)
from tests.town import IN_WEST, SINCE


@pytest.fixture
def cast(town):
    """Everybody of the town, and two the town lacks: a list keeper of East Street, a grid officer of West Street."""
    people = {name: getattr(town, name) for name in CAST if name != "dan"}
    people["dan"] = newcomer("dan", "list_keeper", town.centre, town.street)
    people["west_officer"] = newcomer("west_officer", "grid_officer", town.west_grid, town.west_grid)
    return people


def newcomer(name: str, role: str, unit: Unit, over: Unit) -> Actor:
    person = Actor.objects.create(kind="staff", name=name)
    Account.objects.create(actor=person, username=name)
    Post.objects.create(actor=person, unit=unit, over=over, role=role, since="2020-01-01")
    return person


def named(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from named(pattern, f"{space}:{pattern.namespace}".strip(":") if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield f"{space}:{pattern.name}".strip(":") if pattern.name else str(pattern.pattern)


def test_every_route_of_the_platform_is_public_or_stands_in_one_of_these_tables():
    routes = {name for name in named(get_resolver()) if not access.is_public(name)}
    tables = [
        *OPENS,
        *LEADS_ON,
        *ASKS_FOR_MORE,
        *POSTED,
        *ROWS,
        *BARE,
        *(n for names in ELSEWHERE.values() for n in names),
    ]

    assert sorted(tables) == sorted(set(tables))
    assert routes == set(tables)


def test_who_finds_which_page_is_what_the_table_says(cast, client):
    wrong = []
    for who in CAST:
        client.force_login(cast[who].account)
        for name, found_by in OPENS.items():
            expected = 200 if who in found_by else 404
            status = client.get(reverse(name)).status_code
            wrong += [] if status == expected else [(who, name, status, expected)]

    assert wrong == []


def test_verbs_are_not_read_and_partial_answers_say_what_they_lack(cast, client):
    expected = {**dict.fromkeys(POSTED, 405), **dict.fromkeys(ASKS_FOR_MORE, 422), **dict.fromkeys(LEADS_ON, 302)}
    for who in ("lin", "hua", "root"):
        client.force_login(cast[who].account)
        assert {name: client.get(reverse(name)).status_code for name in expected} == expected


def test_a_stranger_is_asked_who_they_are_and_a_resident_finds_no_page_of_staff(cast, client):
    own = {"account:me", "account:prove", "account:password", "live_ticket"}
    pages = [*OPENS, *ASKS_FOR_MORE]
    unasked = [name for name in pages if client.get(reverse(name)).status_code not in (302, 401)]
    resident = Actor.objects.create(kind="resident")
    Account.objects.create(actor=resident, username="resident")
    client.force_login(resident.account)

    found = [name for name in pages if client.get(reverse(name)).status_code != 404]

    assert unasked == []
    assert set(found) <= own


@pytest.fixture
def of_west(town, cast):
    """A row of every kind in West Street, as the arguments of the addresses that show it."""
    now, zhou, officer = timezone.now(), town.zhou, cast["west_officer"]
    said = Report(
        text="西街井盖没了", lon=IN_WEST[0], lat=IN_WEST[1], category="01001", files=[photo(officer)],
        caller=Caller("王小明", "13812345678"),
    )  # fmt: skip
    case = Matter.objects.get(pk=commands.report(said, at=now, actor=officer).id)
    chain = commands.raise_major(text="燃气泄漏", unit=town.west_grid, actor=officer, at=now, known_at=now)
    caller = Party.objects.filter(matter=case, role="caller").first() or Party.objects.filter(matter=case).first()
    assert caller is not None
    meeting = meetings.call(
        kind="case_discussion", title="西街讨论", unit=town.west_centre, starts_at=now - timedelta(hours=1),
        place="二楼", agenda=[Point("井盖", None)], invited=[zhou], actor=zhou, at=now - timedelta(hours=2),
    )  # fmt: skip
    meetings.record_attendance(meeting.pk, attended=[zhou.pk], absent={}, actor=zhou, at=now)
    decided = meetings.decide(
        meeting.pk, text="换成防盗井盖", unit=town.west_centre, due_on=timezone.localdate() + timedelta(days=9),
        actor=zhou, at=now,
    )  # fmt: skip
    groups.create_groups(actor=town.root, at=now)
    group = GridGroup.objects.get(unit=town.west_grid)
    member = groups.add_member(group, zhou, "building_manager", actor=officer, at=now)
    shown = photo(officer, seed="group")
    wrote = groups.write(group, text="井盖没了", file_ids=[shown.file_id], actor=officer, at=now)
    tie = UnitLink.objects.create(unit=town.west, other=town.police, kind="double_line", valid_from=SINCE)
    return SimpleNamespace(
        case=case, chain=chain, caller=caller.actor_id, photo=case.attachments.get().file_id,
        meeting=meeting.pk, resolution=Matter.objects.get(pk=decided.matter_id).number, member=member.pk,
        wrote=wrote.pk, group_file=shown.file_id, link=tie.pk,
    )  # fmt: skip


def arguments(name: str, west: SimpleNamespace, town) -> list[object]:
    """What stands in the address of ``name`` for the row of West Street."""
    route, number = name.partition(":")[2], west.case.number
    return {
        "case_file": [number, west.photo, "thumb"], "step": [number, "accept"], "read_contact": [number, west.caller],
        "matter": [west.chain.number], "matter_step": [west.chain.number, "to_station"],
        "unit": [town.west.pk], "below": [town.west.pk], "tie_unit": [town.west.pk],
        "untie_unit": [town.west.pk, west.link], "change_unit": [town.west.pk, "rename"],
        "area": [town.areas["west"].pk], "redraw_area": [town.areas["west"].pk],
        "describe_area": [town.areas["west"].pk], "map_beat": [town.west_grid.pk], "person": [town.zhou.pk],
        "open_account": [town.zhou.pk], "end_post": [town.zhou.posts.get().pk], "deputise": [town.zhou.posts.get().pk],
        "account": [town.zhou.account.pk], "give_password": [town.zhou.account.pk],
        "act": [town.zhou.account.pk, "lock"],
        "meeting": [west.meeting], "cancel_meeting": [west.meeting], "attend": [west.meeting], "minute": [west.meeting],
        "learn": [west.meeting], "decide": [west.meeting], "resolution": [west.resolution],
        "take_step": [west.resolution, "finish"], "group": [town.west_grid.pk], "add_member": [town.west_grid.pk],
        "add_resident": [town.west_grid.pk], "remove_member": [town.west_grid.pk, west.member], "hand_on": [west.wrote],
        "group_file": [west.wrote, west.group_file, "thumb"],
    }.get(route, [number])  # fmt: skip


def status_of(client, verb: str, address: str, beat: Unit) -> int:
    return read_out(getattr(client, verb)(address, {"beat": beat.pk}))


def read_out(answer) -> int:
    """The status of an answer; a file in it is read to its end, so that it is closed."""
    if answer.streaming:
        answer.getvalue()
    status: int = answer.status_code
    return status


def test_nobody_of_the_street_next_door_finds_a_row_and_its_own_people_do(cast, town, of_west, client):
    found, missed = [], []
    for name, (verb, witness) in ROWS.items():
        address = reverse(name, args=arguments(name, of_west, town))
        for who in [*OF_EAST, "dan"]:
            client.force_login(cast[who].account)
            if status_of(client, verb, address, town.police) != 404:
                found.append((who, name))
        client.force_login(cast[witness].account)
        if status_of(client, verb, address, town.police) == 404:
            missed.append((witness, name))

    assert found == []
    assert missed == []


COMMAND = "019ccc00-0000-7000-8000-00000000a001"
API_ROWS = (
    "cases/{number}", "cases/{number}/steps", "cases/{number}/journal", "cases/{number}/children",
    "cases/{number}/files", "cases/{number}/files/{photo}", "matters/{chain}", "matters/{chain}/steps",
)  # fmt: skip


def test_a_program_of_the_street_next_door_finds_no_row_over_the_interface(town, of_west):
    stranger = program(town.street, "东街系统", roles=("dispatcher", "operator"))
    own = program(town.west, "西街系统", roles=("dispatcher", "operator"))
    given = {"number": of_west.case.number, "photo": of_west.photo, "chain": of_west.chain.pk}
    paths = [path.format(**given) for path in API_ROWS]
    written = [f"cases/{given['number']}/steps/accept", f"matters/{given['chain']}/steps/to_station"]

    assert {path: stranger.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert {path: stranger.post(path, {"command": COMMAND}).status_code for path in written} == dict.fromkeys(
        written, 404
    )
    assert [path for path in paths if read_out(own.get(path)) == 404] == []
