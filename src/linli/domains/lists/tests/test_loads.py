"""What a committee bears: asked by whom, in which month, refused, exempt; beside its neighbours and last year."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from linli.domains.lists.flow import TASK
from linli.domains.lists.queries import loads
from linli.kernel.catalog.commands import Said
from linli.kernel.catalog.models import Admission
from linli.kernel.errors import NotFound
from linli.kernel.flow.commands import open_matter
from linli.kernel.flow.mandates import OffListRefused

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=800)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def admissions(town, publish_items, now):
    """An inspection of two hours with a form, and an appraisal of half an hour, on the list of the district."""
    publish_items(
        "assist", town.district, town.jin,
        Said("协助燃气核查", terms={"minutes": 120, "forms": 1, "load_kind": "inspection", "frequency": "monthly"}),
        Said("迎接文明考评", terms={"minutes": 30, "load_kind": "appraisal", "frequency": "yearly"}), at=now - LONG_AGO,
    )  # fmt: skip
    made = list(Admission.objects.order_by("pk"))
    publish_items("village", town.district, town.jin, Said("村务", terms={"minutes": 600, "frequency": "daily"}))
    return made


@pytest.fixture
def ask(town):
    """Opens a task for a committee."""

    def opened(actor, at, admission=None, unit=None):
        return open_matter(
            TASK, title="去办", home=town.street, unit=unit or town.committee, actor=actor, at=at,
            admission=admission.pk if admission else None,
        )  # fmt: skip

    return opened


@pytest.fixture
def browse(client):
    def enter(actor):
        client.force_login(actor.account)
        return client

    return enter


@pytest.mark.spec("001a-03")
@pytest.mark.spec("000-68")
def test_a_load_is_counted_by_month_and_asker_with_refused_attempts_and_exempt_ones_apart(
    town, admissions, ask, browse, now
):
    inspection, appraisal = admissions
    ask(town.tang, now, inspection)
    ask(town.cao, now, inspection)
    ask(town.cao, now, appraisal)
    ask(town.ma, now)
    with pytest.raises(OffListRefused):
        ask(town.cao, now)

    shown = browse(town.ma).get(reverse("lists:load", args=[town.committee.pk])).context["shown"]

    assert (shown.now.asked, shown.now.hours, shown.now.forms) == (3, 4.5, 2)
    assert (shown.now.inspections, shown.now.appraisals, shown.now.reports) == (2, 1, 0)
    assert (shown.now.declined, shown.now.exempt) == (1, 1)
    assert [(line.name, line.sum.asked, line.sum.declined) for line in shown.askers] == [
        (town.office.name, 2, 1),
        (town.department.name, 1, 0),
    ]
    assert shown.months[timezone.localdate().month - 1].now.asked == 3
    assert (shown.items, shown.listed_hours) == (2, 24.5)


@pytest.mark.spec("001a-03")
def test_this_year_is_set_beside_the_same_months_of_the_last(town, admissions, ask, now):
    inspection, _appraisal = admissions
    a_year_ago = now - timedelta(days=366)
    for _task in range(2):
        ask(town.tang, a_year_ago, inspection)
    ask(town.tang, now, inspection)

    shown = loads.load_page(town.ma, town.committee.pk, year=now.year, at=now)

    assert (shown.now.minutes, shown.before.minutes, shown.change) == (120, 240, -50)
    assert shown.trend["series"][1]["values"][timezone.localtime(a_year_ago).month - 1] == 4.0


@pytest.mark.spec("001a-03")
def test_committees_of_a_street_stand_side_by_side_the_most_asked_first(town, admissions, ask, browse, now):
    ask(town.tang, now, admissions[0], unit=town.west_committee)

    lines = browse(town.zhu).get(reverse("lists:loads") + f"?street={town.west.pk}").context["lines"]
    mine = browse(town.wu).get(reverse("lists:loads")).context["lines"]

    assert [(line.name, line.now.asked) for line in lines] == [(town.west_committee.name, 1)]
    assert [line.name for line in mine] == [town.committee.name]


def first_column(answer):
    """Of the rows below the head."""
    return [row[0].value for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows(min_row=2)]


def test_each_figure_leads_to_its_records_and_they_to_a_spreadsheet(town, admissions, ask, browse, now):
    task = ask(town.tang, now, admissions[0])
    ask(town.ma, now)

    page = reverse("lists:load_records", args=[town.committee.pk])
    (record,) = browse(town.wu).get(page + "?only=scrutiny").context["keyset"].rows
    exempt = browse(town.wu).get(page + "?only=exempt").context["keyset"].rows
    sheet = browse(town.wu).get(reverse("lists:load_records_sheet", args=[town.committee.pk]) + "?only=asked")

    assert (record.number, record.item_title, record.hours) == (task.number, "协助燃气核查", 2.0)
    assert [one.exempt for one in exempt] == ["本级自办"]
    assert [row[0].value for row in load_workbook(io.BytesIO(sheet.content)).active.iter_rows(min_row=2)] == [
        task.number
    ]


def test_the_comparison_is_a_spreadsheet_too(town, admissions, browse):
    sheet = browse(town.wu).get(reverse("lists:loads_sheet"))

    assert first_column(sheet) == [town.committee.name]


def test_records_are_paged_by_keyset_without_a_gap_or_a_repeat(town, admissions, ask, now):
    from linli.domains.lists.queries import load_records

    made = {ask(town.tang, now - timedelta(minutes=n // 2), admissions[0]).number for n in range(7)}
    seen, after = [], ""
    while True:
        rows, after = load_records.page_of(
            town.wu, town.committee.pk, load_records.Narrow(now.year), after=after, size=2
        )
        seen += [row.number for row in rows]
        if not after:
            break

    assert len(seen) == 7
    assert set(seen) == made


def test_the_load_of_a_committee_next_door_is_not_there(town, admissions, browse):
    for name in ("lists:load", "lists:load_records", "lists:load_records_sheet"):
        assert browse(town.wu).get(reverse(name, args=[town.west_committee.pk])).status_code == 404
    assert browse(town.tang).get(reverse("lists:loads")).status_code == 404
    with pytest.raises(NotFound):
        loads.load_page(town.wu, town.office.pk, year=2026, at=timezone.now())
