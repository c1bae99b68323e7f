"""Whoever is given a task hears of it, and a committee's refusal reaches who asked; the message leads to the task."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.config.announcing import drain
from linli.domains.lists.commands import docking, loading, task_steps, tasks
from linli.domains.lists.commands.docking import Pair
from linli.domains.lists.commands.standing import stand_anew
from linli.domains.lists.commands.task_steps import Given
from linli.domains.lists.commands.tasks import Giving
from linli.domains.lists.queries.docking import district_of
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog.commands import ItemChange, Said
from linli.kernel.catalog.models import ListKind
from linli.kernel.org.keys import new_key


@pytest.fixture
def item(town):
    at = timezone.now() - timedelta(days=1)
    docking.add(district_of(town.district.pk), Pair(town.department.pk, "pab"), actor=town.jin, at=at)
    loading.load_kinds(loading.rows_of(loading.shipped() / "kinds.csv"))
    worklist = catalog.open_list(ListKind.objects.get(pk="assist"), town.district, name="协助清单", at=at)
    _version, (made,) = catalog.publish_list(
        worklist, [ItemChange("add", said=Said("协助巡访"))], valid_from=at.date(), reason="初版", actor=town.jin, at=at
    )
    stand_anew(worklist, at=at)
    return made


def told(client, actor):
    client.force_login(actor.account)
    return client.get(reverse("organisation:notices")).content.decode()


def test_the_office_hears_then_the_committee_and_of_a_refusal_who_asked(town, item, client):
    now = timezone.now()
    batch = tasks.give(Giving(item, [town.office.pk]), key=new_key(), actor=town.tang, at=now)
    task = batch.tasks.select_related("matter").get()
    drain()
    at_office = told(client, town.cao)
    task_steps.act(task, "hand_over", Given(unit=town.committee.pk), actor=town.cao, at=now)
    drain()
    at_committee = told(client, town.ma)
    task_steps.act(task, "refuse", Given(note="上周才做过"), actor=town.bao, at=now)
    drain()

    page = reverse("lists:task", args=[task.matter.number])
    assert page in at_office
    assert page in at_committee
    assert "上周才做过" in told(client, town.tang)
