"""Numbers are never used again, versions are made once and then stay: whoever tries, by whatever way."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from linli.domains.lists.queries.proving import faults
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog.admitted import admitted_for
from linli.kernel.catalog.commands import Decided, ItemChange, ListRefused, Said
from linli.kernel.catalog.models import Admission, ListKind, Wording

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
TODAY = date(2026, 3, 2)
KIND = {"code": "assist", "name": "依法协助", "bearer": "committee", "is_binding": True, "prefix": "XZ"}


@pytest.fixture
def assist(town):
    catalog.set_kinds([KIND])
    return catalog.open_list(ListKind.objects.get(pk="assist"), town.district, name="协助清单", at=NOW)


def publish(worklist, town, *changes, day=TODAY):
    return catalog.publish_list(worklist, changes, valid_from=day, reason="修订", actor=town.lin, at=NOW)


def add(title):
    return ItemChange("add", said=Said(title))


def test_each_item_gets_the_next_number_and_a_retired_one_is_not_given_again(assist, town):
    _v1, (one, two) = publish(assist, town, add("探访独居老人"), add("统计楼道堆物"))

    publish(assist, town, ItemChange("retire", two))
    _v3, (three,) = publish(assist, town, add("登记养犬"))

    assert [one.serial, two.serial, three.serial] == [1, 2, 3]
    assert three.code.endswith("-0003")


def test_two_versions_may_come_on_one_day_and_the_later_holds(assist, town):
    _v1, (item,) = publish(assist, town, add("探访独居老人"))

    publish(assist, town, ItemChange("alter", item, Said("探访独居、高龄老人")))

    assert [a.title for a in admitted_for(town.committee, at=NOW)] == ["探访独居、高龄老人"]


def test_a_version_of_a_later_day_does_not_hold_before(assist, town):
    _v1, (item,) = publish(assist, town, add("探访独居老人"))

    publish(assist, town, ItemChange("alter", item, Said("探访")), day=TODAY + timedelta(days=10))

    assert [a.title for a in admitted_for(town.committee, at=NOW)] == ["探访独居老人"]
    assert [a.title for a in admitted_for(town.committee, at=NOW + timedelta(days=11))] == ["探访"]


def test_a_version_cannot_begin_before_the_one_before_it(assist, town):
    publish(assist, town, add("探访独居老人"), day=TODAY + timedelta(days=10))

    with pytest.raises(ListRefused, match="生效日期不能早于"):
        publish(assist, town, add("登记养犬"))


def test_what_was_retired_is_admitted_no_more(assist, town):
    _v1, (item,) = publish(assist, town, add("统计楼道堆物"))

    publish(assist, town, ItemChange("retire", item))

    assert admitted_for(town.committee, at=NOW) == []
    assert Admission.objects.get(item=item).end_reason


def test_an_item_retired_twice_is_refused(assist, town):
    _v1, (item,) = publish(assist, town, add("统计楼道堆物"))
    publish(assist, town, ItemChange("retire", item))

    with pytest.raises(ListRefused, match="已不在清单上"):
        publish(assist, town, ItemChange("retire", item))


@pytest.mark.parametrize(
    "statement",
    [
        "update catalog_wording set title = '别的'",
        "update catalog_wording set until_no = 1",
        "delete from catalog_wording",
        "update catalog_listversion set reason = '别的'",
        "update catalog_listversion set is_sealed = false",
        "delete from catalog_listversion",
        "update catalog_workitem set code = 'X-1'",
        "delete from catalog_workitem",
        "update catalog_worklist set last_serial = 0",
        "update catalog_admission set valid_to = null, valid_from = '2020-01-01'",
        "delete from catalog_admission",
        "insert into catalog_workitem (worklist_id, serial, code) select id, 99, 'Y-99' from catalog_worklist",
        """insert into catalog_wording (item_id, worklist_id, since_no, position, heading, title, keywords, terms,
           source, confidence)
           select item_id, worklist_id, since_no, 0, '', '夹带', '{}', '{}', '', '' from catalog_wording""",
    ],
)
def test_nobody_edits_what_was_published(assist, town, statement):
    publish(assist, town, add("探访独居老人"))

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_version_left_open_is_refused_when_the_transaction_ends(assist, town):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """insert into catalog_listversion (worklist_id, no, valid_from, reason, added, altered, retired,
               published_at, published_by_id) values (%s, 1, '2026-03-02', '', 0, 0, 0, now(), %s)""",
            [assist.pk, town.lin.pk],
        )
        cursor.execute("set constraints all immediate")


def test_a_retired_number_does_not_come_back(assist, town):
    _v1, (item,) = publish(assist, town, add("统计楼道堆物"))
    publish(assist, town, ItemChange("retire", item))

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """insert into catalog_listversion (worklist_id, no, valid_from, reason, added, altered, retired,
               published_at, published_by_id) values (%s, 3, '2026-03-02', '', 0, 0, 0, now(), %s)""",
            [assist.pk, town.lin.pk],
        )
        cursor.execute(
            """insert into catalog_wording (item_id, worklist_id, since_no, position, heading, title, keywords, terms,
               source, confidence) values (%s, %s, 3, 0, '', '统计楼道堆物', '{}', '{}', '', '')""",
            [item.pk, assist.pk],
        )
        cursor.execute("set constraints all immediate")


def test_the_sealed_content_is_found_changed_by_verification(assist, town):
    _v1, (item,) = publish(assist, town, add("探访独居老人"))
    publish(assist, town, ItemChange("alter", item, Said("探访")))
    assert list(faults()) == []

    with connection.cursor() as cursor:  # as an owner of the database could
        cursor.execute("set session_replication_role = replica")
        Wording.objects.filter(item=item, since_no=1).update(title="别的")
        cursor.execute("set session_replication_role = origin")

    assert {fault.what for fault in faults()} == {"list_version_changed"}


def test_an_admission_is_ended_once_with_a_reason(assist, town):
    _v1, (item,) = publish(assist, town, add("探访独居老人"))
    admission = Admission.objects.get(item=item)

    with pytest.raises(ListRefused, match="理由"):
        catalog.end_admission(admission, actor=town.lin, at=NOW, reason=" ")
    catalog.end_admission(admission, actor=town.lin, at=NOW, reason="经费不再安排")

    with pytest.raises(ListRefused, match="已经终止"):
        catalog.end_admission(admission, actor=town.lin, at=NOW, reason="再来一次")


def test_an_emergency_lasts_thirty_days_at_most(assist, town):
    decided = Decided(town.committee, "emergency", TODAY, TODAY + timedelta(days=31))

    with pytest.raises(IntegrityError, match="admission_emergency_is_short"), transaction.atomic():
        catalog.admit(None, decided, actor=town.li, at=NOW, title="防汛排查")
