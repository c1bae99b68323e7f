"""Walks and the electronic log: proof, order of arrival, rounds done late or missed, a log that only grows."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from linli.domains.safety.commands import tracking, walking
from linli.domains.safety.commands.tracking import Step
from linli.domains.safety.commands.walking import NotBegunRefused, PatrolRefused, Seen
from linli.domains.safety.models import LogEntry, Patrol, SafetyObject, TrackPoint
from linli.domains.safety.tests.patrolling import (
    MINUTE,
    NINE,
    NOON,
    begin,
    end,
    log,
    round_on,
    route,
    site,
    walk,
)
from linli.kernel.duties import commands as duties
from linli.kernel.errors import Refused
from linli.kernel.org.models import Post
from tests.evidence import photo

METRE = 1 / 111_320


@pytest.mark.spec("000-51")
def test_a_line_of_the_log_says_who_when_where_what_and_keeps_its_photo(town):
    spot = site(town)
    picture = photo(town.hua)

    entry = log(begin(town.hua), spot, NINE + MINUTE, condition="mended", note="消防通道堆物已清走", files=[picture],
                tag=spot.tag, lon=spot.lon, lat=spot.lat + 5 * METRE)  # fmt: skip

    kept = LogEntry.objects.get(pk=entry.pk)
    assert (kept.actor, kept.taken_at, kept.site, kept.unit) == (town.hua, NINE + MINUTE, spot, town.grid)
    assert (kept.proof, kept.distance_m, kept.condition) == ("code", 5.0, "mended")
    assert kept.files == [picture.file_id]


@pytest.mark.spec("000-51")
@pytest.mark.parametrize("write", ["update safety_logentry set note = 'x'", "delete from safety_logentry"])
def test_the_database_refuses_every_change_of_the_log(town, write):
    log(begin(town.hua), site(town))

    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(write)


@pytest.mark.parametrize(
    ("metres", "accuracy", "proof"),
    [(40, 5, "position"), (60, 5, "none"), (90, 95, "position"), (140, 500, "none"), (4000, 10, "none")],
)
def test_a_position_proves_within_fifty_metres_or_its_own_accuracy_up_to_a_hundred(town, metres, accuracy, proof):
    spot = site(town)

    entry = log(begin(town.hua), site=spot.pk, lon=spot.lon, lat=spot.lat + metres * METRE, accuracy_m=accuracy)

    assert (entry.proof, round(entry.distance_m)) == (proof, metres)


def test_the_code_of_another_site_is_kept_beside_the_line_and_proves_nothing(town):
    spot, other = site(town), site(town, 1)

    entry = log(begin(town.hua), site=spot.pk, tag=other.tag)

    assert (entry.site, entry.scanned, entry.proof) == (spot, other, "none")


def test_a_line_before_its_beginning_is_refused_so_that_it_is_sent_again(town):
    with pytest.raises(NotBegunRefused):
        walking.log(Seen(uuid4(), uuid4(), NINE), actor=town.hua, at=NINE)


def test_of_a_walk_elsewhere_nothing_is_told_not_even_that_there_is_one(town):
    patrol = begin(town.hua)
    step = Step(0, NINE + MINUTE, 121.405, 31.21)

    def answer_to(key, verb):
        with pytest.raises(NotBegunRefused) as refused:
            verb(key)
        return str(refused.value), refused.value.field

    verbs = (
        lambda key: walking.log(Seen(uuid4(), key, NINE), actor=town.zhou, at=NINE),
        lambda key: walking.end(walking.Ended(key, NINE), actor=town.zhou, at=NINE),
        lambda key: tracking.track(key, [step], actor=town.zhou, at=NINE + 2 * MINUTE),
    )
    for verb in verbs:
        assert answer_to(patrol.pk, verb) == answer_to(uuid4(), verb)
    patrol.refresh_from_db()
    assert patrol.ended_at is None


@pytest.mark.spec("000-54")
def test_a_line_that_comes_after_the_end_is_kept_with_its_true_time_and_marked(town):
    spot = site(town)
    patrol = end(begin(town.hua), NINE + 30 * MINUTE)

    entry = log(patrol, spot, NINE + 5 * MINUTE, heard=NINE + 90 * MINUTE)

    assert entry.is_late_sync
    assert entry.taken_at == NINE + 5 * MINUTE
    assert entry.recorded_at == NINE + 90 * MINUTE


def test_each_command_sent_again_gives_what_it_gave_the_first_time(town):
    spot, key = site(town), uuid4()
    patrol = begin(town.hua, id=key)
    entry = log(patrol, spot)

    assert begin(town.hua, id=key) == patrol
    assert log(patrol, spot, id=entry.pk) == entry
    assert end(end(patrol, NINE + MINUTE), NINE + 9 * MINUTE).ended_at == NINE + MINUTE
    assert (Patrol.objects.count(), LogEntry.objects.count()) == (1, 1)


def test_the_key_of_another_persons_walk_is_refused(town):
    patrol = begin(town.hua)

    with pytest.raises(PatrolRefused):
        begin(town.wang, id=patrol.pk)


def test_a_stranger_may_not_walk_here_nor_write_in_a_walk_of_here(town):
    patrol = begin(town.hua)

    with pytest.raises(PatrolRefused):
        begin(town.zhou, unit=town.grid.pk)
    with pytest.raises(PatrolRefused):
        log(patrol, actor=town.zhou)


def officer_of_the_west(town):
    over = town.west_committee
    Post.objects.create(actor=town.zhou, unit=over, over=over, role="committee_worker", since=date(2021, 1, 1))
    return town.zhou


def test_a_stranger_adds_nothing_to_a_round_of_here_from_a_walk_of_their_own(town):
    made, stranger = route(town, [site(town)]), officer_of_the_west(town)

    with pytest.raises(PatrolRefused):
        begin(stranger, unit=town.west_committee.pk, route=made.pk, occurrence=round_on(made).pk)


def test_a_site_of_elsewhere_cannot_be_said_to_have_been_patrolled(town):
    spot = site(town)
    patrol = begin(officer_of_the_west(town), unit=town.west_committee.pk)

    with pytest.raises(PatrolRefused):
        log(patrol, site=spot.pk, lon=spot.lon, lat=spot.lat)
    entry = log(patrol, spot)

    assert (entry.site, entry.scanned, entry.proof, entry.unit) == (None, None, "none", town.west_committee)


def test_several_people_write_in_one_walk(town):
    patrol = begin(town.hua)

    log(patrol, site(town), actor=town.ma)

    assert patrol.log.get().actor == town.ma


def test_a_problem_is_described_and_numbers_of_people_are_masked(town):
    patrol = begin(town.hua)
    with pytest.raises(PatrolRefused):
        log(patrol, condition="problem")

    entry = log(patrol, condition="problem", note="楼道堆物，业主13800138000")

    assert "138" not in entry.note


@pytest.mark.spec("001g-18")
def test_a_round_whose_points_are_proven_in_its_window_is_done(town):
    sites = [site(town), site(town, 1)]
    made = route(town, sites)

    walk(town.hua, sites, route=made.pk)

    done = round_on(made)
    assert (done.state, done.done_at, done.done_by) == ("done", NINE + 10 * MINUTE, town.hua)


@pytest.mark.spec("001g-18")
def test_a_round_with_a_point_left_out_stays_due_and_is_missed(town):
    sites = [site(town), site(town, 1)]
    made = route(town, sites)

    walk(town.hua, sites[:1], route=made.pk)

    assert round_on(made).state == "due"
    duties.miss_due(at=NINE + timedelta(hours=4))
    assert round_on(made).state == "missed"


def test_a_round_that_wants_only_some_points_is_done_with_these(town):
    sites = [site(town, n) for n in range(3)]
    made = route(town, sites, least=2)

    walk(town.hua, [sites[0], sites[2]], route=made.pk)

    assert round_on(made).state == "done"


def test_a_round_in_order_is_not_done_by_passing_its_points_backwards(town):
    sites = [site(town), site(town, 1)]
    made = route(town, sites, in_order=True)

    walk(town.hua, sites[::-1], route=made.pk)
    assert round_on(made).state == "due"

    walk(town.hua, sites, NINE + 40 * MINUTE, route=made.pk)
    assert round_on(made).state == "done"


def test_a_round_walked_in_the_grace_is_late(town):
    sites = [site(town)]
    made = route(town, sites)

    walk(town.hua, sites, NINE + 130 * MINUTE, route=made.pk)

    assert round_on(made).state == "late"


@pytest.mark.spec("000-54", "000-52")
def test_a_missed_round_that_was_walked_in_time_without_network_becomes_done(town):
    sites = [site(town)]
    made = route(town, sites)
    duties.miss_due(at=NINE + timedelta(hours=5))

    walk(town.hua, sites, heard=NINE + timedelta(hours=6), route=made.pk)

    found = round_on(made)
    assert (found.state, found.is_late_sync, found.done_at) == ("done", True, NINE + 5 * MINUTE)


def test_the_round_of_another_is_not_done_by_somebody_elses_walk(town):
    sites = [site(town)]
    made = route(town, sites)

    walk(town.ma, sites, route=made.pk)

    assert round_on(made).state == "due"
    assert Patrol.objects.get().log.count() == 1


@pytest.mark.spec("000-54")
def test_the_object_knows_when_it_was_last_patrolled_also_from_a_late_line(town):
    spot = site(town)
    SafetyObject.objects.create(site=spot, home=town.street, target="point", made_by=town.wang, made_at=NOON)

    walk(town.hua, [spot], heard=NINE + timedelta(hours=6))

    assert SafetyObject.objects.get().last_patrol_at == NINE + 5 * MINUTE


def test_an_unproven_line_does_not_count_as_a_visit(town):
    spot = site(town)
    SafetyObject.objects.create(site=spot, home=town.street, target="point", made_by=town.wang, made_at=NOON)

    log(begin(town.hua), site=spot.pk)

    assert SafetyObject.objects.get().last_patrol_at is None


def steps(count, *, apart_m=20.0, first=1):
    return [Step(n, NINE + n * MINUTE, 121.405, 31.21 + n * apart_m * METRE) for n in range(first, first + count)]


def test_a_track_is_thinned_by_distance_and_not_doubled_when_sent_again(town):
    patrol = begin(town.hua)

    for _n in range(2):
        tracking.track(patrol.pk, steps(30, apart_m=5.1), actor=town.hua, at=NINE + 40 * MINUTE)

    found = TrackPoint.objects.filter(patrol=patrol).order_by("no")
    assert [one.no for one in found] == list(range(1, 31, 3))


def test_a_track_is_bounded(town, monkeypatch):
    monkeypatch.setattr(tracking, "MOST_POINTS", 25)
    patrol = begin(town.hua)

    for first in (1, 21, 41):
        tracking.track(patrol.pk, steps(20, first=first), actor=town.hua, at=NINE + 80 * MINUTE)

    assert TrackPoint.objects.filter(patrol=patrol).count() == 25


def test_nobody_sends_the_track_of_another_and_no_resident_has_one(town):
    patrol = begin(town.hua)

    with pytest.raises(Refused):
        tracking.track(patrol.pk, steps(3), actor=town.wang, at=NINE)


def test_points_that_cannot_be_are_refused_and_inexact_ones_left_out(town):
    patrol = begin(town.hua)
    with pytest.raises(Refused):
        tracking.steps_from([["a", None]])

    rough = [Step(1, NINE, 121.4, 31.2, 900.0), Step(2, NINE, 721.4, 31.2), Step(3, NINE, 121.4, 31.2, 8.0)]

    assert tracking.track(patrol.pk, rough, actor=town.hua, at=NINE) == 1


def test_tracks_are_dropped_after_thirty_days(town):
    patrol = begin(town.hua)
    tracking.track(patrol.pk, steps(5), actor=town.hua, at=NINE + 9 * MINUTE)

    assert tracking.drop_old(at=NINE + timedelta(days=29)) == 0
    assert tracking.drop_old(at=NINE + timedelta(days=31)) == 5


def test_tracks_do_not_survive_a_crash_on_purpose(db):
    with connection.cursor() as cursor:
        cursor.execute("select relpersistence from pg_class where relname = 'safety_trackpoint'")
        assert cursor.fetchone() == ("u",)
