from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from linli.kernel.org import fresh, queries, roles
from linli.kernel.org.commands import people, posts
from linli.kernel.org.commands.changes import RightRefused
from linli.kernel.org.commands.people import AccountRefused
from linli.kernel.org.commands.posts import PostRefused
from linli.kernel.org.models import Actor, Change, Post, Unit
from linli.kernel.org.scope import Scope, widest

AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
TODAY = date(2026, 7, 1)


def appoint(town, person, role, unit, **given):
    return posts.appoint(person, role, unit, actor=town.guan, at=AT, **given)


@pytest.mark.spec("001g-44")
def test_a_grid_has_a_head_an_executive_deputy_and_members(town):
    appoint(town, town.ma, "grid_deputy", town.grid, title="常务副网格长")
    appoint(town, town.zhao, "grid_officer", town.grid)

    held = {post.role for post in Post.objects.filter(over=town.grid.pk)}

    assert held == {"grid_head", "grid_deputy", "grid_officer"}
    assert queries.holds(town.ma, "grid_deputy", town.grid, AT)


def test_a_post_reaches_its_subtree_and_nothing_beside_it(town):
    assert queries.holds(town.lin, "dispatcher", town.grid, AT)
    assert queries.holds(town.lin, "dispatcher", town.west_grid, AT) is None
    assert queries.holds(town.lin, "verifier", town.grid, AT) is None


def test_a_post_counts_from_its_first_day_to_the_day_before_its_last(town):
    appoint(town, town.zhao, "verifier", town.street, since=date(2026, 7, 2), until=date(2026, 7, 4))

    days = [queries.holds(town.zhao, "verifier", town.street, AT + timedelta(days=n)) is not None for n in range(5)]

    assert days == [False, True, True, False, False]


def test_a_day_begins_at_midnight_in_shanghai(town):
    appoint(town, town.zhao, "verifier", town.street, since=date(2026, 7, 2))
    evening, midnight = datetime(2026, 7, 1, 15, 59, tzinfo=UTC), datetime(2026, 7, 1, 16, tzinfo=UTC)

    assert queries.holds(town.zhao, "verifier", town.street, evening) is None
    assert queries.holds(town.zhao, "verifier", town.street, midnight)


def test_nobody_holds_two_of_the_three_administrator_roles_at_one_time(town):
    with pytest.raises(PostRefused, match="三员分立"):
        appoint(town, town.shen, "security_admin", town.district)
    with pytest.raises(IntegrityError, match="post_administrators_apart"), transaction.atomic():
        Post.objects.create(
            actor=town.shen, unit=town.district, over=town.street, role="system_admin", since=date(2026, 1, 1)
        )


def test_an_administrator_may_change_sides_after_the_first_post_has_ended(town):
    posts.end_post(Post.objects.get(actor=town.shen), actor=town.guan, at=AT)

    appoint(town, town.shen, "system_admin", town.district)

    assert [held.role for held in queries.posts_of(town.shen, AT)] == ["system_admin"]


def test_the_same_post_is_not_given_twice(town):
    with pytest.raises(PostRefused, match="已担任"):
        appoint(town, town.lin, "dispatcher", town.centre, over=town.street)


def test_nobody_appoints_themself_and_system_administrators_do_not_give_posts(town):
    with pytest.raises(RightRefused, match="自己"):
        appoint(town, town.guan, "leader", town.street)
    with pytest.raises(RightRefused):
        posts.appoint(town.zhao, "leader", town.street, actor=town.root, at=AT)


def test_an_unknown_role_a_resident_and_a_wrong_term_are_refused(town):
    resident = Actor.objects.create(kind="resident")

    for person, role, given in (
        (town.zhao, "emperor", {}),
        (resident, "handler", {}),
        (town.zhao, "leader", {"since": TODAY, "until": TODAY}),
    ):
        with pytest.raises(PostRefused):
            appoint(town, person, role, town.street, **given)


def test_an_ended_post_counts_no_longer_at_once_and_the_log_says_who_ended_it(town):
    assert queries.holds(town.lin, "dispatcher", town.street, AT)

    posts.end_post(Post.objects.get(actor=town.lin), actor=town.guan, at=AT, reason="调离")

    assert queries.holds(town.lin, "dispatcher", town.street, AT) is None
    assert Change.objects.get(verb="end_post").reason == "调离"


