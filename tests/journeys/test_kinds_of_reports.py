"""Reports by the lists' kinds: the five small kinds end to end, and the four stubborn problems as heaps of the desk."""

from datetime import UTC, datetime

import pytest

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case
from linli.domains.cases.queries import filtering
from linli.domains.cases.queries.workbench import workbench
from linli.kernel.catalog import queries as catalog
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from tests.evidence import photo
from tests.town import IN_GRID

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
SMALL_KINDS = ("thing", "dispute", "opinion", "hazard", "help")


def report(text, **given):
    taken = commands.report(commands.Report(text=text, lon=IN_GRID[0], lat=IN_GRID[1], **given), at=NOON)
    return Case.objects.get(pk=taken.id)


@pytest.mark.spec("004-84")
@pytest.mark.parametrize("kind", SMALL_KINDS)
def test_each_of_the_five_small_kinds_is_found_held_fed_back_and_solved(town, kind):
    case = report("楼道灯不亮，老人上下不便", category="01037", small_kind=kind)

    for who, step, given in (
        ("chen", "accept", Given()),
        ("chen", "file", Given()),
        ("lin", "dispatch", Given(unit=town.team.pk)),
        ("zhao", "take_over", Given()),
        ("zhao", "feed_back", Given(fields={"outcome": "已换灯"}, files=[photo(town.zhao, "after")])),
        ("sun", "pass_check", Given(note="灯亮")),
        ("chen", "close", Given()),
    ):
        act(case, step, given, actor=getattr(town, who), at=NOON)

    case.refresh_from_db()
    assert case.small_kind == kind
    assert Matter.objects.get(pk=case.pk).closed_at is not None
    assert kind in {entry.code for entry in catalog.items("five_kinds")}


@pytest.mark.spec("001g-63")
@pytest.mark.parametrize(
    ("problem", "category"),
    [
        ("illegal_building", "06001"),
        ("sanitation", "06010"),
        ("migrant_population", "90015"),
        ("fire_safety", "09012"),
        ("other", "01037"),
    ],
)
def test_reports_fall_under_the_four_stubborn_problems(town, problem, category):
    for code in ("06001", "06010", "90015", "09012", "01037"):
        report(f"反映{catalog.name_of('matters', code)}", category=code)
    post = org.holds(town.chen, "operator", town.street, NOON)

    page = workbench(town.chen, post, filtering.read({"problem": [problem]}), tab="intake", at=NOON)

    assert [Case.objects.get(pk=row.id).category for row in page.rows] == [category]
