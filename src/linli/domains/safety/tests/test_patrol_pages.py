"""Pages of patrols: the log and its walks, plan, targets, coverage, live, missed rounds, books; who finds what."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.safety.commands import covering, tracking
from linli.domains.safety.commands.tracking import Step
from linli.domains.safety.models import Cell, LogEntry, Road, SafetyObject
from linli.domains.safety.tests.patrolling import MINUTE, NINE, NOON, begin, end, log, round_on, route, site, walk
from linli.kernel.duties import commands as duties
from linli.kernel.org.models import Reading
from tests.evidence import photo


@pytest.fixture
def as_(client, town):
    def go(name, path, query="", **args):
        client.force_login(getattr(town, name).account)
        return client.get(reverse(f"safety:{path}", kwargs=args or None) + query)

    return go


@pytest.fixture
def walked(town):
    """A walk of yesterday past two sites, with a problem on the way; heard of at once."""
    at = timezone.now() - timedelta(days=1)
    sites = [site(town), site(town, 1, name="电动车充电棚")]
    patrol = begin(town.hua, at)
    log(patrol, sites[0], at + MINUTE, lon=121.405, lat=31.21, site=sites[0].pk, tag=sites[0].tag)
    log(patrol, sites[1], at + 2 * MINUTE, condition="problem", note="充电线乱拉", files=[photo(town.hua)])
    log(patrol, sites[1], at + 3 * MINUTE, site=sites[1].pk)
    end(patrol, at + 9 * MINUTE, metres=300.0)
    return patrol


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.mark.spec("000-51")
def test_the_log_is_searched_narrowed_and_exported(walked, as_):
    assert text(as_("wang", "patrol_log")).count("data-id=") == 3
    assert text(as_("wang", "patrol_log", "?condition=problem")).count("data-id=") == 1
    assert text(as_("wang", "patrol_log", "?proof=none")).count("data-id=") == 1
    assert text(as_("wang", "patrol_log", "?q=充电棚")).count("data-id=") == 2
    assert text(as_("wang", "patrol_log", "?q=乱拉")).count("data-id=") == 1
    assert as_("wang", "patrol_log_sheet", "?q=乱拉").content[:2] == b"PK"


@pytest.mark.parametrize("day", ["0001-01-05", "9999-12-31"])
def test_the_log_of_a_day_at_the_end_of_the_calendar_is_empty(walked, as_, day):
    assert text(as_("wang", "patrol_log", f"?until={day}&since={day}")).count("data-id=") == 0
    assert "data-id=" not in text(as_("wang", "patrol_log", f"?until={day}"))


def test_the_log_is_paged_both_ways(walked, as_, monkeypatch):
    from linli.domains.safety.queries import patrol_log
    from linli.kernel.org import queries as org

    actor = walked.actor
    post = org.posts_of(actor)[0]
    narrow, now = patrol_log.Narrow(), timezone.now()
    first = patrol_log.page(actor, post, narrow, at=now, limit=2)
    second = patrol_log.page(actor, post, narrow, at=now, after=first.after, limit=2)
    back = patrol_log.page(actor, post, narrow, at=now, before=second.before, limit=2)

    assert [len(first.rows), len(second.rows)] == [2, 1]
    assert [row.id for row in back.rows] == [row.id for row in first.rows]
    assert second.after == ""


def test_the_log_costs_the_same_statements_for_three_lines_and_for_thirty(
    walked, town, as_, django_assert_max_num_queries
):
    as_("wang", "patrol_log")
    patrol = begin(town.hua, timezone.now() - timedelta(hours=2))
    for n in range(27):
        log(patrol, at=timezone.now() - timedelta(hours=1) + n * MINUTE)

    with django_assert_max_num_queries(14):
        assert text(as_("wang", "patrol_log")).count("data-id=") == 30


@pytest.mark.spec("000-51")
def test_a_walk_shows_its_lines_and_hands_a_problem_on_as_a_case_with_its_source(walked, as_, client, town):
    problem = LogEntry.objects.get(condition="problem")
    page = text(as_("wang", "walk", key=walked.pk))
    assert "充电线乱拉" in page
    assert "转为案件" in page

    client.post(reverse("safety:report_entry", args=[problem.pk]))
    client.post(reverse("safety:report_entry", args=[problem.pk]))

    (follow,) = problem.follows.all()
    assert follow.matter.flow == "case"
    assert follow.matter.case.source == "02"
    assert follow.matter.number in text(as_("wang", "walk", key=walked.pk))


def test_photos_walks_and_logs_next_door_are_not_found(walked, as_):
    problem = LogEntry.objects.get(condition="problem")

    shown = as_("wang", "log_photo", entry=problem.pk, file_id=problem.files[0], variant="thumb")
    assert shown.getvalue()
    assert as_("zhou", "log_photo", entry=problem.pk, file_id=problem.files[0], variant="thumb").status_code == 404
    assert as_("zhou", "walk", key=walked.pk).status_code == 404
    assert "data-id=" not in text(as_("zhou", "patrol_log"))


def put_track(patrol, town):
    steps = [Step(n, patrol.began_at + n * MINUTE, 121.405 + n * 0.0003, 31.21) for n in range(1, 6)]
    tracking.track(patrol.pk, steps, actor=town.hua, at=timezone.now())


def test_a_track_is_shown_to_the_walker_and_to_who_plans_only_after_saying_why(walked, as_, client, town):
    put_track(walked, town)
    assert "121.4053" in text(as_("hua", "walk", key=walked.pk))
    assert "121.4053" not in text(as_("wang", "walk", key=walked.pk))
    track = reverse("safety:walk_track", args=[walked.pk])

    assert client.post(track, {"purpose": ""}).status_code == 422
    assert not Reading.objects.exists()
    assert "121.4053" in text(client.post(track, {"purpose": "核对漏巡"}))

    reading = Reading.objects.get()
    assert (reading.reader, reading.actor, reading.field, reading.purpose) == (town.wang, town.hua, "track", "核对漏巡")
    client.force_login(town.ma.account)
    assert client.post(track, {"purpose": "随便看看"}).status_code == 404


@pytest.mark.spec("000-52")
def test_targets_that_no_route_covers_and_those_overdue_are_listed(town, as_):
    covered, bare = site(town), site(town, 1)
    for one, target in ((covered, "source"), (bare, "key_place")):
        SafetyObject.objects.create(site=one, home=town.street, target=target, made_by=town.wang, made_at=NOON)
    SafetyObject.objects.filter(pk=covered.pk).update(last_patrol_at=timezone.now())
    route(town, [covered])

    uncovered = text(as_("wang", "patrol_targets", "?lack=uncovered"))
    overdue = text(as_("wang", "patrol_targets", "?lack=overdue"))

    assert (bare.code in uncovered, covered.code in uncovered) == (True, False)
    assert (bare.code in overdue, covered.code in overdue) == (True, False)
    assert text(as_("wang", "patrol_plan")).count("lack=uncovered") == 3
    assert as_("wang", "patrol_targets_sheet").content[:2] == b"PK"


@pytest.mark.spec("001g-62")
def test_a_key_area_shows_its_own_frequency_its_keeper_and_what_went_wrong_there(town, as_):
    spot = site(town, name="城中村口")
    SafetyObject.objects.create(
        site=spot, home=town.street, every_days=2, keeper=town.hua, problems="去年夏天飞线充电起火", made_by=town.wang,
        made_at=NOON,
    )  # fmt: skip

    page = text(as_("wang", "patrol_targets", "?lack=key_area"))

    assert all(words in page for words in ("城中村口", "每 2 天", "花开", "飞线充电起火", "未覆盖"))


@pytest.mark.spec("001g-18", "000-52")
def test_missed_rounds_are_listed_until_they_turn_out_to_have_been_walked(town, as_):
    sites = [site(town)]
    made = route(town, sites)
    at = timezone.localtime(round_on(made, 10).opens_at)
    duties.miss_due(at=at + timedelta(hours=4))
    from linli.domains.safety.queries import patrol_missed
    from linli.kernel.org import queries as org

    post = org.posts_of(town.wang)[0]
    missed = patrol_missed.page(town.wang, post, at=at + timedelta(hours=5))
    assert made.duty.title in {row.title for row in missed.rows}
    before = len(missed.rows)

    walk(town.hua, sites, at, heard=at + timedelta(hours=6), route=made.pk)

    assert len(patrol_missed.page(town.wang, post, at=at + timedelta(hours=7)).rows) == before - 1
    assert as_("wang", "missed_patrols").status_code == 200
    assert as_("wang", "missed_patrols_sheet").content[:2] == b"PK"


def test_who_is_out_is_seen_by_who_commands_there_until_the_walk_ends(town, as_, client):
    patrol = begin(town.hua, timezone.now() - timedelta(minutes=20))
    put_track(patrol, town)

    assert "花开" in text(as_("wang", "patrols_live"))
    mark = as_("lin", "live_marks").json()["features"][0]
    assert mark["properties"]["look"] == "ok"
    assert as_("ma", "patrols_live").status_code == 404
    assert as_("zhou", "live_marks").json()["features"] == []

    end(patrol, timezone.now())
    assert as_("lin", "live_marks").json()["features"] == []


def test_coverage_says_which_ground_and_which_roads_nobody_walked(town, as_):
    feature = {
        "properties": {"name": "柳树路", "highway": "residential"},
        "geometry": {"type": "LineString", "coordinates": [[121.402, 31.21], [121.408, 31.21]]},
    }
    covering.load_roads([feature], district=town.district, source="© OpenStreetMap contributors")
    covering.lay_cells(town.street)
    cells = Cell.objects.filter(road=Road.objects.get())
    assert cells.count() in (6, 7)
    assert Cell.objects.filter(unit=town.grid8, road=None).exists()
    assert "</svg>没有走</span>" in text(as_("wang", "coverage"))

    put_track(begin(town.hua, timezone.now() - timedelta(minutes=20)), town)

    assert cells.exclude(walked_at=None).count() in (2, 3)
    page = text(as_("wang", "coverage"))
    assert "</svg>没有走</span>" not in page
    assert as_("wang", "coverage_sheet").content[:2] == b"PK"
    covering.lay_cells(town.street)
    assert Cell.objects.exclude(walked_at=None).count() in (2, 3)


@pytest.mark.spec("002-39")
def test_the_book_of_a_building_shows_every_day_of_the_month_and_the_days_missing(town, as_, client):
    building = site(town, name="柳树苑3号楼")
    made = route(town, [], kind="building", building=building.pk, holder=town.ma, unit=town.committee, name="3号楼日巡",
                 by=town.bao)  # fmt: skip
    walk(town.ma, [building], route=made.pk)
    duties.miss_due(at=NINE + timedelta(days=3))

    page = text(as_("bao", "patrol_book", "?month=2026-03", key=made.pk))

    assert "已记 1 天，缺 2 天" in page
    assert page.count("缺：没有人记") == 2
    assert "马莲" in page
    assert "柳树苑3号楼" in text(as_("bao", "patrol_books", "?month=2026-03"))
    assert as_("zhou", "patrol_book", key=made.pk).status_code == 404


DESKS = (
    "patrol_plan", "patrol_targets", "missed_patrols", "coverage", "patrol_books", "teams", "guard", "joints",
    "patrol_log",
)  # fmt: skip


@pytest.mark.parametrize("who", ["meng", "deng", "root"])
def test_desks_open_empty_for_whoever_has_nothing_there(town, as_, who):
    assert {name: as_(who, name).status_code for name in DESKS} == dict.fromkeys(DESKS, 200)


def test_a_route_is_planned_on_the_page_changed_and_stopped(town, as_, client):
    spots = [site(town), site(town, 1)]
    client.force_login(town.wang.account)
    tomorrow = timezone.localdate() + timedelta(days=1)
    said = {
        "name": "夜巡", "kind": "grid", "every": "weekly", "weekdays": ["0", "4"], "opens": "19:00", "closes": "21:00",
        "grace_minutes": "30", "holder": str(town.hua.pk), "starts_on": tomorrow.isoformat(),
        "points": [str(one.pk) for one in spots], f"no_{spots[0].pk}": "2", f"no_{spots[1].pk}": "1",
        f"ask_{spots[1].pk}": "看灭火器",
    }  # fmt: skip
    add = reverse("safety:add_route") + f"?unit={town.grid.pk}"
    assert client.get(add).status_code == 200
    assert client.post(add, said | {"weekdays": []}).status_code == 422
    answer = client.post(add, said)
    assert answer.status_code == 302, answer.content.decode()
    page = text(client.get(answer.url))
    assert "每周一、五 19:00–21:00" in page
    assert page.index("看灭火器") < page.index("点位0")
    key = int(answer.url.rstrip("/").rpartition("/")[2])

    change = reverse("safety:change_route_points", args=[key])
    assert client.get(change).status_code == 200
    assert client.post(change, {"points": [str(spots[0].pk)], "reason": "另一处已拆"}).status_code == 302
    assert "以前的点位" in text(client.get(answer.url))

    time = reverse("safety:change_route_time", args=[key])
    assert client.get(time).status_code == 200
    later = {"every": "daily", "opens": "20:00", "closes": "22:00", "grace_minutes": "30", "holder": "grid_officer",
             "from_on": tomorrow.isoformat(), "reason": "居民反映夜里吵"}  # fmt: skip
    assert client.post(time, later).status_code == 302
    assert "每天 20:00–22:00" in text(client.get(answer.url))

    assert client.post(reverse("safety:end_route", args=[key]), {"reason": "并入另一条"}).status_code == 302
    assert "并入另一条" in text(client.get(answer.url))
    assert as_("zhou", "route", key=key).status_code == 404
    assert as_("hua", "change_route_points", key=key).status_code == 404
