"""The emergency channel: a task at once, justified afterwards or void; each one counted with its reason."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from linli.domains.lists.commands import emergencies
from linli.domains.lists.commands.emergencies import Declared, EmergencyRefused
from linli.domains.lists.flow import TASK
from linli.kernel.catalog.models import Admission
from linli.kernel.flow import clocks, ticking
from linli.kernel.flow.commands import StepRefused, open_matter
from linli.kernel.flow.mandates import OffListRefused
from linli.kernel.flow.models import Clock, Mandate, Matter

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def declare(town, now, **given):
    said = {
        "title": "台风转移居民",
        "reason": "台风今夜登陆，低洼处须转移",
        "units": [town.committee],
        "days": 7,
    } | given
    return emergencies.declare(Declared(**said), key=uuid4(), actor=town.li, at=now)


def ask(town, now):
    admission = Admission.objects.get(unit=town.committee)
    return open_matter(
        TASK, title="转移居民", home=town.street, unit=town.committee, actor=town.cao, at=now, admission=admission.pk
    )


@pytest.mark.spec("000-68")
def test_in_an_emergency_a_task_is_given_at_once_and_ratified_it_stands(town, now):
    emergency = declare(town, now)

    mandate = Mandate.objects.get(matter=ask(town, now))
    emergencies.ratify(emergency, "情况属实", actor=town.wu, at=now)

    assert mandate.admission.kind == "emergency"
    assert Admission.objects.get().ended_at is None


def test_rejected_it_can_no_longer_be_cited(town, now):
    emergency = declare(town, now)

    emergencies.reject(emergency, "不属突发", actor=town.wu, at=now)

    with pytest.raises(OffListRefused):
        ask(town, timezone.now())


@pytest.mark.spec("000-68")
def test_nobody_justified_it_in_time_so_it_lapses_by_the_clock(town, now):
    emergency = declare(town, now - timedelta(days=20), days=30)

    while ticking.fire() or clocks.fire(now=timezone.now()):
        pass
    ticking.escalate()

    assert Matter.objects.get(pk=emergency.pk).state == "lapsed"
    assert Clock.objects.get(matter=emergency.pk).stopped_at is not None
    with pytest.raises(OffListRefused):
        ask(town, timezone.now())


def test_whoever_declared_it_does_not_ratify_it(town, now):
    town.li.posts.create(unit=town.street, over=town.street, role="admission_reviewer", since="2020-01-01")
    emergency = declare(town, now)

    with pytest.raises(StepRefused):
        emergencies.ratify(emergency, "情况属实", actor=town.li, at=now)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"days": 31}, "days"), ({"reason": "急"}, "reason"), ({"units": []}, "units"), ({"title": " "}, "title")],
)
def test_an_emergency_is_short_reasoned_and_named(town, now, given, field):
    with pytest.raises(EmergencyRefused) as refused:
        declare(town, now, **given)

    assert refused.value.field == field


def test_a_street_declares_none_for_the_street_next_door_nor_for_an_office(town, now):
    for unit in (town.west_committee, town.office):
        with pytest.raises(EmergencyRefused):
            declare(town, now, units=[unit])


def test_who_has_no_such_power_declares_none(town, now):
    with pytest.raises(EmergencyRefused):
        emergencies.declare(
            Declared("台风转移", "台风今夜登陆", [town.committee], 7), key=uuid4(), actor=town.lin, at=now
        )


def test_sent_twice_it_is_one_emergency(town, now):
    key = uuid4()
    for _sent in range(2):
        said = Declared("台风转移居民", "台风今夜登陆，须转移", [town.committee], 7)
        emergencies.declare(said, key=key, actor=town.li, at=now)

    assert Matter.objects.filter(flow="emergency_admission").count() == 1
    assert Admission.objects.count() == 1
