"""Nothing is pushed down to a committee that is not on its list: whatever way it comes, however many write at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog.admitted import admitted_for
from linli.kernel.catalog.commands import Decided, ItemChange, Said
from linli.kernel.catalog.models import Admission, ListKind
from linli.kernel.flow import registry
from linli.kernel.flow.commands import open_matter, take
from linli.kernel.flow.mandates import OffListRefused
from linli.kernel.flow.models import Declined, Entry, Mandate, Matter
from linli.kernel.flow.whole import whole

WRITERS = 8


@pytest.fixture
def admission(town) -> Admission:
    """What may be asked of Willow committee: one item of East Street's own list."""
    now = timezone.now()
    catalog.set_kinds(
        [{"code": "asked", "name": "协助清单", "bearer": "committee", "is_binding": True, "prefix": "QQ"}]
    )
    worklist = catalog.open_list(ListKind.objects.get(pk="asked"), town.street, name="协助清单", at=now)
    said = Said("协助燃气核查", terms={"minutes": 90, "forms": 2, "load_kind": "inspection", "categories": ["0102"]})
    catalog.publish_list(
        worklist, [ItemChange("add", said=said)], valid_from=timezone.localdate(), reason="初版", actor=town.tao, at=now
    )
    return Admission.objects.get()


def ask(town, *, admission=None, actor=None, unit=None):
    return open_matter(
        registry.flow("task"), title="核查燃气", home=town.street, unit=unit or town.committee,
        actor=actor or town.tang, at=timezone.now(), admission=admission,
    )  # fmt: skip


def at_the_end() -> None:
    """What the database looks at when a transaction ends, it looks at now."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")


def passes(sql: str, *values: object) -> bool:
    """Whether the database lets ``sql`` stand until the end."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
            at_the_end()
    except IntegrityError:
        return False
    return True


INSERT = """
with m as (
    insert into flow_matter (id, number, title, flow, flow_version, state, home_id, unit_id, opened_at, round)
    values (%s, %s, 'x', 'task', 1, 'given', %s, %s, now(), 1) returning id, unit_id)
insert into flow_entry (matter_id, round, step, source, target, actor_id, role, unit_id, taken_at, is_late, note,
                        changes, files)
select id, 1, 'open', '', 'given', %s, '', unit_id, now(), false, '', '{}', '[]' from m
"""


def inserted(town, unit, actor) -> bool:
    return passes(INSERT, key := uuid4(), str(key)[:20], town.street.pk, unit.pk, actor.pk)


@pytest.mark.django_db
@pytest.mark.spec("000-26")
def test_a_task_written_by_sql_for_a_committee_does_not_pass_and_one_for_an_office_does(town):
    assert not inserted(town, town.committee, town.tang)
    assert inserted(town, town.office, town.tang)


@pytest.mark.django_db
def test_a_task_moved_to_a_committee_by_sql_does_not_pass(town, admission):
    given = ask(town, unit=town.office)

    assert not passes("update flow_matter set unit_id = %s where id = %s", town.committee.pk, given.pk)


@pytest.mark.django_db
def test_a_mandate_written_by_hand_helps_only_with_an_admission_that_holds(town, admission):
    elsewhere = catalog.admit(
        admission.item, Decided(town.west, "regular", timezone.localdate()), actor=town.zhu, at=timezone.now()
    )
    given = ask(town, unit=town.office)
    moved = """
    with cited as (insert into flow_mandate (matter_id, asker_id, bearer_id, admission_id, exempt, source, load_kind,
                                             minutes, forms, asked_at)
                   values (%s, %s, %s, %s, '', '', '', 0, 0, now()))
    update flow_matter set unit_id = %s where id = %s
    """
    held = (given.pk, town.department.pk, town.committee.pk)

    assert not passes(moved, *held, elsewhere.pk, town.committee.pk, given.pk)
    assert passes(moved, *held, admission.pk, town.committee.pk, given.pk)


@pytest.mark.django_db
@pytest.mark.spec("000-26")
def test_under_an_admission_the_task_passes_with_its_load_and_ended_it_does_not(town, admission):
    given = ask(town, admission=admission.pk)
    at_the_end()

    mandate = Mandate.objects.get(matter=given)
    assert (mandate.asker, mandate.bearer, mandate.minutes, mandate.forms) == (town.department, town.committee, 90, 2)
    catalog.end_admission(admission, actor=town.wu, at=timezone.now(), reason="已由系统代替")
    with pytest.raises(OffListRefused):
        ask(town, admission=admission.pk)


