"""The regular contact of a grid with a committee: planned, written down, confirmed by the other side, missed listed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.safety.commands import contacting, field_visits
from linli.domains.safety.commands.contacting import ContactLogRefused, Met, Planned
from linli.domains.safety.models import ContactLog
from linli.domains.safety.queries import contacts
from linli.domains.safety.queries.contact_sides import sides_of
from linli.kernel.devices.verbs import FieldRefused, Made
from linli.kernel.duties.commands import missing
from linli.kernel.duties.eligibility import PlanRefused
from linli.kernel.duties.models import Occurrence
from linli.kernel.errors import NotFound
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from linli.kernel.org.keys import new_key

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""A Monday."""
FRIDAY = datetime(2026, 3, 6, 4, tzinfo=UTC)


@pytest.fixture
def enter(client):
    def sign_in(actor):
        client.force_login(actor.account)
        return client

    return sign_in


def planned(town, *, actor=None, at=NOON):
    weekly = Planned("weekly", 4, date(2026, 3, 2) if at == NOON else timezone.localdate(at))
    return contacting.plan(town.grid, town.committee, weekly, key=new_key(), actor=actor or town.wang, at=at)


def met(town, **more):
    given = {"way": "visit", "topics": "通报本周案件，核对独居老人名单", "agreed": "周三一起走访", **more}
    return Met(town.grid, town.committee, **given)


def written(town, *, actor=None, at=FRIDAY, key=None, **more):
    return contacting.write(met(town, **more), key=key or new_key(), actor=actor or town.hua, at=at)


@pytest.mark.spec("001g-53")
def test_a_planned_contact_is_done_when_the_grid_writes_it_down_in_its_window(town):
    duty = planned(town)

    row = written(town)
    (pair,), _more = contacts.pairs(town.hua, at=FRIDAY)

    assert row.occurrence.duty_id == duty.pk
    assert (row.occurrence.state, row.side) == ("done", "grid")
    assert (pair.done, pair.missed, pair.unconfirmed, pair.share, pair.last_at) == (1, 0, 1, 1.0, FRIDAY)


def test_the_key_of_somebody_elses_record_or_plan_gives_nothing_away(town):
    row, duty = written(town), planned(town)

    with pytest.raises(ContactLogRefused, match="编号"):
        written(town, actor=town.zhou, key=row.pk)
    weekly = Planned("weekly", 4, date(2026, 3, 2))
    with pytest.raises(ContactLogRefused, match="编号"):
        contacting.plan(town.west_grid, town.west_committee, weekly, key=duty.pk, actor=town.zhou, at=NOON)


@pytest.mark.spec("001g-53")
def test_the_other_side_confirms_and_not_the_one_who_wrote_it(town):
    row = written(town)

    with pytest.raises(ContactLogRefused):
        contacting.confirm(row, actor=town.hua, at=FRIDAY)
    with pytest.raises(ContactLogRefused):
        contacting.confirm(row, actor=town.wang, at=FRIDAY)
    with pytest.raises(NotFound):
        contacting.confirm(row, actor=town.zhou, at=FRIDAY)
    kept = contacting.confirm(row, actor=town.ma, at=FRIDAY)

    assert (kept.confirmed_by, kept.confirmed_at) == (town.ma, FRIDAY)
    assert contacting.confirm(row, actor=town.bao, at=FRIDAY).confirmed_by == town.ma


@pytest.mark.spec("001g-53")
def test_what_the_committee_wrote_counts_for_the_plan_once_the_grid_confirms(town):
    planned(town)
    row = written(town, actor=town.ma)

    assert (row.side, row.occurrence) == ("committee", None)
    assert contacting.confirm(row, actor=town.hua, at=FRIDAY).occurrence.state == "done"


@pytest.mark.spec("001g-53")
def test_a_contact_that_did_not_take_place_is_listed_as_missed(town):
    planned(town)
    later = FRIDAY + timedelta(days=4)
    missing.miss_due(at=later)

    (line,) = contacts.missed(town.bao, at=later)
    (pair,), _more = contacts.pairs(town.li, at=later)

    assert (line.on, line.grid, line.committee) == (date(2026, 3, 6), "柳树第七网格", "柳树居委会")
    assert (pair.missed, pair.share) == (1, 0.0)


