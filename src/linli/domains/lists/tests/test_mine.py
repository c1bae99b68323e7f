"""What must I do, how, by when, from which item: on one page, by the day."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.lists.commands import task_steps, tasks
from linli.domains.lists.commands.task_steps import Given
from linli.domains.lists.commands.tasks import Giving
from linli.domains.lists.models import PlanLine
from linli.domains.lists.queries import mine
from linli.domains.lists.tests.tasking import docked
from linli.kernel.org import queries as org
from linli.kernel.org.keys import new_key


@pytest.fixture
def work(town, publish_items):
    return docked(town, publish_items, timezone.now() - timedelta(days=1))


def page(client, actor):
    client.force_login(actor.account)
    return client.get(reverse("lists:mine")).content.decode()


def post_of(actor):
    return org.posts_of(actor)[0]


def give(town, work, unit, *, who, days):
    batch = tasks.give(
        Giving(work.visit, [unit.pk], due_on=timezone.localdate() + timedelta(days=days)), key=new_key(), actor=who,
        at=timezone.now(),
    )  # fmt: skip
    return batch.tasks.select_related("matter").get()


def heap_of(actor, number):
    found = mine.mine(actor, post_of(actor), at=timezone.now())
    return next((n for n, heap in enumerate(found.heaps) for one in heap.things if one.key == number), None)


@pytest.mark.spec("000-15")
def test_somebody_of_a_committee_sees_what_to_do_how_by_when_and_from_which_item(town, work, client):
    task = give(town, work, town.committee, who=work.luo, days=40)

    shown = page(client, town.ma)

    assert task.matter.number in shown
    assert all(step in shown for step in ("电话约时间", "上门看望"))
    assert work.visit.code in shown
    assert work.luo.posts.get().unit.name in shown
    assert heap_of(town.ma, task.matter.number) == 2


@pytest.mark.spec("000-15")
def test_a_line_of_the_plan_stands_among_the_things_to_do_and_leaves_when_done(town, work, client):
    today = timezone.localdate()
    line = PlanLine.objects.create(
        item=work.visit, plan_of=town.committee, unit=town.committee, year=today.year, title="十一月巡访", due_on=today,
        made_by=town.bao, made_at=timezone.now(),
    )  # fmt: skip

    before = page(client, town.ma)
    PlanLine.objects.filter(pk=line.pk).update(done_on=today, done_by=town.ma)
    after = page(client, town.ma)

    assert "十一月巡访" in before
    assert "十一月巡访" not in after


def test_what_the_plan_left_behind_stands_apart_and_is_not_counted_among_the_weeks_work(town, work, client):
    today = timezone.localdate()
    PlanLine.objects.create(
        item=work.visit, plan_of=town.committee, unit=town.committee, year=today.year, title="拖下来的",
        due_on=today - timedelta(days=3), made_by=town.bao, made_at=timezone.now(),
    )  # fmt: skip

    shown = page(client, town.ma)
    heaps = mine.mine(town.ma, post_of(town.ma), at=timezone.now()).heaps

    assert "拖下来的" in shown.partition("<details")[2]
    assert [len(heap.things) for heap in heaps] == [0, 0, 0, 1]
    assert mine.count(town.ma, post_of(town.ma), at=timezone.now()) == 0


@pytest.mark.spec("000-15")
def test_what_was_reported_waits_for_the_word_of_who_asked(town, work, client):
    task = give(town, work, town.office, who=town.tang, days=0)
    today = heap_of(town.cao, task.matter.number)
    task_steps.act(task, "hand_over", Given(unit=town.service_centre.pk), actor=town.cao, at=timezone.now())
    before = heap_of(town.tang, task.matter.number)
    task.evidence = []
    task.save(update_fields=["evidence"])
    task_steps.act(task, "report", Given(note="办好了"), actor=work.luo, at=timezone.now())

    shown = page(client, town.tang)

    assert today == 0
    assert heap_of(town.cao, task.matter.number) is None
    assert before is None
    assert task.matter.number in shown
    assert "确认" in shown
    assert mine.count(town.tang, post_of(town.tang), at=timezone.now()) == 1


@pytest.mark.spec("000-15")
def test_the_duties_of_my_unit_are_there_with_their_steps_even_when_nothing_is_due(town, work, client):
    shown = page(client, town.ma)

    assert "眼下没有要办的事" in shown
    assert "协助独居老人巡访" in shown
    assert "电话约时间" in shown
    assert "本单位的职责" not in page(client, town.zhao)


@pytest.mark.spec("000-15")
def test_the_menu_counts_what_is_to_be_done(town, work, client):
    give(town, work, town.committee, who=work.luo, days=2)
    client.force_login(town.ma.account)

    counts = client.get(reverse("web:counts")).json()

    assert counts["to_do"] == 1
    assert "mine" in counts
    assert "unread" in counts