@pytest.mark.django_db
def test_an_ended_admission_is_neither_opened_again_nor_prolonged_by_sql(town, admission):
    catalog.end_admission(admission, actor=town.wu, at=timezone.now(), reason="已由系统代替")

    with pytest.raises(IntegrityError), transaction.atomic():
        Admission.objects.filter(pk=admission.pk).update(ended_at=None, ended_by=None, end_reason="")


@pytest.mark.django_db
def test_an_admission_past_its_day_lets_nothing_pass(town, admission):
    long_ago = timezone.localdate() - timedelta(days=60)
    over = catalog.admit(
        admission.item, Decided(town.committee, "trial", long_ago, long_ago + timedelta(days=30)), actor=town.wu,
        at=timezone.now(),
    )  # fmt: skip

    with pytest.raises(OffListRefused):
        ask(town, admission=over.pk)


@pytest.mark.django_db
def test_what_a_list_of_villages_holds_may_not_be_asked_of_a_committee(town, admission):
    ListKind.objects.filter(pk="asked").update(bearer="village")

    with pytest.raises(OffListRefused):
        ask(town, admission=admission.pk)
    given = ask(town, unit=town.office)
    moved = """
    with cited as (insert into flow_mandate (matter_id, asker_id, bearer_id, admission_id, exempt, source, load_kind,
                                             minutes, forms, asked_at)
                   values (%s, %s, %s, %s, '', '', '', 0, 0, now()))
    update flow_matter set unit_id = %s where id = %s
    """
    held = (given.pk, town.department.pk, town.committee.pk, admission.pk, town.committee.pk, given.pk)
    assert not passes(moved, *held)


@pytest.mark.django_db
def test_what_the_committee_opens_itself_needs_no_item_and_is_counted_as_exempt(town, admission):
    own = ask(town, actor=town.ma)
    at_the_end()

    assert Mandate.objects.get(matter=own).exempt == "level"


@pytest.mark.django_db
def test_an_exemption_by_source_that_the_flow_does_not_know_does_not_pass(town, admission):
    given = ask(town, unit=town.office)
    forged = """
    with cited as (insert into flow_mandate (matter_id, asker_id, bearer_id, admission_id, exempt, source, load_kind,
                                             minutes, forms, asked_at)
                   values (%s, %s, %s, null, 'source', '03', '', 0, 0, now()))
    update flow_matter set unit_id = %s where id = %s
    """
    held = (given.pk, town.department.pk, town.committee.pk)

    assert not passes(forged, *held, town.committee.pk, given.pk)


@pytest.mark.django_db
def test_an_exemption_by_level_for_what_a_department_opened_does_not_pass(town, admission):
    given = ask(town, unit=town.office)
    forged = """
    with cited as (insert into flow_mandate (matter_id, asker_id, bearer_id, admission_id, exempt, source, load_kind,
                                             minutes, forms, asked_at)
                   values (%s, %s, %s, null, 'level', '', '', 0, 0, now()))
    update flow_matter set unit_id = %s where id = %s
    """
    held = (given.pk, town.department.pk, town.committee.pk)

    assert not passes(forged, *held, town.committee.pk, given.pk)


@pytest.mark.django_db
@pytest.mark.spec("000-68")
def test_what_was_declined_is_kept_though_everything_else_is_undone(town, admission):
    @whole
    def two_at_once() -> None:
        ask(town, unit=town.office)
        ask(town)

    with pytest.raises(OffListRefused):
        two_at_once()

    declined = Declined.objects.get()
    assert (declined.asker, declined.bearer, declined.actor) == (town.department, town.committee, town.tang)
    assert not Matter.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Declined.objects.all().delete()


@pytest.mark.django_db
def test_handing_over_to_a_committee_asks_for_an_item_too(town, admission):
    given = ask(town, unit=town.office)

    with pytest.raises(OffListRefused):
        take(registry.flow("task"), "hand_over", given, actor=town.cao, at=timezone.now(), unit=town.committee)

    take(
        registry.flow("task"), "hand_over", given, actor=town.cao, at=timezone.now(), unit=town.committee,
        admission=admission.pk,
    )  # fmt: skip
    assert Mandate.objects.get(matter=given).admission == admission


