from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from linli.domains.cases import commands as cases
from linli.domains.lists.flow import TASK
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog.admitted import admitted_for
from linli.kernel.catalog.models import Admission, ListKind
from linli.kernel.errors import Refused
from linli.kernel.flow.commands import open_matter
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.org import queries
from linli.kernel.org.commands import units
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Unit
from tests.town import IN_GRID

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def reported():
    taken = cases.report(cases.Report(id=new_key(), text="路灯不亮", lon=IN_GRID[0], lat=IN_GRID[1]), at=NOON)
    return Matter.objects.get(pk=taken.id)


@pytest.mark.spec("000-02", "004-20")
def test_open_work_moves_to_the_successor_with_a_line_in_its_journal_and_closed_work_stays(town):
    open_one, closed_one = reported(), reported()
    Matter.objects.filter(pk=closed_one.pk).update(closed_at=NOON)
    centre = units.found(
        code="c2", name="东街新中心", kind="centre", level="centre", parent=town.street, actor=town.root, at=NOON
    )

    units.merge([town.centre], centre, actor=town.root, at=NOON, reason="中心整合")

    moved, stayed = Matter.objects.get(pk=open_one.pk), Matter.objects.get(pk=closed_one.pk)
    line = Entry.objects.filter(matter=moved).latest("seq")
    assert (moved.unit, moved.home, moved.state) == (centre, town.street, open_one.state)
    assert stayed.unit == town.centre
    assert (line.step, line.seq, line.unit, line.note) == (
        "succession",
        2,
        centre,
        "东街城运中心的工作由东街新中心承接",
    )
    assert queries.holds(town.lin, "dispatcher", town.street, NOON).unit_id == centre.pk


@pytest.mark.spec("000-02")
def test_work_of_a_street_that_is_split_goes_on_in_the_first_part(town):
    matter = reported()

    north, _south = units.split(
        town.street, [units.Part("n", "北街街道"), units.Part("s", "南街街道")], actor=town.root, at=NOON
    )

    moved = Matter.objects.get(pk=matter.pk)
    assert moved.home == north
    assert moved.unit == town.centre
    assert queries.locate(*IN_GRID).home_id == north.pk


def test_a_unit_with_open_work_is_not_closed_without_somebody_to_take_it(town):
    reported()

    with pytest.raises(Refused, match="1件未办结"):
        units.close(town.centre, actor=town.root, at=NOON)

    assert Unit.objects.get(pk=town.centre.pk).valid_to is None


@pytest.mark.spec("000-26", "004-20")
def test_what_was_admitted_at_a_committee_and_its_open_tasks_go_on_at_the_committee_that_takes_its_place(town):
    def decided(unit):
        return catalog.Decided(unit, "trial", date(2026, 3, 1), timezone.localdate() + timedelta(days=180))

    catalog.set_kinds([{"code": "assist", "name": "协助", "bearer": "committee", "is_binding": True, "prefix": "XZ"}])
    lists = catalog.open_list(ListKind.objects.get(pk="assist"), town.district, name="协助清单", at=NOON)
    _version, (item,) = catalog.publish_list(
        lists, [catalog.ItemChange("add", said=catalog.Said("探访独居老人"), admits=False)],
        valid_from=date(2026, 3, 1), reason="首次", actor=town.jin, at=NOON,
    )  # fmt: skip
    admission = catalog.admit(item, decided(town.committee), actor=town.zhu, at=NOON)
    task = open_matter(
        TASK, title="探访", home=town.department, unit=town.committee, actor=town.tang, at=NOON, admission=admission.pk
    )
    heir = units.found(
        code="k2", name="柳杨居委会", kind="committee", level="unit", parent=town.street, actor=town.root, at=NOON
    )

    units.merge([town.committee], heir, actor=town.root, at=NOON, reason="居委会合并")

    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    assert Matter.objects.get(pk=task.pk).unit == heir
    assert [a.title for a in admitted_for(Unit.objects.get(pk=heir.pk), at=NOON)] == ["探访独居老人"]
    assert Admission.objects.get(pk=admission.pk).ended_at == NOON
