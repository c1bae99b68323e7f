from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from linli.kernel.catalog import commands, queries
from linli.kernel.catalog.entries import Entry
from linli.kernel.catalog.models import Item, Version
from linli.kernel.catalog.tests.conftest import AT

ENTRIES = [Entry("01", "市政公用设施", "class"), Entry("01001", "供水井盖异常", "matter", "01")]


def next_version(small, keeper, entries, valid_from=date(2026, 12, 1)):
    return commands.propose(small.code_set, entries, valid_from=valid_from, origin="test", actor=keeper, at=AT)


def test_a_new_version_takes_over_on_its_first_day(small, keeper):
    version = next_version(small, keeper, [*ENTRIES, Entry("01099", "新设施异常", "matter", "01")])

    commands.publish(version, actor=keeper, at=AT)

    assert queries.item("small", "01099", date(2026, 11, 30)) is None
    assert queries.item("small", "01099", date(2026, 12, 1)).name == "新设施异常"
    assert queries.item("small", "01037", date(2026, 11, 30)).name == "路灯异常"
    assert queries.item("small", "01037", date(2026, 12, 1)) is None
    small.refresh_from_db()
    assert small.valid_to == date(2026, 12, 1)


def test_a_retired_number_is_still_shown_by_its_name(small, keeper):
    commands.publish(next_version(small, keeper, ENTRIES), actor=keeper, at=AT)

    assert queries.name_of("small", "01037") == "路灯异常"
    assert queries.name_of("small", "77777") == "77777"


def test_days_before_the_first_version_are_answered_from_it(small):
    assert queries.item("small", "01001", date(2011, 1, 1)).name == "供水井盖异常"


def test_a_proposed_version_is_not_in_force(small, keeper):
    next_version(small, keeper, [Entry("01", "别的", "class")])

    assert queries.name_of("small", "01") == "市政公用设施"


@pytest.mark.parametrize("retired_first", [False, True])
def test_a_number_is_never_used_again_for_something_else(small, keeper, retired_first):
    if retired_first:
        commands.publish(next_version(small, keeper, ENTRIES), actor=keeper, at=AT)
    reused = [*ENTRIES, Entry("01037", "电话亭异常", "matter", "01")]
    version = next_version(small, keeper, reused, date(2027, 1, 1))

    with pytest.raises(commands.CatalogRefused, match="路灯异常"):
        commands.publish(version, actor=keeper, at=AT)
    with pytest.raises(DatabaseError, match="never used again"), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(status="published", published_at=AT)


def test_a_new_wording_says_what_it_was_called(small, keeper):
    renamed = Entry("01037", "路灯设施异常", "matter", "01", attributes={"renamed_from": "路灯异常"})

    commands.publish(next_version(small, keeper, [*ENTRIES, renamed]), actor=keeper, at=AT)

    assert queries.name_of("small", "01037") == "路灯设施异常"


def test_a_version_cannot_begin_before_the_one_in_force(small, keeper):
    version = next_version(small, keeper, ENTRIES, date(2025, 1, 1))

    with pytest.raises(commands.CatalogRefused, match="生效日期"):
        commands.publish(version, actor=keeper, at=AT)


def test_a_version_is_published_once(small, keeper):
    with pytest.raises(commands.CatalogRefused, match="未发布"):
        commands.publish(small, actor=keeper, at=AT)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda small: Item.objects.filter(version=small).update(name="改了"),
        lambda small: Item.objects.filter(version=small, code="01037").delete(),
        lambda small: Item.objects.create(version=small, kind="matter", code="01002", name="新"),
        lambda small: Version.objects.filter(pk=small.pk).update(valid_from=date(2020, 1, 1)),
        lambda small: Version.objects.filter(pk=small.pk).update(status="draft"),
        lambda small: connection.cursor().execute("delete from catalog_version where id = %s", [small.pk]),
        lambda small: Version.objects.create(
            code_set=small.code_set,
            no=9,
            valid_from=date(2030, 1, 1),
            status="published",
            created_at=AT,
            published_at=AT,
        ),
    ],
)
def test_the_database_keeps_a_published_version_as_it_is(small, tamper):
    with pytest.raises(DatabaseError, match="catalog:"), transaction.atomic():
        tamper(small)


def test_two_published_versions_never_hold_on_one_day(small, keeper):
    version = next_version(small, keeper, ENTRIES)

    with pytest.raises(DatabaseError, match="version_one_at_a_time"), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(status="published", published_at=AT)


def test_a_proposal_can_be_withdrawn_and_leaves_nothing(small, keeper):
    version = next_version(small, keeper, ENTRIES)

    commands.withdraw(version, at=AT)

    assert list(small.code_set.versions.all()) == [small]


def test_withdrawing_what_is_published_ends_it_today(small):
    commands.withdraw(small, at=AT)

    small.refresh_from_db()
    assert small.valid_to == date(2026, 11, 22)
    assert queries.name_of("small", "01001") == "供水井盖异常"


def test_looking_up_a_number_asks_the_database_nothing(small, django_assert_num_queries):
    queries.items("small")

    with django_assert_num_queries(0):
        assert queries.item("small", "01001").name == "供水井盖异常"
        assert queries.class_of("small", "01001").name == "市政公用设施"
        assert [entry.code for entry in queries.items("small", kind="matter", parent="01")] == ["01001", "01037"]


def test_the_number_of_the_contents_changes_with_every_write(small, keeper):
    before = queries.revision()

    next_version(small, keeper, ENTRIES)

    assert queries.revision() > before


def test_a_case_can_keep_which_edition_its_number_is_of(small):
    assert queries.edition_label("matters") == "GB/T 47678.5-2026 附录C v1"
    assert queries.edition_label("small") == "small v1"
