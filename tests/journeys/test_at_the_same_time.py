"""Many people and the clocks at one matter at once: one succeeds, nobody waits for ever, nothing happens twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case
from linli.kernel.flow import clocks
from linli.kernel.flow.commands import StepRefused
from linli.kernel.flow.models import Entry, Matter, Outbox
from tests.town import IN_GRID, Town

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
PEOPLE = 8

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(transactional_db: None, town: Town) -> Case:
    given = commands.Report(text="路灯不亮", lon=IN_GRID[0], lat=IN_GRID[1], category="01001")
    return Case.objects.get(pk=commands.report(given, at=NOON).id)


def elsewhere(work: Callable[[], str]) -> Callable[[], str]:
    """``work`` on a connection of its own, which is closed again, and never waits longer than five seconds."""

    def run() -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("set lock_timeout = '5s'")
            return work()
        finally:
            connection.close()

    return run


def test_of_eight_people_who_take_the_same_step_one_succeeds(case: Case, town: Town) -> None:
    together = Barrier(PEOPLE)

    def accept() -> str:
        mine = Case.objects.get(pk=case.pk)
        together.wait()
        try:
            act(mine, "accept", Given(), actor=town.chen, at=NOON)
        except StepRefused:
            return "refused"
        return "taken"

    with ThreadPoolExecutor(PEOPLE) as pool:
        answers = [f.result() for f in [pool.submit(elsewhere(accept)) for _person in range(PEOPLE)]]

    assert sorted(answers) == ["refused"] * (PEOPLE - 1) + ["taken"]
    assert Entry.objects.filter(matter_id=case.pk, step="accept").count() == 1


def test_clocks_fire_while_somebody_is_at_the_matter(case: Case, town: Town) -> None:
    """Else the worker, holding the clock, and the step, holding the matter, would wait for each other."""

    def fire() -> str:
        return str(clocks.fire(now=NOON + timedelta(days=1)))

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        act(case, "classify", Given(fields={"condition": "一般"}), actor=town.chen, at=NOON)
        fired = pool.submit(elsewhere(fire)).result()

    assert fired == "1"
    assert Outbox.objects.filter(kind="clock.warning").exists()


def test_a_request_is_granted_while_its_case_is_being_worked_on(case: Case, town: Town) -> None:
    """The case is locked before what hangs on it, from whichever end one comes."""
    steps = (("chen", "accept", Given()), ("chen", "file", Given()), ("lin", "dispatch", Given(unit=town.team.pk)))
    for who, name, given in (*steps, ("zhao", "take_over", Given())):
        act(case, name, given, actor=getattr(town, who), at=NOON)
    act(case, "ask_for", Given(note="缺件", fields={"kind": "extension", "amount": "2"}), actor=town.zhao, at=NOON)
    ask = Matter.objects.get(parent_id=case.pk, flow="ask")

    def grant() -> str:
        commands.act_on_child(Matter.objects.get(pk=ask.pk), "grant", Given(), actor=town.gao, at=NOON)
        return "granted"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            act(case, "note_progress", Given(note="已到现场"), actor=town.zhao, at=NOON)
            granted = pool.submit(elsewhere(grant))
            with pytest.raises(TimeoutError):
                granted.result(timeout=1)
            assert Matter.objects.select_for_update(nowait=True, no_key=True).get(pk=ask.pk).state == "asked"
        assert granted.result() == "granted"


def test_major_information_sent_by_four_hands_at_once_is_raised_once(case: Case, town: Town) -> None:
    together, key = Barrier(4), uuid4()

    def raise_it() -> str:
        together.wait()
        given = {"text": "化工品泄漏", "unit": town.grid, "actor": town.hua, "known_at": NOON, "key": key}
        return commands.raise_major(**given, at=NOON).number

    with ThreadPoolExecutor(4) as pool:
        numbers = [f.result() for f in [pool.submit(elsewhere(raise_it)) for _hand in range(4)]]

    assert len(set(numbers)) == 1
    assert Matter.objects.filter(flow="major").count() == 1