def test_a_missed_contact_heard_of_late_with_its_true_time_counts(town):
    planned(town)
    later = FRIDAY + timedelta(days=4)
    missing.miss_due(at=later)

    row = written(town, at=later)
    late = contacting.write(met(town, at=FRIDAY), key=new_key(), actor=town.hua, at=later)

    assert row.occurrence is None
    assert (late.occurrence.state, late.occurrence.is_late_sync) == ("done", True)


def test_a_contact_outside_the_plan_is_kept_as_an_extra_one(town):
    planned(town)

    assert written(town, at=NOON).occurrence is None
    assert Occurrence.objects.filter(state="done").count() == 0


def test_what_is_sent_again_is_the_first_to_whoever_sent_it_and_nothing_to_anybody_else(town):
    key = new_key()
    weekly = Planned("weekly", 4, date(2026, 3, 2))
    plan = contacting.plan(town.grid, town.committee, weekly, key=key, actor=town.wang, at=NOON)
    row = written(town)

    assert contacting.plan(town.grid, town.committee, weekly, key=key, actor=town.wang, at=NOON) == plan
    assert written(town, key=row.pk) == row
    with pytest.raises(ContactLogRefused, match="别的记录"):
        contacting.plan(town.grid, town.committee, weekly, key=key, actor=town.zhou, at=NOON)
    for actor in (town.ma, town.zhou):
        with pytest.raises(ContactLogRefused, match="别的记录"):
            written(town, key=row.pk, actor=actor)


def test_one_plan_for_a_pair_and_only_by_who_plans_there(town):
    planned(town)

    with pytest.raises(ContactLogRefused):
        planned(town)
    with pytest.raises(PlanRefused):
        contacting.plan(
            town.grid8, town.committee, Planned("weekly", 4, date(2026, 3, 2)), key=new_key(), actor=town.hua, at=NOON
        )


def test_a_grid_is_in_contact_with_a_committee_of_its_own_street(town):
    with pytest.raises(ContactLogRefused):
        contacting.plan(
            town.grid, town.west_committee, Planned("weekly", 4, date(2026, 3, 2)), key=new_key(), actor=town.wang,
            at=NOON,
        )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [{"topics": " "}, {"way": "smoke"}, {"topics": "张三 13812345678"}, {"agreed": "打13812345678"},
     {"at": FRIDAY + timedelta(hours=1)}, {"at": FRIDAY - timedelta(days=40)}],
)  # fmt: skip
def test_a_contact_says_what_was_talked_of_and_names_nobody(town, wrong):
    with pytest.raises(ContactLogRefused):
        contacting.write(met(town, **wrong), key=new_key(), actor=town.hua, at=FRIDAY)


def test_sent_twice_it_is_one_contact(town):
    key = new_key()

    first, again = written(town, key=key), written(town, key=key)

    assert first.pk == again.pk
    assert ContactLog.objects.count() == 1


@pytest.mark.spec("001g-53")
def test_what_has_to_be_followed_up_becomes_a_case(town):
    row = written(town, follow_up="柳树路12号门口井盖松动")

    case = Matter.objects.get(pk=row.case_id)
    assert (case.flow, case.title[:4]) == ("case", "柳树路1")
    lines, _more = contacts.logs(town.ma, at=FRIDAY)
    assert lines[0].case_number == case.number


def test_strangers_see_no_contact_and_write_none(town):
    written(town)

    with pytest.raises(NotFound):
        written(town, actor=town.zhou)
    assert contacts.logs(town.zhou, at=FRIDAY) == ([], "")
    with pytest.raises(NotFound):
        contacts.get_committee(town.committee.pk, actor=town.zhou, at=FRIDAY)


def test_a_log_is_paged_and_searched_by_its_words(town):
    for n in range(contacts.PAGE + 2):
        written(town, at=FRIDAY + timedelta(minutes=n), topics=f"第{n}次通气")

    first, more = contacts.logs(town.ma, at=FRIDAY + timedelta(days=1))
    rest, end = contacts.logs(town.ma, at=FRIDAY + timedelta(days=1), after=more)

    assert (len(first), len(rest), end) == (contacts.PAGE, 2, "")
    assert {one.id for one in first}.isdisjoint(one.id for one in rest)
    assert len(contacts.logs(town.ma, at=FRIDAY, text="第7次")[0]) == 1


