"""Work under an item travels department → office → centre → committee, each step on its page, and comes back done."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from linli.domains.lists import jobs
from linli.domains.lists.commands import task_steps, tasks
from linli.domains.lists.commands.task_steps import Given
from linli.domains.lists.commands.tasks import Giving
from linli.domains.lists.models import Task, TaskBatch
from linli.domains.lists.tests.tasking import docked, newcomer
from linli.kernel.catalog.models import Admission
from linli.kernel.flow.models import Clock, Declined, Mandate, Matter
from linli.kernel.org.keys import new_key
from tests.evidence import jpeg, photo


@pytest.fixture
def sign_in(client):
    def enter(actor):
        client.force_login(actor.account)
        return client

    return enter


@pytest.fixture
def town_at_work(town, publish_items):
    town.work = docked(town, publish_items, timezone.now() - timedelta(days=1))
    return town


@pytest.fixture
def give(town_at_work):
    """Gives the visit to units by command and returns the tasks."""

    def given(*units, who=None, item=None, admission=None, at=None, **more):
        town = town_at_work
        batch = tasks.give(
            Giving(item or town.work.visit, [unit.pk for unit in units], admission=admission, **more), key=new_key(),
            actor=who or town.tang, at=at or timezone.now(),
        )  # fmt: skip
        return list(Task.objects.filter(batch=batch).select_related("matter").order_by("matter__number"))

    return given


def upload(name):
    return SimpleUploadedFile(name, jpeg())


def page_of(task, step=""):
    number = task.matter.number
    return reverse("lists:task_step", args=[number, step]) if step else reverse("lists:task", args=[number])


def state_of(task):
    return Matter.objects.get(pk=task.pk).state


@pytest.mark.spec("000-23")
@pytest.mark.spec("000-27")
def test_a_task_travels_the_four_layers_on_its_pages_and_comes_back_confirmed(town_at_work, sign_in):
    town, now = town_at_work, timezone.now()
    tang = sign_in(town.tang)
    address = reverse("lists:give_task") + f"?item={town.work.visit.code}"
    form = tang.get(address)
    assert town.office.name in form.content.decode()
    given = {"units": [town.office.pk], "command": str(new_key()), "text": "国庆前走完一遍"}
    assert tang.post(address, given).status_code == 302
    task = Task.objects.select_related("matter").get()

    for who, step, post in (
        (town.cao, "accept", {}),
        (town.cao, "hand_over", {"unit": town.service_centre.pk}),
        (town.work.luo, "hand_over", {"unit": town.committee.pk, "note": "请本周完成"}),
        (town.ma, "accept", {}),
        (town.ma, "report", {"note": "十二户都走过了", "hours_spent": "6", "evidence": upload("走访.jpg")}),
        (town.tang, "confirm", {}),
    ):  # fmt: skip
        answer = sign_in(who).post(page_of(task, step), post)
        assert answer.status_code == 302, (step, answer.content.decode()[:3000])

    task.refresh_from_db()
    mandate = Mandate.objects.get(matter=task.pk)
    shown = sign_in(town.tang).get(page_of(task)).content.decode()
    assert state_of(task) == "done"
    assert task.layer == "committee"
    assert (task.outcome, task.hours_spent) == ("十二户都走过了", 6)
    assert mandate.admission == Admission.objects.get(item=town.work.visit)
    assert mandate.minutes == 60
    assert all(unit.name in shown for unit in (town.office, town.service_centre, town.committee))
    clock = Clock.objects.get(matter=task.pk)
    assert (clock.amount, clock.base, clock.why) == (5, "working_days", town.work.visit.code)
    assert clock.stopped_at is not None
    assert clock.starts_at - now < timedelta(minutes=5)


@pytest.mark.spec("000-24")
def test_a_hand_over_outside_the_docking_table_is_refused_with_the_right_address(town_at_work, give, sign_in):
    town = town_at_work
    (task,) = give(town.office)
    cao = sign_in(town.cao)
    task_steps.act(task, "accept", Given(), actor=town.cao, at=timezone.now())

    with pytest.raises(task_steps.DockingRefused) as refused:
        task_steps.act(task, "hand_over", Given(unit=town.committee.pk), actor=town.cao, at=timezone.now())
    answer = cao.post(page_of(task, "hand_over"), {"unit": town.committee.pk})

    assert town.committee.name in str(refused.value)
    assert f"应转：{town.service_centre.name}" in str(refused.value)
    assert refused.value.field == "unit"
    assert answer.status_code == 422
    assert Matter.objects.get(pk=task.pk).unit_id == town.office.pk


@pytest.mark.spec("000-24")
def test_a_department_that_does_not_dock_may_not_give_and_is_told_whom_it_would_need(town_at_work, give):
    town = town_at_work
    clerk = newcomer("jing", "department_clerk", town.police)

    with pytest.raises(tasks.GivingRefused) as refused:
        give(town.office, who=clerk)
    with pytest.raises(tasks.GivingRefused) as further:
        give(town.committee)

    assert "对接表里没有可转的单位" in str(refused.value)
    assert f"应转：{town.office.name}" in str(further.value)
    assert not Task.objects.exists()


@pytest.mark.spec("000-27")
@pytest.mark.spec("001a-01")
def test_a_task_for_a_committee_that_is_on_no_list_is_refused_and_kept_as_declined(town_at_work, give, sign_in):
    town = town_at_work
    Admission.objects.filter(item=town.work.visit).update(
        ended_at=timezone.now() - timedelta(hours=1), ended_by=town.jin, end_reason="退出"
    )
    luo = sign_in(town.work.luo)
    address = reverse("lists:give_task") + f"?item={town.work.visit.code}"

    answer = luo.post(address, {"units": [town.committee.pk], "command": str(new_key())})

    assert answer.status_code == 422
    assert "清单上没有这件事" in answer.content.decode()
    assert not Task.objects.exists()
    assert Declined.objects.get().bearer_id == town.committee.pk


@pytest.mark.spec("000-27")
def test_where_an_item_is_not_admitted_another_admitted_one_may_be_chosen_and_is_cited(town_at_work, give, sign_in):
    town = town_at_work
    Admission.objects.filter(item=town.work.visit).update(
        ended_at=timezone.now() - timedelta(hours=1), ended_by=town.jin, end_reason="退出"
    )
    other = Admission.objects.get(item=town.work.fair)
    luo = sign_in(town.work.luo)
    address = reverse("lists:give_task") + f"?item={town.work.visit.code}"

    offered = luo.get(address).content.decode()
    answer = luo.post(address, {"units": [town.committee.pk], "admission": other.pk, "command": str(new_key())})

    assert town.work.fair.code in offered
    assert answer.status_code == 302
    assert Mandate.objects.get().admission == other


def test_the_same_form_sent_twice_gives_once_and_other_words_under_its_key_are_refused(town_at_work, sign_in):
    town = town_at_work
    tang = sign_in(town.tang)
    address = reverse("lists:give_task") + f"?item={town.work.visit.code}"
    form = {"units": [town.office.pk], "command": str(new_key()), "text": "走一遍"}

    first, again = tang.post(address, form), tang.post(address, form)
    other = tang.post(address, {**form, "text": "走两遍"})

    assert first["Location"] == again["Location"]
    assert other.status_code == 422
    assert Task.objects.count() == 1


def test_one_giving_to_many_goes_in_portions_and_the_worker_goes_on_where_it_broke_off(
    town_at_work, give, sign_in, monkeypatch
):
    town = town_at_work
    monkeypatch.setattr(tasks, "PORTION", 1)
    monkeypatch.setattr(tasks, "AT_ONCE", 1)

    first = give(town.office, town.service_centre, who=town.tao)
    batch = TaskBatch.objects.get()
    under_way = sign_in(town.tao).get(reverse("lists:task_batch", args=[batch.pk])).content.decode()
    jobs.give_tasks(str(batch.pk))
    jobs.give_tasks(str(batch.pk))

    assert len(first) == 1
    assert batch.ended_at is None
    assert "正在下达" in under_way
    assert sorted(Task.objects.values_list("given_to", flat=True)) == sorted([town.office.pk, town.service_centre.pk])


def test_evidence_wanted_is_evidence_given_and_the_reporter_does_not_confirm(town_at_work, give, sign_in):
    town, now = town_at_work, timezone.now()
    (task,) = give(town.committee, who=town.work.luo)
    task_steps.act(task, "accept", Given(), actor=town.ma, at=now)

    bare = sign_in(town.ma).post(page_of(task, "report"), {"note": "走完了"})
    task_steps.act(task, "report", Given(note="走完了", files=[photo(town.ma, "evidence")]), actor=town.ma, at=now)

    assert bare.status_code == 422
    assert "现场照片" in bare.content.decode()
    with pytest.raises(task_steps.StepRefused):
        task_steps.act(task, "confirm", Given(), actor=town.ma, at=now)
    task_steps.act(task, "send_back", Given(note="缺三户"), actor=town.work.luo, at=now)
    assert state_of(task) == "working"


def test_a_committee_refuses_the_asker_insists_and_a_reviewer_settles_it(town_at_work, give, sign_in):
    town, now = town_at_work, timezone.now()
    first, second = give(town.committee, who=town.work.luo), give(town.committee, who=town.work.luo)
    for task, verdict, state in ((first[0], "uphold_refusal", "withdrawn"), (second[0], "overrule", "working")):
        assert sign_in(town.bao).post(page_of(task, "refuse"), {"note": "上周才做过"}).status_code == 302
        task_steps.act(task, "insist", Given(note="这次是新增对象"), actor=town.work.luo, at=now)
        assert sign_in(town.wu).post(page_of(task, verdict), {"note": "核实过"}).status_code == 302
        assert state_of(task) == state


def test_a_stranger_finds_neither_the_task_nor_its_files(town_at_work, give, sign_in):
    town = town_at_work
    (task,) = give(town.committee, who=town.work.luo)
    task_steps.act(
        task, "report", Given(note="走完了", files=[photo(town.ma, "evidence")]), actor=town.ma, at=timezone.now()
    )
    file = task.matter.attachments.get().file_id
    address = reverse("lists:task_file", args=[task.matter.number, file, "view"])

    seen = sign_in(town.ma).get(address)
    seen.getvalue()
    found = [sign_in(town.zhou).get(one).status_code for one in (page_of(task), page_of(task, "accept"), address)]

    assert seen.status_code == 200
    assert found == [404, 404, 404]


def test_the_desk_shows_both_sides_narrowed_and_leaves_as_a_sheet(town_at_work, give, sign_in):
    town = town_at_work
    (task,) = give(town.committee, who=town.work.luo)
    desk = reverse("lists:tasks")

    mine = sign_in(town.ma).get(desk).content.decode()
    asked = sign_in(town.work.luo).get(desk + "?side=asked&q=独居").content.decode()
    late = sign_in(town.ma).get(desk + "?due=late").content.decode()
    elsewhere = sign_in(town.zhou).get(desk + "?side=asked").content.decode()
    sheet = sign_in(town.ma).get(reverse("lists:tasks_sheet"))

    assert task.matter.number in mine
    assert task.matter.number in asked
    assert task.matter.number not in late
    assert task.matter.number not in elsewhere
    assert sheet.content.startswith(b"PK")
