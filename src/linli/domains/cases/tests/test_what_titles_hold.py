"""What is said in a report stays in the report: its title goes into lists and messages; and what counts as resent."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from linli.domains.cases import commands
from linli.domains.cases.commands import ResentDifferentlyRefused
from linli.domains.cases.models import Case
from linli.kernel.flow.models import Matter
from tests.town import IN_GRID

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
PHONE = "13812345678"
GIVEN = commands.Report(
    id=UUID("0199c0de-0000-7000-8000-000000000002"), text="路灯不亮", lon=IN_GRID[0], lat=IN_GRID[1]
)


def test_a_phone_number_in_a_report_is_starred_in_its_title_and_kept_in_its_text(town):
    taken = commands.report(replace(GIVEN, text=f"路灯不亮，请打 {PHONE} 找我"), at=NOON)

    title = Matter.objects.get(pk=taken.id).title
    assert PHONE not in title
    assert title.startswith(("路灯不亮，", "路灯不亮,"))
    assert PHONE in Case.objects.get(pk=taken.id).description


def test_a_phone_number_is_starred_in_the_title_of_major_information(town):
    chain = commands.raise_major(text=f"起火，报警人 {PHONE}", unit=town.grid, actor=town.hua, at=NOON, known_at=NOON)

    assert PHONE not in chain.title


@pytest.mark.parametrize(
    "other",
    [{"wants_answer": True}, {"is_sensitive": True}, {"emergency": 2}, {"condition": "一般"}, {"area_unit": 1}],
    ids=lambda other: next(iter(other)),
)
def test_a_report_resent_with_anything_else_in_it_is_refused(town, other):
    commands.report(GIVEN, at=NOON)
    if "area_unit" in other:
        other = {"area_unit": town.west.pk}

    with pytest.raises(ResentDifferentlyRefused):
        commands.report(replace(GIVEN, **other), at=NOON)


def test_a_report_of_the_last_minute_of_the_year_is_numbered_by_the_day_here(town):
    last = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    first = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)

    before = commands.report(replace(GIVEN, id=None), at=last)
    after = commands.report(replace(GIVEN, id=None, text="井盖没了"), at=first)

    assert (before.number[:8], after.number[:8]) == ("20261231", "20270101")