def elsewhere(work):
    """``work`` on a connection of its own, which is closed again."""

    def run():
        try:
            return work()
        finally:
            connection.close()

    return run


@pytest.mark.django_db(transaction=True)
@pytest.mark.spec("000-26")
def test_of_eight_who_write_while_the_admission_ends_none_gets_a_task_in_afterwards(transactional_db, town, admission):
    together, opened_some = Barrier(WRITERS + 1), Event()

    def write() -> int:
        together.wait()
        for opened in range(200):
            try:
                with transaction.atomic():
                    ask(town, admission=admission.pk)
            except (OffListRefused, IntegrityError):
                return opened
            opened_some.set()
        raise AssertionError("the admission never ended")

    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(elsewhere(write)) for _writer in range(WRITERS)]
        together.wait()
        opened_some.wait(10)
        catalog.end_admission(admission, actor=town.wu, at=timezone.now(), reason="已由系统代替")
        when_it_ended = Matter.objects.count()
        opened = sum(writer.result() for writer in writers)

    assert opened == when_it_ended == Matter.objects.count() == Entry.objects.filter(step="open").count()
    assert opened > 0


CLOSE = "update flow_matter set closed_at = now() where id = %s"
OPEN_AGAIN = "update flow_matter set closed_at = null where id = %s"


def test_work_once_admitted_is_begun_again_by_who_had_it_after_the_admission_has_ended(town, admission):
    matter = ask(town, admission=admission.pk)
    assert passes(CLOSE, matter.pk)
    catalog.end_admission(admission, actor=town.zhu, at=timezone.now(), reason="不再需要")

    assert passes(OPEN_AGAIN, matter.pk)


def test_what_came_closed_and_without_a_mandate_is_not_opened(town):
    key = uuid4()
    closed = INSERT.replace("opened_at, round)", "opened_at, round, closed_at)").replace(
        "now(), 1) r", "now(), 1, now()) r"
    )
    assert passes(closed, key, f"x{key}"[:24], town.street.pk, town.committee.pk, town.tang.pk)

    assert not passes(OPEN_AGAIN, key)


def test_a_mandate_that_cites_what_has_ended_is_not_written(town, admission):
    matter = ask(town, unit=town.office)
    catalog.end_admission(admission, actor=town.zhu, at=timezone.now(), reason="不再需要")

    assert not passes(
        """insert into flow_mandate (matter_id, asker_id, bearer_id, admission_id, exempt, source, load_kind, minutes,
           forms, asked_at) values (%s, %s, %s, %s, '', '', '', 0, 0, now())""",
        matter.pk, town.department.pk, town.committee.pk, admission.pk,
    )  # fmt: skip


def test_a_task_that_comes_back_to_a_committee_cites_what_is_admitted_now(town, admission):
    flow, now = registry.flow("task"), timezone.now()
    matter = ask(town, admission=admission.pk)
    take(flow, "hand_over", matter, actor=town.bao, at=now, unit=town.office)
    catalog.end_admission(admission, actor=town.zhu, at=now, reason="改为试行")
    trial = Decided(town.committee, "trial", timezone.localdate(), timezone.localdate() + timedelta(days=30))
    anew = catalog.admit(admission.item, trial, actor=town.zhu, at=now)

    with pytest.raises(OffListRefused):
        take(flow, "hand_over", matter, actor=town.cao, at=now, unit=town.committee, admission=admission.pk)
    take(flow, "hand_over", matter, actor=town.cao, at=now, unit=town.committee, admission=anew.pk)

    at_the_end()
    assert Mandate.objects.get(matter=matter).admission_id == anew.pk


def test_the_item_that_covers_a_category_is_found_among_more_than_a_page(town, admission):
    now = timezone.now()
    worklist = admission.item.worklist
    many = [ItemChange("add", said=Said(f"协助事项{n}")) for n in range(210)]
    last = ItemChange("add", said=Said("协助排水", terms={"categories": ["0199"]}))
    catalog.publish_list(
        worklist, [*many, last], valid_from=timezone.localdate(), reason="增补", actor=town.tao, at=now
    )

    assert [a.title for a in admitted_for(town.committee, at=now, about=["01990"])] == ["协助排水"]