def test_a_post_ended_on_its_first_day_never_was(town):
    post = appoint(town, town.zhao, "verifier", town.street)

    posts.end_post(post, actor=town.guan, at=AT)

    assert not Post.objects.filter(pk=post.pk).exists()
    assert Change.objects.filter(verb="withdraw").exists()


def test_the_holder_names_a_deputy_for_a_time(town):
    post = Post.objects.get(actor=town.lin)

    posts.deputise(post, town.chen, since=TODAY, until=date(2026, 7, 8), actor=town.lin, at=AT)

    held = queries.holds(town.chen, "dispatcher", town.grid, AT)
    assert held.deputy
    assert queries.holds(town.chen, "dispatcher", town.grid, AT + timedelta(days=7)) is None


def test_strangers_deputies_and_administrators_name_no_deputy(town):
    lin, root = Post.objects.get(actor=town.lin), Post.objects.get(actor=town.root)
    days = {"since": TODAY, "until": date(2026, 7, 8)}
    deputy = posts.deputise(lin, town.chen, **days, actor=town.lin, at=AT)

    with pytest.raises(RightRefused):
        posts.deputise(lin, town.hua, **days, actor=town.hua, at=AT)
    with pytest.raises(PostRefused, match="代理人不能"):
        posts.deputise(deputy, town.hua, **days, actor=town.chen, at=AT)
    with pytest.raises(PostRefused, match="管理员"):
        posts.deputise(root, town.hua, **days, actor=town.root, at=AT)


@pytest.mark.spec("003-01")
def test_everybody_covers_their_own_subtree_of_the_four_levels(town):
    scopes = {name: queries.covers(getattr(town, name), AT) for name in ("ding", "lin", "ma", "hua", "zhou")}

    reached = {name: {u.code for u in Unit.objects.filter(scope.below())} for name, scope in scopes.items()}
    assert reached["ding"] == {u.code for u in Unit.objects.all()}
    assert reached["lin"] == {
        "street", "centre", "team", "committee", "grid", "grid8", "property", "street-pab", "street-slzx",
        "guard", "federation",
    }  # fmt: skip
    assert reached["ma"] == {"committee", "grid", "grid8", "property"}
    assert reached["hua"] == {"grid", "property"}
    assert reached["lin"].isdisjoint(reached["zhou"])


def test_a_scope_names_its_units_areas_and_homes_without_a_query_once_warm(town, django_assert_num_queries):
    scope = queries.covers(town.lin, AT)
    scope.area_ids()

    with django_assert_num_queries(0):
        scope = queries.covers(town.lin, AT)
        unit_ids, area_ids, homes = scope.unit_ids(), scope.area_ids(), scope.home_ids()

    below = (
        "centre", "team", "guard", "federation", "office", "service_centre", "committee", "grid", "grid8", "property",
    )  # fmt: skip
    assert set(unit_ids) == {town.street.pk, *(town.units[key].pk for key in below)}
    assert set(area_ids) == {town.areas[key].pk for key in ("street", "committee", "grid", "grid8")}
    assert homes == (town.street.pk,)


def test_a_part_of_a_street_is_touched_but_not_covered(town):
    scope = queries.covers(town.hua, AT)

    assert scope.home_ids() == ()
    assert scope.touched_home_ids() == (town.street.pk,)


def test_overlapping_posts_are_one_scope_and_no_post_is_no_scope(town):
    appoint(town, town.hua, "verifier", town.street)

    assert queries.covers(town.hua, AT).paths == (town.street.path,)
    assert queries.covers(town.hua, AT, role="grid_officer").paths == (town.grid.path,)
    assert not queries.covers(Actor.objects.create(kind="resident"), AT)
    assert not Scope(()).reaches(town.grid.path)
    assert not Unit.objects.filter(Scope(()).below()).exists()


def test_paths_that_merely_begin_alike_are_not_inside():
    assert widest(["1.2.", "1.20.", "1.2.3.", "1.20."]) == ("1.2.", "1.20.")


