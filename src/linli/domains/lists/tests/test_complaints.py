"""A committee complains of what is put upon it; the district's reviewers answer."""

from uuid import uuid4

import pytest
from django.utils import timezone

from linli.domains.lists.commands import complaining
from linli.domains.lists.commands.complaining import ComplaintRefused, Grief
from linli.domains.lists.commands.levels import set_levels
from linli.domains.lists.flow import TASK
from linli.domains.lists.models import Complaint
from linli.domains.lists.queries.admission_reach import get_application
from linli.domains.lists.queries.application_page import application_page
from linli.domains.lists.queries.review_levels import Level
from linli.domains.lists.tests.admitting import agree, applied, day
from linli.kernel.catalog.models import Admission
from linli.kernel.flow.commands import StepRefused, open_matter
from linli.kernel.flow.mandates import OffListRefused
from linli.kernel.flow.models import Declined, Matter

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def declined(town, now):
    """An attempt of the office to give something that is on no list."""
    with pytest.raises(OffListRefused):
        open_matter(TASK, title="填报台账", home=town.street, unit=town.committee, actor=town.cao, at=now)
    return Declined.objects.get()


def state_of(complaint: Complaint) -> str:
    return Matter.objects.get(pk=complaint.pk).state


def test_a_committee_complains_of_a_refused_attempt_and_the_district_upholds_it(town, declined, now):
    grief = Grief("off_list", "反复要求填报", town.office, declined=declined)
    complaint = complaining.complain(grief, key=uuid4(), actor=town.ma, at=now)

    complaining.look_into(complaint, actor=town.zhu, at=now)
    complaining.answer(complaint, upheld=True, text="情况属实，已约谈", actor=town.zhu, at=now)

    assert state_of(complaint) == "upheld"
    assert Complaint.objects.get().answer == "情况属实，已约谈"


def test_reviewers_of_the_street_complained_of_do_not_answer(town, now):
    complaint = complaining.complain(Grief("forms", "重复填表", town.street), key=uuid4(), actor=town.bao, at=now)

    with pytest.raises(StepRefused):
        complaining.answer(complaint, upheld=False, text="没有", actor=town.wu, at=now)


def test_a_committee_objects_to_a_trial_of_its_own_only(town, kinds, now):
    set_levels(town.district, [Level(0, "street", "街道审核", 0, 5)], reason="试行", actor=town.zhu, at=now)
    application = applied(town, now, area=[town.street], kind="trial", valid_to=day("2099-01-01"))
    agree(application, town.street, town.wu, now)
    trial = Admission.objects.get()

    complaint = complaining.complain(
        Grief("trial", "每次都要加班", town.department, admission=trial), key=uuid4(), actor=town.ma, at=now
    )

    assert list(trial.objections.all()) == [complaint]
    shown = application_page(get_application(application.matter.number, actor=town.wu), actor=town.wu, at=now)
    assert [(by, text) for by, text, _state in shown.objections] == [(town.committee.name, "每次都要加班")]
    with pytest.raises(ComplaintRefused):
        complaining.complain(Grief("trial", "没有指明", town.department), key=uuid4(), actor=town.ma, at=now)


def test_only_committees_complain_and_not_of_themselves_or_in_names(town, now):
    with pytest.raises(ComplaintRefused):
        complaining.complain(Grief("forms", "太多", town.street), key=uuid4(), actor=town.cao, at=now)
    for grief in (Grief("forms", "太多", town.committee), Grief("forms", "找13812345678", town.street)):
        with pytest.raises(ComplaintRefused):
            complaining.complain(grief, key=uuid4(), actor=town.ma, at=now)


def test_its_committee_withdraws_it_and_nobody_else(town, now):
    complaint = complaining.complain(Grief("forms", "重复填表", town.street), key=uuid4(), actor=town.ma, at=now)

    with pytest.raises(StepRefused):
        complaining.withdraw(complaint, "已解决", actor=town.lin, at=now)
    complaining.withdraw(complaint, "已解决", actor=town.ma, at=now)

    assert state_of(complaint) == "withdrawn"
