"""A committee's ledgers come of what was done: a task reported, a case closed under an item; nothing typed twice."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from linli.domains.lists.commands import task_steps, tasks
from linli.domains.lists.commands.task_steps import Given
from linli.domains.lists.commands.tasks import Giving
from linli.domains.lists.models import PlanLine
from linli.domains.lists.tests.tasking import docked
from linli.kernel.catalog.models import Admission
from linli.kernel.flow.commands import open_matter, take
from linli.kernel.meetings.flow import RESOLUTION
from linli.kernel.org.keys import new_key
from tests.evidence import photo


@pytest.fixture
def work(town, publish_items):
    return docked(town, publish_items, timezone.now() - timedelta(days=1))


@pytest.fixture
def done(town, work):
    """A visit reported with a photo and confirmed."""
    now = timezone.now()
    batch = tasks.give(Giving(work.visit, [town.committee.pk]), key=new_key(), actor=work.luo, at=now)
    task = batch.tasks.select_related("matter").get()
    given = Given(note="十二户都走过了", files=[photo(town.ma, "evidence")])
    task_steps.act(task, "report", given, actor=town.ma, at=now)
    task_steps.act(task, "confirm", Given(), actor=work.luo, at=now)
    return task


def ledger(client, actor, query=""):
    client.force_login(actor.account)
    return client.get(reverse("lists:ledgers") + query).content.decode()


@pytest.mark.spec("003-30")
def test_a_reported_task_is_a_row_with_who_what_evidence_and_result(town, work, done, client):
    shown = ledger(client, town.ma, "?sort=heading&value=民政")

    assert all(words in shown for words in (done.matter.title, "马莲", "1 个文件", "十二户都走过了", "已办结"))
    assert done.matter.title not in ledger(client, town.ma, "?sort=heading&value=自治").partition("<table")[2]


@pytest.mark.spec("003-30")
def test_whatever_cites_an_item_and_lines_of_the_plan_stand_in_the_same_ledger(town, work, client):
    now, today = timezone.now(), timezone.localdate()
    cited = Admission.objects.get(item=work.fair)
    matter = open_matter(
        RESOLUTION, title="邻里节搭台", home=town.street, unit=town.committee, actor=town.li, at=now,
        admission=cited.pk,
    )  # fmt: skip
    take(RESOLUTION, "finish", matter, actor=town.ma, at=now, note="台子搭好了")
    PlanLine.objects.create(
        item=work.fair, plan_of=town.committee, unit=town.committee, year=today.year, title="邻里节筹备会",
        due_on=today, done_on=today, done_by=town.bao, result="定了九月底", made_by=town.bao, made_at=now,
    )  # fmt: skip

    shown = ledger(client, town.ma, f"?sort=item&value={work.fair.code}")

    assert all(words in shown for words in ("邻里节搭台", "台子搭好了", "邻里节筹备会", "定了九月底", "包主任"))


@pytest.mark.spec("003-30")
def test_the_street_counts_by_committee_and_takes_the_ledger_away_as_a_sheet(town, work, done, client):
    shown = ledger(client, town.jin, f"?unit={town.committee.pk}&sort=load&value=task")
    content = client.get(reverse("lists:ledger_sheet") + f"?unit={town.committee.pk}&sort=load&value=task").content

    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).active.rows]
    assert town.west_committee.name in shown
    assert len(rows) == 2
    assert "十二户都走过了" in rows[1]


def test_a_period_without_work_is_empty_and_another_committees_ledger_is_not_found(town, work, done, client):
    long_ago = "&since=2020-01-01&until=2020-03-31"

    assert "这段时间没有记录" in ledger(client, town.ma, f"?sort=heading&value=民政{long_ago}")
    assert client.get(reverse("lists:ledgers") + f"?unit={town.west_committee.pk}").status_code == 404