def test_another_programs_change_is_seen_when_the_numbers_are_read_again(town, monkeypatch):
    assert queries.holds(town.lin, "dispatcher", town.street, AT)
    Post.objects.filter(actor=town.lin).update(until=date(2026, 6, 30))
    assert queries.holds(town.lin, "dispatcher", town.street, AT)

    monkeypatch.setattr(fresh._watch, "next_check", 0.0)

    assert queries.holds(town.lin, "dispatcher", town.street, AT) is None


def test_a_subtree_is_found_by_a_range_of_the_path_index(town):
    grids = [Unit(code=f"g{n}", name="g", kind="grid", parent=town.west_committee) for n in range(3000)]
    Unit.objects.bulk_create(grids)
    below = str(Unit.objects.filter(queries.covers(town.lin, AT).below()).values("id").query)
    with connection.cursor() as cursor:
        # Whether a scan is cheaper on so small a table is up to the planner; that the range can be used is up to us.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("ANALYZE org_unit")

        cursor.execute(f"EXPLAIN {_quoted(below)}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "unit_path_once" in plan
    assert "Index Cond: ((path >=" in plan


def _quoted(sql):
    """Django prints parameters bare."""
    import re

    return re.sub(r"(>=|<) ([0-9./]+)", r"\1 '\2'", sql)


def test_every_role_has_a_label_known_rights_and_a_level_of_the_four():
    for role in roles.ROLES:
        assert str(role.label)
        assert role.level in {"", *roles.LEVELS}
        assert role.rights <= set(roles.RIGHTS)


@pytest.mark.spec("001g-09")
def test_only_the_town_level_commands_resources_and_only_the_unit_level_governs_itself(town):
    assert queries.holds_right(town.li, "resources", town.street, AT)
    assert queries.holds_right(town.lin, "resources", town.street, AT) is None
    assert queries.holds_right(town.lin, "mobilise", town.grid, AT)
    assert queries.holds_right(town.hua, "mobilise", town.grid, AT) is None
    assert queries.holds_right(town.ma, "self_govern", town.committee, AT)


def test_the_three_administrators_share_no_right():
    one, two, three = (roles.BY_CODE[code].rights for code in roles.ADMINISTRATORS)

    assert not one & two and not two & three and not one & three


@pytest.fixture
def newcomer(town):
    return people.register("新人", actor=town.root, at=AT)


def test_an_account_is_opened_once_with_a_name_and_phone_of_its_own(town, newcomer):
    other = people.register("后来", actor=town.root, at=AT)
    account = people.open_account(
        newcomer, username="new", password="long-enough-4-all", phone="138 1234 5678", actor=town.root, at=AT
    )

    assert account.check_password("long-enough-4-all")
    for given in ({"username": "new"}, {"username": "other", "phone": "+86 13812345678"}):
        with pytest.raises(AccountRefused, match="已被"):
            people.open_account(other, password=None, actor=town.root, at=AT, **given)
    with pytest.raises(AccountRefused, match="已有账号"):
        people.open_account(newcomer, username="again", password=None, actor=town.root, at=AT)


def test_one_changes_ones_own_password_and_nobody_elses(town, newcomer):
    account = people.open_account(newcomer, username="new", password=None, actor=town.root, at=AT)

    people.change_password(account, "long-enough-4-all", actor=newcomer, at=AT)

    with pytest.raises(RightRefused):
        people.change_password(account, "long-enough-4-all", actor=town.lin, at=AT)
    account.refresh_from_db()
    assert account.check_password("long-enough-4-all")


def test_a_locked_account_stays_and_is_logged(town, newcomer):
    account = people.open_account(newcomer, username="new", password=None, actor=town.root, at=AT)

    people.set_active(account, False, actor=town.root, at=AT, reason="离职")

    account.refresh_from_db()
    assert not account.is_active
    assert Change.objects.get(verb="set_active").reason == "离职"


def test_a_residents_name_is_not_kept_in_plain(town):
    with pytest.raises(AccountRefused, match="加密"):
        people.register("王芳", kind="resident", actor=town.root, at=AT)


def test_posts_are_counted_per_person(town):
    appoint(town, town.hua, "informant", town.committee)

    assert queries.grids.posts_per_actor(town.street, on=TODAY) == [(str(town.hua.pk), "花开", 2)]
