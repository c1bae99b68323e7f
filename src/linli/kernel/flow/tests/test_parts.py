"""What a higher unit opens under a committee's own matter passes as a part that comes back to it, and no otherwise."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from linli.kernel.flow import registry
from linli.kernel.flow.commands import open_matter
from linli.kernel.flow.mandates import OffListRefused
from linli.kernel.flow.models import Mandate, Matter
from linli.kernel.flow.tests.test_mandates import at_the_end

UNDER = """
with m as (
    insert into flow_matter (id, number, title, flow, flow_version, state, home_id, unit_id, parent_id, opened_at,
                             round)
    values (%(key)s, %(number)s, 'x', %(flow)s, 1, 'given', %(home)s, %(unit)s, %(parent)s, now(), 1)
    returning id, unit_id),
e as (
    insert into flow_entry (matter_id, round, step, source, target, actor_id, role, unit_id, taken_at, is_late, note,
                            changes, files)
    select id, 1, 'open', '', 'given', %(actor)s, '', unit_id, now(), false, '', '{}', '[]' from m)
insert into flow_mandate (matter_id, asker_id, bearer_id, admission_id, exempt, source, load_kind, minutes, forms,
                          asked_at)
select id, null, unit_id, null, 'level', '', '', 0, 0, now() from m
"""


@pytest.fixture
def under(town):
    """``under(parent, flow="task", unit=…, actor=…)``: whether a matter below it passes as of its own level, by SQL."""

    def put(parent, *, flow="task", unit=None, actor=None) -> bool:
        key = uuid4()
        said = {
            "key": key, "number": str(key)[:20], "flow": flow, "home": town.street.pk,
            "unit": (unit or town.committee).pk, "parent": parent.pk, "actor": (actor or town.tang).pk,
        }  # fmt: skip
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(UNDER, said)
                at_the_end()
        except IntegrityError:
            return False
        return True

    return put


def reported(town, actor):
    """A case that ``actor`` opened, held by the street's team."""
    return open_matter(
        registry.flow("case"), title="路面沉降", home=town.street, unit=town.team, actor=actor, at=timezone.now(),
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.spec("000-26")
def test_a_task_hung_under_what_a_committee_opened_does_not_pass_as_of_its_own_level(town, under):
    own = open_matter(
        registry.flow("task"), title="邻里节", home=town.street, unit=town.committee, actor=town.ma, at=timezone.now()
    )
    at_the_end()

    assert not under(own)
    assert not under(reported(town, town.ma))
    with pytest.raises(OffListRefused):
        open_matter(
            registry.flow("task"), title="填一张表", home=town.street, unit=town.committee, actor=town.tang,
            at=timezone.now(), parent=own,
        )  # fmt: skip


@pytest.mark.django_db
def test_a_part_of_a_case_comes_back_to_the_committee_that_reported_it_and_to_no_other(town, under):
    case = reported(town, town.ma)

    assert under(case, flow="co_handling")
    assert not under(case, flow="co_handling", unit=town.west_committee)
    assert not under(reported(town, town.lin), flow="co_handling")


@pytest.mark.django_db
def test_the_command_says_the_same_of_parts_as_the_database(town):
    def part(unit):
        return open_matter(
            registry.flow("co_handling"), title="协办", home=town.street, unit=unit, actor=town.lin, at=timezone.now(),
            parent=case,
        )  # fmt: skip

    case = reported(town, town.ma)
    own = part(town.committee)
    at_the_end()

    assert Mandate.objects.get(matter=own).exempt == "level"
    with pytest.raises(OffListRefused):
        part(town.west_committee)


@pytest.mark.django_db
def test_nothing_new_goes_to_a_committee_under_a_case_that_is_closed(town, under):
    case = reported(town, town.ma)
    Matter.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=1))

    assert not under(Matter.objects.get(pk=case.pk), flow="co_handling")
