import io
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.domains.organisation.commands import groups as commands
from linli.domains.organisation.models import GridGroup, GroupPost
from linli.domains.organisation.queries import groups as queries
from linli.kernel.errors import NotFound
from linli.kernel.flow.models import Attachment, Matter
from linli.kernel.messages.models import Notice
from linli.kernel.org.commands import links, posts
from linli.kernel.org.commands.changes import RightRefused
from linli.kernel.org.models import Actor, Post, Unit
from tests.evidence import jpeg

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
def enter(client):
    def go(actor):
        client.force_login(actor.account)
        return client

    return go


@pytest.fixture
def group(town):
    commands.create_groups(actor=town.root, at=NOON)
    return GridGroup.objects.select_related("unit").get(unit=town.grid)


@pytest.mark.spec("004-83")
def test_every_grid_gets_its_group_in_a_fixed_number_of_statements_for_each_500(town):
    grids = (
        Unit(code=f"g{n:04}", name=f"第{n}网格", kind="grid", level="grid", parent=town.committee) for n in range(1223)
    )
    Unit.objects.bulk_create(grids)

    with CaptureQueriesContext(connection) as asked:
        made = commands.create_groups(actor=town.root, at=NOON)

    written = [query for query in asked if query["sql"].startswith("INSERT")]
    assert made == 1226
    assert GridGroup.objects.count() == 1226
    assert len(written) == 2 * 3
    assert len(asked) <= 6 + 8
    assert commands.create_groups(actor=town.root, at=NOON) == 0


def test_only_who_keeps_the_units_makes_groups(town):
    with pytest.raises(RightRefused):
        commands.create_groups(actor=town.hua, at=NOON)


@pytest.mark.spec("004-83")
def test_members_follow_the_posts_and_the_six_kinds_of_people_are_there(town, group):
    beat = Unit.objects.create(code="b1", name="东街一警务区", kind="police_beat", parent=town.street)
    for name, role, unit, title in (
        ("梁警", "handler", beat, "社区民警"),
        ("楼管", "liaison", town.property, "楼栋管理员"),
        ("安宁", "informant", town.grid, "安全员"),
    ):
        person = Actor.objects.create(kind="staff", name=name)
        posts.appoint(person, role, unit, title=title, since=date(2026, 1, 1), actor=town.guan, at=NOON)
    links.link(town.grid, beat, "police_beat", since=date(2026, 1, 1), actor=town.root, at=NOON)
    commands.add_resident(group, name="王小明", phone="13812345678", actor=town.wang, at=NOON)

    members = {line.name: line.capacity for line in queries.members_of(group, at=NOON)}

    assert members == {
        "花开": "officer", "王格": "officer", "安宁": "safety_officer", "楼管": "building_manager", "梁警": "police",
        "马莲": "committee", "王**": "resident",
    }  # fmt: skip
    Post.objects.filter(actor=town.hua).update(until=date(2026, 2, 1))
    assert "花开" not in {line.name for line in queries.members_of(group, at=NOON)}


def test_a_message_reaches_every_member_but_its_author(town, group):
    commands.add_resident(group, name="王小明", phone="13812345678", actor=town.wang, at=NOON)

    commands.write(group, text="明天九点停水检修", actor=town.hua, at=NOON)

    told = Notice.objects.filter(code="group_post")
    assert {notice.actor.name for notice in told if notice.actor.kind == "staff"} == {"王格", "马莲"}
    assert told.filter(actor__kind="resident").count() == 1
    assert told.first().subject == "柳树第七网格信息群"


def test_a_number_that_is_known_is_one_person(town, group):
    one = commands.add_resident(group, name="王小明", phone="13812345678", actor=town.wang, at=NOON)
    again = commands.add_resident(group, name="小明", phone="138 1234 5678", actor=town.wang, at=NOON)

    assert one == again
    assert Actor.objects.filter(kind="resident").count() == 1


@pytest.mark.spec("004-83")
def test_a_message_with_its_photo_becomes_one_case_and_never_two(town, group, enter):
    browser = enter(town.hua)
    photo = io.BytesIO(jpeg("before"))
    photo.name = "pit.jpg"
    browser.post(reverse("organisation:group", args=[town.grid.pk]), {"text": "柳树路井盖没了", "photo": photo})
    post = GroupPost.objects.get()

    browser.post(reverse("organisation:hand_on", args=[post.pk]))
    browser.post(reverse("organisation:hand_on", args=[post.pk]))

    matter = Matter.objects.get(flow="case")
    post.refresh_from_db()
    assert post.matter == matter
    assert matter.home == town.street
    assert Attachment.objects.filter(matter=matter).count() == 1
    assert matter.number in browser.get(reverse("organisation:group", args=[town.grid.pk])).content.decode()


def test_a_photo_is_served_to_who_may_read_the_group_and_to_nobody_else(town, group, enter):
    photo = io.BytesIO(jpeg("before"))
    photo.name = "pit.jpg"
    enter(town.hua).post(reverse("organisation:group", args=[town.grid.pk]), {"text": "积水", "photo": photo})
    post = GroupPost.objects.get()
    address = reverse("organisation:group_file", args=[post.pk, post.files.get().pk, "view"])

    assert enter(town.lin).get(address).getvalue()[:2] == b"\xff\xd8"
    assert enter(town.zhou).get(address).status_code == 404


def test_a_group_next_door_is_not_there_and_a_stranger_cannot_write(town, group, enter):
    browser = enter(town.zhou)

    assert browser.get(reverse("organisation:group", args=[town.grid.pk])).status_code == 404
    assert browser.post(reverse("organisation:group", args=[town.grid.pk]), {"text": "x"}).status_code == 404
    with pytest.raises(NotFound):
        commands.write(group, text="推销", actor=town.zhou, at=NOON)
    with pytest.raises(NotFound):
        commands.add_member(group, town.zhou, "police", actor=town.ma, at=NOON)


def test_personal_data_in_a_message_is_refused_beside_the_field(town, group, enter):
    answer = enter(town.hua).post(reverse("organisation:group", args=[town.grid.pk]), {"text": "找张三 13812345678"})

    assert answer.status_code == 422
    assert "不要写个人信息" in answer.content.decode()
    assert GroupPost.objects.count() == 0


def test_staff_are_added_and_removed_by_hand(town, group, enter):
    browser = enter(town.wang)

    browser.post(
        reverse("organisation:add_member", args=[town.grid.pk]), {"person": town.zhao.pk, "capacity": "safety_officer"}
    )
    line = next(one for one in queries.members_of(group, at=NOON) if one.name == "赵勤")
    assert line.capacity == "safety_officer"
    browser.post(reverse("organisation:remove_member", args=[town.grid.pk, line.member_id]))

    assert "赵勤" not in {one.name for one in queries.members_of(group, at=NOON)}
