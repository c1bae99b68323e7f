"""What a task costs is covered when reported and paid when confirmed; an emergency is given without an item."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.lists.commands import task_steps, tasks
from linli.domains.lists.commands.task_steps import Given
from linli.domains.lists.commands.tasks import Giving, GivingRefused
from linli.domains.lists.models import Task, TaskBatch
from linli.domains.lists.tests.tasking import docked
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog.commands import Decided
from linli.kernel.flow.commands import StepRefused
from linli.kernel.flow.models import Mandate, Matter
from linli.kernel.ledger import commands as ledger
from linli.kernel.ledger import queries as books
from linli.kernel.org.keys import new_key
from tests.evidence import photo


@pytest.fixture
def work(town, publish_items):
    return docked(town, publish_items, timezone.now() - timedelta(days=1))


@pytest.fixture
def money(town, work):
    """A thousand yuan of the committee's for visits."""
    now = timezone.now()
    more = {"year": now.year, "actor": town.tao, "at": now}
    source = ledger.open_account("bench/source", name="区财政", unit=town.district, kind="source", **more)
    held = ledger.open_account(
        "visit/held", name="巡访经费", unit=town.committee, kind="held", purpose=work.visit.code, **more
    )
    ledger.book(new_key(), "allocate", {source: -100_000, held: 100_000}, text="费随事转", actor=town.tao, at=now)
    return held


@pytest.fixture
def task(town, work):
    batch = tasks.give(Giving(work.visit, [town.committee.pk]), key=new_key(), actor=work.luo, at=timezone.now())
    return batch.tasks.select_related("matter").get()


def reported(task, town, cost):
    files = [photo(town.ma, "evidence", seed=cost)]
    given = Given(note="走完了", files=files, fields={"cost_yuan": cost, "hours_spent": "2"})
    return task_steps.act(task, "report", given, actor=town.ma, at=timezone.now())


@pytest.mark.spec("000-10")
def test_a_cost_is_paid_once_out_of_the_items_money_when_it_is_confirmed(town, work, task, money):
    reported(task, town, "300")
    before = books.use_of(work.visit.code, timezone.now().year)
    task_steps.act(task, "send_back", Given(note="票据不全"), actor=work.luo, at=timezone.now())
    reported(task, town, "320.50")
    task_steps.act(task, "confirm", Given(), actor=work.luo, at=timezone.now())
    after = books.use_of(work.visit.code, timezone.now().year)

    assert (before.budget_fen, before.paid_fen) == (100_000, 0)
    assert (after.budget_fen, after.paid_fen) == (100_000, 32_050)
    assert books.balance(money) == 67_950


def test_a_cost_beyond_the_money_is_refused_in_words_and_nonsense_too(town, work, task, money):
    with pytest.raises(StepRefused) as short:
        reported(task, town, "1000.01")
    with pytest.raises(StepRefused) as wrong:
        reported(task, town, "-5")

    assert "还差 0.01 元" in str(short.value)
    assert (short.value.field, wrong.value.field) == ("cost_yuan", "cost_yuan")


def test_without_such_money_the_cost_is_told_and_nothing_is_booked(town, work, task):
    reported(task, town, "300")
    task_steps.act(task, "confirm", Given(), actor=work.luo, at=timezone.now())

    assert Task.objects.get(pk=task.pk).cost_fen == 30_000
    assert books.trial_balance() == {"source": 0, "held": 0, "spent": 0}


@pytest.mark.spec("000-27")
def test_in_an_emergency_work_is_given_under_it_without_an_item_and_only_then(town, work, client):
    now = timezone.now()
    until = timezone.localdate() + timedelta(days=5)
    decided = Decided(town.street, "emergency", timezone.localdate(), until)
    urgent = catalog.admit(None, decided, actor=town.gao, at=now, title="台风转移安置")
    client.force_login(work.luo.account)
    address = reverse("lists:give_task")

    offered = client.get(address).content.decode()
    form = {"units": [town.committee.pk], "admission": urgent.pk, "command": str(new_key())}
    answer = client.post(f"{address}?urgent={urgent.pk}", form)

    assert "台风转移安置" in offered
    assert answer.status_code == 302
    assert Mandate.objects.get().admission == urgent
    assert Matter.objects.get(flow="task").title == "台风转移安置"
    with pytest.raises(GivingRefused):
        tasks.give(Giving(None, [town.committee.pk]), key=new_key(), actor=work.luo, at=now)


def test_how_far_a_giving_is_concerns_only_those_who_may_see_who_gave_it(town, work, task, client):
    address = reverse("lists:task_batch", args=[TaskBatch.objects.get().pk])
    found = []
    for who in (work.luo, town.li, town.ma, town.zhou):
        client.force_login(who.account)
        found.append(client.get(address).status_code)

    assert found == [200, 200, 404, 404]