def test_the_overview_asks_a_fixed_number_of_questions(town, django_assert_max_num_queries):
    planned(town)
    contacting.plan(
        town.grid8, town.committee, Planned("monthly", 0, date(2026, 3, 2)), key=new_key(), actor=town.bao, at=NOON
    )

    with django_assert_max_num_queries(6):
        found, _more = contacts.pairs(town.li, at=NOON)

    assert len(found) == 2


def phoned(town, name="contact.file", *, actor=None, **fields):
    return Made(
        id=new_key(), name=name, actor=actor or town.hua, about="", fields=fields, files=(), seen=None,
        taken_at=FRIDAY, at=FRIDAY + timedelta(hours=3), is_late=False,
    )  # fmt: skip


@pytest.mark.spec("001g-53")
def test_a_phone_tells_of_a_contact_hours_later_with_its_true_time(town):
    planned(town)

    done = field_visits.file_contact(
        phoned(town, grid=town.grid.pk, committee=town.committee.pk, way="visit", topics="联系人13812345678", agreed="")
    )

    row = ContactLog.objects.get()
    assert (row.at, row.occurrence.state) == (FRIDAY, "done")
    assert "13812345678" not in row.topics
    assert done.facts["planned"] is True


def test_a_phone_names_a_grid_of_its_own(town):
    with pytest.raises(NotFound):
        field_visits.file_contact(
            phoned(town, grid=town.west_grid.pk, committee=town.committee.pk, way="visit", topics="通气")
        )
    with pytest.raises(FieldRefused):
        field_visits.file_contact(phoned(town, committee=town.committee.pk, way="", topics="通气"))


def test_contacts_are_planned_written_and_confirmed_by_the_pages(town, enter):
    now = timezone.localtime()
    plan = {"grid": town.grid.pk, "committee": town.committee.pk, "every": "weekly", "weekday": 4,
            "starts_on": f"{now:%Y-%m-%d}", "opens": "09:00", "closes": "17:30"}  # fmt: skip
    said = {"grid": town.grid.pk, "committee": town.committee.pk, "at": f"{now - timedelta(minutes=5):%Y-%m-%dT%H:%M}",
            "way": "phone", "topics": "核对台账", "agreed": "", "follow_up": ""}  # fmt: skip

    browser = enter(town.wang)
    answers = [browser.post(reverse("safety:plan_contact"), plan).status_code for _n in range(2)]
    wrote = browser.post(reverse("safety:write_contact"), said).status_code
    refused = browser.post(reverse("safety:write_contact"), {**said, "topics": "13812345678"}).status_code
    row = ContactLog.objects.get()
    browser = enter(town.ma)
    shown = browser.get(reverse("safety:committee_contacts", args=[town.committee.pk])).content.decode()
    browser.post(reverse("safety:confirm_contact", args=[row.pk]))

    assert (answers, wrote, refused) == ([302, 422], 302, 422)
    assert "核对台账" in shown
    assert "确认属实" in shown
    assert ContactLog.objects.get().confirmed_by == town.ma
    assert browser.get(reverse("safety:contacts")).status_code == 200
    assert browser.get(reverse("safety:contacts_sheet")).content[:2] == b"PK"
    assert enter(town.zhou).get(reverse("safety:committee_contacts", args=[town.committee.pk])).status_code == 404


def test_who_may_speak_for_which_side_is_told_by_their_posts(town):
    given = {"grid": town.grid, "committee": town.committee, "at": NOON}

    sides = {name: sides_of(getattr(town, name), **given) for name in ("hua", "wang", "ma", "bao", "fu")}

    assert sides == {
        "hua": {"grid"}, "wang": {"grid"}, "ma": {"committee"}, "bao": {"committee"}, "fu": frozenset(),
    }  # fmt: skip
    assert org.home_of(town.grid) == town.street
